/** A market's depth, and what houses would add to it: as the chain has it, or as a relay tells it. */
import type { SessionHandle } from "../bindings/session.js";
import { readMaker } from "../client/maker.js";
import { readDepth, readRoot } from "../client/market-views.js";
import { readHouseDepth } from "../client/routing.js";
import { makerDepth } from "../protocol/maker/taking.js";
import type { MarketHead } from "../protocol/market/description.js";
import { BASKET_ROOT_ID, type MarketRef } from "../protocol/signing/package.js";
import type { Depth } from "../protocol/value/quote.js";
import type { RelayMarkets } from "../wire/state.js";
import { relayAt, relayOf } from "./ask-relay.js";
import type { CliContext } from "./context.js";
import { parseAddress } from "./input/parse.js";
import { invalid } from "../input/errors.js";
import type { SettingOptions } from "./input/settings.js";
import { factoryOf, requireMarket } from "./maker-factory.js";
import { readHeads } from "./market-words.js";
import type { PricedRoot } from "./output/session-facts.js";
import { openReader } from "./who.js";

/** Which depth of the house is looked at. */
export interface DepthOptions extends Omit<SettingOptions, "relay"> {
  readonly sets?: true;
  readonly maker?: string;
  /** True if the relay is the one that is set. */
  readonly relay?: string | true;
}

export interface ShownDepth {
  readonly root: PricedRoot;
  readonly head: MarketHead | undefined;
  /** Of the basket. */
  readonly assets: number;
  readonly own: Depth;
  readonly houses: readonly HouseDepth[];
}

/** What rests nowhere. */
export interface HouseDepth extends Depth {
  readonly through: "maker" | "set";
  /** Undefined where sets are looked at whoever makes them. */
  readonly contract?: string;
}

/**
 * @param most resting orders of each side that the chain is asked for, or levels of a relay
 * @throws InputError ARGUMENT_INVALID; ClientError, NodeError, RelayRequestError what node or relay say
 */
export function readShownDepth(
  context: CliContext,
  { relay, ...options }: DepthOptions,
  market: MarketRef,
  most: number,
): Promise<ShownDepth> {
  if (relay === undefined) return fromChain(context, options, market, most);
  const [named] = (["sets", "maker"] as const).filter((name) => options[name] !== undefined);
  if (named !== undefined) {
    throw invalid(
      `--${named}`,
      String(options[named]),
      "no --relay beside it: a relay tells of its own houses by itself",
    );
  }
  return fromRelay(context, relayAt(context, relay), options, { market, most });
}

async function fromChain(
  context: CliContext,
  options: Omit<DepthOptions, "relay">,
  market: MarketRef,
  most: number,
): Promise<ShownDepth> {
  const handle = await openReader(context, options);
  const [root, heads] = await Promise.all([
    readRoot(handle, market.marketRootId),
    readHeads(context, handle, options, market.marketRootId),
  ]);
  const { own, sets } =
    options.sets === true
      ? await readHouseDepth(handle, root, market, most)
      : { own: await readDepth(handle, market, most), sets: undefined };
  const maker = await depthOfMaker(context, handle, options, market);
  const houses = [...(sets === undefined ? [] : [{ through: "set" as const, ...sets }]), ...(maker ? [maker] : [])];
  return { root, head: heads.get(market.marketRootId), assets: handle.legs.length, own, houses };
}

/** @returns undefined if no maker is named. @throws InputError ARGUMENT_INVALID for one that gives nothing in this market */
async function depthOfMaker(
  context: CliContext,
  handle: SessionHandle,
  options: Omit<DepthOptions, "relay">,
  market: MarketRef,
): Promise<HouseDepth | undefined> {
  if (options.maker === undefined) return undefined;
  const maker = await readMaker(handle, factoryOf(context, options, handle), parseAddress("--maker", options.maker));
  return { through: "maker", contract: maker.address, ...makerDepth(requireMarket(maker, market)) };
}

async function fromRelay(
  context: CliContext,
  url: string,
  options: Pick<SettingOptions, "session">,
  { market, most }: { readonly market: MarketRef; readonly most: number },
): Promise<ShownDepth> {
  const { relay } = await relayOf(context, url, options);
  const [{ bids, asks, house }, { roots }] = await Promise.all([relay.depth(market, most), relay.markets()]);
  const rootOf = (id: number): Root | undefined => roots.find(({ marketRootId }) => marketRootId === id);
  const root = rootOf(market.marketRootId);
  return {
    root: root?.kind === "simplex" ? { kind: "simplex", scale: root.outcomes.upper } : { kind: "interval" },
    head: root?.head ?? undefined,
    assets: rootOf(BASKET_ROOT_ID)?.branches.length ?? 0,
    own: { bids, asks },
    houses: house,
  };
}

type Root = RelayMarkets["roots"][number];
