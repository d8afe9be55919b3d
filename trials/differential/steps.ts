/** A random history as data: what was drawn, before it is given meaning by the state that it meets. */

/** What a history's session is like. */
export interface Terms {
  readonly assets: number;
  readonly basketScale: number;
  /** Decimal text: it may exceed a number. */
  readonly basketTickValue: string;
  readonly chainWindow: number;
  readonly maxOpenOrders: number;
  /** N in lots of the basket, decimal text; a million if absent. */
  readonly supplyLots?: string;
  /** Absent for no limit. */
  readonly maxLots?: number;
  readonly openMarkets: boolean;
  readonly hasPolicy: boolean;
  /** How a policy that admits nobody does so (HostilePolicy's Manner), in the place of the list; absent for the list. */
  readonly policyManner?: number;
  /** How the wallet that never approves answers (HostileWallet's Manner); 0 if absent. */
  readonly walletManner?: number;
}

/** Numbers are drawn from a small range and taken modulo whatever there is to choose from. */
export interface OrderStep {
  readonly trader: number;
  readonly market: number;
  /** Ticks above the market's least, in sixteenths of its span. */
  readonly price: number;
  readonly lots: number;
  readonly buy: boolean;
  readonly timeInForce: number;
  /** Seconds that it may rest. */
  readonly rests: number;
  /** Checkpoints back. */
  readonly link: number;
  /** Ahead of the trader's first free nonce. */
  readonly nonce: number;
  /** Which resting order to name; 0 for none. */
  readonly hint: number;
  /** Which place to ask for; 0 or absent for none. */
  readonly place?: number;
  /** What is wrong with it, or odd about it; "" for nothing. */
  readonly flaw: string;
}

/** Whose trader, link, nonce, deadline, time in force and flaw are the set's; market, price, size and hints are each quote's own. */
export interface QuoteSetStep {
  readonly common: OrderStep;
  readonly quotes: readonly OrderStep[];
}

export interface CancellationStep {
  readonly trader: number;
  /** Which resting order is the first that is meant, and how many numbers from there on are; 99 reaches to the last of all. */
  readonly first: number;
  readonly span: number;
  /** Above the trader's floor; below zero: none. */
  readonly ahead: number;
  /** Seconds before its deadline. */
  readonly rests: number;
  readonly orders: readonly number[];
  readonly flaw: string;
}

interface Timed {
  /** Seconds since the step before; at least 1. */
  readonly after: number;
  readonly caller: number;
}

export type Step = Timed &
  (
    | { readonly op: "wait"; readonly until: number }
    | { readonly op: "createUser"; readonly who: number }
    | { readonly op: "deposit"; readonly who: number; readonly amount: number; readonly flaw: string }
    | {
        readonly op: "depositLeg";
        readonly who: number;
        readonly leg: number;
        readonly lots: number;
        readonly flaw: string;
      }
    | {
        readonly op: "depositWithPermit";
        readonly who: number;
        /** 0 for session tokens. */
        readonly leg: number;
        /** Of a leg, lots. */
        readonly amount: number;
        readonly flaw: string;
      }
    | { readonly op: "withdraw"; readonly part: number; readonly to: number; readonly ahead?: number }
    | {
        readonly op: "withdrawLeg";
        readonly leg: number;
        readonly part: number;
        readonly to: number;
        /** Nonces to be made void, from the floor on; absent for none. */
        readonly ahead?: number;
      }
    | { readonly op: "exit"; readonly to: number; readonly redeem: boolean }
    | {
        readonly op: "newRoot";
        readonly interval: boolean;
        readonly low: number;
        readonly span: number;
        readonly outcomes: number;
        readonly closes: number;
        readonly owner: number;
        readonly flaw: string;
      }
    | {
        readonly op: "record";
        readonly root: number;
        readonly branch: number;
        readonly parent: number;
        /** Sixteenths of the span of the market that is bounded, from below and from above. */
        readonly from: number;
        readonly to: number;
        readonly isNew: boolean;
        readonly flaw: string;
      }
    | { readonly op: "applyFallback"; readonly root: number }
    | { readonly op: "realise" | "refresh"; readonly root: number; readonly traders: readonly number[] }
    | { readonly op: "createTrade"; readonly order: OrderStep; readonly maxMatches: number; readonly maxWalk: number }
    | {
        readonly op: "createTrades";
        readonly orders: readonly OrderStep[];
        readonly maxMatches: number;
        readonly maxWalk: number;
        /** At the head; absent for none. */
        readonly cancellations?: readonly CancellationStep[];
        readonly strict?: boolean;
        /** Behind the orders; absent for none. */
        readonly quoteSets?: readonly QuoteSetStep[];
      }
    | { readonly op: "matchTrades"; readonly market: number; readonly maxMatches: number }
    | { readonly op: "offset"; readonly orders: readonly number[] }
    | ({ readonly op: "cancelTrades" } & CancellationStep)
    | { readonly op: "invalidateNonces"; readonly ahead: number }
  );

export interface History {
  readonly seed: number;
  readonly terms: Terms;
  readonly steps: readonly Step[];
}
