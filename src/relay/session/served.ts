/** What of a session takes packages and answers what is asked. */
import type { Archive } from "../archive/archive.js";
import type { Engine } from "../engine/engine.js";
import type { Historian } from "../history/historian.js";
import { queueView } from "../http/queue-view.js";
import { createReceipts, type Receipts } from "../http/receipts.js";
import type { HealthView } from "../http/routes.js";
import { factsView } from "../../views/session.js";
import { sessionView, type SessionView } from "../http/routes-session.js";
import type { Live, Served } from "../http/server.js";
import { createViews, requireMarket } from "../http/views.js";
import { createCancelDesk } from "../queue/cancel-desk.js";
import { createCanceller } from "../queue/cancel.js";
import { createIntake } from "../queue/intake.js";
import { requireReader } from "../queue/reading.js";
import type { SessionState } from "./state.js";

/** What this process's roles have it answer of a session. */
export function serve(state: SessionState, engine: Engine): Served {
  const { historian, archive, terms, clock, config } = state;
  const live = liveOf(state, engine);
  const past = historian && archive && pastOf(state, { ...historian, ...archive }, live);
  return {
    live: config.roles.has("intake") ? live : undefined,
    health: () => healthOf(state, engine),
    describe: () => describe(state, live.receipts),
    facts: () => factsView(terms, clock.now()),
    past: config.roles.has("read") ? past : undefined,
  };
}

/** Takes its packages, and knows its book. */
function liveOf(state: SessionState, engine: Engine): Live {
  const { tracker, ledger, cancels, packages, cancellations, metrics, now, account, historian } = state;
  const { admission, switches, confirmed, wallets, clock, terms, routing } = state;
  const isTrader = (address: string): Promise<boolean> => Promise.resolve(confirmed.book.traderIdOf(address) !== 0);
  const reading = { domain: terms.domain, wallets, clock, isTrader };
  const intake = createIntake({ ...admission, store: packages });
  return {
    intake,
    receipts: receiptsOf(state),
    metrics,
    canceller: createCanceller({ ...admission, store: packages }),
    cancelDesk: createCancelDesk({ ...admission, intake, cancellations }),
    switches,
    views: createViews({ tracker, confirmed, ledger, cancels, store: packages, routing, clock }),
    queue: () => queueView({ tracker, ledger, cancels, now, account, submits: engine.isSubmitter }),
    book: () => confirmed.book,
    words: historian && ((roots) => historian.history.words(roots)),
    basket: terms.basket,
    mayRead: (trader, until, signature) => requireReader(reading, trader, until, signature),
  };
}

/** @returns undefined without a key */
function receiptsOf({ terms, config, ledger, cancels }: SessionState): Receipts | undefined {
  const { receiptKey: key } = config;
  if (key === undefined) return undefined;
  return createReceipts({ domain: terms.domain, key, ledger, cancels, time: () => Date.now() });
}

function describe({ terms, config, account, clock }: SessionState, receipts?: Receipts): SessionView {
  const { maxPending, maxPendingPerTrader, deadlineMargin } = config;
  const hasStream = config.index; // here, or in a process that reads behind the same address
  const limits = { maxPending, maxPendingPerTrader, deadlineMargin };
  const facts = { account, receipts: receipts?.account, houses: terms.houses, ...limits, hasStream };
  return sessionView(terms, facts, { time: clock.now(), serverTimeMs: Date.now() });
}

function healthOf({ tracker, ledger, historian, faults }: SessionState, engine: Engine): HealthView {
  const list = faults.list();
  return {
    ready: !list.some(({ blocking }) => blocking),
    submits: engine.isSubmitter,
    block: tracker.mirror.tip?.number,
    waiting: ledger.unlanded(),
    inFlight: ledger.openSubmissions().length,
    faults: list,
    index: historian?.indexer.status,
  };
}

function pastOf(
  { tracker, confirmed, now, clock, watchers }: SessionState,
  { history, basket, hub, store, logs, measurer, notYet }: Historian & Archive,
  { views, mayRead }: Pick<Live, "views" | "mayRead">,
): NonNullable<Served["past"]> {
  return {
    history,
    basket,
    finalBlock: () => tracker.finalBlock,
    hub,
    store,
    logs,
    notYet,
    measurer,
    now,
    own: {
      mayRead,
      watch: watchers.watch,
      time: () => clock.now(),
      waitingOf: (trader) =>
        Promise.resolve({ packages: views.packagesOf(trader), cancellations: views.cancellationsOf(trader) }),
    },
    requireMarket: (market) =>
      new Promise((resolve) => {
        requireMarket(confirmed.book, market);
        resolve();
      }),
  };
}
