/** JSON that people and their programs wrote. */
import type { ZodError } from "zod";

import { messageOf } from "../protocol/amounts/errors.js";
import { InputError } from "./errors.js";

/** @throws InputError FILE_INVALID for what is no JSON, and where a name stands twice: the first one would be passed over without a word */
export function parseJson(file: string, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new InputError("FILE_INVALID", { file, problems: [messageOf(error)] }, error);
  }
  const repeated = repeatedName(text);
  if (repeated === undefined) return value;
  throw new InputError("FILE_INVALID", { file, problems: [`"${repeated}" stands twice in one object`] });
}

/** What is wrong with a value that was read, each with its place. */
export function problemsOf({ issues }: Pick<ZodError, "issues">): string[] {
  return issues.map(({ path, message }) => `${path.join(".") || "file"}: ${message}`);
}

/** @param json that could be parsed */
function repeatedName(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = []; // names of the objects that are open; lists have none
  for (const [token, quoted, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (quoted !== undefined && colon !== undefined) {
      const name = JSON.parse(quoted) as string; // a text in quotes
      if (open.at(-1)?.has(name) === true) return name;
      open.at(-1)?.add(name);
    }
  }
  return undefined;
}
