import { expect } from "chai";

import { createGasRoom } from "../../../src/relay/submit/room.js";

describe("given the room of a transaction", () => {
  const open = (blockGasLimit: bigint) => {
    const time = { ms: 0 };
    const asked: number[] = [];
    const node = {
      blockGasLimit: () => {
        asked.push(time.ms);
        return Promise.resolve(blockGasLimit);
      },
    };
    return { time, asked, room: createGasRoom(node, 30_000_000n, () => time.ms) };
  };

  it("is what was set, or what a block has room for, asked for now and then", async () => {
    const { room, time, asked } = open(20_000_000n);
    expect(room.most(), "before anybody was asked").to.equal(30_000_000n);
    await room.refresh();
    time.ms += 29_999;
    await room.refresh();
    expect([room.most(), asked]).to.deep.equal([20_000_000n, [0]]);
    time.ms += 1;
    await room.refresh();
    expect(asked).to.deep.equal([0, 30_000]);
  });

  it("is what a transaction may have since there is a bound, once the node takes none with more", () => {
    const { room, time } = open(0n);
    room.tooMuchGas(30_000_000n);
    expect(room.most()).to.equal(16_777_216n);
    room.tooMuchGas(16_777_216n);
    expect(room.most(), "and less if that was not it").to.equal(8_388_608n);
    time.ms += 600_000;
    expect(room.most(), "forgotten").to.equal(30_000_000n);
  });

  it("is what may be spent at the price that is offered, but never less than one order needs", () => {
    const { room } = open(0n);
    room.offered(100n);
    room.tooMuchFee(3_000_000_000n, undefined);
    expect([room.most(), room.feeCap]).to.deep.equal([15_000_000n, 1_500_000_000n]);
    room.tooMuchFee(3_000_000_000n, 400_000_000n);
    expect(room.most()).to.equal(4_000_000n);
    room.offered(1_000_000n);
    expect(room.most()).to.equal(1_100_000n);
  });
});
