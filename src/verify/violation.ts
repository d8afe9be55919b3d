/** How a check says that a record does not hold. */

/** A number of docs/protocol.md, or `log` for what a log must be whatever the rules. */
export type Rule = `R${number}` | "log";

/** Values by name; amounts are bigint. */
export type Values = Readonly<Record<string, unknown>>;

/** Why a record cannot be: thrown by the checks, caught where the report is made. */
export class Violation extends Error {
  public readonly rule: Rule;
  public readonly expected: Values | undefined;
  public readonly actual: Values | undefined;

  public constructor(rule: Rule, why: string, values: { readonly expected?: Values; readonly actual?: Values } = {}) {
    super(why);
    this.rule = rule;
    this.expected = values.expected;
    this.actual = values.actual;
  }
}

/** @throws Violation naming the values that differ */
export function requireSame(rule: Rule, why: string, actual: Values, expected: Values): void {
  const names = Object.keys(expected).filter((name) => actual[name] !== expected[name]);
  if (names.length === 0) return;
  const only = (values: Values): Values => Object.fromEntries(names.map((name) => [name, values[name]]));
  throw new Violation(rule, why, { expected: only(expected), actual: only(actual) });
}
