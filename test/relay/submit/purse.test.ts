import { expect } from "chai";
import fc from "fast-check";

import { createPurse } from "../../../src/relay/submit/purse.js";

const DAY_MS = 86_400_000;

describe("a purse of gas", () => {
  it("is full at first, gives what it has and no more, and takes nothing for what it has not", () => {
    const purse = createPurse(100n, () => 0);
    expect([purse.take(60n), purse.take(41n), purse.left(), purse.take(40n), purse.take(1n)]).to.deep.equal([
      ...[true, false, 40n, true, false],
    ]);
  });

  it("fills evenly, in a day, and never over", () => {
    let ms = 5;
    const purse = createPurse(86_400n, () => ms);
    purse.take(86_400n);
    ms += 999;
    expect(purse.left()).to.equal(0n);
    ms += 1;
    expect(purse.left()).to.equal(1n);
    ms += DAY_MS / 2;
    expect(purse.left()).to.equal(43_201n);
    ms += 10 * DAY_MS;
    expect(purse.left()).to.equal(86_400n);
  });

  it("gives nothing with nothing in it", () => {
    expect(createPurse(0n, () => 1e9).take(1n)).to.equal(false);
  });

  it("gives in any time no more than it had and what came back, however it is asked", () => {
    const steps = fc.array(fc.record({ ms: fc.double({ min: 0, max: 1e8, noNaN: true }), gas: fc.bigInt(0n, 5_000n) }));
    fc.assert(
      fc.property(fc.bigInt(0n, 10_000n), steps, (perDay, all) => {
        let [now, given] = [0, 0n];
        const purse = createPurse(perDay, () => now);
        for (const { ms, gas } of all) {
          now += ms;
          if (purse.take(gas)) given += gas;
          const most = perDay + (perDay * BigInt(Math.floor(now))) / BigInt(DAY_MS);
          if (given > most) return false;
        }
        return true;
      }),
    );
  });
});
