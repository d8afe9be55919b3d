/**
 * What a wallet shows by a descriptor, worked out here in the plainest way: the tests that go to the registry say this, and the
 * reference library has to agree.
 */
import { formatUnits, getAddress, type ParamType, type Result } from "ethers";

import {
  changingFunctions,
  type CalledContract,
  interfaceOf,
  signatureOf,
} from "../../src/client/clear-signing/calls.js";
import type { Descriptor, Field, FieldGroup, Target } from "../../src/client/clear-signing/descriptor.js";
import { EXAMPLE_TOKEN } from "./samples.js";

export interface Line {
  readonly label: string;
  readonly value: string;
}

interface Around {
  readonly descriptor: Descriptor;
  readonly target: Target;
  /** The contract that is called. */
  readonly to: string;
}

/** @param values the message, or the arguments of a call by their names */
export function linesOf(fields: readonly (Field | FieldGroup)[], values: unknown, around: Around): Line[] {
  return fields.flatMap((field) => {
    if (!("fields" in field)) return fieldLines(field, values, around);
    const elements = valuesAt(values, field.path.split("."));
    return elements.flatMap((element) => linesOf(field.fields, element, around));
  });
}

function fieldLines(field: Field, values: unknown, around: Around): Line[] {
  if (field.visible === "never") return [];
  return valuesAt(values, field.path.split(".")).flatMap((value, k) => {
    if (typeof field.visible === "object" && field.visible.ifNotIn.some((one) => String(value) === String(one)))
      return [];
    return [{ label: field.label, value: textOf(field, value, { ...around, values, k }) }];
  });
}

interface Place extends Around {
  readonly values: unknown;
  /** Which element of a list. */
  readonly k: number;
}

function textOf(field: Field, value: unknown, { descriptor, target, to, values, k }: Place): string {
  const params = field.params ?? {};
  switch (field.format) {
    case "date":
      return new Date(Number(value) * 1_000).toISOString().replace(/^\+0*/, "").replace("T", " ").replace(".000", "");
    case "enum": {
      const name = String(params["$ref"]).split(".").at(-1) ?? "";
      return descriptor.metadata.enums?.[name]?.[String(value)] ?? String(value);
    }
    case "addressName":
      return getAddress(String(value));
    case "tokenAmount": {
      const path = params["tokenPath"];
      const at =
        path === "@.to" ? to : path === undefined ? params["token"] : valuesAt(values, String(path).split("."))[k];
      const isKnown = String(at).toLowerCase() === target.session.toLowerCase();
      return isKnown ? `${amountText(String(value))} ${EXAMPLE_TOKEN.symbol}` : String(value);
    }
    case "raw":
      return typeof value === "string" && /^0x[0-9a-f]{40}$/i.test(value) ? getAddress(value) : String(value);
  }
}

function amountText(wei: string): string {
  return formatUnits(wei, EXAMPLE_TOKEN.decimals).replace(/\.0$/, "");
}

/** What stands at a path; `[]` is each element of a list. */
function valuesAt(value: unknown, [name, ...rest]: readonly string[]): unknown[] {
  if (name === undefined) return [value];
  if (name === "[]") return [...(value as Iterable<unknown>)].flatMap((element) => valuesAt(element, rest));
  return valuesAt((value as Readonly<Record<string, unknown>>)[name], rest);
}

/** The arguments of a call by their names, as the contract would read them. */
export function argumentsOf(
  name: CalledContract,
  data: string,
): { readonly signature: string; readonly values: unknown } {
  const contract = interfaceOf(name);
  const fragment = changingFunctions(name).find(({ selector }) => selector === data.slice(0, 10));
  if (fragment === undefined) throw new RangeError(`${data.slice(0, 10)} is no call of ${name}`);
  const decoded = contract.decodeFunctionData(fragment, data);
  return { signature: signatureOf(fragment), values: structOf(fragment.inputs, decoded) };
}

function structOf(params: readonly ParamType[], values: Result): Record<string, unknown> {
  return Object.fromEntries(params.map((param, k) => [param.name, named(param, values[k])]));
}

/** Lists stay lists, structs become objects. */
function named(param: ParamType, value: unknown): unknown {
  if (param.isArray()) return (value as Result).map((element: unknown) => named(param.arrayChildren, element));
  return param.isTuple() ? structOf(param.components, value as Result) : value;
}
