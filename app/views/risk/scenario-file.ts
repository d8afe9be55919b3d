/** A file of scenarios as the command line reads it: what it says of itself, and its hashes. */
import { type FileIdentity, identityOf, type ScenarioHead, splitHead } from "../../../src/cli/input/scenario-head.js";
import { CliError } from "../../../src/cli/cli-error.js";
import { decodeText } from "../../../src/cli/input/text-table.js";

export interface ScenarioFile {
  /** All of it. */
  readonly text: string;
  readonly source: ScenarioHead & FileIdentity;
}

/** @throws CliError FILE_INVALID */
export function readScenarioFile(name: string, bytes: Uint8Array): ScenarioFile {
  const text = decodeText(bytes);
  if (text === undefined)
    throw new CliError("FILE_INVALID", { file: name, problems: ["it is no text in UTF-8: save it so"] });
  return { text, source: { ...splitHead(name, text).head, ...identityOf(name, bytes) } };
}
