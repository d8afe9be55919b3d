/** A trade or an outcome that is only pretended: what a stress test would show if it were so. Nothing of it is signed. */
import { RuleError } from "../../../src/protocol/amounts/errors.js";
import { type Lots, opposite, parseLots, parsePercent, type Ticks } from "../../../src/protocol/amounts/units.js";
import { parseUnits } from "../../../src/protocol/market/description.js";
import { type Account, accountAfter } from "../../../src/protocol/margin/worth.js";
import { rootOf } from "../../../src/protocol/market/market-table.js";
import type { RiskGround, RiskInput } from "./model.js";

/** As typed, and kept in the address. */
export interface WhatIf {
  /** Addresses; a trade has two sides. */
  readonly buyer: string;
  readonly seller: string;
  /** `2.1`. */
  readonly market: string;
  /** In the market's unit, or a weight in percent. */
  readonly price: string;
  readonly lots: string;
  /** The most that anybody may lose, in the table's unit. */
  readonly limit: string;
  /** How roots end, as `RiskInput.outcomes`. */
  readonly outcomes: ReadonlyMap<number, string>;
}

export const NOTHING_PRETENDED: WhatIf = {
  buyer: "",
  seller: "",
  market: "",
  price: "",
  lots: "",
  limit: "",
  outcomes: new Map(),
};

const FIELDS = { buyer: "wb", seller: "ws", market: "wm", price: "wp", lots: "wl", limit: "wmax" } as const;
const MOST_TEXT = 44;

export function readWhatIf(params: URLSearchParams): WhatIf {
  const text = (name: keyof typeof FIELDS): string => (params.get(FIELDS[name]) ?? "").slice(0, MOST_TEXT);
  const outcomes = [...params].flatMap(([name, value]): [number, string][] => {
    const root = /^wroot(\d{1,10})$/.exec(name)?.[1];
    return root === undefined || value === "" ? [] : [[Number(root), value]];
  });
  return {
    ...{
      buyer: text("buyer"),
      seller: text("seller"),
      market: text("market"),
      price: text("price"),
      lots: text("lots"),
      limit: text("limit"),
    },
    outcomes: new Map(outcomes),
  };
}

/** Adds what `readWhatIf` reads back. */
export function writeWhatIf(whatIf: WhatIf, params: URLSearchParams): void {
  for (const [name, key] of Object.entries(FIELDS)) {
    const value = whatIf[name as keyof typeof FIELDS]; // its own names
    if (value !== "") params.set(key, value);
  }
  for (const [root, text] of whatIf.outcomes) if (text !== "") params.set(`wroot${root}`, text);
}

/** Whether there is a whole trade: half of one is still being typed. */
export function hasTrade({ buyer, seller, market, price, lots }: WhatIf): boolean {
  return [buyer, seller, market, price, lots].every((text) => text !== "");
}

export interface Pretended {
  readonly input: RiskInput;
  readonly ground: RiskGround;
}

/**
 * The same test as if it were so.
 * @returns undefined if nothing is pretended
 * @throws RuleError AMOUNT_…, SHAPE_MISMATCH for a holder or a market that is not there; Refusal Book_MarketUnknown
 */
export function pretended(whatIf: WhatIf, input: RiskInput, ground: RiskGround): Pretended | undefined {
  const outcomes = [...whatIf.outcomes].filter(([, text]) => text !== "");
  if (!hasTrade(whatIf) && outcomes.length === 0) return undefined;
  return {
    input: { ...input, outcomes: new Map([...input.outcomes, ...outcomes]) },
    ground: hasTrade(whatIf) ? { ...ground, holdings: traded(whatIf, ground) } : ground,
  };
}

function traded(whatIf: WhatIf, { holdings, roots }: RiskGround): RiskGround["holdings"] {
  const [rootText = "", branchText = ""] = whatIf.market.split(".");
  const market = { marketRootId: Number(rootText), marketBranchId: Number(branchText) };
  const root = rootOf(holdings.table, market.marketRootId);
  const head = roots.find(({ marketRootId }) => marketRootId === market.marketRootId)?.head ?? undefined;
  const price: Ticks =
    root.kind === "interval" ? parseUnits(head, whatIf.price) : parsePercent(whatIf.price, root.scale);
  const lots = parseLots(whatIf.lots);
  if (lots <= 0n) throw new RuleError("AMOUNT_OUT_OF_RANGE", { unit: "lots", value: lots, least: 1n });
  const sides = new Map([
    [indexOf(holdings.traders, whatIf.buyer), lots],
    [indexOf(holdings.traders, whatIf.seller), opposite(lots)],
  ]);
  if (sides.size < 2)
    throw new RuleError("SHAPE_MISMATCH", { what: "sides of the trade", expected: 2, actual: sides.size });
  const accounts = holdings.accounts.map((account, k): Account => {
    const quantity = sides.get(k);
    return quantity === undefined ? account : withTrade(account, quantity);
  });
  return { ...holdings, accounts };

  function withTrade({ cash, positions }: Account, quantity: Lots): Account {
    const after = accountAfter(holdings.table, [{ ...market, price, quantity }], cash);
    const added = after.positions.get(market.marketRootId) ?? [];
    const before = positions.get(market.marketRootId) ?? [];
    const both = added.map((lot, b) => (lot + (before[b] ?? 0n)) as Lots);
    return { cash: after.cash, positions: new Map(positions).set(market.marketRootId, both) };
  }
}

function indexOf(traders: readonly string[], address: string): number {
  const index = traders.findIndex((trader) => trader.toLowerCase() === address.toLowerCase());
  if (index < 0) throw new RuleError("SHAPE_MISMATCH", { what: "holder", actual: address });
  return index;
}
