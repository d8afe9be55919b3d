import { expect } from "chai";
import fc from "fast-check";

import { SortedIndex } from "../../../src/protocol/book/sorted-index.js";
import { FIXED } from "../support.js";

type Change = { readonly set: boolean; readonly key: number };

/** Keys from a narrow range are deleted and set again; from a wide one, runs are split. */
function anyChanges(range: number, most: number): fc.Arbitrary<Change[]> {
  const change = fc.record({ set: fc.boolean(), key: fc.integer({ min: -range, max: range }) });
  return fc.array(change, { maxLength: most, size: "max" });
}

function expectLikeModel(changes: readonly Change[], probes: readonly number[]): void {
  const index = new SortedIndex<string>();
  const model = new Map<number, string>();
  changes.forEach(({ set, key }, turn) => {
    if (set) index.set(key, `${turn}`);
    else index.delete(key);
    if (set) model.set(key, `${turn}`);
    else model.delete(key);
  });
  const keys = [...model.keys()].sort((a, b) => a - b);
  expect([...index.keys()]).to.deep.equal(keys);
  expect(index.size).to.equal(model.size);
  for (const probe of [...probes, ...keys]) {
    expect(index.get(probe)).to.equal(model.get(probe));
    const below = keys.filter((key) => key <= probe).at(-1);
    expect(index.floor(probe)).to.equal(below === undefined ? undefined : model.get(below));
  }
}

describe("SortedIndex", () => {
  const anyProbes = fc.array(fc.integer({ min: -70, max: 70 }), { maxLength: 5 });

  it("is a sorted map, whatever comes and goes", () => {
    fc.assert(fc.property(anyChanges(60, 200), anyProbes, expectLikeModel), FIXED);
  });

  it("splits long runs, and drops empty ones", () => {
    const index = new SortedIndex<number>();
    const keys = Array.from({ length: 5_000 }, (_, at) => (at * 7_919) % 5_003);
    for (const key of keys) index.set(key, key);
    expect([...index.keys()]).to.deep.equal([...keys].sort((a, b) => a - b));
    for (const key of keys.slice(0, 4_990)) index.delete(key);
    const left = keys.slice(4_990).sort((a, b) => a - b);
    expect([...index.keys()]).to.deep.equal(left);
    expect(index.floor(left[5]!)).to.equal(left[5]);
    expect(index.floor(left[0]! - 1)).to.equal(undefined);
  });

  it("replaces values without touching the keys, and ignores keys that are not there", () => {
    const index = new SortedIndex<string>();
    index.set(3, "a");
    index.set(3, "b");
    index.delete(4);
    expect([index.size, index.get(3), index.floor(4)]).to.deep.equal([1, "b", "b"]);
  });
});
