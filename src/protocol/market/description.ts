/**
 * The description of a root, as its owner publishes it: free text, which may begin with a head that programs read. The head is part
 * of the text whose hash the owner signs, so nobody can show another unit than was agreed. A head is lines `name: value` up to the
 * first empty line, the first of them the title; the whole text without a head is one too, in ticks.
 */
import { RuleError } from "../amounts/errors.js";
import { formatTicks, parseTicks, type Ticks } from "../amounts/units.js";

/** What a market is about, and in what it is counted. */
export interface MarketHead {
  readonly title: string;
  /** What prices and bounds are counted in, such as mm; empty if in nothing that has a name. */
  readonly unit: string;
  /** Ticks that make one unit: a product of twos and fives, so that decimals end. */
  readonly ticksPerUnit: bigint;
  /** What the outcomes of an event are called, from number 1; none for an interval. */
  readonly outcomes: readonly string[];
  /** Where the outcome is read; empty if the text says. */
  readonly source: string;
}

/** A description, read. */
export interface Description {
  /** Undefined if the text has none: then amounts are ticks. */
  readonly head: MarketHead | undefined;
  /** What follows the head, or the whole text. */
  readonly body: string;
}

const NAMES = ["title", "unit", "ticksPerUnit", "outcomes", "source"] as const;
type Name = (typeof NAMES)[number];

const MOST_CHARACTERS: Readonly<Record<Name, number>> = {
  title: 120,
  unit: 16,
  ticksPerUnit: 10,
  outcomes: 1_000,
  source: 300,
};
const BETWEEN_OUTCOMES = " | ";
const MOST_TICKS_PER_UNIT = 1_000_000_000n;
/** Letters, digits, marks and plain blanks: a terminal shows them as they are. */
const SHOWN = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u;

/** Never throws: anybody may have written the text, and what is no head is text. */
export function parseDescription(text: string): Description {
  const [, top = text, body = ""] = /^([^]*?)\r?\n[ \t]*\r?\n([^]*)$/.exec(text) ?? [];
  const head = headOf(top.split(/\r?\n/));
  return head === undefined ? { head, body: text } : { head, body };
}

/**
 * The text whose hash is signed.
 * @throws RuleError MARKET_HEAD_INVALID for a head that could not be read back as it is
 */
export function writeDescription(head: MarketHead, body: string): string {
  for (const name of NAMES) requireField(head, name);
  const lines = NAMES.map((name) => [name, textOf(head, name)] as const).filter(([, value]) => value !== "");
  const top = lines.map(([name, value]) => `${name}: ${value}`).join("\n");
  const text = body === "" ? top : `${top}\n\n${body}`;
  const { head: read, body: rest } = parseDescription(text);
  const isSame = read !== undefined && NAMES.every((name) => textOf(read, name) === textOf(head, name));
  if (!isSame || rest !== body) throw new RuleError("MARKET_HEAD_INVALID", { field: "text", value: text });
  return text;
}

/** Ticks as an amount of the unit, exactly, without its name. */
export function unitsOf(head: MarketHead, value: Ticks): string {
  return formatTicks(value, head.ticksPerUnit);
}

/** An amount of the unit as ticks. @throws RuleError AMOUNT_MALFORMED, AMOUNT_NOT_EXACT, AMOUNT_OUT_OF_RANGE */
export function parseUnits(head: MarketHead | undefined, text: string): Ticks {
  return parseTicks(text, head?.ticksPerUnit ?? 1n);
}

function headOf(lines: readonly string[]): MarketHead | undefined {
  const found = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = /^([A-Za-z]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined || found.has(name)) return undefined;
    found.set(name, value);
  }
  if ([...found.keys()].some((name) => !NAMES.includes(name as Name))) return undefined;
  const { title, unit = "", ticksPerUnit = "1", outcomes = "", source = "" } = Object.fromEntries(found);
  if (title === undefined || !/^[1-9]\d{0,9}$/.test(ticksPerUnit)) return undefined;
  const names = outcomes === "" ? [] : outcomes.split("|").map((name) => name.trim());
  const head = { title, unit, ticksPerUnit: BigInt(ticksPerUnit), outcomes: names, source };
  return NAMES.every((name) => problemOf(head, name) === undefined) ? head : undefined;
}

function textOf(head: MarketHead, name: Name): string {
  return name === "outcomes" ? head.outcomes.join(BETWEEN_OUTCOMES) : String(head[name]);
}

function requireField(head: MarketHead, name: Name): void {
  const wanted = problemOf(head, name);
  if (wanted !== undefined)
    throw new RuleError("MARKET_HEAD_INVALID", { field: name, value: textOf(head, name), wanted });
}

/** @returns what is wanted of a field that is not good */
function problemOf(head: MarketHead, name: Name): string | undefined {
  const text = textOf(head, name);
  if (text.length > MOST_CHARACTERS[name]) return `at most ${MOST_CHARACTERS[name]} characters`;
  if (!SHOWN.test(text) || text !== text.trim()) return "letters, digits and signs, on one line";
  switch (name) {
    case "title":
      return text === "" ? "a title" : undefined;
    case "ticksPerUnit":
      return decimalsEnd(head.ticksPerUnit) ? undefined : "1 to 10^9, a product of twos and fives";
    case "outcomes":
      return head.outcomes.every(isOutcomeName) && new Set(head.outcomes).size === head.outcomes.length
        ? undefined
        : "a name for each outcome, all different";
    default:
      return undefined;
  }
}

function isOutcomeName(text: string): boolean {
  return text !== "" && text === text.trim() && !text.includes("|") && !/^\d+$/.test(text);
}

function decimalsEnd(ticksPerUnit: bigint): boolean {
  if (ticksPerUnit < 1n || ticksPerUnit > MOST_TICKS_PER_UNIT) return false;
  let rest = ticksPerUnit;
  for (const factor of [2n, 5n]) while (rest % factor === 0n) rest /= factor;
  return rest === 1n;
}
