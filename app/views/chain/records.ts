/** Records of the chain in words. */
import type { ChainRecord } from "../../../src/bindings/records.js";
import type { TradePackage } from "../../../src/protocol/signing/package.js";
import type { RecordFacts, Signed } from "../../data/mirror/explorer.js";
import { wordsOf } from "../../ui/words.js";
import { type Names, type Root, shortAddress } from "../../data/names.js";
import { amountText } from "../../ui/market-units.js";

/** What markets are called: a market that is not known has its number. */
export interface Known {
  readonly roots: readonly Root[];
  readonly names: Names | undefined;
}

/** One line. */
export function recordLine({ record, order }: Pick<RecordFacts, "record" | "order">, known: Known): string {
  if (order !== undefined && "tradeRootId" in record) return `#${record.tradeRootId} ${orderText(order, known)}`;
  switch (record.kind) {
    case "matched":
      return `#${record.makerRootId} met #${record.takerRootId}: ${record.lots} lots @ ${record.priceTicks} ticks`;
    case "offset":
      return `#${record.tradeRootId} ${record.reason}: ${record.lots} lots taken out`;
    case "marketRecorded":
      return `market ${record.marketRootId}.${record.record.marketBranchId} by ${shortAddress(record.record.owner)}`;
    case "fallbackApplied":
      return `market ${record.marketRootId}: the fallback ${record.fallbackOutcome} was applied`;
    case "quoteSetCreated":
      return `${record.quotes} quotes of ${shortAddress(record.trader)} under one signature`;
    case "tradesCancelled":
      return `orders of ${shortAddress(record.cancellation.trader)} cancelled by its signature`;
    case "userCreated":
      return `${shortAddress(record.trader)} is trader ${record.traderId}`;
    case "skipped":
    case "quoteSetSkipped":
    case "cancellationSkipped":
    case "quoteSkipped":
      return `of ${shortAddress(record.trader)} passed over: ${record.refusal.code}`;
    case "offsetSkipped":
      return `#${record.tradeRootId} not taken out: ${record.refusal.code}`;
    default:
      return KIND_TEXTS[record.kind] ?? record.kind;
  }
}

const KIND_TEXTS: Readonly<Record<string, string>> = {
  deposited: "paid in",
  withdrawn: "taken out",
  exited: "left with its claims",
  noncesInvalidated: "nonces ended",
  tradeApproved: "approved by its trader’s contract",
  tradePlaced: "rests at a place that was used before",
  realised: "a position turned into cash",
  refreshed: "a worst case brought up to date",
};

function orderText(
  { marketRootId, marketBranchId, quantityLots, priceTicks, trader }: TradePackage,
  known: Known,
): string {
  const root = known.roots.find((one) => one.marketRootId === marketRootId);
  const title =
    root === undefined ? `${marketRootId}.${marketBranchId}` : wordsOf(root, marketBranchId, known.names).title;
  const isBid = quantityLots > 0n;
  const size = isBid ? quantityLots : 0n - quantityLots;
  const price = root === undefined ? `${priceTicks} ticks` : `${amountText(root, priceTicks)} (${priceTicks})`;
  return `${title} ${isBid ? "▲ buys" : "▼ sells"} ${size} ${size === 1n ? "lot" : "lots"} @ ${price} by ${shortAddress(trader)}`;
}

const MOST_FIELDS = 64;
const LEFT_OUT = new Set(["kind", "description"]);

/** Every value of a record by its name, the inner ones with both: nobody's text, which is shown apart. */
export function recordFields(record: ChainRecord): (readonly [name: string, value: string])[] {
  return fieldsOf(record, "").slice(0, MOST_FIELDS);
}

function fieldsOf(value: object, before: string): (readonly [string, string])[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]): (readonly [string, string])[] => {
    if (LEFT_OUT.has(name)) return [];
    if (inner instanceof Error) return [[before + name, "code" in inner ? String(inner.code) : inner.message]];
    if (typeof inner === "object" && inner !== null) return fieldsOf(inner, `${before}${name}.`);
    return [[before + name, String(inner)]];
  });
}

export function signedText(signed: Signed): string {
  switch (signed.kind) {
    case "caller":
      return `${signed.signer} called the book itself: there is nothing to recover.`;
    case "contract":
      return `The contract ${signed.signer} approved it when the book asked: only it can judge that.`;
    case "recovered":
      if (signed.recovered === signed.signer) return `The signature recovers to ${signed.signer} ✔`;
      return signed.recovered === undefined
        ? `No key’s signature: the contract ${signed.signer} approved it when the book asked, or nobody did.`
        : `The signature recovers to ${signed.recovered}, not to ${signed.signer}: its contract approved it when the book asked, or nobody did.`;
  }
}
