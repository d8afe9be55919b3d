/** A file of addresses: a table with a column `trader`; whatever stands beside it is for people. */
import { parseAddress } from "./parse.js";
import { InputError } from "../../input/errors.js";
import type { CliContext } from "../context.js";
import { readText } from "./files.js";
import { readRows } from "../../input/table-file.js";

const COLUMN = "trader";

/**
 * @returns addresses in their checksum form, each once
 * @throws CliError FILE_UNREADABLE; FILE_INVALID with all that is wrong
 */
export function readAddresses(context: Pick<CliContext, "cwd">, file: string): string[] {
  const problems: string[] = [];
  const lines = new Map<string, number>();
  for (const { line, name } of readRows(file, readText(context, file), COLUMN)) {
    try {
      const address = parseAddress(COLUMN, name);
      const earlier = lines.get(address);
      if (earlier !== undefined) problems.push(`line ${line}: ${address} stands in line ${earlier} already`);
      else lines.set(address, line);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(`line ${line}: ${name} is no address`);
    }
  }
  if (problems.length > 0) throw new InputError("FILE_INVALID", { file, problems });
  return [...lines.keys()];
}
