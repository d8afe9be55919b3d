/** How far reading or verifying a log has got, said now and then: at the end of a phase, and when another tenth is done. */
import type { Progress } from "../../verify/report.js";
import type { CliContext } from "../context.js";

export function logProgress({ progress }: Pick<CliContext, "progress">): (step: Progress) => void {
  let said = "";
  return ({ phase, done, total }) => {
    const share = total === undefined || total === 0 ? undefined : Math.floor((done * 10) / total);
    const line =
      phase === "reading"
        ? `Reading logs: ${share === undefined ? `${done} blocks` : `${share * 10}% of the blocks`}`
        : `Verifying: ${share === undefined ? `${done} records` : `${share * 10}% of ${total ?? ""} records`}`;
    if (line !== said) progress(line);
    said = line;
  };
}
