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
import type { CastStage } from "../session/cast.js";

/** The one market of a study, beside the basket. The organiser owns and signs it; the relayer brings what is signed. */
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

const MARKET_ROOT_ID = 2; // the first beside the basket

/** @param names what each branch or outcome will be called */
export async function createMarket(stage: CastStage, names: readonly string[]): Promise<Market> {
  const { chain, handle, participants } = stage;
  const owner = createMarketOwner(handle, chain.organiser, { submitter: chain.relayer });
  const traders = participants.map(({ address }) => address);
  let table = createMarketTable(await readMarketTerms(handle));
  const root = () => rootOf(table, MARKET_ROOT_ID);
  /** Read before the first realisation, which may come in the middle of the study: afterwards nobody has any. */
  let settledOn: Positions | undefined;
  const read = async (): Promise<Positions> => {
    const held = new Map<string, readonly Lots[]>();
    for (const { name, trader } of participants) held.set(name, await trader.position(MARKET_ROOT_ID));
    return held;
  };

  return {
    marketRootId: MARKET_ROOT_ID,
    names,
    table: () => table,
    root,
    places: () => names.map((_, b) => ({ marketRootId: MARKET_ROOT_ID, marketBranchId: b + 1 })),
    async say(what, description = "") {
      const { record, receipt } = await what(owner);
      const { timestamp } = await receipt.getBlock();
      table = applyMarketRecord(table, record, { timestamp: BigInt(timestamp), description });
      return { record, gasUsed: receipt.gasUsed };
    },
    async update() {
      if (root().settled) settledOn ??= await read();
      const bring = root().settled ? realise : refresh;
      const { receipts } = await bring(handle, chain.relayer, MARKET_ROOT_ID, traders);
      return receipts.reduce((gas, { gasUsed }) => gas + gasUsed, 0n);
    },
    positions: async () => settledOn ?? read(),
  };
}
