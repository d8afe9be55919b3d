/** Verification as its worker offers it. */
import type { Progress, VerifyReport } from "../../../src/verify/report.js";

/** What is verified: a session's logs as a node has them, or a file; with a node a file is compared with the chain, too. */
export type Subject =
  | { readonly kind: "node"; readonly rpcUrl: string; readonly session: string; readonly fromBlock: number | undefined }
  | { readonly kind: "file"; readonly file: Blob; readonly rpcUrl: string | undefined };

export interface VerifyApi {
  /** @returns the report @throws what could not be read; the worker is ended to stop it */
  verify(subject: Subject, tell: (progress: Progress) => void): Promise<VerifyReport>;
}
