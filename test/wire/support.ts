/** Every form of the wire, and texts that are made of their declarations alone. */
import type * as z from "zod";

import type { Form } from "../../src/wire/form.js";
import * as history from "../../src/wire/history.js";
import * as own from "../../src/wire/own.js";
import * as packages from "../../src/wire/packages.js";
import * as previews from "../../src/wire/preview.js";
import * as receipts from "../../src/wire/receipt.js";
import * as state from "../../src/wire/state.js";
import * as stream from "../../src/wire/stream.js";
import * as switches from "../../src/wire/switches.js";
import * as cancellations from "../../src/wire/trades-cancellation.js";

function isForm(value: unknown): value is Form {
  return typeof value === "object" && value !== null && "wire" in value && "domain" in value;
}

/** By name; what is in a table has the table's name before its own. */
function formsIn(values: object, before = ""): [string, Form][] {
  return Object.entries(values).flatMap(([name, value]: [string, unknown]): [string, Form][] => {
    if (isForm(value)) return [[`${before}${name}`, value]];
    const isTable = before === "" && typeof value === "object" && value !== null && !Array.isArray(value);
    return isTable ? formsIn(value, `${name}.`) : [];
  });
}

const ALL = [packages, cancellations, switches, state, history, stream, own, receipts, previews].flatMap((module) =>
  formsIn(module),
);
const isAsked = ([name]: [string, Form]): boolean =>
  /(Params|Query|Body|Request|Package|signedCancellation|Queries\.\w+)$/.test(name);
/** What is sent to a relay. */
export const REQUESTS: readonly [string, Form][] = ALL.filter(isAsked);
/** What a relay says. */
export const ANSWERS: readonly [string, Form][] = ALL.filter((entry) => !isAsked(entry));

/** Text and numbers, one of which fits every leaf that is not a choice of words. */
const LEAVES = [
  "-12",
  `0x${"ab".repeat(32)}`,
  "cd".repeat(32),
  `0x${"a1".repeat(20)}`,
  "0x1234",
  "some words",
  "2026-11-30T12:00:00Z",
  3,
  5_000,
  0.5,
  true,
];

type Def = z.core.$ZodTypes["_zod"]["def"];
export const defOf = (schema: z.core.$ZodType): Def => (schema as z.core.$ZodTypes)._zod.def;

/** Texts of a reading, which together take every turn that it allows: all options, and nothing for what may be nothing. */
export function samplesOf(schema: z.core.$ZodType): unknown[] {
  const def = defOf(schema);
  switch (def.type) {
    case "object":
      return combined(Object.entries(def.shape).map(([name, field]) => [name, samplesOf(field)] as const));
    case "array":
      return [[], samplesOf(def.element)].filter((list) => (schema as z.ZodType).safeParse(list).success);
    case "tuple":
      return [def.items.map((item) => samplesOf(item)[0])];
    case "union":
      return def.options.flatMap(samplesOf);
    case "nullable":
      return [...samplesOf(def.innerType), null];
    case "optional":
      return [...samplesOf(def.innerType), undefined];
    case "default":
      return samplesOf(def.innerType);
    case "record":
      return [{}, { name: samplesOf(def.valueType)[0] }];
    case "enum":
      return Object.values(def.entries);
    case "literal":
      return [...def.values];
    default: {
      const fitting = LEAVES.find((leaf) => (schema as z.ZodType).safeParse(leaf).success);
      if (fitting === undefined) throw new Error(`no sample fits a ${def.type}`);
      return [fitting];
    }
  }
}

/** As many objects as the field with most samples has; each sample of each field is in one of them. */
function combined(fields: readonly (readonly [string, readonly unknown[]])[]): unknown[] {
  const most = Math.max(1, ...fields.map(([, samples]) => samples.length));
  return Array.from({ length: most }, (_, at) =>
    Object.fromEntries(
      fields.flatMap(([name, samples]) => {
        const sample = samples[at % samples.length];
        return sample === undefined ? [] : [[name, sample]];
      }),
    ),
  );
}

export type Path = readonly (string | number)[];

/** Where the leaves of a text are, and where its objects with declared fields are. */
export function pathsOf(value: unknown, schema: z.core.$ZodType, path: Path = []): { leaves: Path[]; objects: Path[] } {
  const def = defOf(schema);
  const of = (name: string | number, inner: z.core.$ZodType) =>
    pathsOf((value as Record<string | number, unknown>)[name], inner, [...path, name]);
  const joined = (parts: { leaves: Path[]; objects: Path[] }[], own: Path[] = []) => ({
    leaves: parts.flatMap(({ leaves }) => leaves),
    objects: [...own, ...parts.flatMap(({ objects }) => objects)],
  });
  switch (def.type) {
    case "object":
      return joined(
        Object.keys(value as object).map((name) => of(name, def.shape[name]!)),
        [path],
      );
    case "array":
      return joined((value as unknown[]).map((_, at) => of(at, def.element)));
    case "tuple":
      return joined(def.items.map((item, at) => of(at, item)));
    case "union":
      return pathsOf(
        value,
        def.options.find((option) => (option as z.ZodType).safeParse(value).success)!,
        path,
      );
    case "nullable":
    case "optional":
    case "default":
      return value === null ? { leaves: [path], objects: [] } : pathsOf(value, def.innerType, path);
    case "record":
      return joined(Object.keys(value as object).map((name) => of(name, def.valueType)));
    default:
      return { leaves: [path], objects: [] };
  }
}

/** The same text with something else at a path. */
export function changed(value: unknown, [first, ...rest]: Path, change: (old: unknown) => unknown): unknown {
  if (first === undefined) return change(value);
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[first] = changed(copy[first], rest, change);
  return copy;
}
