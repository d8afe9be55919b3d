import { expect } from "chai";
import fc from "fast-check";

import { Journal } from "../../../src/protocol/book/journal.js";
import { PlaceSet } from "../../../src/protocol/book/places.js";
import { FIXED } from "../support.js";

/** Around the ends of words and of blocks too. */
const anyPlace = fc.oneof(
  fc.integer({ min: 1, max: 70 }),
  fc.integer({ min: 2 ** 15 - 2, max: 2 ** 15 + 2 }),
  fc.integer({ min: 2 ** 32 - 40, max: 2 ** 32 - 1 }),
);
const anyChanges = fc.array(fc.record({ place: anyPlace, isAdded: fc.boolean() }), { maxLength: 40 });

const rising = (places: Iterable<number>): number[] => [...places].sort((a, b) => a - b);

function change(set: PlaceSet | Set<number>, changes: readonly { place: number; isAdded: boolean }[]): void {
  for (const { place, isAdded } of changes)
    if (isAdded) set.add(place);
    else set.delete(place);
}

describe("PlaceSet", () => {
  it("is a set, and gives its places by rising number from any one on", () => {
    fc.assert(
      fc.property(anyChanges, anyPlace, (changes, first) => {
        const [set, plain] = [new PlaceSet(new Journal()), new Set<number>()];
        change(set, changes);
        change(plain, changes);
        expect([...set.from(0)]).to.deep.equal(rising(plain));
        expect([...set.from(first)]).to.deep.equal(rising(plain).filter((place) => place >= first));
        expect(set.size).to.equal(plain.size);
        for (const { place } of changes) expect(set.has(place)).to.equal(plain.has(place));
      }),
      FIXED,
    );
  });

  it("is again what it was when its changes are undone", () => {
    fc.assert(
      fc.property(anyChanges, anyChanges, (before, after) => {
        const journal = new Journal();
        const set = new PlaceSet(journal);
        change(set, before);
        const [mark, places] = [journal.hold(), [...set.from(0)]];
        change(set, after);
        journal.rollBack(mark);
        expect([...set.from(0)]).to.deep.equal(places);
      }),
      FIXED,
    );
  });
});
