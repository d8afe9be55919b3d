/** Makes the tables of a session in a thread of its own, with the same code as the command line. */
import "../without-eval.js";

import { expose } from "comlink";

import { buildDataset } from "../../../src/dataset/build.js";
import { NO_INPUTS } from "../../../src/dataset/inputs.js";
import { inChunks, type FileSink, type Folder } from "../../../src/dataset/write/files.js";
import { withoutPrices } from "../../../src/measures/document.js";
import { Observer } from "../../../src/measures/observation.js";
import { measuresOf } from "../../../src/measures/session.js";
import { createReader } from "../../../src/verify/events.js";
import { bookTermsOf } from "../../../src/verify/log-header.js";
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
  async measure(subject, until) {
    const { stream, provider } = await openLog(subject, () => undefined);
    try {
      const terms = bookTermsOf(stream.header);
      const observer = new Observer(terms);
      const read = createReader(stream.header);
      for await (const record of stream.records) {
        const said = read(record);
        if (said.source === "book") observer.take({ event: said.event, timestamp: BigInt(record.timestamp) });
      }
      return withoutPrices(measuresOf(observer.observed(), { terms, until }), []);
    } finally {
      provider?.destroy();
    }
  },
};

expose(api);
