/** All tables of `session-orderflow/1`, in the order in which they are told. */
import { ACTIONS, REASONS, SIDES } from "../../history/event-rows.js";
import { VIAS } from "../../protocol/value/via.js";
import { bool, i32, i64, optional, price, type RowOf, type Table, table, text, time, wei } from "./column.js";
import { levelColumns } from "./levels.js";

export const SCHEMA = "session-orderflow/1";

const seq = (what: string) => i64(`${what}; a seq of events.`);
const root = i32("Root of the market; 1 is the basket.");
const branch = i32("Branch of the root, from 1; for a basket or an event the leg or outcome.");
const leg = i32("Leg of the basket, from 1; asset k is behind leg k.");
const trader = i32("Number of the trader, as the book has given it.");

const MARKET = { fields: ["root_id", "branch_id"], table: "branches" } as const;
const SEQ = { fields: ["seq"], table: "events" } as const;
const TRADER = { fields: ["trader"], table: "traders" } as const;

export const KINDS = ["basket", "event", "interval"] as const;

export const TABLES = {
  session: table("session", "The session, in one row.", ["session"], {
    chain_id: i64("Chain on which it is."),
    session: text("Address of the vault."),
    book: text("Address of the order book."),
    n_assets: i32("Assets of the basket."),
    supply_wei: wei("N: session tokens that stand for the basket, wei."),
    t1: i64("First second of trading, Unix."),
    t2: i64("First second of settlement, Unix."),
    basket_scale: i32("Ticks that make a weight of 1."),
    basket_tick_value: wei("What a tick of a lot of the basket is worth, wei of the session token."),
    chain_window: i32("How many of the last checkpoints an order may be signed over."),
    open_markets: bool("Whether every registered trader may make roots."),
    policy: text("Address of the policy that admits traders; zero if everybody is admitted."),
    first_block: i64("First block that was searched."),
    last_block: i64("Last block that was searched."),
    final_head: text("Head of the last call, 32 bytes; of a session without one the domain separator of its book."),
    final_link: text("Newest checkpoint, as orders name it."),
    verifier_version: text("Version of the program whose rules have replayed the log."),
    log_sha256: text("SHA-256 of the log, as its last line has it."),
  }),
  assets: table("assets", "The basket, one row for each asset.", ["leg"], {
    leg,
    address: text("Address of the asset."),
    symbol: optional(text("What the asset calls itself; logs do not say it.")),
    decimals: optional(i32("Decimals of the asset; logs do not say it.")),
    quantity: wei("q: smallest units in the basket."),
  }),
  traders: table("traders", "Who has registered. Public: the book has logged it.", ["trader"], {
    trader,
    address: text("Address of the trader."),
    block_number: i64("Block of the registration."),
  }),
  transactions: table("transactions", "Transactions that have logged something of the book.", ["tx"], {
    tx: i64("Number of the transaction among those of this table, from 1."),
    block_number: i64("Its block."),
    tx_hash: text("Its hash."),
  }),
  checkpoints: table(
    "checkpoints",
    "Every call that has appended records. A later call of one block overwrites its checkpoint: same number, another link.",
    ["seq"],
    {
      seq: seq("Last row of the call"),
      checkpoint: i64("Number of the checkpoint."),
      block_number: i64("Its block."),
      ts_event: time("Time of the block."),
      mark: i64("block.number as the contract saw it."),
      trades: i64("Orders so far."),
      head: text("Hash of the checkpoint before and of the call's records, 32 bytes (R23)."),
      link: text("The checkpoint, as orders name it (R24)."),
    },
    [SEQ],
  ),
  roots: table("roots", "Outcome variables.", ["root_id"], {
    root_id: root,
    kind: text("basket: weights of the assets; event: one of several outcomes; interval: a number.", { values: KINDS }),
    owner: text("Who signs its records; zero for the basket."),
    tick_value: wei("What a tick of a lot is worth, wei of the session token."),
    lo0: i32("Least outcome when it was made, ticks; 0 for a basket or event."),
    hi0: i32("Greatest outcome when it was made, ticks; the scale of a basket or event."),
    outcomes: optional(i32("Legs or outcomes; none for an interval.")),
    closes_at: i64("First second without trade, Unix."),
    settle_by: i64("Second from which anybody may apply the fallback, Unix; 0 for the basket."),
    fallback: i32("Outcome of the fallback: ticks, or for an event the number of one; 0 for the basket."),
    description: optional(text("As its owner has published it; none of the basket.")),
    created_seq: i64("Row of events that made it; 0 for the basket."),
    settled_seq: optional(i64("Row of events that left one outcome; none while several are possible.")),
    outcome_json: optional(text("What a lot of each branch pays then, ticks: a JSON list from branch 1 on.")),
  }),
  branches: table(
    "branches",
    "Contracts on a root: a branch pays the outcome clamped between k1 and k2.",
    ["root_id", "branch_id"],
    {
      root_id: root,
      branch_id: branch,
      parent: i32("Branch that it was made within; 0 for a root's first."),
      k1: i32("Lower strike, ticks."),
      k2: i32("Upper strike, ticks."),
      created_seq: i64("Row of events that made it; 0 for the basket."),
    },
    [{ fields: ["root_id"], table: "roots" }],
  ),
  bounds: table(
    "bounds",
    "What a lot of each branch of a root can still pay, after every record of the root.",
    ["seq", "root_id", "branch_id"],
    {
      seq: seq("The record"),
      root_id: root,
      branch_id: branch,
      lo: i32("Least, ticks."),
      hi: i32("Greatest, ticks."),
      link: text("Link of the record; zero for a fallback."),
    },
    [SEQ, MARKET],
  ),
  events: table(
    "events",
    "Market by order: one row for each record that folds into the head, and for each change of an account by itself.",
    ["seq"],
    {
      seq: i64("Position in the order of the chain, from 1, without gaps."),
      block_number: i64("Block of the log."),
      tx: i64("Transaction of the log."),
      log_index: i32("Index of the log in its block."),
      ts_event: time("Time of the block."),
      checkpoint: optional(
        i64("Number of the checkpoint that ends the call; none for accounts, which fold into nothing."),
      ),
      root_id: root,
      branch_id: i32("Branch of the root; 0 if it is about the whole root, or of D and W the session token."),
      action: text(
        "A order added, F fill of the resting side, T trade of the aggressor, C lots taken out, M market record, B fallback, D deposit, W withdrawal, X exit, R positions realised, H worst case refreshed.",
        { values: ACTIONS },
      ),
      reason: optional(text("Why lots were taken out, of C.", { values: REASONS })),
      order_id: optional(i64("tradeRootId of the order, of A, F, T and C.")),
      side: text("B bid, A offer, N neither.", { values: SIDES }),
      price: optional(i32("Ticks: limit of A and C, price of F and T; of B the fallback's outcome.")),
      lots: optional(i64("Lots of A, F, T and C, above zero.")),
      lots_left: optional(i64("Lots of that order after the row.")),
      match_id: optional(i64("Number of the fill, which F and T have in common, from 1.")),
      tif: optional(
        i32("Time in force of A: 0 good till cancelled, 1 immediate or cancel, 2 fill or kill, 3 post only."),
      ),
      deadline: optional(i64("Last second of A at which it may be filled, Unix.")),
      seen_seq: optional(
        i64(
          "Last row that the link covers over which the order was signed: its trader knew at least so much, and signed no earlier.",
        ),
      ),
      age_checkpoints: optional(
        i32("Checkpoints that the link was behind the newest one when the order came; 0 for the newest."),
      ),
      trader: optional({ ...trader, about: "Number of the trader; none of M and B." }),
      via: optional(
        text(
          "Through what it came: book if its order is signed, contract if a contract said yes within the call, or which house that is.",
          { values: VIAS },
        ),
      ),
      link: optional(text("Of A and M the link of what was signed, which is folded behind the word; zero of B.")),
    },
    [{ fields: ["tx"], table: "transactions" }, { fields: ["root_id"], table: "roots" }, TRADER],
  ),
  trades: table(
    "trades",
    "Fills, one row each.",
    ["seq"],
    {
      seq: seq("The row T of the fill"),
      match_id: i64("Number of the fill."),
      root_id: root,
      branch_id: branch,
      maker_order: i64("The order that rested."),
      taker_order: i64("The order that came, or that was cut off before."),
      price: i32("Ticks."),
      lots: i64("Lots."),
      aggressor: text("Side of the taker.", { values: ["B", "A"] }),
      best_bid: optional(i32("Best bid right before the fill, the taker's order left out, ticks.")),
      best_ask: optional(i32("Best offer right before the fill, the taker's order left out, ticks.")),
      maker_age_s: i64("Seconds since the maker's order was added."),
      through: text("Through what it came: book if both orders are signed, else as in events.", { values: VIAS }),
    },
    [SEQ, MARKET],
  ),
  book10: table(
    "book10",
    "Ten levels of each market that a call has touched, as the call leaves it. What is covered is looked at order by order, as the book does: one past its deadline counts 0, and orders of one trader do not use up each other's collateral.",
    ["seq", "root_id", "branch_id"],
    {
      seq: seq("Last row of the call"),
      root_id: root,
      branch_id: branch,
      crossed: bool("Whether the call ran out of steps and orders that cross still stand (R34)."),
      ...levelColumns(),
    },
    [SEQ, MARKET],
  ),
  accounts: table(
    "accounts",
    "Accounts after every change.",
    ["seq", "trader"],
    {
      seq: seq("Last row of the change"),
      trader,
      cash_wei: wei("Cash, a full set of legs counted as cash (R10), wei."),
      worst_wei: wei(
        "Least that all positions together can still pay, as stored (R12), wei; cash_wei + worst_wei is never negative.",
      ),
      reserve_wei: wei("What open orders keep in (R15), wei."),
      open_orders: i32("Orders that rest."),
    },
    [SEQ, TRADER],
  ),
  allocations: table(
    "allocations",
    "Claims after every change.",
    ["seq", "trader", "leg"],
    {
      seq: seq("Last row of the change"),
      trader,
      leg,
      claim_wei: wei("v_k (R16), wei; the trader's part of asset k is claim_wei · quantity / supply_wei."),
    },
    [SEQ, TRADER, { fields: ["leg"], table: "assets" }],
  ),
  positions: table(
    "positions",
    "Positions after every change.",
    ["seq", "trader", "root_id", "branch_id"],
    {
      seq: seq("Last row of the change"),
      trader,
      root_id: root,
      branch_id: branch,
      lots: i64("Lots, above zero long; in the basket counted from those of the last leg (R10)."),
    },
    [SEQ, TRADER, MARKET],
  ),
  payments: table(
    "payments",
    "What came into the book for traders and went out of it.",
    ["seq", "leg"],
    {
      seq: seq("The payment"),
      trader,
      leg: i32("0 for session tokens, which are a claim on every leg, else the leg."),
      amount_wei: wei("Wei, above zero in, below zero out."),
    },
    [SEQ, TRADER],
  ),
  weights: table(
    "weights",
    "What the legs of a basket or event are quoted at, as a call leaves it that touched the root, while every leg has a quote; of two legs one without orders is quoted at what the other leaves of the scale.",
    ["seq", "root_id", "leg"],
    {
      seq: seq("Last row of the call"),
      root_id: root,
      leg: i32("Leg or outcome, from 1."),
      bid: optional(i32("Best bid, ticks.")),
      ask: optional(i32("Best offer, ticks.")),
      last: optional(i32("Price of the last trade, ticks.")),
      mid2: i32("Bid + offer, or twice the one that there is: twice the middle, ticks."),
      weight_ppm: i64("The leg's part of all middles, millionths; they sum to a million, by largest remainders."),
      overround_ticks: optional(
        i32("Best offers of all legs less the scale, ticks; none unless every leg is offered."),
      ),
    },
    [SEQ, { fields: ["root_id", "leg"], table: "branches", to: ["root_id", "branch_id"] }],
  ),
  reference: table(
    "reference",
    "Prices of the world outside, as they were given.",
    ["ts", "leg"],
    {
      ts: time("Moment of the price."),
      leg,
      price: price("Price of a whole asset."),
      source: text("Where it is from."),
      true_weight_ppm: optional(
        i64(
          "q_k·S_k / Σ q·S, millionths, by largest remainders; none while decimals or a price of that moment are unknown.",
        ),
      ),
    },
    [{ fields: ["leg"], table: "assets" }],
  ),
  outcomes: table(
    "outcomes",
    "How roots ended. The basket is delivered in kind, and has no value in ticks.",
    ["root_id", "branch_id"],
    {
      root_id: root,
      branch_id: branch,
      value: optional(i32("What a lot pays, ticks; none for the basket.")),
      settled_by: text("owner by its records, fallback, or delivery.", { values: ["owner", "fallback", "delivery"] }),
      settled_seq: i64("Row of events that ended it; of the basket the first exit."),
    },
    [MARKET],
  ),
} as const;

export type Tables = typeof TABLES;
export type TableName = keyof Tables;
export type TableRow<Name extends TableName> = RowOf<Tables[Name]>;

export const TABLE_NAMES = Object.keys(TABLES) as TableName[];

/** As any table: its columns by name. */
export function tableOf(name: TableName): Table {
  return TABLES[name];
}

/** Takes rows, each in its table's order. */
export type Emit = <Name extends TableName>(table: Name, row: TableRow<Name>) => void;
