/** A session as a relay tells it: HTTP for what is asked, streams for the newest block and for the ladder. */
import { rest } from "../../src/node/rest.js";
import { ProtocolError } from "../../src/protocol/amounts/errors.js";
import type { MarketRef } from "../../src/protocol/signing/package.js";
import { createRelayClient, type RelayClient } from "../../src/client/relay/client.js";
import type { RelayEvent, RelayMessage } from "../../src/wire/stream.js";
import { watchAtHeads } from "./depth-at-heads.js";
import { createStore, type Facts, factsOf, type OwnDepth, type SessionSource, type SourceState } from "./source.js";
import { followHead } from "./relay-head.js";

/** Before a ladder that broke off is begun anew. */
const PAUSE_MS = 1_000;

export interface RelaySource extends SessionSource {
  /** Whether it is this session's relay; rejects while it cannot be asked. */
  readonly isOurs: () => Promise<boolean>;
}

/** @param session whose relay it is to be: of another's nothing is shown */
export function createRelaySource(url: string, session: string): RelaySource {
  const client = createRelayClient(url);
  const state = createStore<SourceState>({ status: "opening", note: `Asking the relay at ${url}` });
  const ending = new AbortController();
  let facts: Promise<Facts> | undefined;
  const asked: Asked = {
    facts: () => {
      facts ??= client.session().then(factsOf, (error: unknown) => {
        facts = undefined; // asked again the next time
        throw error;
      });
      return facts;
    },
    depth: (market, levels) => client.depth(market, levels),
    state: state.get,
    onState: state.subscribe,
  };
  const isOurs = async (): Promise<boolean> => (await asked.facts()).session.toLowerCase() === session.toLowerCase();
  void followHead({ client, session, state, signal: ending.signal });
  return {
    kind: "relay",
    url,
    ...asked,
    markets: () => client.markets(),
    book: (market, limit) => client.book(market, limit),
    async trader(address) {
      try {
        return await client.trader(address);
      } catch (error) {
        if (error instanceof ProtocolError && error.code === "RELAY_TRADER_UNKNOWN") return undefined;
        throw error;
      }
    },
    measures: (elsewhere) => client.measures(elsewhere && { rows: elsewhere.rows, maxAge: Number(elsewhere.maxAge) }),
    termStructure: () => client.termStructure(),
    monitoring: () => client.monitoring(),
    async foresee(draft) {
      const { block, effect, refusal } = await client.preview(draft);
      return { block: block?.number ?? 0, effect, refusal };
    },
    async mostLots(draft) {
      const { mostLots, refusal } = await client.preview(draft, true);
      return mostLots ?? refusal ?? 0n;
    },
    link: () => client.link(),
    history: (kind, query) => client.history(kind, query),
    candles: (market, query) => client.candles(market, query),
    desk: client,
    isOurs,
    watchDepth: (market, levels, listener) => watchDepth(client, asked, market, levels, listener),
    close: () => {
      ending.abort();
    },
  };
}

// ------------------------------------------------------------------ the ladder

type Asked = Pick<SessionSource, "facts" | "depth" | "state" | "onState">;
type Levels = OwnDepth["bids"];

/** The relay's stream of one book, if it has streams; made again whenever it ends before its reader does. */
function watchDepth(
  client: RelayClient,
  asked: Asked,
  market: MarketRef,
  most: number,
  listener: (depth: OwnDepth) => void,
): () => void {
  const ending = new AbortController();
  const isOver = (): boolean => ending.signal.aborted;
  void (async () => {
    while (!isOver()) {
      try {
        const { relay } = await asked.facts();
        if (isOver()) return;
        if (relay?.stream === undefined) {
          ending.signal.addEventListener("abort", watchAtHeads(asked, market, most, listener), { once: true });
          return;
        }
        await readLevels(client, market, most, listener, ending.signal);
      } catch {
        // The state of the source tells that the relay is away; the ladder is made anew when it is back.
      }
      await rest(PAUSE_MS, ending.signal);
    }
  })();
  return () => {
    ending.abort();
  };
}

async function readLevels(
  client: RelayClient,
  market: MarketRef,
  most: number,
  listener: (depth: OwnDepth) => void,
  signal: AbortSignal,
): Promise<void> {
  let bids: Levels = [];
  let asks: Levels = [];
  let isDue = false;
  const tell = (): void => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      if (!signal.aborted) listener({ ...market, bids: bids.slice(0, most), asks: asks.slice(0, most) });
    });
  };
  for await (const message of client.stream([{ channel: "book", ...market }], { signal })) {
    const change = changeOf(message);
    if (change === undefined) continue;
    const { isWhole } = change;
    bids = merged(isWhole ? [] : bids, change.bids, true);
    asks = merged(isWhole ? [] : asks, change.asks, false);
    tell();
  }
}

type Change = { readonly isWhole: boolean; readonly bids: Levels; readonly asks: Levels };

function changeOf(message: RelayMessage): Change | undefined {
  if (message.type === "snapshot") return { isWhole: true, ...levelsOf(message.data) };
  if (message.type !== "event") return undefined;
  const { data } = message;
  if (data.kind === "snapshot") return { isWhole: true, ...levelsOf(data) };
  return data.kind === "levels" ? { isWhole: false, ...levelsOf(data) } : undefined;
}

type Told = Pick<Extract<RelayEvent, { kind: "levels" }>, "bids" | "asks">;

function levelsOf({ bids, asks }: Told): { readonly bids: Levels; readonly asks: Levels } {
  const read = (levels: Told["bids"]): Levels =>
    levels.map(([priceTicks, lots, orders]) => ({ priceTicks, lots, orders }));
  return { bids: read(bids), asks: read(asks) };
}

/** Levels by price, best first; those without lots are gone. */
export function merged(before: Levels, changes: Levels, isBid: boolean): Levels {
  const byPrice = new Map(before.map((level) => [level.priceTicks, level]));
  for (const level of changes) {
    if (level.lots === 0n) byPrice.delete(level.priceTicks);
    else byPrice.set(level.priceTicks, level);
  }
  const sign = isBid ? -1 : 1;
  return [...byPrice.values()].sort((a, b) => (a.priceTicks < b.priceTicks ? -sign : sign));
}
