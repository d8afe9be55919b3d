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

/** Takes a session's packages, and answers what is asked of it. */
export function serve(state: SessionState, engine: Engine): Served {
  const { tracker, ledger, cancels, packages, cancellations, metrics, now, account, historian, archive } = state;
  const { admission, switches, confirmed, wallets, clock, terms, routing } = state;
  const isTrader = (address: string): Promise<boolean> => Promise.resolve(confirmed.book.traderIdOf(address) !== 0);
  const reading = { domain: terms.domain, wallets, clock, isTrader };
  const intake = createIntake({ ...admission, store: packages });
  const receipts = receiptsOf(state);
  const views = createViews({ tracker, confirmed, ledger, cancels, store: packages, routing, clock });
  const mayRead: Live["mayRead"] = (trader, until, signature) => requireReader(reading, trader, until, signature);
  const live: Live = {
    intake,
    receipts,
    metrics,
    canceller: createCanceller({ ...admission, store: packages }),
    cancelDesk: createCancelDesk({ ...admission, intake, cancellations }),
    switches,
    views,
    queue: () => queueView({ tracker, ledger, cancels, now, account, submits: engine.isSubmitter }),
    book: () => confirmed.book,
    words: historian && ((roots) => historian.history.words(roots)),
    basket: terms.basket,
    mayRead,
  };
  return {
    live,
    health: () => healthOf(state, engine),
    describe: () => describe(state, receipts),
    facts: () => factsView(terms, clock.now()),
    past: historian && archive && pastOf(state, { ...historian, ...archive }, { views, mayRead }),
  };
}

/** @returns undefined without a key */
function receiptsOf({ terms, config, ledger, cancels }: SessionState): Receipts | undefined {
  const { receiptKey: key } = config;
  if (key === undefined) return undefined;
  return createReceipts({ domain: terms.domain, key, ledger, cancels, time: () => Date.now() });
}

function describe({ terms, config, account, clock, historian }: SessionState, receipts?: Receipts): SessionView {
  const { maxPending, maxPendingPerTrader, deadlineMargin } = config;
  const hasStream = historian !== undefined;
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
  { history, basket, hub, store, logs, measurer }: Historian & Archive,
  { views, mayRead }: Pick<Live, "views" | "mayRead">,
): NonNullable<Served["past"]> {
  return {
    history,
    basket,
    finalBlock: () => tracker.finalBlock,
    hub,
    store,
    logs,
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
