import { expect } from "chai";
import fc from "fast-check";

import { Journal } from "../../../src/protocol/book/journal.js";
import { Queue, reaches, type RestingOrder } from "../../../src/protocol/book/queue.js";
import { FIXED } from "../support.js";

function orderAt(tradeRootId: number, price: bigint): RestingOrder {
  const market = { marketRootId: 1, marketBranchId: 1 };
  const order = { tradeRootId, place: tradeRootId, isStored: true, isPlaced: false, ...market };
  return { ...order, traderId: 1, price, deadline: 0n, lots: 1n, prev: undefined, next: undefined, level: undefined };
}

const numbers = (queue: Queue): number[] => [...queue].map(({ tradeRootId }) => tradeRootId);

/** The contract's walk, step by step. */
function stepsOf(queue: Queue, bids: boolean, price: bigint, hint: RestingOrder | undefined): number {
  let steps = 0;
  let at = hint;
  while (at !== undefined && !reaches(bids, at.price, price)) [at, steps] = [at.prev, steps + 1];
  for (;;) {
    const next = at === undefined ? queue.best : at.next;
    if (next === undefined || !reaches(bids, next.price, price)) return steps;
    [at, steps] = [next, steps + 1];
  }
}

const anyStory = fc.record({
  bids: fc.boolean(),
  moves: fc.array(fc.record({ price: fc.bigInt({ min: -4n, max: 4n }), remove: fc.integer({ min: 0, max: 9 }) }), {
    maxLength: 60,
  }),
  price: fc.bigInt({ min: -5n, max: 5n }),
  hint: fc.integer({ min: 0, max: 60 }),
  maxWalk: fc.integer({ min: 0, max: 12 }),
});

interface Story {
  readonly bids: boolean;
  readonly moves: readonly { readonly price: bigint; readonly remove: number }[];
}

/** Inserts an order for each move; some take one out instead. */
function play(journal: Journal, { bids, moves }: Story): { queue: Queue; resting: RestingOrder[] } {
  const queue = new Queue(journal, bids);
  const resting: RestingOrder[] = [];
  moves.forEach(({ price, remove }, index) => {
    const victim = remove < 3 ? resting[(index * 7 + remove) % (resting.length || 1)] : undefined;
    if (victim === undefined) {
      const order = orderAt(index + 1, price);
      queue.insert(order);
      resting.push(order);
    } else {
      queue.remove(victim);
      resting.splice(resting.indexOf(victim), 1);
    }
  });
  return { queue, resting };
}

describe("Queue (R30)", () => {
  it("is sorted by price, then by number", () => {
    const property = fc.property(anyStory, ({ bids, moves }) => {
      const { queue, resting } = play(new Journal(), { bids, moves });
      const sorted = resting.toSorted((a, b) => {
        if (a.price === b.price) return a.tradeRootId - b.tradeRootId;
        return a.price > b.price === bids ? -1 : 1;
      });
      expect(numbers(queue)).to.deep.equal(sorted.map(({ tradeRootId }) => tradeRootId));
      expect(queue.size).to.equal(resting.length);
      expect(queue.best).to.equal(sorted[0]);
    });
    fc.assert(property, FIXED);
  });

  it("knows how far the contract would have to walk", () => {
    const property = fc.property(anyStory, ({ bids, moves, price, hint, maxWalk }) => {
      const { queue, resting } = play(new Journal(), { bids, moves });
      const from = resting[hint];
      expect(queue.isNear(price, from, maxWalk)).to.equal(stepsOf(queue, bids, price, from) <= maxWalk);
    });
    fc.assert(property, FIXED);
  });

  it("is what it was after a call that failed", () => {
    const property = fc.property(anyStory, anyStory, (first, second) => {
      const journal = new Journal();
      const { queue, resting } = journal.attempt(() => play(journal, first));
      const before = numbers(queue);
      expect(() =>
        journal.attempt(() => {
          second.moves.forEach(({ price, remove }, index) => {
            const victim = remove < 5 ? [...queue][index % (queue.size || 1)] : undefined;
            if (victim === undefined) queue.insert(orderAt(1_000 + index, price));
            else queue.remove(victim);
          });
          throw new Error("undo");
        }),
      ).to.throw("undo");
      expect(numbers(queue)).to.deep.equal(before);
      expect(queue.size).to.equal(resting.length);
      // Its index too: new orders still find their places.
      for (let price = -5n; price <= 5n; price += 1n) {
        const place = queue.placeOf(price);
        const ahead = [...queue].filter((order) => reaches(first.bids, order.price, price));
        expect(place).to.equal(ahead.at(-1));
      }
    });
    fc.assert(property, FIXED);
  });
});
