/** One form for what the contract and what the library say, so that both can be compared and printed. */
import { dataSlice, type Interface, type Log, Result, ZeroHash } from "ethers";

import type { BookEvent } from "../../src/protocol/book/events.js";
import { OFFSET_REASONS } from "../../src/protocol/book/events.js";
import { isRefusal } from "../../src/protocol/market/refusal.js";
import { MARKET_TYPES, TRADE_PACKAGE_TYPES } from "../../src/protocol/signing/typed-data.js";

export type Plain = string | boolean | readonly Plain[] | { readonly [name: string]: Plain };

/** Numbers as decimal text; everything else as it is. */
export function plain(value: unknown): Plain {
  if (typeof value === "bigint" || typeof value === "number") return value.toString();
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (value instanceof Result) return value.toArray().map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, plain(entry)]));
  }
  throw new TypeError(`nothing to compare: ${typeof value}`);
}

/** What a token of a test session refuses with. */
export class TokenRefusal extends Error {
  public readonly code: string;
  public readonly values: Readonly<Record<string, string | bigint>>;

  public constructor(code: string, values: Readonly<Record<string, string | bigint>>) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

/** An error of the library. Anything else that it throws is a bug, and passes on. */
export function errorOfLibrary(error: unknown): Plain {
  if (!isRefusal(error) && !(error instanceof TokenRefusal)) throw error;
  return { error: error.code, values: plain(error.values) };
}

/** An error of the contract, decoded by the first interface that knows it. */
export function errorOfContract(interfaces: readonly Interface[], data: string): Plain {
  for (const candidate of interfaces) {
    const found = candidate.parseError(data);
    if (found === null) continue;
    const values = found.fragment.inputs.map(({ name }, index) => {
      const value: unknown = found.args[index];
      return [name, name === "reason" ? nameOf(interfaces, value) : plain(value)] as const;
    });
    return { error: found.name, values: Object.fromEntries(values) };
  }
  return { error: "unknown", values: { data } };
}

/** A log of the contract. */
export function eventOfContract(interfaces: readonly Interface[], log: Pick<Log, "topics" | "data">): Plain {
  const [book] = interfaces;
  const event = book?.parseLog(log);
  if (event === undefined || event === null) return [log.topics[0] ?? "no topic", log.data];
  const args = event.fragment.inputs.map(({ name }, index): Plain => {
    const value: unknown = event.args[index];
    return name === "reason" && typeof value === "string" ? skipped(nameOf(interfaces, value)) : plain(value);
  });
  return [event.name, ...args];
}

/** The error of that selector. */
function nameOf(interfaces: readonly Interface[], selector: unknown): string {
  const found = interfaces.map((candidate) => candidate.getError(String(selector))?.name);
  return found.find((name) => name !== undefined) ?? String(selector);
}

/** Why something was left out: logs give no values. */
function skipped(code: string): Plain {
  return { error: code };
}

/** The trader is a topic. */
const TRADE_FIELDS = TRADE_PACKAGE_TYPES.TradePackage.map(({ name }) => name).filter((name) => name !== "trader");
const MARKET_FIELDS = MARKET_TYPES.Market.map(({ name }) => name);

/** The same of an event of the library. */
export function eventOfLibrary(event: BookEvent): Plain {
  switch (event.kind) {
    case "userCreated":
      return plain(["UserCreated", event.traderId, event.trader]);
    case "deposited":
      return plain(["Deposited", event.traderId, event.leg, event.amount]);
    case "withdrawn":
      return plain(["Withdrawn", event.traderId, event.leg, event.amount, event.to]);
    case "exited":
      return plain(["Exited", event.traderId, event.to, event.claims, event.redeemed]);
    case "noncesInvalidated":
      return plain(["NoncesInvalidated", event.traderId, event.nonceFloor]);
    case "tradeCreated": {
      const { tradeRootId, package: order, signature } = event;
      const fields = TRADE_FIELDS.map((name) => order[name]);
      const halves =
        signature === "0x" ? [ZeroHash, ZeroHash] : [dataSlice(signature, 0, 32), dataSlice(signature, 32)];
      return plain(["TradeCreated", tradeRootId, order.trader, ...fields, ...halves]);
    }
    case "tradeApproved":
      return plain(["TradeApproved", event.tradeRootId, event.signature]);
    case "matched":
      return plain(["TradesMatched", event.makerRootId, event.takerRootId, event.priceTicks, event.lots]);
    case "offset":
      return plain(["TradeOffset", event.tradeRootId, event.lots, OFFSET_REASONS.indexOf(event.reason)]);
    case "tradesCancelled": {
      const { trader, fromTradeRootId, toTradeRootId, nonceFloor, deadline } = event.cancellation;
      return plain([
        ...(["TradesCancelled", trader, fromTradeRootId, toTradeRootId, nonceFloor, deadline] as const),
        event.signature,
      ]);
    }
    case "tradePlaced":
      return plain(["TradePlaced", event.tradeRootId, event.place]);
    case "skipped":
      return plain(["PackageSkipped", event.index, event.trader, event.nonce, skipped(event.refusal.code)]);
    case "quoteSetCreated": {
      const { tradeRootId, trader, previousLink, nonce, deadline, timeInForce, signature, quotes } = event;
      const halves = [dataSlice(signature, 0, 32), dataSlice(signature, 32)];
      const terms = [tradeRootId, trader, previousLink, nonce, deadline, timeInForce];
      return plain(["QuoteSetCreated", ...terms, ...halves, quotes]);
    }
    case "quoteCreated": {
      const { tradeRootId, marketRootId, marketBranchId, priceTicks, quantityLots, place } = event;
      return plain(["QuoteCreated", tradeRootId, marketRootId, marketBranchId, priceTicks, quantityLots, place]);
    }
    case "quoteSkipped":
      return plain(["QuoteSkipped", event.trader, event.quote, event.primaryLink, skipped(event.refusal.code)]);
    case "quoteSetSkipped":
      return plain(["QuoteSetSkipped", event.index, event.trader, event.nonce, skipped(event.refusal.code)]);
    case "cancellationSkipped":
      return plain(["CancellationSkipped", event.trader, skipped(event.refusal.code)]);
    case "offsetSkipped":
      return plain(["OffsetSkipped", event.tradeRootId, skipped(event.refusal.code)]);
    case "checkpoint":
      return plain(["Checkpoint", event.head, event.link]);
    case "marketRecorded": {
      const { marketRootId, record, link, signature, organiserSignature, description } = event;
      const fields = MARKET_FIELDS.map((name) => record[name]);
      return plain([
        "MarketRecorded",
        marketRootId,
        record.marketBranchId,
        link,
        fields,
        signature,
        organiserSignature,
        description,
      ]);
    }
    case "fallbackApplied":
      return plain(["FallbackApplied", event.marketRootId, event.fallbackOutcome]);
    case "realised":
      return plain(["Realised", event.marketRootId, event.traderId, event.cash]);
    case "refreshed":
      return plain(["Refreshed", event.marketRootId, event.traderId, event.worst]);
  }
}
