/** A session's log becomes a folder: tables, what they are made of, and documents. Nothing of it depends on clock, place or language. */
import { ZeroAddress } from "ethers";

import { type Hashing, PLAIN_HASHING } from "../protocol/signing/hashing.js";
import type { LogHeader } from "../verify/log-header.js";
import type { SessionLog, SessionLogStream } from "../verify/session-log.js";
import { citationText } from "./folder/citation.js";
import { croissantText } from "./folder/croissant.js";
import { dataPackageText } from "./folder/data-package.js";
import { dictionaryText } from "./folder/dictionary.js";
import { type Facts, INPUTS_FILE, LOG_FILE } from "./folder/facts.js";
import { LOADER_TEXT } from "./folder/loader.js";
import { allFiles, MANIFEST_FILE, manifestText, SUMS_FILE, sumsText } from "./folder/manifest.js";
import { CHECKS, QUESTIONS, queriesText } from "./folder/queries.js";
import { readMeText } from "./folder/read-me.js";
import { type Inputs, printInputs } from "./inputs.js";
import { type LogReading, type LogWays, readLog } from "./read-log.js";
import { tellReference } from "./rows/reference.js";
import type { Emit } from "./schema/tables.js";
import { CountedFile, type Folder, type Written, writeFile } from "./write/files.js";
import { createTableWriters } from "./write/table-writer.js";

export interface BuildOptions {
  readonly inputs: Inputs;
  /** Version of the program. */
  readonly version: string;
  readonly hashing?: Hashing;
  readonly onProgress?: LogWays["onProgress"];
  readonly pause?: LogWays["pause"];
}

/**
 * Writes a dataset.
 * @throws as `readLog`
 */
export async function buildDataset(
  log: SessionLog | SessionLogStream,
  folder: Folder,
  options: BuildOptions,
): Promise<Facts> {
  const { inputs, version } = options;
  const writers = createTableWriters(folder);
  const copy = new CountedFile(folder, LOG_FILE);
  const { hashing = PLAIN_HASHING, onProgress, pause } = options;
  const ways = { emit: writers.emit, houses: inputs.houses, hashing, onProgress, pause };
  const read = { ...(await readLog(log, ways, copy)), file: copy.end() };
  const { header } = log;
  tellSession(header, read, version, writers.emit);
  tellAssets(header, inputs, writers.emit);
  tellReference(inputs, header.terms.quantities, writers.emit);
  const tables = writers.end();
  const files = new Map<string, Written>([[LOG_FILE, read.file]]);
  const facts: Facts = { ...{ header, inputs, version, tables, files }, ...read };
  const write = (name: string, text: string): void => {
    files.set(name, writeFile(folder, name, text));
  };
  write(INPUTS_FILE, printInputs(inputs));
  write("README.md", readMeText(facts));
  write("DICTIONARY.md", dictionaryText());
  write("CITATION.cff", citationText(facts));
  write("checks.sql", queriesText(CHECKS));
  write("questions.sql", queriesText(QUESTIONS));
  write("loader.py", LOADER_TEXT);
  write("datapackage.json", dataPackageText(facts));
  write("croissant.json", croissantText(facts));
  const manifest = writeFile(folder, MANIFEST_FILE, manifestText(facts));
  writeFile(folder, SUMS_FILE, sumsText(new Map([...allFiles(facts), [MANIFEST_FILE, manifest]])));
  return facts;
}

function tellSession(header: LogHeader, { ending, logSha256 }: LogReading, version: string, emit: Emit): void {
  const { chainId, session, book, terms, fromBlock, toBlock } = header;
  emit("session", {
    ...{ chain_id: chainId, session, book },
    n_assets: terms.assets.length,
    supply_wei: terms.supply,
    ...{ t1: terms.t1, t2: terms.t2 },
    basket_scale: Number(terms.basketScale),
    basket_tick_value: terms.basketTickValue,
    chain_window: terms.chainWindow,
    open_markets: terms.marketCreator === ZeroAddress,
    policy: terms.policy,
    first_block: BigInt(fromBlock),
    last_block: BigInt(toBlock),
    final_head: ending.finalHead,
    final_link: ending.finalLink,
    verifier_version: version,
    log_sha256: logSha256,
  });
}

function tellAssets({ terms }: LogHeader, { assets }: Inputs, emit: Emit): void {
  for (const [k, address] of terms.assets.entries()) {
    const known = assets[k];
    emit("assets", {
      leg: k + 1,
      address,
      symbol: known === undefined || known.symbol === "" ? null : known.symbol,
      decimals: known?.decimals ?? null,
      quantity: terms.quantities[k] ?? 0n,
    });
  }
}
