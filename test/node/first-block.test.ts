import { expect } from "chai";

import { firstBlockSince } from "../../src/node/first-block.js";

/** Times of blocks 0, 1, …; some are alike. */
const TIMES = [10n, 20n, 20n, 20n, 35n, 50n];

describe("firstBlockSince", () => {
  it("is what looking at every block finds, for every time and every last block", async () => {
    for (let last = 0; last < TIMES.length; last += 1) {
      for (let time = 0n; time < 55n; time += 1n) {
        const plain = TIMES.slice(0, last + 1).findIndex((one) => one >= time);
        const asked: number[] = [];
        const timeOf = (block: number): Promise<bigint> => (asked.push(block), Promise.resolve(TIMES[block]!));
        expect(await firstBlockSince(timeOf, time, last)).to.equal(plain === -1 ? last + 1 : plain);
        expect(asked.length).to.be.at.most(Math.ceil(Math.log2(last + 2)));
        expect(asked.every((block) => block <= last)).to.equal(true);
      }
    }
  });

  it("is not known if a block's time is not", async () => {
    const away = (): Promise<bigint> => Promise.reject(new Error("away"));
    expect(await firstBlockSince(away, 1n, 5).catch(String)).to.equal("Error: away");
  });
});
