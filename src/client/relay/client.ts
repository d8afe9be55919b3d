/** A relay's user: hands in signed packages, and asks. Needs `fetch` and nothing else, so it works in browsers too. */
import type { z } from "zod";

import { toJson } from "../../protocol/amounts/json.js";
import type { MarketRef } from "../../protocol/signing/package.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { SignedPackage } from "../../bindings/packages.js";
import * as answers from "../../wire/answers.js";
import { ownError, RelayRequestError } from "./errors.js";
import { parseAnswer, parseJson } from "./parse.js";
import { type RelayStreamOptions, type RelaySubscription, streamOf } from "./stream.js";

export interface RelayClient {
  /** Without a slash at its end. */
  readonly url: string;
  /**
   * Hands a package in. Once this resolves the relay has stored it, and brings it to the book. Handing it in again is harmless.
   * @throws RelayRequestError with the code that the book would refuse it with, or the relay's own
   */
  submit(signed: SignedPackage): Promise<answers.RelayAcknowledgement>;
  /**
   * Takes a package back that was not sent yet.
   * @param signature by `signCancellation`
   * @throws RelayRequestError RELAY_ALREADY_SENT, RELAY_CANCEL_SIGNATURE, RELAY_PACKAGE_UNKNOWN
   */
  cancel(link: Hash, signature: string): Promise<void>;
  /** What has become of a package. */
  package(link: Hash): Promise<answers.RelayPackageState>;
  /** As `package`, once it is on the chain, refused there, or withdrawn. Asks again and again until then. */
  settled(link: Hash, options?: PatienceOptions): Promise<answers.RelayPackageState>;
  /** The link to sign next. */
  link(): Promise<answers.RelayLink>;
  markets(): Promise<answers.RelayMarkets>;
  /** @param levels most of each side */
  depth(market: MarketRef, levels?: number): Promise<answers.RelayDepth>;
  /** @param limit most orders of each side */
  book(market: MarketRef, limit?: number): Promise<answers.RelayBook>;
  trader(address: string): Promise<answers.RelayTrader>;
  queue(): Promise<answers.RelayQueue>;
  /** Also while the relay is not ready. */
  health(): Promise<answers.RelayHealth>;
  history<Kind extends answers.HistoryKind>(kind: Kind, query?: HistoryQuery): Promise<HistoryPage<Kind>>;
  /** Books, trades and own orders as the chain brings them. Ends when the signal says so, or its reader stops. */
  stream(
    subscriptions: readonly RelaySubscription[],
    options?: RelayStreamOptions,
  ): AsyncGenerator<answers.RelayMessage, void, void>;
}

export interface PatienceOptions {
  /** Ends the waiting, with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Between two questions, ms; 250 by default. */
  readonly pollMs?: number;
}

/** Which rows, and how; a kind of history refuses filters that mean nothing to it. */
export interface HistoryQuery {
  /** Most rows of a page, up to 1 000. */
  readonly limit?: number;
  /** Newest first by default. */
  readonly order?: "asc" | "desc";
  /** `next` of the page before. */
  readonly cursor?: string;
  /** The block to hold at, the newest by default. */
  readonly at?: number;
  readonly fromBlock?: number;
  readonly toBlock?: number;
  readonly marketRootId?: number;
  readonly marketBranchId?: number;
  readonly trader?: string;
  readonly tradeRootId?: number;
  readonly reason?: string;
  /** Of weights: the asset that prices are given in, from 1. */
  readonly numeraire?: number;
}

export interface HistoryPage<Kind extends answers.HistoryKind> {
  /** All of it holds at this block. */
  readonly block: { readonly number: number; readonly hash: Hash; readonly timestamp: bigint };
  readonly items: readonly answers.HistoryItem<Kind>[];
  /** `cursor` of the page that follows; null at the end. */
  readonly next: string | null;
}

export interface RelayClientOptions {
  /** How long an answer may take, ms; 20 000 by default. */
  readonly timeoutMs?: number;
  /** Instead of the global one. */
  readonly fetch?: typeof fetch;
}

const TIMEOUT_MS = 20_000;
const POLL_MS = 250;
const UNAVAILABLE = 503;
const FINAL: ReadonlySet<string> = new Set(["onChain", "refused", "withdrawn"]);

export function createRelayClient(address: string, options: RelayClientOptions = {}): RelayClient {
  const url = address.replace(/\/+$/, "");
  const { ask } = createAsker(url, options);
  const get = <Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> => ask(path, schema);
  const packageState = (link: Hash): Promise<answers.RelayPackageState> =>
    get(`/v1/packages/${link}`, answers.packageState);
  return {
    url,
    submit: (signed) => ask("/v1/packages", answers.acknowledgement, { body: signed }),
    async cancel(link, signature) {
      await ask(`/v1/packages/${link}/cancel`, answers.withdrawn, { body: { signature } });
    },
    package: packageState,
    async settled(link, { signal, pollMs = POLL_MS } = {}) {
      for (;;) {
        signal?.throwIfAborted();
        const state = await packageState(link);
        if (FINAL.has(state.status)) return state;
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    },
    link: () => get("/v1/link", answers.linkState),
    markets: () => get("/v1/markets", answers.markets),
    depth: (market, levels) => get(`${marketPath(market)}/depth${queryOf({ levels })}`, answers.depth),
    book: (market, limit) => get(`${marketPath(market)}/book${queryOf({ limit })}`, answers.book),
    trader: (trader) => get(`/v1/traders/${trader}`, answers.trader),
    queue: () => get("/v1/queue", answers.queue),
    health: () => ask("/health", answers.health, { alsoGood: UNAVAILABLE }),
    history: (kind, query = {}) => readHistory(ask, kind, query),
    stream: (subscriptions, streamOptions) => streamOf(url, subscriptions, streamOptions),
  };
}

type Ask = <Schema extends z.ZodType>(path: string, schema: Schema, request?: Request) => Promise<z.output<Schema>>;

interface Request {
  /** Of a POST; undefined for a GET. */
  readonly body?: object;
  /** A status that does not mean a refusal, besides those of success. */
  readonly alsoGood?: number;
}

function createAsker(url: string, { timeoutMs = TIMEOUT_MS, ...options }: RelayClientOptions): { readonly ask: Ask } {
  const send = options.fetch ?? fetch;

  async function load(path: string, body: object | undefined): Promise<{ status: number; ok: boolean; text: string }> {
    try {
      const response = await send(`${url}${path}`, {
        signal: AbortSignal.timeout(timeoutMs),
        ...(body !== undefined && {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: toJson(body),
        }),
      });
      return { status: response.status, ok: response.ok, text: await response.text() };
    } catch (cause) {
      throw ownError("RELAY_UNREACHABLE", { url, reason: reasonOf(cause) }, { cause });
    }
  }

  return {
    async ask(path, schema, { body, alsoGood } = {}) {
      const { status, ok, text } = await load(path, body);
      const isGood = ok || status === alsoGood;
      const value = parseJson(text, status);
      if (isGood) return parseAnswer(schema, value, status);
      throw new RelayRequestError(parseAnswer(answers.refusal, value, status).error, status);
    },
  };
}

async function readHistory<Kind extends answers.HistoryKind>(
  ask: Ask,
  kind: Kind,
  query: HistoryQuery,
): Promise<HistoryPage<Kind>> {
  const page = await ask(`/v1/history/${kind}${queryOf({ ...query })}`, answers.historyPage);
  // The schema of that kind, which its type cannot follow through a variable.
  const schema = answers.historyRows[kind] as unknown as z.ZodType<answers.HistoryItem<Kind>>;
  return { ...page, items: page.items.map((item) => parseAnswer(schema, item, 200)) };
}

function marketPath({ marketRootId, marketBranchId }: MarketRef): string {
  return `/v1/markets/${marketRootId}/${marketBranchId}`;
}

function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? "" : `?${given.toString()}`;
}

/** `fetch` hides what was wrong in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
