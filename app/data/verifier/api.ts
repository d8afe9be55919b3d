/** Verification as its worker offers it. */
import type { Progress, VerifyReport } from "../../../src/verify/report.js";
import type { Subject } from "../log-source.js";
import type { RelaySubject } from "./relay-log.js";

export type Verified = Subject | RelaySubject;

export interface VerifyApi {
  /** @returns the report @throws what could not be read; the worker is ended to stop it */
  verify(subject: Verified, tell: (progress: Progress) => void): Promise<VerifyReport>;
}
