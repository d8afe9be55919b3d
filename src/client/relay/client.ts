/** A relay's user: hands in signed packages, and asks. Needs `fetch` and nothing else, so it works in browsers too. */
import { sleep } from "../../node/sleep.js";
import { toJson } from "../../protocol/amounts/json.js";
import type { MarketRef } from "../../protocol/signing/package.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { SignedPackage } from "../../bindings/packages.js";
import type { SignedTradesCancellation } from "../../protocol/signing/trades-cancellation.js";
import type { DomainOf, Form } from "../../wire/form.js";
import * as past from "../../wire/history.js";
import { type HistoryKind, type HistoryPage, historyPages, type HistoryQuery } from "../../wire/history.js";
import {
  measures,
  type RelayMeasures,
  type RelayPrices,
  type RelayTermStructure,
  termStructure,
} from "../../wire/measures.js";
import type { RelayDraft } from "../../wire/packages.js";
import { preview, type RelayPreview } from "../../wire/preview.js";
import { type RelaySession, type RelaySessions, session, sessions } from "../../wire/session.js";
import * as own from "../../wire/own.js";
import * as packages from "../../wire/packages.js";
import * as state from "../../wire/state.js";
import * as switches from "../../wire/switches.js";
import * as cancellations from "../../wire/trades-cancellation.js";
import type { RelaySubscription } from "../../wire/stream.js";
import { relayAddress, type RelayAddress } from "./address.js";
import { reasonOf, RelayRequestError, unreachable } from "./errors.js";
import { linesOf } from "./lines.js";
import { parseAnswer, parseJson } from "./parse.js";
import { type RelayStream, type RelayStreamOptions, streamOf } from "./stream.js";

export interface RelayClient {
  /** Without a slash at its end. */
  readonly url: string;
  /**
   * Hands a package in. Once this resolves the relay has stored it, and brings it to the book. Handing it in again is harmless.
   * @throws RelayRequestError with the code that the book would refuse it with, or the relay's own
   */
  submit(signed: SignedPackage): Promise<packages.RelayAcknowledgement>;
  /**
   * Takes a package back that was not sent yet.
   * @param signature by `signCancellation`
   * @throws RelayRequestError RELAY_ALREADY_SENT, RELAY_CANCEL_SIGNATURE, RELAY_PACKAGE_UNKNOWN
   */
  cancel(link: Hash, signature: string): Promise<void>;
  /**
   * Hands many packages in, each as if it came alone: it is taken, or refused by itself.
   * @returns one answer for each, in their order
   */
  submitAll(signed: readonly SignedPackage[]): Promise<readonly packages.RelayPackageAnswer[]>;
  /**
   * Hands in a signed cancellation of orders on the chain. It goes before all packages that wait, and takes those back whose nonces
   * it makes void. Handing it in again is harmless.
   * @throws RelayRequestError with the code that the book would refuse it with, or the relay's own
   */
  cancelTrades(signed: SignedTradesCancellation): Promise<cancellations.RelayCancellationAcknowledgement>;
  /**
   * The same with packages in the place of what it takes out: one transaction brings all of it, the cancellation first.
   * @throws RelayRequestError as `cancelTrades`: then no package was taken either
   */
  replace(
    signed: SignedTradesCancellation,
    packages: readonly SignedPackage[],
  ): Promise<cancellations.RelayReplacement>;
  /**
   * What an order would do if it came next, by the book as it is on the chain: nothing has to be signed, and nothing is stored.
   * @param most whether to look for the most lots that its trader could bear, too
   */
  preview(draft: RelayDraft, most?: boolean): Promise<RelayPreview>;
  /** What has become of a cancellation. @param hash as it was acknowledged */
  cancellation(hash: Hash): Promise<cancellations.RelayCancellationState>;
  /** As `cancellation`, once all of it is done on the chain, or nothing would come of it. */
  cancelled(hash: Hash, options?: PatienceOptions): Promise<cancellations.RelayCancellationState>;
  /**
   * Has the relay keep a cancellation, and bring it once no heartbeat has come for so long. It must be private until then: whoever
   * has it can use it. Armed again, it has another token.
   */
  armSwitch(signed: SignedTradesCancellation, intervalMs: number): Promise<switches.RelayArmedSwitch>;
  /** Keeps a switch from firing for another interval. @throws RelayRequestError RELAY_SWITCH_OVER, RELAY_SWITCH_UNKNOWN */
  heartbeat(armed: SwitchKey): Promise<switches.RelaySwitch>;
  /** Takes a switch back. @throws RelayRequestError RELAY_SWITCH_OVER if it has fired */
  disarmSwitch(armed: SwitchKey): Promise<switches.RelaySwitch>;
  /** How a switch is; that keeps it from nothing. */
  switchState(armed: SwitchKey): Promise<switches.RelaySwitch>;
  /** What has become of a package. */
  package(link: Hash): Promise<packages.RelayPackageState>;
  /** As `package`, once it is on the chain, refused there, or withdrawn. Asks again and again until then. */
  settled(link: Hash, options?: PatienceOptions): Promise<packages.RelayPackageState>;
  /** Sessions that the relay serves, page by page; `path` behind its address is the address of each. */
  sessions(query?: SessionsQuery): Promise<RelaySessions>;
  /** The session: all that is needed to sign for it without a node. */
  session(): Promise<RelaySession>;
  /** The link to sign next. */
  link(): Promise<packages.RelayLink>;
  markets(query?: MarketsQuery): Promise<state.RelayMarkets>;
  /** In how few hands the basket is, how alike positions are, and open interest: of the book as it is on the chain. */
  monitoring(): Promise<state.RelayMonitoring>;
  /** @param levels most of each side @param houseLevels most of each side of each house; 0 for none */
  depth(market: MarketRef, levels?: number, houseLevels?: number): Promise<state.RelayDepth>;
  /** @param limit most orders of each side */
  book(market: MarketRef, limit?: number): Promise<state.RelayBook>;
  /** Who takes part, and what of the basket is whose, page by page; a page holds at the block that it names. */
  traders(query?: TradersQuery): Promise<state.RelayTraders>;
  /** As it is on the chain; nonces and the numbers of `cancelAll` are those to go on with. */
  trader(address: string): Promise<state.RelayTrader>;
  /**
   * What its trader alone may see: the account as it will be, and its packages that have not landed.
   * @param read by `signReadOwn`, good for as long as it says
   * @throws RelayRequestError RELAY_READ_SIGNATURE
   */
  own(address: string, read: own.OwnRead): Promise<own.RelayOwn>;
  /**
   * A trader's packages with one nonce, whatever has become of them: for who has signed, and does not know whether it was taken.
   * @param read as of `own`
   */
  ownByNonce(address: string, nonce: bigint, read: own.OwnRead): Promise<own.RelayOwnOfNonce>;
  queue(): Promise<state.RelayQueue>;
  /** Also while the relay is not ready. */
  health(): Promise<state.RelayHealth>;
  /** What was traded in a market, span by span; spans without a trade have no prices. At most 1 000 of them. */
  candles(market: MarketRef, query: past.CandlesQuery): Promise<past.RelayCandles>;
  /** A market as it is, and what was traded in the day up to now. */
  ticker(market: MarketRef): Promise<past.RelayTicker>;
  /** A market's best levels as they stood when each span ended. At most 1 000 spans. */
  levelSeries(market: MarketRef, query: past.LevelSeriesQuery): Promise<past.RelayLevelSeries>;
  /** What the basket was quoted at when each span ended. At most 1 000 spans. */
  weightSeries(query: past.WeightSeriesQuery): Promise<past.RelayWeightSeries>;
  /**
   * What is measured of the session, as of a final block.
   * @param elsewhere what assets cost elsewhere: then foresight and volatility are measured, too
   * @throws RelayRequestError RELAY_NOT_READY, RELAY_LOG_LONG
   */
  measures(elsewhere?: RelayPrices): Promise<RelayMeasures>;
  /** Relative value by when sessions end: of this one and the others on the same assets that the relay serves. */
  termStructure(): Promise<RelayTermStructure>;
  /**
   * The session's log as of a final block, line by line without their ends: what `parseSessionLogLines` of session-contracts/verify reads.
   * @throws RelayRequestError, on the way RELAY_UNREACHABLE
   */
  log(signal?: AbortSignal): AsyncIterable<string>;
  history<Kind extends HistoryKind>(kind: Kind, query?: HistoryQuery<Kind>): Promise<HistoryPage<Kind>>;
  /**
   * Books, trades and own orders as the chain brings them. Ends when the signal says so, or its reader stops. What is subscribed to
   * can be changed meanwhile.
   */
  stream(subscriptions: readonly RelaySubscription[], options?: RelayStreamOptions): RelayStream;
}

export interface MarketsQuery {
  /** Whether the texts of descriptions are wanted; only their heads and hashes by default. */
  readonly descriptions?: boolean;
}

export interface SessionsQuery {
  /** `next` of the page before; from the first by default. */
  readonly after?: number;
  /** Most sessions of a page, up to 1 000; 100 by default. */
  readonly limit?: number;
}

export interface TradersQuery {
  /** `next` of the page before; from the first by default. */
  readonly after?: number;
  /** Most traders of a page, up to 1 000; 100 by default. */
  readonly limit?: number;
}

/** What `armSwitch` gives. The token is a secret. */
export type SwitchKey = Pick<switches.RelayArmedSwitch, "hash" | "token">;

export interface PatienceOptions {
  /** Ends the waiting, with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Between two questions, ms; 250 by default. */
  readonly pollMs?: number;
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
const FINAL: ReadonlySet<string> = new Set(["onChain", "refused", "withdrawn"]); // of cancellations too

/** @throws TypeError for what is no address */
export function createRelayClient(url: string, options: RelayClientOptions = {}): RelayClient {
  const address = relayAddress(url);
  const ask = createAsker(address, options);
  const packageState = (link: Hash): Promise<packages.RelayPackageState> =>
    ask(`/v1/packages/${link}`, packages.packageState);
  const cancellation = (hash: Hash): Promise<cancellations.RelayCancellationState> =>
    ask(`/v1/cancellations/${hash}`, cancellations.cancellationState);
  const ofSwitch = (what: string, { hash, token }: SwitchKey): Promise<switches.RelaySwitch> =>
    ask(`/v1/switches/${hash}/${what}`, switches.switchState, { body: { token } });
  return {
    url: address.shown,
    submit: (signed) => ask("/v1/packages", packages.acknowledgement, { body: signed }),
    async cancel(link, signature) {
      await ask(`/v1/packages/${link}/cancel`, packages.withdrawn, { body: { signature } });
    },
    package: packageState,
    settled: (link, patience) => decided(() => packageState(link), patience),
    submitAll: async (signed) => {
      const answered = await ask("/v1/packages/batch", packages.packagesAnswer, { body: { packages: signed } });
      return answered.packages;
    },
    cancelTrades: (signed) => ask("/v1/cancellations", cancellations.cancellationAcknowledgement, { body: signed }),
    replace: (signed, instead) =>
      ask("/v1/replacements", cancellations.replacementAcknowledgement, { body: { ...signed, packages: instead } }),
    cancellation,
    cancelled: (hash, patience) => decided(() => cancellation(hash), patience),
    armSwitch: (signed, intervalMs) => ask("/v1/switches", switches.armed, { body: { ...signed, intervalMs } }),
    heartbeat: (armed) => ofSwitch("heartbeat", armed),
    disarmSwitch: (armed) => ofSwitch("disarm", armed),
    switchState: (armed) => ofSwitch("state", armed),
    sessions: (query) => ask(`/v1/sessions${queryOf({ ...query })}`, sessions),
    session: () => ask("/v1/session", session),
    link: () => ask("/v1/link", packages.linkState),
    preview: (draft, most) =>
      ask("/v1/packages/preview", preview, { body: { package: draft, ...(most !== undefined && { most }) } }),
    markets: ({ descriptions } = {}) =>
      ask(
        `/v1/markets${queryOf({ descriptions: descriptions === undefined ? undefined : String(descriptions) })}`,
        state.markets,
      ),
    traders: (query) => ask(`/v1/traders${queryOf({ ...query })}`, state.traders),
    monitoring: () => ask("/v1/monitoring", state.monitoring),
    depth: (market, levels, houseLevels) =>
      ask(`${marketPath(market)}/depth${queryOf({ levels, houseLevels })}`, state.depth),
    book: (market, limit) => ask(`${marketPath(market)}/book${queryOf({ limit })}`, state.book),
    trader: (trader) => ask(`/v1/traders/${trader}`, state.trader),
    own: (trader, read) => ask(`/v1/traders/${trader}/own`, own.own, { body: read }),
    ownByNonce: (trader, nonce, read) => ask(`/v1/traders/${trader}/own/${nonce}`, own.ownOfNonce, { body: read }),
    queue: () => ask("/v1/queue", state.queue),
    health: () => ask("/health", state.health, { alsoGood: UNAVAILABLE }),
    candles: (market, query) => ask(`${marketPath(market)}/candles${queryOf({ ...query })}`, past.candles),
    ticker: (market) => ask(`${marketPath(market)}/ticker`, past.ticker),
    levelSeries: (market, query) => ask(`${marketPath(market)}/levels${queryOf({ ...query })}`, past.levelSeries),
    weightSeries: (query) => ask(`/v1/weights${queryOf({ ...query })}`, past.weightSeries),
    measures: (elsewhere) => ask("/v1/measures", measures, elsewhere && { body: elsewhere }),
    termStructure: () => ask("/v1/term-structure", termStructure),
    log: (signal) => linesOf(address, "/v1/log", options.fetch ?? fetch, signal),
    history: (kind, query) => ask(`/v1/history/${kind}${queryOf({ ...query })}`, historyPages[kind]),
    stream: (subscriptions, streamOptions) => streamOf(address, subscriptions, streamOptions),
  };
}

/** Asks again and again until the answer is final. */
async function decided<State extends { readonly status: string }>(
  ask: () => Promise<State>,
  { signal, pollMs = POLL_MS }: PatienceOptions = {},
): Promise<State> {
  for (;;) {
    signal?.throwIfAborted();
    const state = await ask();
    if (FINAL.has(state.status)) return state;
    await sleep(pollMs, signal);
  }
}

type Ask = <F extends Form>(path: string, form: F, request?: Request) => Promise<DomainOf<F>>;

interface Request {
  /** Of a POST; undefined for a GET. */
  readonly body?: object;
  /** A status that does not mean a refusal, besides those of success. */
  readonly alsoGood?: number;
}

function createAsker(address: RelayAddress, { timeoutMs = TIMEOUT_MS, ...options }: RelayClientOptions): Ask {
  const send = options.fetch ?? fetch;

  async function load(path: string, body: object | undefined): Promise<{ status: number; ok: boolean; text: string }> {
    try {
      const { headers } = address;
      const response = await send(address.at(path), {
        signal: AbortSignal.timeout(timeoutMs),
        ...(body === undefined
          ? { headers }
          : { method: "POST", headers: { ...headers, "content-type": "application/json" }, body: toJson(body) }),
      });
      return { status: response.status, ok: response.ok, text: await response.text() };
    } catch (cause) {
      throw unreachable(address, reasonOf(cause), cause);
    }
  }

  return async (path, form, { body, alsoGood } = {}) => {
    const { status, ok, text } = await load(path, body);
    const isGood = ok || status === alsoGood;
    const value = parseJson(text, status);
    if (isGood) return parseAnswer(form, value, status);
    throw new RelayRequestError(parseAnswer(state.refused, value, status).error, status);
  };
}

function marketPath({ marketRootId, marketBranchId }: MarketRef): string {
  return `/v1/markets/${marketRootId}/${marketBranchId}`;
}

function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? "" : `?${given.toString()}`;
}
