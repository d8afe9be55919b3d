/** The kept log as the text that `session logs` writes: header, records, seal. */
import { createHash } from "node:crypto";

import { parseHeader, printHeader } from "../../verify/log-header.js";
import { printSeal } from "../../verify/session-log.js";
import { RelayError } from "../errors.js";
import type { LogStore, LogTip } from "./store.js";

/** As of the tip's block; parts as they are stored, so that few are in memory at a time. @throws RelayError RELAY_READING_AGAIN if all was forgotten meanwhile */
export async function* logText(store: Pick<LogStore, "part">, tip: LogTip): AsyncGenerator<string> {
  const hash = createHash("sha256");
  const header = `${printHeader({ ...parseHeader(JSON.parse(tip.header)), toBlock: tip.number })}\n`;
  hash.update(header);
  yield header;
  for (let part = 1; part <= tip.parts; part += 1) {
    const lines = await store.part(part);
    if (lines === undefined) throw new RelayError("RELAY_READING_AGAIN");
    hash.update(lines);
    yield lines;
  }
  yield `${printSeal(tip.records, hash.digest("hex"))}\n`;
}
