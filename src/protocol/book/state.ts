/** All that a book keeps: one room for each idea. */
import type { Hashing } from "../signing/hashing.js";
import { createMarketTable } from "../market/market-table.js";
import type { MarketRoot } from "../market/market-table.js";
import { domainSeparator } from "../signing/typed-data.js";
import { EventLog } from "./events.js";
import { Journal } from "./journal.js";
import { Margin } from "./margin.js";
import { Markets } from "./markets.js";
import { OrderChain } from "./order-chain.js";
import type { Outside } from "./outside.js";
import { Pool } from "./pool.js";
import { type MarketQueues, Queues } from "./queues.js";
import type { BookTerms } from "./terms.js";
import { Traders } from "./traders.js";

export interface BookState {
  readonly terms: BookTerms;
  readonly outside: Outside;
  readonly hashing: Hashing;
  readonly journal: Journal;
  readonly events: EventLog;
  readonly traders: Traders;
  readonly markets: Markets;
  readonly margin: Margin;
  readonly chain: OrderChain;
  readonly queues: Queues;
  readonly pool: Pool;
}

/** One market while a call works on it. */
export interface Market {
  readonly root: MarketRoot;
  readonly marketBranchId: number;
  readonly queues: MarketQueues;
}

export function createState(terms: BookTerms, outside: Outside, hashing: Hashing): BookState {
  const journal = new Journal();
  return {
    terms,
    outside,
    hashing,
    journal,
    events: new EventLog(journal),
    traders: new Traders(journal, terms.reserveShift),
    markets: new Markets(journal, createMarketTable(terms)),
    margin: new Margin(journal),
    chain: new OrderChain(journal, domainSeparator(terms.domain), hashing),
    queues: new Queues(journal),
    pool: new Pool(journal, terms.assets),
  };
}

/** A market as it stands; undefined if there is none of that number. */
export function findMarket(state: BookState, marketRootId: number, marketBranchId: number): Market | undefined {
  const root = state.markets.find(marketRootId, marketBranchId);
  if (root === undefined) return undefined;
  return { root, marketBranchId, queues: state.queues.of({ marketRootId, marketBranchId }) };
}
