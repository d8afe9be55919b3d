/** A session's book in a thread of its own: logs in, the wire's words out. */
import "../without-eval.js";

import { expose } from "comlink";

import { CloneToken__factory } from "../../../typechain-types/index.js";
import { basketOf, printable } from "../../../src/bindings/assets.js";
import { read } from "../../../src/bindings/transact.js";
import { rest } from "../../../src/node/rest.js";
import { messageOf } from "../../../src/protocol/amounts/errors.js";
import { effectOfRecord } from "../../../src/protocol/book/record-effect.js";
import { accountOf, linkToSign } from "../../../src/protocol/book/projections.js";
import { accountView } from "../../../src/views/accounts.js";
import { bookView, depthView, monitoringView, rootViews } from "../../../src/views/markets.js";
import { factsView } from "../../../src/views/session.js";
import { lostAfter } from "../lost.js";
import { factsOf, type SourceState } from "../source.js";
import type { MirrorApi } from "./api.js";
import { contractsIn } from "./contracts.js";
import { foresee, foreseeAll, foreseeExit, mostOf, paidIn } from "./foresight.js";
import { holdingsIn } from "./holders.js";
import { marketRecordsOf } from "./market-records.js";
import { createExplorer, type Explorer } from "./explorer.js";
import { standingAt } from "./standing.js";
import { unwindingOf } from "./unwinding.js";
import { catchUp, type Followed, type FollowOptions, openFollowed } from "./follow.js";

const POLL_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
const MOST_NAME = 40;

let state: SourceState = { status: "opening", note: "Asking the node" };
let opened: Followed | undefined;
/** Resolves once the book stands at the chain's end for the first time. */
let ready: () => void = () => undefined;
const whenReady = new Promise<void>((resolve) => (ready = resolve));

async function followed(): Promise<Followed> {
  await whenReady;
  if (opened === undefined) throw new Error("unreachable: it is ready once it is opened");
  return opened;
}

async function follow(options: FollowOptions, tell: (state: SourceState) => void): Promise<void> {
  const { signal } = new AbortController(); // the worker ends with its page
  const change = (next: SourceState): void => {
    state = next;
    tell(next);
  };
  let pause = POLL_MS;
  for (;;) {
    try {
      if (opened === undefined) change({ status: "opening", note: `Asking the node at ${options.rpcUrl}` });
      const now = (opened ??= await openFollowed(options));
      await catchUp(now, signal, (done, total) => {
        if (total < 100 || state.status !== "opening") return;
        change({ status: "opening", note: `Reading the session's logs: ${done} of ${total} blocks` });
      });
      const { number, hash, timestamp } = now.tip;
      change({ status: "live", head: { number, hash, time: Number(timestamp), heardAt: Date.now() } });
      ready();
      pause = POLL_MS;
    } catch (error) {
      change(lostAfter(state, messageOf(error)));
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    }
    await rest(pause, signal);
  }
}

let explored: { readonly of: string; readonly explorer: Explorer } | undefined;

/** Made anew when the records are others. */
function explorer({ records, terms, times, tip }: Followed): Explorer {
  if (explored?.of !== tip.hash) {
    explored = { of: tip.hash, explorer: createExplorer(records, { domain: terms.domain, times }) };
  }
  return explored.explorer;
}

const api: MirrorApi = {
  open: (options, tell) => {
    void follow(options, tell);
  },
  async facts() {
    const facts = factsOf(factsView((await followed()).terms, 0n));
    return facts as Awaited<ReturnType<MirrorApi["facts"]>>; // amounts of a handle are branded
  },
  async names() {
    const { handle, provider } = await followed();
    const token = CloneToken__factory.connect(handle.address, provider);
    const [name, symbol, assets] = await Promise.all([read(token.name()), read(token.symbol()), basketOf(handle)]);
    return { name: printable(name, MOST_NAME), symbol: printable(symbol, 16), assets };
  },
  async markets() {
    const { projector, words, tip } = await followed();
    const roots = rootViews(projector, words);
    return { block: { number: tip.number, hash: tip.hash }, roots } as Awaited<ReturnType<MirrorApi["markets"]>>; // as of facts
  },
  async depth(market, levels) {
    return depthView((await followed()).projector, market, levels) as Awaited<ReturnType<MirrorApi["depth"]>>; // as of facts
  },
  async book(market, limit) {
    return bookView((await followed()).projector, market, limit) as Awaited<ReturnType<MirrorApi["book"]>>; // as of facts
  },
  async trader(address) {
    const { book } = (await followed()).projector;
    const id = book.traderIdOf(address);
    return id === 0 ? undefined : (accountView(book, id) as Awaited<ReturnType<MirrorApi["trader"]>>); // as of facts
  },
  async monitoring() {
    const { projector, tip } = await followed();
    const block = { number: tip.number, hash: tip.hash };
    return { block, ...monitoringView(projector) } as Awaited<ReturnType<MirrorApi["monitoring"]>>; // as of facts
  },
  async link() {
    const { projector, sharesMarks, tip, terms } = await followed();
    const { state: book } = projector;
    return {
      link: linkToSign(book, sharesMarks),
      checkpoints: book.chain.checkpoints,
      chainWindow: terms.chainWindow,
      block: { number: tip.number, hash: tip.hash },
    };
  },
  async history(kind, query) {
    return (await followed()).history.page(kind, query);
  },
  async candles(market, query) {
    return (await followed()).history.candles(market, query);
  },
  async foresee(draft) {
    return foresee(await followed(), draft);
  },
  async foreseeAll(drafts) {
    return foreseeAll(await followed(), drafts);
  },
  async mostLots(draft) {
    return mostOf(await followed(), draft);
  },
  async foreseeExit(trader) {
    return foreseeExit(await followed(), trader);
  },
  async paidIn(trader) {
    return paidIn(await followed(), trader);
  },
  async description(marketRootId) {
    return (await followed()).descriptions.get(marketRootId);
  },
  async effect(record, description) {
    const { projector, tip } = await followed();
    const { number: block, timestamp } = tip;
    const unsigned = { record, signature: "0x", description };
    return { block, effect: effectOfRecord(projector.book, { caller: record.owner, timestamp }, unsigned) };
  },
  async marketRecords(marketRootId) {
    const { records, terms, times, freed } = await followed();
    return marketRecordsOf(records, marketRootId, {
      domain: terms.domain,
      timeOf: (number) => times.get(number) ?? 0n,
      freedBy: ({ blockNumber, logIndex }) => freed.get(blockNumber)?.get(logIndex),
    });
  },
  async standingAt(block, trader) {
    const { handle, provider } = await followed();
    return standingAt(handle, provider, block, trader);
  },
  async account(address) {
    const { state: book } = (await followed()).projector;
    const trader = book.traders.find(address);
    return trader === undefined ? undefined : accountOf(book, trader.traderId);
  },
  async holdings() {
    const { projector, records, tip } = await followed();
    return holdingsIn(projector.state, records, tip.number);
  },
  async unwinding(trader, makers) {
    return unwindingOf(await followed(), trader, makers);
  },
  async contracts() {
    return contractsIn((await followed()).records);
  },
  async calls(query) {
    return explorer(await followed()).page(query);
  },
  async call(index) {
    return explorer(await followed()).call(index);
  },
  async findCall(search) {
    return explorer(await followed()).find(search);
  },
};

expose(api);
