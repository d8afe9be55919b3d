/** Documents for programs. An amount is a whole number of its unit, which its name says, as text: JSON's own numbers are floats. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Bigints become text, what is undefined is left out, errors become their message; the rest stays as it is. */
export function asJson(value: unknown): Json {
  if (typeof value === "bigint") return value.toString();
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  if (value instanceof Error) return value.message;
  if (Array.isArray(value)) return value.map(asJson);
  if (value instanceof Map) return asJson(Object.fromEntries(value));
  if (typeof value !== "object") return null;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, entry]) => (entry === undefined ? [] : [[name, asJson(entry)]])),
  );
}

export function printJson(value: unknown): string {
  return `${JSON.stringify(asJson(value), undefined, 2)}\n`;
}

/** The flag of every command that answers; `runProgram` looks for it. */
export const JSON_FLAG = ["--json", "one JSON document on stdout"] as const;
