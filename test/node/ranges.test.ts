/** How many blocks of logs are asked for at once, as nodes limit them. */
import { expect } from "chai";
import fc from "fast-check";

import { NodeError, type NodeErrorValues } from "../../src/node/errors.js";
import { createRanges, type Ranges } from "../../src/node/ranges.js";
import { FIXED } from "../protocol/support.js";

type Refuses = (blocks: number, first: number) => NodeErrorValues | undefined;

/** Reads all of it. @returns the sizes that were answered, and those that were refused */
async function readAll(ranges: Ranges, last: number, refuses: Refuses) {
  const [answered, refused]: [number[], number[]] = [[], []];
  for (let first = 1; first <= last;) {
    const searched = await ranges.search(first, last, (from, to) => {
      const values = refuses(to - from + 1, from);
      (values === undefined ? answered : refused).push(to - from + 1);
      return values === undefined
        ? Promise.resolve(from)
        : Promise.reject(new NodeError("NODE_RANGE_REFUSED", { method: "eth_getLogs", ...values }));
    });
    expect([searched.first, searched.found]).to.deep.equal([first, first]);
    first = searched.last + 1;
  }
  return { answered, refused };
}

const limitedTo =
  (limit: number, named = false): Refuses =>
  (blocks) =>
    blocks <= limit ? undefined : named ? { ceiling: limit } : {};

describe("createRanges", () => {
  it("asks for ten thousand blocks at once, and for what is left", async () => {
    expect(await readAll(createRanges(), 25_000, limitedTo(Infinity))).to.deep.equal({
      answered: [10_000, 10_000, 5_000],
      refused: [],
    });
  });

  it("takes the number that the node names, at once and for good", async () => {
    for (const limit of [5, 500, 2_000]) {
      const { answered, refused } = await readAll(createRanges(), 100 * limit, limitedTo(limit, true));
      expect(refused.length, `limit ${limit}`).to.equal(1);
      expect(answered).to.deep.equal(Array.from({ length: 100 }, () => limit));
    }
  });

  it("finds an unnamed limit within a few refusals, and comes near it", async () => {
    for (const limit of [5, 500, 2_000, 9_999]) {
      const { answered, refused } = await readAll(createRanges(), 7 * limit, limitedTo(limit));
      expect(refused.length, `limit ${limit}`).to.be.at.most(14);
      expect(answered.at(-2), `limit ${limit}`).to.be.at.least(Math.ceil(0.7 * limit));
    }
  });

  it("remembers from one reading to the next, instead of halving anew", async () => {
    const ranges = createRanges();
    await readAll(ranges, 8_000, limitedTo(500));
    const { refused, answered } = await readAll(ranges, 8_000, limitedTo(500));
    expect(refused.length).to.be.at.most(4);
    expect(answered.length).to.be.at.most(22);
  });

  it("goes back to wide ranges after blocks with many logs", async () => {
    const isDense: Refuses = (blocks, first) => (first <= 500 && blocks > 20 ? {} : undefined);
    const { answered } = await readAll(createRanges(), 1_000_000, isDense);
    expect(answered.length, "a million blocks").to.be.at.most(350);
    const named: Refuses = (blocks, first) =>
      first <= 500 && blocks > 20 ? { ceiling: 20, results: true } : undefined;
    expect((await readAll(createRanges(), 1_000_000, named)).answered.length).to.be.at.most(350);
  });

  it("shrinks for a node that is too slow, or refuses without saying why", async () => {
    for (const code of ["NODE_TIMEOUT", "NODE_REFUSED"] as const) {
      const { last } = await createRanges().search(1, 100, (from, to) =>
        to - from < 30 ? Promise.resolve([]) : Promise.reject(new NodeError(code)),
      );
      expect(last, code).to.equal(25);
    }
  });

  it("does not shrink for anything else, and tells it", async () => {
    const ranges = createRanges();
    for (const error of [
      new NodeError("NODE_RATE_LIMITED"),
      new NodeError("NODE_UNREACHABLE"),
      new NodeError("NODE_MALFORMED"),
      new NodeError("NODE_REFUSED", { status: 401 }),
      new RangeError("mine"),
    ]) {
      const thrown: unknown = await ranges.search(1, 100, () => Promise.reject(error)).catch((one: unknown) => one);
      expect(thrown).to.equal(error);
      expect(ranges.span).to.equal(10_000);
    }
  });

  it("tells what the node says to a single block", async () => {
    const error = new NodeError("NODE_RANGE_REFUSED", { reason: "too many logs" });
    let asked = 0;
    const thrown: unknown = await createRanges()
      .search(1, 8, () => {
        asked += 1;
        return Promise.reject(error);
      })
      .catch((one: unknown) => one);
    expect([thrown, asked]).to.deep.equal([error, 4]);
  });

  it("leaves no block out and asks for none twice, whatever is refused", async () => {
    const limits = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(limits, fc.integer({ min: 1, max: 3_000 }), async (most, last) => {
        let turn = 0;
        const { answered } = await readAll(createRanges(), last, (blocks) => {
          turn += 1;
          return blocks <= (most[turn % most.length] ?? 1) ? undefined : {};
        });
        expect(answered.reduce((sum, blocks) => sum + blocks, 0)).to.equal(last);
      }),
      FIXED,
    );
  });
});
