import { createSubmitter, type Submitter } from "../../src/client/submitter.js";
import type { Trader } from "../../src/client/trader.js";
import type { Basket } from "../../src/protocol/value/allocations.js";
import { type TokenWei, tokenWei } from "../../src/protocol/amounts/units.js";
import { startChain } from "../../stage/chain.js";
import { createRandom, type Random } from "../../stage/rng.js";
import { directRoute, MAX_MATCHES, MAX_WALK, type OrderRoute } from "../../stage/route.js";
import { openStage, type Stage, type StagePlan } from "../../stage/stage.js";
import { manyTraders } from "../../stage/traders.js";

/** Somebody with a claim on the basket. */
export interface Holder {
  readonly name: string;
  readonly address: string;
  /** Session tokens received in the distribution, in wei. */
  readonly received: TokenWei;
}

/** A holder who trades, in a way that has a name. */
export interface Participant<Behaviour extends string = string> extends Holder {
  readonly behaviourName: Behaviour;
  readonly trader: Trader;
  readonly random: Random;
}

/** What a study opens its session with: N is shared out alike. */
export interface CastPlan<Behaviour extends string> extends Omit<StagePlan, "traders"> {
  readonly traders: number;
  /** In this order traders are cast, again and again. */
  readonly cast: readonly [Behaviour, ...Behaviour[]];
  /** What of N is not shared out, but stays with the organiser; nothing by default. */
  readonly kept?: TokenWei;
}

/** A stage on which every trader has a way to trade. */
export interface CastStage<Behaviour extends string = string> extends Stage {
  /** Of the basket's assets, in its order. */
  readonly symbols: readonly string[];
  /** q and N. */
  readonly basket: Basket;
  readonly participants: readonly Participant<Behaviour>[];
  /** What is left of N after an equal slice for each trader: what was kept, and a few wei, if anything, that stay with the organiser. */
  readonly organiser: Holder;
  /** Does what anybody may do for the book, and pays for it. */
  readonly submitter: Submitter;
  /** How the traders' signed orders come to the book: directly, unless somebody puts another route here. */
  readonly route: OrderRoute;
  /** Chance that belongs to nobody: the order in which traders come. */
  readonly random: Random;
}

const FUNDING_SECONDS = 30 * 24 * 3600; // between the chain's first block and t1

/** Opens a stage on a chain inside this process, and casts its traders. The same plan gives the same stage. */
export async function openCast<Behaviour extends string>(
  plan: CastPlan<Behaviour>,
  tell: (line: string) => void,
): Promise<CastStage<Behaviour>> {
  const { seed, assets, supply, traders, cast, kept = 0n } = plan;
  const slice = tokenWei((supply - kept) / BigInt(traders));
  const everybody = manyTraders(traders, { tokens: slice, deposits: slice });
  const chain = await startChain(plan.t1 - FUNDING_SECONDS);
  const stage = await openStage(chain, { ...plan, traders: everybody }, tell);
  const { handle } = stage;
  const submitter = createSubmitter(handle, chain.relayer, { maxMatches: MAX_MATCHES, maxWalk: MAX_WALK });
  return {
    ...stage,
    symbols: assets.map(({ symbol }) => symbol),
    basket: { quantities: assets.map(({ quantity }) => quantity), supply },
    participants: stage.traders.map(({ name, address, received, trader }, index) => {
      const behaviourName = cast[index % cast.length] ?? cast[0];
      return { name, address, received, behaviourName, trader, random: createRandom(seed, name) };
    }),
    organiser: {
      name: "organiser",
      address: chain.organiser.address,
      received: tokenWei(supply - slice * BigInt(traders)),
    },
    submitter,
    route: directRoute(handle, submitter),
    random: createRandom(seed, "stage"),
  };
}
