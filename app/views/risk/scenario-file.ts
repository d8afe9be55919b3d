/** A file of scenarios as the command line reads it: what it says of itself, and its hashes. */
import { type FileIdentity, identityOf, type ScenarioHead, splitHead } from "../../../src/risk/stress/scenario-head.js";
import { textIn } from "../../../src/input/text-bytes.js";

export interface ScenarioFile {
  /** All of it. */
  readonly text: string;
  readonly source: ScenarioHead & FileIdentity;
}

/** @throws InputError FILE_INVALID */
export function readScenarioFile(name: string, bytes: Uint8Array): ScenarioFile {
  const text = textIn(name, bytes);
  return { text, source: { ...splitHead(name, text).head, ...identityOf(name, bytes) } };
}
