/** Whole calls can be taken back while a book's journal is held, and a batch can come one order at a time. */
import { expect } from "chai";

import { Book } from "../../../src/protocol/book/book.js";
import type { BookEvent } from "../../../src/protocol/book/events.js";
import type { SubmittedOrder } from "../../../src/protocol/book/intake.js";
import { Journal, type Mark } from "../../../src/protocol/book/journal.js";
import { callOf } from "../../../trials/differential/calls.js";
import { drawHistory } from "../../../trials/differential/draw.js";
import { Ledger } from "../../../trials/differential/ledger.js";
import { offlineScene, runOffline } from "../../../trials/differential/offline.js";
import { errorOfLibrary, plain } from "../../../trials/differential/plain.js";
import { momentOf } from "../../../trials/differential/run.js";
import type { Step } from "../../../trials/differential/steps.js";

const SEEDS = [11, 12, 13, 14];
const STEPS = 150;

/** Everything that a book keeps. */
function pictureOf({ state }: Book): string {
  const roots = [...state.markets.table.roots.values()];
  const { checkpoints } = state.chain;
  return JSON.stringify(
    plain({
      chain: state.chain.state,
      ring: Array.from({ length: 256 }, (_, age) => state.chain.checkpointAt(checkpoints - BigInt(age)) ?? ""),
      traders: [...state.traders.all()],
      accounts: [...state.traders.all()].map(({ traderId }) => state.margin.accountOf(traderId)),
      positions: [...state.traders.all()].map(({ traderId }) => roots.map((root) => state.margin.load(traderId, root))),
      roots,
      created: roots.map(({ marketRootId }) => state.markets.createdAt(marketRootId)),
      queues: roots.flatMap((root) => {
        const branches = root.kind === "interval" ? root.strikes : root.weights;
        return branches.map((_, b) => {
          const queues = state.queues.of({ marketRootId: root.marketRootId, marketBranchId: b + 1 });
          const orders = [...queues.bids, ...queues.asks];
          const parts = orders.map((one) => [one.tradeRootId, one.place, one.traderId, one.price, one.lots]);
          return [queues.isCrossed(), parts];
        });
      }),
      dead: [...state.queues.deadPlaces()].map((place) => [place, state.queues.lastAt(place)]),
      tokens: Array.from({ length: state.terms.assets + 1 }, (_, leg) => state.pool.held(leg)),
    }),
  );
}

describe("Journal, held", () => {
  it("given moments that are kept, when it rolls back, undoes all that came later, last first", () => {
    const journal = new Journal();
    const map = new Map<string, number>();
    const put = (key: string, value: number): void => {
      journal.attempt(() => {
        journal.set(map, key, value);
      });
    };
    put("before", 1);
    const start = journal.hold();
    put("a", 1);
    const middle = journal.mark();
    put("a", 2);
    put("b", 3);
    journal.rollBack(middle);
    expect([...map]).to.deep.equal([
      ["before", 1],
      ["a", 1],
    ]);
    journal.rollBack(start);
    expect([...map]).to.deep.equal([["before", 1]]);
  });

  it("given a moment that was released, when it rolls back there, refuses, and still knows later ones", () => {
    const journal = new Journal();
    const map = new Map<string, number>();
    const start = journal.hold();
    journal.attempt(() => {
      journal.set(map, "a", 1);
    });
    const middle = journal.mark();
    journal.attempt(() => {
      journal.set(map, "a", 2);
    });
    journal.release(middle);
    expect(() => {
      journal.rollBack(start);
    }).to.throw(RangeError, `moment ${start} is not kept`);
    journal.rollBack(middle);
    expect(map.get("a")).to.equal(1);
  });
});

describe("Book, held", () => {
  for (const seed of SEEDS) {
    it(`given a random history, when calls are taken back, is as it was before them (seed ${seed})`, () => {
      const moments: { readonly mark: Mark; readonly picture: string }[] = [];
      let steps = 0;
      const { book } = runOffline(drawHistory(seed, STEPS), (at) => {
        steps += 1;
        if (steps === 1) at.state.journal.hold();
        if (steps % 10 === 1) moments.push({ mark: at.state.journal.mark(), picture: pictureOf(at) });
      });
      expect(moments.length).to.be.greaterThan(10);
      for (const { mark, picture } of moments.toReversed()) {
        book.state.journal.rollBack(mark);
        expect(pictureOf(book)).to.equal(picture);
      }
    });

    it(`given random batches, when they come one order at a time, does what createTrades does (seed ${seed})`, () => {
      const { terms, steps } = drawHistory(seed, STEPS);
      const stage = offlineScene(terms);
      const ledger = new Ledger(stage, () => stage.supply / 8n);
      const book = new Book(stage.terms, ledger);
      const { journal } = book.state;
      journal.hold();
      let now = Number(stage.terms.t1) - 400;
      let batches = 0;
      for (const step of steps) {
        now = momentOf(stage, book, step, now);
        const timestamp = BigInt(now);
        const call = callOf({ world: stage, book, ledger, timestamp }, step);
        if (call === undefined) continue;
        const before = journal.mark();
        const oneByOne = isOrdersAlone(step) ? appendAll(book, call.batch?.orders ?? [], step, timestamp) : undefined;
        const picture = pictureOf(book);
        if (oneByOne !== undefined) journal.rollBack(before);
        const made = eventsOf(() => call.run(book, { caller: call.caller, timestamp }).events);
        if (oneByOne === undefined || made === undefined) continue;
        batches += 1;
        expect(plain(made.filter(({ kind }) => kind !== "skipped"))).to.deep.equal(plain(oneByOne));
        expect(pictureOf(book)).to.equal(picture);
      }
      expect(batches).to.be.greaterThan(3);
    });
  }
});

/** @returns undefined for a refused call, which changes nothing */
function eventsOf(run: () => readonly BookEvent[]): readonly BookEvent[] | undefined {
  try {
    return run();
  } catch (error) {
    errorOfLibrary(error); // throws what is no refusal
    return undefined;
  }
}

/** A batch of nothing but orders, each of which is read as it was given. */
function isOrdersAlone(step: Step): step is Extract<Step, { op: "createTrades" }> {
  if (
    step.op !== "createTrades" ||
    step.strict === true ||
    step.cancellations?.length !== 0 ||
    step.quoteSets?.length !== 0
  )
    return false;
  return step.orders.every(({ flaw }) => flaw !== "link" && flaw !== "flag");
}

function appendAll(
  book: Book,
  orders: readonly SubmittedOrder[],
  limits: { readonly maxMatches: number; readonly maxWalk: number },
  timestamp: bigint,
): BookEvent[] {
  const made = orders.flatMap((order) => book.appendTrade({ timestamp }, order, limits).events);
  const { chain } = book.state;
  if (!chain.changed) return made;
  made.push(...book.expectBatch().events);
  const ending = chain.nextEnding(chain.nextMark);
  chain.land(ending.link);
  return [...made, { kind: "checkpoint", ...ending }];
}
