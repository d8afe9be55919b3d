/** A dataset is made again from the log and the inputs in its folder, and compared byte by byte. */
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

import { fastCrypto } from "../../bindings/fast-crypto.js";
import { DatasetError } from "../../dataset/errors.js";
import { INPUTS_FILE, LOG_FILE } from "../../dataset/folder/facts.js";
import { parseInputs } from "../../dataset/inputs.js";
import { messageOf } from "../../protocol/amounts/errors.js";
import { InputError } from "../../input/errors.js";
import { SessionLogError } from "../../verify/errors.js";
import type { CliContext } from "../context.js";
import { readText } from "../input/files.js";
import { openLogFile } from "../input/log-file.js";
import { packageVersion } from "../version.js";
import { ComparedFolder, type Difference } from "./disk.js";

export interface Checked {
  readonly session: string;
  /** How many were compared. */
  readonly files: number;
  readonly differences: readonly Difference[];
}

/** @throws DatasetError DATASET_FILE_MISSING */
export async function checkDataset(context: Pick<CliContext, "cwd">, folder: string): Promise<Checked> {
  const path = resolve(context.cwd, folder);
  for (const name of [LOG_FILE, INPUTS_FILE]) {
    const isThere = existsSync(join(path, name)) && statSync(join(path, name)).isFile();
    if (!isThere) throw new DatasetError("DATASET_FILE_MISSING", { folder, file: name });
  }
  const compared = new ComparedFolder(path);
  try {
    const session = await rebuild(context, path, compared);
    return { session, files: compared.count, differences: compared.differences() };
  } catch (error) {
    const file = fileOf(error);
    if (file === undefined) throw error;
    const why = messageOf(error);
    return { session: "", files: compared.count, differences: [{ file, what: "cannot be read", why }] };
  } finally {
    compared.close();
  }
}

async function rebuild(context: Pick<CliContext, "cwd">, path: string, folder: ComparedFolder): Promise<string> {
  const inputs = parseInputs(readText(context, join(path, INPUTS_FILE)));
  const { buildDataset } = await import("../../dataset/build.js"); // as `session dataset` does
  const { hashing } = await fastCrypto();
  const log = await openLogFile(context, join(path, LOG_FILE));
  const { header } = await buildDataset(log, folder, { inputs, version: packageVersion(), hashing });
  return header.session;
}

/** Which file was altered, if that is why it could not be read. */
function fileOf(error: unknown): string | undefined {
  if (error instanceof SessionLogError) return LOG_FILE;
  if (error instanceof DatasetError) return error.code === "DATASET_INPUTS_INVALID" ? INPUTS_FILE : LOG_FILE;
  return error instanceof InputError && error.code === "FILE_INVALID" ? INPUTS_FILE : undefined;
}
