/** Makes the tables of a session in a thread of its own, with the same code as the command line. */
import "../without-eval.js";

import { expose } from "comlink";

import { buildDataset } from "../../../src/dataset/build.js";
import { NO_INPUTS } from "../../../src/dataset/inputs.js";
import { inChunks, type FileSink, type Folder } from "../../../src/dataset/write/files.js";
import { type Comparable, compareSessions } from "../../../src/measures/comparing.js";
import { measuredDocument, type MeasuresDocument } from "../../../src/measures/document.js";
import type { MeteredMaker } from "../../../src/measures/maker-meter.js";
import { Observer } from "../../../src/measures/observation.js";
import { isOfSession, type PricesElsewhere } from "../../../src/measures/reference.js";
import { createReader } from "../../../src/verify/events.js";
import { bookTermsOf } from "../../../src/verify/log-header.js";
import type { SessionLogStream } from "../../../src/verify/session-log.js";
import { openLog } from "../log-source.js";
import type { MadeFile, TablesApi } from "./api.js";

/** Files in the browser's memory, or wherever it puts large blobs. */
class BlobFolder implements Folder {
  readonly files: MadeFile[] = [];

  public open(name: string): FileSink {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    return inChunks({
      write: (bytes) => void parts.push(bytes.slice()),
      end: () => void this.files.push({ name, blob: new Blob(parts) }),
    });
  }
}

/** @throws Error for prices of other days */
async function measured(
  { header, records }: SessionLogStream,
  until: bigint,
  makers: readonly MeteredMaker[] = [],
  elsewhere?: PricesElsewhere,
): Promise<MeasuresDocument> {
  const terms = bookTermsOf(header);
  if (elsewhere !== undefined && !isOfSession(elsewhere.rows, terms, elsewhere.maxAge))
    throw new Error("No line of the prices is of the session's days.");
  const observer = new Observer(terms);
  const read = createReader(header);
  for await (const record of records) {
    const said = read(record);
    if (said.source === "book") observer.take({ event: said.event, timestamp: BigInt(record.timestamp) });
  }
  const { quantities } = header.terms;
  return measuredDocument(observer.observed(), { terms, quantities, until, makers, elsewhere });
}

const api: TablesApi = {
  async make(subject, assets, version, tell) {
    const { stream, provider } = await openLog(subject, () => undefined);
    try {
      const folder = new BlobFolder();
      let records = 0;
      const inputs = { ...NO_INPUTS, assets };
      const onProgress = (count: number): void => {
        tell((records = count));
      };
      const { logSha256 } = await buildDataset(stream, folder, { inputs, version, onProgress });
      return { files: folder.files, records, checksum: logSha256 };
    } finally {
      provider?.destroy();
    }
  },
  async measure(subject, until, makers, elsewhere) {
    const { stream, provider } = await openLog(subject, () => undefined);
    try {
      return await measured(stream, until, makers, elsewhere);
    } finally {
      provider?.destroy();
    }
  },
  async compare(subjects, until) {
    const opened = await Promise.all(subjects.map((subject) => openLog(subject, () => undefined)));
    try {
      const all = opened.map(({ stream }): Comparable => {
        const { session, terms } = stream.header;
        return { ...terms, session, measure: () => measured(stream, until) };
      });
      const [own] = all;
      if (own === undefined) throw new Error("unreachable: one is asked about");
      return await compareSessions(own, all, until, () => false);
    } finally {
      for (const { provider } of opened) provider?.destroy();
    }
  },
};

expose(api);
