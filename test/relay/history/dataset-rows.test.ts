/** The rows that a relay's index tells are those of the session's dataset, cell by cell: one is made of logs, the other of blocks. */
import { expect } from "chai";

import { createProjector } from "../../../src/history/projector.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import { bookOf, snapshotOf } from "../../../src/protocol/book/snapshot.js";
import { createHistory, type History } from "../../../src/relay/history/history.js";
import { createIndexStore } from "../../../src/relay/history/index-store.js";
import { toldItem } from "../../../src/views/history.js";
import { bookTermsOf } from "../../../src/verify/log-header.js";
import { busySession, endSession } from "../../dataset/support/busy.js";
import { type AllRows, rowsOf } from "../../dataset/support/folders.js";
import { withMarkets } from "../../verify/support/stories.js";
import { WALLET } from "../../verify/support/people.js";
import { ONE } from "../../verify/support/header.js";
import { freshBook, sharedDatabase } from "../paper/database.js";
import { allPages, blocksOf, type LoggedBlock, put } from "./log-blocks.js";

/** A dataset's row in JSON's words. */
const inWords = ({ block_number, ts_event, ...row }: { readonly block_number: bigint; readonly ts_event: bigint }) => ({
  ...row,
  block_number: Number(block_number),
  ts_event: new Date(Number(ts_event)).toISOString(),
});

async function expectSame(history: History, rows: AllRows): Promise<void> {
  const records = (await allPages(history, "records")).map(toldItem);
  const accounts = (await allPages(history, "accounts")).map(toldItem);
  const addresses = new Map(rows.traders.map(({ trader, address }) => [trader, address]));
  const folded = rows.events.filter(({ checkpoint }) => checkpoint !== null);
  const alone = rows.events.filter(({ checkpoint }) => checkpoint === null);
  expect(records).to.deep.equal(
    folded.map((row) => ({ ...inWords(row), address: row.trader === null ? null : addresses.get(row.trader) })),
  );
  expect(accounts.length).to.equal(alone.length);
  for (const [k, account] of accounts.entries()) {
    const { amounts_wei, address, cash_wei, worst_wei, reserve_wei, open_orders, ...event } = account;
    const { seq, trader } = account;
    expect(inWords(alone[k]!)).to.include(event);
    expect(address).to.equal(addresses.get(trader));
    const after = rows.accounts.findLast((row) => row.trader === trader && row.seq <= seq);
    const told = { seq: after?.seq, trader, cash_wei, worst_wei, reserve_wei, open_orders };
    expect(told).to.deep.equal(after);
    const paid = rows.payments.filter((row) => row.seq === seq).map(({ amount_wei }) => amount_wei);
    if ("DWX".includes(account.action)) expect(amounts_wei).to.deep.equal(paid);
  }
  const calls = (await allPages(history, "checkpoints")).map(toldItem);
  expect(calls.length).to.equal(rows.checkpoints.length);
  for (const [k, call] of calls.entries()) expect(call).to.deep.include(inWords(rows.checkpoints[k]!));
}

describe("given a session's log, and a relay's index of the same blocks", () => {
  const log = endSession(busySession({ calls: 120, seed: 5n })).log();
  const rows = rowsOf(log);
  const terms = bookTermsOf(log.header);

  it("tells the same records, changes of accounts and checkpoints, in the same names", async () => {
    const [database, book] = [await sharedDatabase(), freshBook()];
    const store = createIndexStore(database, book);
    await put(store, createProjector(terms, 10_000), blocksOf(log));
    const kinds = new Set(rows.events.map(({ action }) => action));
    expect([...kinds].sort().join("")).to.equal("ABCDFHMRTWX");
    await expectSame(createHistory(database, book), rows);
  });

  it("goes on behind any block from what the index has", async () => {
    const blocks = blocksOf(log);
    for (const part of [0.3, 0.7]) {
      const [database, book] = [await sharedDatabase(), freshBook()];
      const store = createIndexStore(database, book);
      const at = Math.floor(blocks.length * part);
      const first = createProjector(terms, 10_000);
      await put(store, first, blocks.slice(0, at));
      const text = snapshotOf(first.book);
      const opened = bookOf(terms, text, TRUSTING);
      const { number, hash, timestamp } = blocks[at - 1]!.header;
      const resting = [...opened.state.queues.orders()].map(({ tradeRootId }) => tradeRootId);
      expect(resting.length).to.be.greaterThan(0);
      const events = await store.eventsSoFar(number, resting);
      const lastPrices = await store.lastPrices(number);
      const projector = createProjector(terms, 10_000, undefined, {
        ...{ number, hash, timestamp, book: opened, lastPrices, events },
      });
      const again: LoggedBlock[] = blocks.slice(at);
      const made = again.map(({ header, records }) => projector.apply(header, records));
      const known = {
        ...blocks[at - 1]!.header,
        head: first.tip!.head,
        transactions: 0n,
        rows: made[0]!.rows,
        skipped: [],
        changes: [],
      };
      expect(await store.put([known, ...made], false)).to.equal(true);
      await expectSame(createHistory(database, book), rows);
    }
  });

  it("names the house through which a contract's order came, in every record of it", async () => {
    const scribe = withMarkets();
    scribe.deposit(WALLET, 10n * ONE);
    scribe.order(WALLET, { priceTicks: 2n, quantityLots: 3n });
    const ended = scribe.log();
    const through = rowsOf(ended, new Map([[WALLET.address, "maker"]]));
    const [database, book] = [await sharedDatabase(), freshBook()];
    await put(createIndexStore(database, book), createProjector(bookTermsOf(ended.header), 100), blocksOf(ended));
    await expectSame(createHistory(database, book), through);
  });

  it("does not go on where nothing is known of an order that rests", () => {
    const blocks = blocksOf(log);
    const projector = createProjector(terms, 10_000);
    for (const { header, records } of blocks.slice(0, Math.floor(blocks.length / 2))) projector.apply(header, records);
    const { number, hash, timestamp } = projector.tip!;
    const book = bookOf(terms, snapshotOf(projector.book), TRUSTING);
    const events = { seq: 0n, tx: 0n, matches: 0n, seen: [], orders: [] };
    const start = { number, hash, timestamp, book, lastPrices: [], events };
    expect(() => createProjector(terms, 10, undefined, start)).to.throw(RangeError, "nothing is known of order");
  });
});
