/**
 * What a scenario file says of itself, so that a report can name it: why it was made, by whom, when; and its hash. In CSV lines before the
 * header, `# objective: …`; in JSON an object with the list under `scenarios`.
 */
import { keccak256, sha256 } from "ethers";
import * as z from "zod";

import { dayOf } from "../../protocol/amounts/times.js";
import { InputError } from "../../input/errors.js";
import { parseJson, problemsOf } from "../../input/json-text.js";

export interface ScenarioHead {
  readonly objective?: string | undefined;
  readonly author?: string | undefined;
  readonly date?: string | undefined;
}

/** A file and its bytes' hashes: SHA-256 as `sha256sum` gives it, keccak-256 as descriptions of markets are hashed. */
export interface FileIdentity {
  readonly file: string;
  readonly sha256: string;
  readonly keccak256: string;
}

export function identityOf(file: string, bytes: Uint8Array): FileIdentity {
  return { file, sha256: sha256(bytes).slice(2), keccak256: keccak256(bytes) };
}

const NAMES = ["objective", "author", "date"] as const;
const MAX_LENGTH = 500;
const text = z.string().min(1).max(MAX_LENGTH);
const DOCUMENT = z.strictObject({
  objective: text.optional(),
  author: text.optional(),
  date: text.optional(),
  scenarios: z.array(z.unknown()),
});

/** @returns the head, and the table without it, its lines where they were. @throws InputError FILE_INVALID */
export function splitHead(file: string, content: string): { readonly head: ScenarioHead; readonly table: string } {
  const first = content.replace(/^\uFEFF/, "").trimStart();
  if (first.startsWith("{")) return jsonHead(file, content);
  return first.startsWith("[") ? { head: {}, table: content } : csvHead(file, content);
}

function jsonHead(file: string, content: string): { readonly head: ScenarioHead; readonly table: string } {
  const result = DOCUMENT.safeParse(parseJson(file, content));
  if (!result.success) throw new InputError("FILE_INVALID", { file, problems: problemsOf(result.error) });
  const { scenarios, ...head } = result.data;
  return { head: checked(file, head), table: JSON.stringify(scenarios) };
}

function csvHead(file: string, content: string): { readonly head: ScenarioHead; readonly table: string } {
  const lines = content.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const body = lines.findIndex((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
  const head: Partial<Record<(typeof NAMES)[number], string>> = {};
  const problems: string[] = [];
  lines.slice(0, body < 0 ? lines.length : body).forEach((line, index) => {
    const [, word = "", value = ""] = /^\s*#\s*([a-z]+):\s*(.*?)\s*$/.exec(line) ?? [];
    const name = NAMES.find((one) => one === word);
    if (name === undefined) return; // a comment
    if (head[name] !== undefined) problems.push(`line ${index + 1}: ${name} stands there twice`);
    if (value === "" || value.length > MAX_LENGTH)
      problems.push(`line ${index + 1}: ${name} has 1 to ${MAX_LENGTH} signs`);
    head[name] = value;
  });
  if (problems.length > 0) throw new InputError("FILE_INVALID", { file, problems });
  const table = lines.map((line, index) => (index < body || body < 0 ? "" : line)).join("\n");
  return { head: checked(file, head), table };
}

function checked(file: string, head: ScenarioHead): ScenarioHead {
  const { date } = head;
  if (date === undefined || beginsWithDay(date)) return head;
  throw new InputError("FILE_INVALID", { file, problems: [`date: ${date} is none, such as 2026-11-30`] });
}

/** `2026-11-30`, and whatever follows it. */
export function beginsWithDay(text: string): boolean {
  return dayOf(text.slice(0, "2026-11-30".length)) !== undefined;
}
