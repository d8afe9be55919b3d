/** The interface of a relay on paper, asked without a network. */
import type { FastifyInstance } from "fastify";

import type { SignedPackage } from "../../../src/bindings/packages.js";
import { queueView } from "../../../src/relay/http/queue-view.js";
import { createReceipts } from "../../../src/relay/http/receipts.js";
import type { HealthView } from "../../../src/relay/http/routes.js";
import type { MarketServices } from "../../../src/relay/http/routes-markets.js";
import { sessionView } from "../../../src/relay/http/routes-session.js";
import { factsView } from "../../../src/views/session.js";
import {
  createServer,
  type Live,
  type Served,
  type ServedProcess,
  type ServerOptions,
} from "../../../src/relay/http/server.js";
import { createViews } from "../../../src/relay/http/views.js";
import type { PageFiles } from "../../../src/page/serve.js";
import { createProcessMetrics, type ProcessMetrics } from "../../../src/relay/reporting/process-metrics.js";
import type { OpenSession } from "../../../src/relay/session/sessions.js";
import { createSessions } from "../../../src/relay/session/sessions.js";
import { sessionTermsOf } from "./chain.js";
import type { PaperRelay } from "./relay.js";

export interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface PaperHttp {
  readonly server: FastifyInstance;
  readonly metrics: ProcessMetrics;
  get(path: string): Promise<Answered>;
  post(path: string, body: unknown): Promise<Answered>;
  submit(signed: SignedPackage): Promise<Answered>;
}

export const OPTIONS: ServerOptions = {
  bodyLimit: 16_384,
  rate: 1_000_000,
  now: () => 0,
  allowOrigin: "*",
  trustedProxies: [],
  maxConnections: 100,
  maxConnectionsPerAddress: 100,
  maxStreams: 10,
  maxStreamsPerAddress: 10,
  maxBacklog: 10_000,
  drainMs: 100,
};

/** What of its settings a relay tells. */
export const FACTS = {
  receipts: undefined,
  houses: [],
  maxPending: 1_000,
  maxPendingPerTrader: 64,
  deadlineMargin: 5,
  hasStream: false,
};

export interface PaperHttpOptions extends Partial<ServerOptions> {
  /** Signs receipts; none are given without it. */
  readonly receiptKey?: string;
  readonly words?: MarketServices["words"];
  readonly page?: PageFiles;
}

export async function httpOf(relay: PaperRelay, options: PaperHttpOptions = {}): Promise<PaperHttp> {
  const { receiptKey, words, page, ...rest } = options;
  const counted = createProcessMetrics();
  counted.add(relay.metrics);
  const served = alone(servedOf(relay, { receiptKey, words }), page);
  const server = await createServer(served, { ...OPTIONS, ...rest }, counted, relay.log);
  const ask = async (method: "GET" | "POST", url: string, body?: unknown): Promise<Answered> => {
    const payload = body === undefined ? {} : { payload: typeof body === "string" ? body : JSON.stringify(body) };
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const { statusCode, body: text, headers: said } = await server.inject({ method, url, headers, ...payload });
    const isJson = String(said["content-type"]).startsWith("application/json");
    return { status: statusCode, body: isJson ? (JSON.parse(text) as Answered["body"]) : { text }, headers: said };
  };
  return {
    server,
    metrics: counted,
    get: (path) => ask("GET", path),
    post: (path, body) => ask("POST", path, body),
    submit: ({ package: order, signature }) => ask("POST", "/v1/packages", { package: plain(order), signature }),
  };
}

/** What answers for a relay on paper. */
export function servedOf(
  relay: PaperRelay,
  { receiptKey, words }: Pick<PaperHttpOptions, "words"> & { readonly receiptKey?: string | undefined } = {},
): Served {
  const { tracker, ledger, cancels, packages, intake, canceller, cancelDesk, switches, metrics, account } = relay;
  const { confirmed, mayRead, routing, clock, now } = relay;
  const health = (): HealthView => ({
    ready: tracker.isReady && !relay.faults.list().some(({ blocking }) => blocking),
    submits: true,
    block: tracker.mirror.tip?.number,
    waiting: ledger.unlanded(),
    inFlight: ledger.openSubmissions().length,
    faults: relay.faults.list(),
    index: undefined,
  });
  const { domain } = relay.chain.terms;
  const receipts =
    receiptKey === undefined
      ? undefined
      : createReceipts({ domain, key: receiptKey, ledger, cancels, time: () => relay.time.ms });
  const live: Live = {
    intake,
    receipts,
    canceller,
    cancelDesk,
    switches,
    metrics,
    views: createViews({ tracker, confirmed, ledger, cancels, store: packages, routing, clock }),
    queue: () => queueView({ tracker, ledger, cancels, now, account, submits: true }),
    book: () => confirmed.book,
    words,
    basket: sessionTermsOf(relay.chain).basket,
    mayRead,
  };
  return {
    live,
    health,
    describe: () =>
      sessionView(
        sessionTermsOf(relay.chain),
        { ...FACTS, account, receipts: receipts?.account, houses: routing.houses },
        { time: clock.now(), serverTimeMs: 1_234 },
      ),
    facts: () => factsView(sessionTermsOf(relay.chain), clock.now()),
    past: undefined,
  };
}

/** A process that serves one session. */
export function alone(served: Served, page?: PageFiles): ServedProcess {
  const sessions = createSessions();
  sessions.add({ served, terms: { session: served.describe().session } } as unknown as OpenSession); // what is asked of it
  const { of, list, health } = sessions;
  return { of, list, health: () => health([]), keepsHistory: served.past !== undefined, page };
}

/** Amounts as decimal text. */
export function plain(order: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(order).map(([name, value]) => [name, typeof value === "bigint" ? value.toString() : value]),
  );
}
