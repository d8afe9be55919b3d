/** Tables of a session as their worker makes them. */
import type { AssetName } from "../../../src/dataset/inputs.js";
import type { Compared } from "../../../src/measures/comparing.js";
import type { MeasuresDocument } from "../../../src/measures/document.js";
import type { MeteredMaker } from "../../../src/measures/maker-meter.js";
import type { PricesElsewhere } from "../../../src/measures/reference.js";
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
  /** What is measured of the session, up to now. @param makers that it is known to have @throws Error for prices of other days */
  measure(
    subject: NodeSubject,
    until: bigint,
    makers: readonly MeteredMaker[],
    elsewhere?: PricesElsewhere,
  ): Promise<MeasuresDocument>;
  /** Relative value by when sessions end: of the first and those of the others that are on the same assets. */
  compare(subjects: readonly NodeSubject[], until: bigint): Promise<Compared>;
}
