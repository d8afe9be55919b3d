/** Amounts in JSON, whose own numbers are floats. */

/** Any value as JSON, on one line: amounts become decimal text. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, withText);
}

/** The same for people to read: two spaces a level. */
export function toReadableJson(value: unknown): string {
  return JSON.stringify(value, withText, 2);
}

/** The same values under the same names, each amount among them as decimal text. What lies deeper stays as it is. */
export function amountsAsText(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, asText(value)]));
}

/** JSON in which an amount can be told from text: `"-12n"`. Names are in one order, so that equal values have equal text. */
export function toTaggedJson(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) => {
    if (typeof entry === "bigint") return `${entry}n`;
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return entry;
    return Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** The inverse of `toTaggedJson`, if no text looked like an amount. @throws SyntaxError if it is no JSON */
export function fromTaggedJson(text: string): unknown {
  return JSON.parse(text, (_, entry: unknown) =>
    typeof entry === "string" && /^-?\d+n$/.test(entry) ? BigInt(entry.slice(0, -1)) : entry,
  );
}

function withText(_name: string, value: unknown): unknown {
  return asText(value);
}

function asText(value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
