/** Several calls of the account that is connected, as one where its wallet can, with where they stand. */
import { useState } from "react";

import type { BatchProgress, BatchResult, Call } from "../../src/client/batch.js";
import { type Connection, signerOf } from "./wallets.js";

export type Connected = Extract<Connection, { status: "connected" }>;

export type Steps =
  | { readonly status: "none" }
  | { readonly status: "running"; readonly progress: BatchProgress | undefined }
  | { readonly status: "done"; readonly result: BatchResult }
  /** `progress` says how much of a sequence was done before. */
  | { readonly status: "failed"; readonly error: unknown; readonly progress: BatchProgress | undefined };

/** @returns where they stand, and what begins them */
export function useSteps(): readonly [
  Steps,
  (account: Connected, prepare: () => Promise<readonly Call[]>) => Promise<boolean>,
] {
  const [steps, setSteps] = useState<Steps>({ status: "none" });
  const run = async (account: Connected, prepare: () => Promise<readonly Call[]>): Promise<boolean> => {
    let progress: BatchProgress | undefined;
    setSteps({ status: "running", progress });
    try {
      const [{ sendCalls }, signer, calls] = await Promise.all([
        import("../../src/client/batch.js"),
        signerOf(account),
        prepare(),
      ]);
      const result = await sendCalls(signer, account.wallet.provider as never, calls, {
        onProgress: (next) => {
          progress = next;
          setSteps({ status: "running", progress });
        },
      });
      setSteps({ status: "done", result });
      return true;
    } catch (error) {
      setSteps({ status: "failed", error, progress });
      return false;
    }
  };
  return [steps, run];
}
