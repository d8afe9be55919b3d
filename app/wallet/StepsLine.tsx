import type { ReactNode } from "react";

import { Refusal } from "../ui/State.js";
import type { Steps } from "./steps.js";

/** Where several calls stand. @param left what is so after a failure that stops them halfway */
export function StepsLine({
  steps,
  done,
  left,
}: {
  readonly steps: Steps;
  readonly done: string;
  readonly left: string;
}): ReactNode {
  switch (steps.status) {
    case "none":
      return null;
    case "running": {
      const { progress } = steps;
      const words =
        progress === undefined
          ? "Being prepared …"
          : progress.way === "batch"
            ? `${progress.total} calls as one: the wallet is asked, then the chain …`
            : `Call ${Math.min(progress.done + 1, progress.total)} of ${progress.total}: the wallet is asked, then the chain …`;
      return (
        <div role="status">
          <p>{words}</p>
          {progress !== undefined && (
            <progress max={progress.total} value={progress.done} aria-label="Calls that are done" />
          )}
        </div>
      );
    }
    case "done":
      return (
        <div role="status">
          <p>{done}</p>
          <ul>
            {steps.result.transactions.map((hash) => (
              <li key={hash}>
                <code>{hash}</code>
              </li>
            ))}
          </ul>
        </div>
      );
    case "failed": {
      const { progress } = steps;
      const isHalf = progress?.way === "sequence" && progress.done > 0;
      return (
        <Refusal error={steps.error}>
          <p>
            {isHalf ? `${progress.done} of ${progress.total} calls are done. ${left}` : "Nothing was done."} You can
            begin again: what is done already is not done twice.
          </p>
        </Refusal>
      );
    }
  }
}
