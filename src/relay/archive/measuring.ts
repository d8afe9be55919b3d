/** A thread of its own, so that nobody's order waits for it: replays the lines of a session's log, and measures when it is asked. */
import { parentPort, workerData } from "node:worker_threads";

import { type MeasuresDocument, withoutPrices } from "../../measures/document.js";
import type { MeteredMaker } from "../../measures/maker-meter.js";
import { Observer } from "../../measures/observation.js";
import { measuresOf } from "../../measures/session.js";
import { createReader } from "../../verify/events.js";
import { bookTermsOf, parseHeader } from "../../verify/log-header.js";
import { parseRecord } from "../../verify/session-log.js";

export interface MeasuringTask {
  /** The log's first line. */
  readonly header: string;
  readonly makers: readonly MeteredMaker[];
}

/** Lines of a part, with their ends; or until when to measure, Unix seconds. Each is answered once, in their order. */
export type MeasuringAsked = { readonly lines: string } | { readonly until: bigint };

const { header: text, makers } = workerData as MeasuringTask; // as `createMeasurer` gives it
const header = parseHeader(JSON.parse(text));
const terms = bookTermsOf(header);
const observer = new Observer(terms);
const read = createReader(header);

function take(lines: string): void {
  for (const line of lines.split("\n")) {
    if (line === "") continue; // behind the last end
    const record = parseRecord(line);
    const said = read(record);
    if (said.source === "book") observer.take({ event: said.event, timestamp: BigInt(record.timestamp) });
  }
}

const measure = (until: bigint): MeasuresDocument =>
  withoutPrices(measuresOf(observer.observed(), { terms, until, makers }), makers);

parentPort?.on("message", (asked: MeasuringAsked) => {
  if ("lines" in asked) {
    take(asked.lines);
    parentPort?.postMessage(null);
  } else parentPort?.postMessage(measure(asked.until));
});
