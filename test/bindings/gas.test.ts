import { expect } from "chai";

import { FORESEEN, gasOfBatch, gasOfOrder, gasOfWallet, leastGasOfBatch, UNFORESEEN } from "../../src/bindings/gas.js";

const CAP = 16_777_216n;

describe("gasOfBatch", () => {
  it("given no order, it is the call's own, and what must be left", () => {
    expect([gasOfBatch(FORESEEN, [], CAP), gasOfBatch(UNFORESEEN, [], CAP)]).to.deep.equal([850_000n, 900_000n]);
  });

  it("given orders whose steps are foreseen, it counts each order by its own steps", () => {
    const orders = [gasOfOrder(FORESEEN, 0), gasOfOrder(FORESEEN, 3)];
    expect(orders).to.deep.equal([200_000n, 530_000n]);
    expect(gasOfBatch(FORESEEN, orders, CAP)).to.equal(1_580_000n);
  });

  it("given orders of which nothing is known, it has room for a wallet in each", () => {
    expect([gasOfOrder(UNFORESEEN, 0), gasOfOrder(UNFORESEEN, 16)]).to.deep.equal([800_000n, 3_200_000n]);
    expect(gasOfOrder(UNFORESEEN, 0) - gasOfOrder(FORESEEN, 0)).to.equal(gasOfWallet(""));
  });

  it("given more than a transaction may have, it is that", () => {
    expect(gasOfBatch(UNFORESEEN, [gasOfOrder(UNFORESEEN, 16), gasOfOrder(UNFORESEEN, 100)], CAP)).to.equal(CAP);
  });
});

describe("leastGasOfBatch", () => {
  it("is what must be there at the beginning, and what goes before", () => {
    expect([leastGasOfBatch(0, 0), leastGasOfBatch(1, 0), leastGasOfBatch(20, 0)]).to.deep.equal([
      760_000n,
      824_000n,
      2_040_000n,
    ]);
  });

  it("counts what wallets may take before", () => {
    expect(leastGasOfBatch(8, 8) - leastGasOfBatch(8, 0)).to.equal(4_800_000n);
  });

  it("is less than a batch that can be foreseen is given", () => {
    for (const orders of [0, 1, 20, 60]) {
      const each = new Array<bigint>(orders).fill(gasOfOrder(FORESEEN, 0));
      expect(gasOfBatch(FORESEEN, each, CAP) > leastGasOfBatch(orders, 0)).to.be.true;
    }
  });
});

describe("gasOfWallet", () => {
  it("grows by the signature's bytes", () => {
    expect(gasOfWallet(`0x${"00".repeat(65)}`)).to.equal(600_000n + 66n * 50n);
    expect(gasOfWallet(`0x${"00".repeat(165)}`) - gasOfWallet(`0x${"00".repeat(65)}`)).to.equal(5_000n);
  });
});
