/** What has changed since an earlier stress test, from its JSON document: gains scenario by scenario and holder by holder, exactly. */
import * as z from "zod";

import { add, equals, type Fraction, fraction, negate, reduced } from "../../protocol/amounts/fraction.js";
import { inKnownUnit } from "../../protocol/value/stress-units.js";
import { InputError } from "../../input/errors.js";
import { problemsOf } from "../../input/json-text.js";
import type { StressRun } from "./table.js";

const integer = z
  .string()
  .regex(/^-?\d{1,2000}$/)
  .transform(BigInt);
const number = z.looseObject({ numerator: integer, denominator: integer.refine((value) => value > 0n) });
const OLD = z.looseObject({
  numeraire: z.string(),
  holders: z.array(z.looseObject({ name: z.string() })),
  scenarios: z.array(z.looseObject({ name: z.string(), profits: z.array(number) })),
});

export interface Change {
  readonly scenario: string;
  readonly holder: string;
  readonly before: Fraction;
  readonly after: Fraction;
}

export interface Comparison {
  readonly file: string;
  readonly changes: readonly Change[];
  /** Gains that stand in both. */
  readonly compared: number;
  readonly scenarios: Difference;
  readonly holders: Difference;
}

/** Names that only one of the two has. */
export interface Difference {
  readonly added: readonly string[];
  readonly gone: readonly string[];
}

/** @param document as it was read @throws InputError FILE_INVALID: no such document, or one that counts in another unit */
export function comparisonWith(file: string, document: unknown, run: StressRun): Comparison {
  const result = OLD.safeParse(document);
  if (!result.success) {
    throw new InputError("FILE_INVALID", { file, problems: problemsOf(result.error).slice(0, 10) });
  }
  const old = result.data;
  if (old.numeraire !== run.numeraire) {
    throw new InputError("FILE_INVALID", {
      file,
      problems: [`it counts in ${old.numeraire}, this in ${run.numeraire}`],
    });
  }
  const { names } = run.holders;
  const oldNames = old.holders.map(({ name }) => name);
  let compared = 0;
  const changes = run.stressed.rows.flatMap(({ name: scenario, profits }): Change[] => {
    const earlier = old.scenarios.find(({ name }) => name === scenario);
    return names.flatMap((holder, column): Change[] => {
      const found = earlier?.profits[oldNames.indexOf(holder)];
      const profit = profits[column];
      if (found === undefined || profit === undefined) return [];
      compared += 1;
      const before = fraction(found.numerator, found.denominator);
      const after = inKnownUnit(profit, run.scale);
      return equals(before, after) ? [] : [{ scenario, holder, before, after }];
    });
  });
  return {
    file,
    changes,
    compared,
    scenarios: difference(run.stressed.rows.map(({ name }) => name), old.scenarios.map(({ name }) => name)), // prettier-ignore
    holders: difference(names, oldNames),
  };
}

function difference(now: readonly string[], before: readonly string[]): Difference {
  return { added: now.filter((name) => !before.includes(name)), gone: before.filter((name) => !now.includes(name)) };
}

/** By how much. */
export function changed({ before, after }: Change): Fraction {
  return reduced(add(after, negate(before)));
}

export function comparisonDocument({ changes, ...rest }: Comparison): object {
  return { ...rest, changes: changes.map((change) => ({ ...change, change: changed(change) })) };
}
