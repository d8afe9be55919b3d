/** Values of refusals in the units of whoever reads them: tokens, not wei; dates, not seconds; millimetres, if a market is about them. */
import { formatEther } from "ethers";

import { unitOfValue } from "../../bindings/error-units.js";
import { formatTokenWei, type TokenWei } from "../../protocol/amounts/units.js";
import { type AssetInfo, formatQuantity } from "../../bindings/assets.js";
import { type KnownRoot, outcomeText, priceText } from "./session-facts.js";
import { date } from "./text.js";

/** What a run has come to know, and tells its amounts by. */
export interface ReaderUnits {
  readonly roots: Map<number, KnownRoot>;
  /** Whose prices an error means that names no market. */
  subject: number | undefined;
  /** By address in its checksum form. */
  readonly assets: Map<string, AssetInfo>;
  /** What the command is paid in, or pays: of errors that name no token. */
  money: AssetInfo | undefined;
}

export function createReaderUnits(): ReaderUnits {
  return { roots: new Map(), subject: undefined, assets: new Map(), money: undefined };
}

type Values = Readonly<Record<string, unknown>>;

/** `Book_Uncovered(trader: 0x…, shortfall: 0.5 tokens). Deposit at least …` */
export function refusalText(code: string, values: Values, advice: string, units: ReaderUnits): string {
  const told = namesOf(code, values).map((name) => `${name}: ${valueText(code, name, values, units)}`);
  return `${code}(${told.join(", ")}). ${advice}`;
}

/** Every root has a branch 1: where the book knows no such market, it knows no such root. */
function namesOf(code: string, values: Values): string[] {
  const isRoot = code === "Book_MarketUnknown" && wholeNumber(values["marketBranchId"]) === 1n;
  return Object.keys(values).filter((name) => !isRoot || name !== "marketBranchId");
}

function valueText(code: string, name: string, values: Values, units: ReaderUnits): string {
  const value = wholeNumber(values[name]);
  if (value === undefined) return String(values[name]);
  switch (unitOfValue(code, name)) {
    case "time":
      return date(value);
    case "tokenWei":
      return `${formatTokenWei(value as TokenWei)} tokens`; // formatting takes any whole number
    case "assetUnits":
      return assetText(value, units.assets.get(String(values["asset"])));
    case "money":
      return assetText(value, units.assets.get(String(values["token"])) ?? units.money);
    case "moved":
      return units.money === undefined
        ? `${formatTokenWei(value as TokenWei)} tokens` // formatting takes any whole number
        : formatQuantity(units.money, value);
    case "duration":
      return `${value} seconds`;
    case "outcome":
      return outcomeIn(value, values, units);
    case "lots":
      return `${value} lots`;
    case "coinWei":
      return `${formatEther(value)} of the chain's coin`;
    case "gas":
      return `${value} gas`;
    case "ticks":
      return ticksText(value, values, units);
    case "plain":
    case undefined:
      return String(values[name]);
  }
}

function assetText(value: bigint, asset: AssetInfo | undefined): string {
  return asset === undefined ? `${value} smallest units` : formatQuantity(asset, value);
}

/** The root that the error names, or else the one that the command is about. */
function rootIn(values: Values, { roots, subject }: ReaderUnits): KnownRoot | undefined {
  const marketRootId = wholeNumber(values["marketRootId"]) ?? BigInt(subject ?? 0);
  return roots.get(Number(marketRootId));
}

function outcomeIn(value: bigint, values: Values, units: ReaderUnits): string {
  const named = rootIn(values, units);
  return named === undefined ? value.toString() : outcomeText(named.root, value, named.head);
}

function ticksText(value: bigint, values: Values, units: ReaderUnits): string {
  const named = rootIn(values, units);
  if (named === undefined) return `${value} ticks`;
  const text = priceText(named.root, value, named.head);
  return named.root.kind === "interval" && named.head === undefined ? `${text} ticks` : text;
}

/** A relay gives numbers as text. */
function wholeNumber(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  return typeof value === "string" && /^-?\d{1,80}$/.test(value) ? BigInt(value) : undefined;
}

/** What a limit of amounts is about: `AMOUNT_OUT_OF_RANGE` names the type. */
export function rangeText(what: string, value: bigint): string {
  return what === "tokenWei"
    ? `${formatTokenWei(value as TokenWei)} tokens`
    : `${value} ${what === "assetUnits" ? "smallest units" : what}`;
}

export function knowRoot(units: ReaderUnits, named: KnownRoot, isSubject = true): void {
  units.roots.set(named.root.marketRootId, named);
  if (isSubject) units.subject = named.root.marketRootId;
}
