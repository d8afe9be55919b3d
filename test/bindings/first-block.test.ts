import { expect } from "chai";
import * as fc from "fast-check";
import type { Provider } from "ethers";

import { firstBlockAt } from "../../src/bindings/logs.js";

/** A chain of blocks made at these times. */
const chainOf = (times: readonly number[]): Provider =>
  ({ getBlock: (number: number) => Promise.resolve({ timestamp: times[number] }) }) as unknown as Provider; // all that is asked

describe("firstBlockAt", () => {
  it("gives the first block of that time or later, as a look at all of them does", async () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(gaps, fc.integer({ min: -1, max: 130 }), async (steps, time) => {
        const times = steps.map((_, index) => steps.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0));
        const expected = times.findIndex((at) => at >= time);
        const found = await firstBlockAt(chainOf(times), BigInt(time), times.length - 1);
        expect(found).to.equal(expected === -1 ? times.length : expected);
      }),
    );
  });
});
