/** At which place an order rests, and when its book says so. */
import { expect } from "chai";

import type { SubmittedOrder } from "../../../src/protocol/book/intake.js";
import { rebuildBook } from "../../../src/protocol/book/rebuild.js";
import { TimeInForce } from "../../../src/protocol/signing/package.js";
import { address, NOW, Recorded, TERMS } from "../logged.js";

const [ALICE, BOB, CAROL] = [address(1), address(2), address(3)];
const LEG_1 = { marketRootId: 1, marketBranchId: 1 };

/** Place 1 is dead: the order that rested there is gone. */
function withDeadPlace(): Recorded {
  const recorded = new Recorded();
  recorded.place(ALICE, 4_000n, 1n);
  recorded.cancel(ALICE, 1);
  return recorded;
}

/** Kinds and numbers of the events since there were so many. */
function since(recorded: Recorded, count: number): unknown[] {
  return recorded.logged.slice(count).map(({ event }) => {
    if (event.kind === "tradePlaced") return [event.kind, event.tradeRootId, event.place];
    return "tradeRootId" in event ? [event.kind, event.tradeRootId] : [event.kind];
  });
}

/** A batch of orders, each of which has the nonce that follows from those before. */
function orders(recorded: Recorded, ...specs: readonly Parameters<Recorded["submitted"]>[]): SubmittedOrder[] {
  const counts = new Map<string, bigint>();
  return specs.map((spec) => {
    const ahead = counts.get(spec[0]) ?? 0n;
    counts.set(spec[0], ahead + 1n);
    const order = recorded.submitted(...spec);
    return { ...order, package: { ...order.package, nonce: order.package.nonce + ahead } };
  });
}

function expectRebuilt({ book, logged }: Recorded): void {
  const rebuilt = rebuildBook(TERMS, logged);
  expect(rebuilt.depthOf(LEG_1, true)).to.deep.equal(book.depthOf(LEG_1, true));
  expect(rebuilt.depthOf(LEG_1, false)).to.deep.equal(book.depthOf(LEG_1, false));
  for (const place of rebuilt.deadPlaces(99)) expect(book.deadPlaces(99)).to.include(place);
}

describe("The place of an order", () => {
  it("is that of its own number, if its submitter names none", () => {
    const recorded = new Recorded();
    recorded.place(ALICE, 4_000n, 1n);
    expect(recorded.book.placeOf(1)).to.equal(1);
    expect(recorded.book.deadPlaces(9)).to.deep.equal([]);
    recorded.cancel(ALICE, 1);
    expect(recorded.book.placeOf(1)).to.equal(0);
    expect(recorded.book.deadPlaces(9)).to.deep.equal([1]);
    expectRebuilt(recorded);
  });

  it("is the one that is named, where an order rested and is gone, and its book says so", () => {
    const recorded = withDeadPlace();
    const before = recorded.logged.length;
    const { result, events } = recorded.book.createTrade(
      { timestamp: NOW },
      recorded.submitted(BOB, 4_000n, 2n, {}, 1),
      { maxMatches: 9, maxWalk: 9 },
    );
    recorded.note({ result, events });
    expect(result).to.deep.equal({ tradeRootId: 2, place: 1 });
    expect(since(recorded, before)).to.deep.equal([["tradeCreated", 2], ["tradePlaced", 2, 1], ["checkpoint"]]);
    expect(recorded.book.orderAt(1)).to.deep.include({ tradeRootId: 2, lots: 2n });
    expect(recorded.book.deadPlaces(9)).to.deep.equal([]);
    expectRebuilt(recorded);
    recorded.cancel(BOB, 2);
    expect([recorded.book.deadPlaces(9), recorded.book.state.queues.lastAt(1)]).to.deep.equal([[1], 2]);
    expectRebuilt(recorded);
  });

  it("is not one where an order rests, or none ever did", () => {
    const recorded = withDeadPlace();
    recorded.place(BOB, 4_000n, 2n, {}, 1);
    for (const [index, place] of [1, 3, 77, 2 ** 32 - 1].entries()) {
      recorded.place(BOB, 4_000n, 1n, {}, place);
      expect(recorded.book.placeOf(3 + index), `named ${place}`).to.equal(3 + index);
    }
    expectRebuilt(recorded);
  });

  it("is one whose order this very order has filled", () => {
    const recorded = new Recorded();
    recorded.place(ALICE, 5_000n, -1n);
    recorded.place(BOB, 5_000n, 3n, {}, 1);
    expect(recorded.book.orderAt(1)).to.deep.include({ tradeRootId: 2, lots: 2n });
    expectRebuilt(recorded);
  });

  it("is said at once behind others, and of the first of its side when the call turns to something else", () => {
    const recorded = new Recorded({ maxOpenOrders: 9 });
    for (const price of [4_000n, 4_100n, 3_900n]) recorded.place(ALICE, price, 1n);
    recorded.cancel(ALICE, 1, 2);
    const before = recorded.logged.length;
    recorded.batch(...orders(recorded, [ALICE, 6_000n, -1n, {}, 1], [BOB, 3_800n, 1n, {}, 2], [CAROL, 6_100n, -1n]));
    expect(since(recorded, before)).to.deep.equal([
      ...[
        ["tradeCreated", 4],
        ["tradeCreated", 5],
        ["tradePlaced", 5, 2],
      ],
      // The next one rests on the same side.
      ...[["tradePlaced", 4, 1], ["tradeCreated", 6], ["checkpoint"]],
    ]);
    expectRebuilt(recorded);
  });

  it("is never taken by an order that is filled before the call turns to something else", () => {
    const recorded = withDeadPlace();
    const before = recorded.logged.length;
    recorded.batch(...orders(recorded, [ALICE, 5_000n, -1n, {}, 1], [BOB, 5_000n, 1n], [CAROL, 5_000n, -2n, {}, 2]));
    expect(since(recorded, before)).to.deep.equal([
      ...[["tradeCreated", 2], ["tradeCreated", 3], ["matched"], ["tradeCreated", 4], ["checkpoint"]],
    ]);
    // Order 2 has left no place of its own, and the one that it was given is as dead as before.
    expect(recorded.book.deadPlaces(9)).to.deep.equal([1]);
    expect(recorded.book.placeOf(4), "2 is no dead place").to.equal(4);
    expectRebuilt(recorded);
  });

  it("is not taken from one that the call still holds", () => {
    const recorded = withDeadPlace();
    recorded.batch(...orders(recorded, [ALICE, 6_000n, -1n, {}, 1], [BOB, 4_000n, 1n, {}, 1]));
    expect([recorded.book.placeOf(2), recorded.book.placeOf(3)]).to.deep.equal([1, 3]);
    expectRebuilt(recorded);
  });

  for (const [what, second, isStored] of [
    ["another market", [BOB, 4_000n, 1n, { marketBranchId: 2 }], true],
    ["its own side", [BOB, 6_500n, -1n, {}], true],
    ["its own trader", [ALICE, 4_000n, 1n, {}], true],
    ["a fill-or-kill order", [BOB, 4_000n, 1n, { timeInForce: TimeInForce.FillOrKill }], true],
    ["a package that is bad in itself", [BOB, 20_000n, 1n, {}], false],
  ] as const) {
    it(`is kept until the call ends, or turns to ${what}`, () => {
      const recorded = withDeadPlace();
      const before = recorded.logged.length;
      const [first, other, filling] = orders(
        recorded,
        [ALICE, 6_000n, -1n, {}, 1],
        [second[0], second[1], second[2], second[3]],
        [CAROL, 6_000n, 1n],
      ) as [SubmittedOrder, SubmittedOrder, SubmittedOrder];
      recorded.batch(first, other, filling);
      const isSaid = since(recorded, before).some((event) => JSON.stringify(event) === '["tradePlaced",2,1]');
      expect(isSaid).to.equal(isStored);
      expectRebuilt(recorded);
    });
  }
});
