/** The rows of small sessions, by hand. */
import { expect } from "chai";

import { Projection } from "../../../src/dataset/rows/projection.js";
import { sealed, type SessionLog } from "../../../src/verify/session-log.js";
import { expectDatasetError } from "../support/expect.js";
import { rowsOf } from "../support/folders.js";
import { eventful, funded, STAKE, trading, withMarkets } from "../../verify/support/stories.js";
import { ALICE, BOB, CAROL, ORGANISER, WALLET } from "../../verify/support/people.js";
import { bound, RACE, RAIN } from "../../verify/support/markets.js";
import { LOT, SCALE, SUPPLY, T2 } from "../../verify/support/header.js";

const take = (log: SessionLog): Projection => {
  const projection = new Projection(log.header, () => undefined, new Map());
  for (const record of log.records) projection.take(record);
  return projection;
};

describe("dataset: rows", () => {
  it("number what folds and what changes an account by itself, and say what was seen", () => {
    const { events } = rowsOf(eventful().log());
    expect(events.map(({ seq }) => seq)).to.deep.equal(events.map((_, k) => BigInt(k + 1)));
    expect(events.map(({ action }) => action).join("")).to.equal("DDDMMMAAFTAAFTAAFTACDA");
    const [, , , , , , offer, bid, fill, trade] = events;
    expect(offer).to.deep.include({ order_id: 1n, side: "A", price: 5_000, lots: 100n, lots_left: 100n, seen_seq: 6n });
    expect(bid).to.deep.include({ order_id: 2n, side: "B", seen_seq: 7n, age_checkpoints: 0, trader: 2, via: "book" });
    expect(fill).to.deep.include({ order_id: 1n, side: "A", lots: 100n, lots_left: 0n, match_id: 1n, checkpoint: 5n });
    expect(trade).to.deep.include({ order_id: 2n, side: "B", lots: 100n, lots_left: 0n, match_id: 1n, seen_seq: 7n });
  });

  it("tell how old a link was, and what it covers", () => {
    const scribe = trading();
    const early = scribe.sign(CAROL, { priceTicks: 4_000n, quantityLots: 5n });
    scribe.order(ALICE, { priceTicks: 4_100n, quantityLots: 5n });
    scribe.order(ALICE, { priceTicks: 4_200n, quantityLots: 5n });
    scribe.batch({ orders: [early] });
    const { events } = rowsOf(scribe.log());
    expect(events.at(-1)).to.deep.include({ action: "A", seen_seq: 0n, age_checkpoints: 2, checkpoint: 3n });
  });

  it("say why lots were taken out", () => {
    const scribe = trading();
    const [first] = scribe.orders(
      [ALICE, { priceTicks: 5_000n, quantityLots: -10n }],
      [ALICE, { priceTicks: 5_000n, quantityLots: 4n }],
    );
    expect(first).to.equal(1);
    scribe.order(BOB, { priceTicks: 6_000n, quantityLots: 8n, timeInForce: 1 });
    const late = scribe.order(CAROL, { priceTicks: 4_000n, quantityLots: 3n, deadline: scribe.now + 1n });
    scribe.now += 10n;
    scribe.offset(ORGANISER, late);
    const { events } = rowsOf(scribe.log());
    const out = events
      .filter(({ action }) => action === "C")
      .map(({ order_id, reason, lots }) => [order_id, reason, lots]);
    expect(out).to.deep.equal([
      [1n, "own_order", 10n],
      [3n, "remainder", 8n],
      [4n, "expired", 3n],
    ]);
  });

  it("show accounts, claims, positions and payments after a fill", () => {
    const scribe = trading();
    scribe.order(ALICE, { priceTicks: 5_500n, quantityLots: 100n });
    scribe.order(BOB, { priceTicks: 5_500n, quantityLots: -100n });
    const { accounts, allocations, positions, payments } = rowsOf(scribe.log());
    const paid = (55n * LOT * 100n) / 100n;
    const worth = LOT * 100n;
    expect(accounts.slice(-2)).to.deep.equal([
      { seq: 7n, trader: 1, cash_wei: STAKE - paid, worst_wei: 0n, reserve_wei: 0n, open_orders: 0 },
      { seq: 7n, trader: 2, cash_wei: STAKE + paid, worst_wei: -worth, reserve_wei: 0n, open_orders: 0 },
    ]);
    expect(allocations.slice(-4).map(({ trader, leg, claim_wei }) => [trader, leg, claim_wei])).to.deep.equal([
      [1, 1, STAKE - paid + worth],
      [1, 2, STAKE - paid],
      [2, 1, STAKE + paid - worth],
      [2, 2, STAKE + paid],
    ]);
    expect(positions.map(({ trader, branch_id, lots }) => [trader, branch_id, lots])).to.deep.equal([
      [1, 1, 100n],
      [2, 1, -100n],
    ]);
    expect(payments).to.deep.equal(
      [1, 2, 3].map((trader) => ({ seq: BigInt(trader), trader, leg: 0, amount_wei: STAKE })),
    );
  });

  it("count positions of a basket from the last leg, and a full set as cash", () => {
    const scribe = trading();
    scribe.order(ALICE, { priceTicks: 4_000n, quantityLots: 10n, marketBranchId: 2 });
    scribe.order(BOB, { priceTicks: 4_000n, quantityLots: -10n, marketBranchId: 2 });
    const { accounts, positions } = rowsOf(scribe.log());
    // Buying silver at 40 % is selling gold at 60 %.
    expect(positions.map(({ trader, branch_id, lots }) => [trader, branch_id, lots])).to.deep.equal([
      [1, 1, -10n],
      [2, 1, 10n],
    ]);
    const sixty = (10n * LOT * 6n) / 10n;
    expect(accounts.at(-2)).to.deep.include({ trader: 1, cash_wei: STAKE + sixty, worst_wei: -10n * LOT });
  });

  it("tell weights while every leg is quoted, by largest remainders", () => {
    const scribe = withMarkets();
    for (const [leg, price] of [
      [1, 20n],
      [2, 31n],
      [3, 51n],
    ] as const) {
      scribe.order(ALICE, { marketRootId: RACE, marketBranchId: leg, priceTicks: price, quantityLots: 1n });
      scribe.order(BOB, { marketRootId: RACE, marketBranchId: leg, priceTicks: price + 2n, quantityLots: -1n });
    }
    const { weights } = rowsOf(scribe.log());
    const last = weights.filter(({ root_id }) => root_id === RACE).slice(-3);
    expect(
      last.map(({ leg, bid, ask, mid2, weight_ppm, overround_ticks }) => [
        leg,
        bid,
        ask,
        mid2,
        weight_ppm,
        overround_ticks,
      ]),
    ).to.deep.equal([
      [1, 20, 22, 42, 200_000n, 8],
      [2, 31, 33, 64, 304_762n, 8],
      [3, 51, 53, 104, 495_238n, 8],
    ]);
    expect(weights.filter(({ root_id }) => root_id === RACE)).to.have.length(2 * 3); // both calls of the last leg
  });

  it("tell roots with their ends: by the owner, by the fallback, by delivery", () => {
    const scribe = eventful();
    bound(scribe, RAIN, 1, 23n, 23n);
    scribe.realise(RAIN, BOB, CAROL);
    scribe.now = T2 + 1_500n;
    scribe.applyFallback(RACE);
    scribe.exit(ALICE);
    const { roots, outcomes, events, branches, bounds } = rowsOf(scribe.log());
    const seqOf = (action: string): bigint => events.findLast((row) => row.action === action)!.seq;
    expect(
      roots.map(({ root_id, kind, settled_seq, outcome_json }) => [root_id, kind, settled_seq, outcome_json]),
    ).to.deep.equal([
      [1, "basket", null, null],
      [2, "interval", seqOf("M"), "[23,20]"],
      [3, "event", seqOf("B"), "[0,100,0]"],
    ]);
    expect(
      outcomes.map(({ root_id, branch_id, value, settled_by }) => [root_id, branch_id, value, settled_by]),
    ).to.deep.equal([
      [1, 1, null, "delivery"],
      [1, 2, null, "delivery"],
      [2, 1, 23, "owner"],
      [2, 2, 20, "owner"],
      [3, 1, 0, "fallback"],
      [3, 2, 100, "fallback"],
      [3, 3, 0, "fallback"],
    ]);
    expect(branches.filter(({ root_id }) => root_id === RAIN)).to.deep.equal([
      { root_id: 2, branch_id: 1, parent: 0, k1: 0, k2: 50, created_seq: 4n },
      { root_id: 2, branch_id: 2, parent: 1, k1: 10, k2: 20, created_seq: 5n },
    ]);
    expect(bounds.at(-1)).to.deep.include({ root_id: 3, branch_id: 3, lo: 0, hi: 0, link: `0x${"0".repeat(64)}` });
    expect(events.find(({ action }) => action === "B")).to.deep.include({
      root_id: 3,
      branch_id: 0,
      price: 2,
      side: "N",
      trader: null,
    });
  });

  it("tell through what an order came, as far as a log says it, or somebody has found out", () => {
    const scribe = eventful();
    const log = scribe.log();
    const wallets = rowsOf(log).events.filter(({ trader }) => trader === 4);
    expect(wallets.map(({ via }) => via)).to.deep.equal([null, "book"]); // its contract has signed
    const unsigned = trading();
    unsigned.deposit(WALLET, STAKE);
    unsigned.order(ALICE, { priceTicks: 5_000n, quantityLots: -10n });
    const { package: order } = unsigned.sign(WALLET, { priceTicks: 5_000n, quantityLots: 4n, timeInForce: 1 });
    unsigned.batch({ orders: [{ package: order, signature: "0x", insertAfter: 0, place: 0 }] });
    const told = rowsOf(unsigned.log());
    expect(told.trades.map(({ through }) => through)).to.deep.equal(["contract"]);
    expect(told.events.filter(({ via }) => via !== null).map(({ action, via }) => `${action} ${via}`)).to.deep.equal([
      "A book",
      "A contract",
      "F contract",
      "T contract",
    ]);
    const known = rowsOf(unsigned.log(), new Map([[WALLET.address, "maker"]]));
    expect(known.trades.map(({ through }) => through)).to.deep.equal(["maker"]);
  });

  it("are few before anything happens", () => {
    const rows = rowsOf(funded().log());
    const filled = Object.entries(rows).flatMap(([name, { length }]) => (length === 0 ? [] : [`${name} ${length}`]));
    expect(filled).to.deep.equal(["roots 1", "branches 2"]);
    expect(rows.branches[0]).to.deep.equal({
      root_id: 1,
      branch_id: 1,
      parent: 0,
      k1: 0,
      k2: Number(SCALE),
      created_seq: 0n,
    });
    expect(SUPPLY).to.be.greaterThan(0n);
  });

  it("come to nothing if the log ends in the middle of a call, or says what cannot be", () => {
    const { header, records } = eventful().log();
    const cut = take(sealed(header, records.slice(0, -1)));
    expectDatasetError(() => cut.end(), "DATASET_LOG_CUT", { rows: 22n });
    const swapped = records.with(-2, records.at(-1)!);
    const place = { blockNumber: records.at(-1)!.blockNumber, logIndex: records.at(-1)!.logIndex, rule: "R24" };
    expectDatasetError(() => take(sealed(header, swapped)), "DATASET_LOG_IMPOSSIBLE", place);
    const broken = records.with(10, { ...records[10]!, data: "0x00" });
    expectDatasetError(() => take(sealed(header, broken)), "DATASET_LOG_IMPOSSIBLE", { rule: "log" });
  });
});
