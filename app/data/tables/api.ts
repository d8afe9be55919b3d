/** Tables of a session as their worker makes them. */
import type { AssetName } from "../../../src/dataset/inputs.js";
import type { MeasuresDocument } from "../../../src/measures/document.js";
import type { NodeSubject } from "../log-source.js";

/** A file of the dataset. */
export interface MadeFile {
  readonly name: string;
  readonly blob: Blob;
}

/** Everything that the folder of `session dataset` would have. */
export interface MadeTables {
  readonly files: readonly MadeFile[];
  readonly records: number;
  /** SHA-256 of the log. */
  readonly checksum: string;
}

export interface TablesApi {
  /** @param tell how many records were read so far @throws what could not be read; the worker is ended to stop it */
  make(
    subject: NodeSubject,
    assets: readonly AssetName[],
    version: string,
    tell: (records: number) => void,
  ): Promise<MadeTables>;
  /** What is measured of the session, up to now; makers and prices from elsewhere are not asked. */
  measure(subject: NodeSubject, until: bigint): Promise<MeasuresDocument>;
}
