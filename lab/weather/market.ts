import { createMarketOwner, type MarketOwner, type Recorded } from "../../src/client/market-owner.js";
import { readMarketTerms } from "../../src/bindings/market-terms.js";
import { realise, refresh } from "../../src/client/market-settlement.js";
import { applyMarketRecord } from "../../src/protocol/market/market-chain.js";
import type { MarketRecord } from "../../src/protocol/signing/market-record.js";
import {
  createMarketTable,
  type MarketRoot,
  type MarketTable,
  rootOf,
} from "../../src/protocol/market/market-table.js";
import type { MarketRef } from "../../src/protocol/signing/package.js";
import type { Lots } from "../../src/protocol/amounts/units.js";
import type { CastStage, Participant } from "../session/cast.js";

/** A market beside the basket. The organiser owns and signs it; the relayer brings what is signed. */
export interface Market {
  readonly marketRootId: number;
  /** What each branch or outcome is called, from number 1. */
  readonly names: readonly string[];
  /** As the records so far have made it: the protocol library's own copy, which is never read from the chain. */
  readonly table: () => MarketTable;
  readonly root: () => MarketRoot;
  /** Every branch or outcome, from number 1. */
  readonly places: () => MarketRef[];
  /**
   * Has the owner say something.
   * @param description of a new root
   */
  readonly say: (what: (owner: MarketOwner) => Promise<Recorded>, description?: string) => Promise<Said>;
  /**
   * Brings every trader's account up to date: worst cases by today's bounds, or cash once the root is settled.
   * @returns gas
   */
  readonly update: () => Promise<bigint>;
  /** Lots on the chain in each branch, by trader name: today's, or once the root is settled those that became cash. */
  readonly positions: () => Promise<Positions>;
}

/** Lots of each branch, by trader name. */
export type Positions = ReadonlyMap<string, readonly Lots[]>;

/** A record that the book has taken. */
export interface Said {
  readonly record: MarketRecord;
  readonly gasUsed: bigint;
}

const FIRST_ROOT_ID = 2; // the basket is 1

/** What a market needs of a stage. */
export interface MarketStage extends Pick<CastStage, "handle"> {
  readonly chain: Pick<CastStage["chain"], "organiser" | "relayer">;
  readonly participants: readonly Pick<Participant, "name" | "address" | "trader">[];
}

/** @param names what each branch or outcome will be called */
export async function createMarket(stage: MarketStage, names: readonly string[]): Promise<Market> {
  return marketIn(stage, await noMarkets(stage), FIRST_ROOT_ID, names);
}

/** Several markets of one session, to be made in this order. @param names of each what its branches will be called */
export async function createMarkets(stage: MarketStage, names: readonly (readonly string[])[]): Promise<Market[]> {
  const known = await noMarkets(stage);
  return names.map((branches, k) => marketIn(stage, known, FIRST_ROOT_ID + k, branches));
}

/** All roots of a session as the records so far have made them. */
interface Known {
  table: MarketTable;
}

async function noMarkets({ handle }: MarketStage): Promise<Known> {
  return { table: createMarketTable(await readMarketTerms(handle)) };
}

function marketIn(stage: MarketStage, known: Known, marketRootId: number, names: readonly string[]): Market {
  const { chain, handle, participants } = stage;
  const owner = createMarketOwner(handle, chain.organiser, { submitter: chain.relayer });
  const traders = participants.map(({ address }) => address);
  const root = () => rootOf(known.table, marketRootId);
  /** Read before the first realisation, which may come in the middle of the study: afterwards nobody has any. */
  let settledOn: Positions | undefined;
  const read = async (): Promise<Positions> => {
    const held = new Map<string, readonly Lots[]>();
    for (const { name, trader } of participants) held.set(name, await trader.position(marketRootId));
    return held;
  };

  return {
    marketRootId,
    names,
    table: () => known.table,
    root,
    places: () => names.map((_, b) => ({ marketRootId, marketBranchId: b + 1 })),
    async say(what, description = "") {
      const { record, receipt } = await what(owner);
      const { timestamp } = await receipt.getBlock();
      known.table = applyMarketRecord(known.table, record, { timestamp: BigInt(timestamp), description });
      return { record, gasUsed: receipt.gasUsed };
    },
    async update() {
      if (root().settled) settledOn ??= await read();
      const bring = root().settled ? realise : refresh;
      const { receipts } = await bring(handle, chain.relayer, marketRootId, traders);
      return receipts.reduce((gas, { gasUsed }) => gas + gasUsed, 0n);
    },
    positions: async () => settledOn ?? read(),
  };
}
