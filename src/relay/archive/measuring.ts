/** A thread of its own, so that nobody's order waits for it: replays the lines of a session's log, and measures when it is asked. */
import { parentPort, workerData } from "node:worker_threads";

import { measuredDocument } from "../../measures/document.js";
import type { MeteredMaker } from "../../measures/maker-meter.js";
import { Observer } from "../../measures/observation.js";
import type { PricesElsewhere } from "../../measures/reference.js";
import { createReader } from "../../verify/events.js";
import { bookTermsOf, parseHeader } from "../../verify/log-header.js";
import { parseRecord } from "../../verify/session-log.js";

export interface MeasuringTask {
  /** The log's first line. */
  readonly header: string;
  readonly makers: readonly MeteredMaker[];
}

/** Until when to measure, Unix seconds; and what assets cost elsewhere, if that is to be compared. */
export interface MeasuringQuestion {
  readonly until: bigint;
  readonly elsewhere?: PricesElsewhere | undefined;
}

/** Lines of a part, with their ends; or what is to be measured. Each is answered once, in their order. */
export type MeasuringAsked = { readonly lines: string } | MeasuringQuestion;

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

parentPort?.on("message", (asked: MeasuringAsked) => {
  if ("lines" in asked) {
    take(asked.lines);
    parentPort?.postMessage(null);
  } else {
    const { quantities } = header.terms;
    parentPort?.postMessage(measuredDocument(observer.observed(), { ...asked, terms, quantities, makers }));
  }
});
