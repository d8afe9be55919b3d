/** A relay on a node that drops blocks. Holds if everything agrees afterwards. */
import { withEmbeddedDatabase } from "../../stage/database.js";
import { EXIT, readWords, report, tell, wholeNumbers } from "../trial.js";
import { runReorgs } from "./reorg-run.js";

export async function run(words: readonly string[]): Promise<number> {
  const values = readWords(words, {
    reorgs: { type: "string", default: "30" },
    depth: { type: "string", default: "8" },
    seed: { type: "string", default: "1" },
  });
  const plan = wholeNumbers(values, ["reorgs", "depth", "seed"]);
  const result = await withEmbeddedDatabase((database) => runReorgs({ ...plan, database }, tell));
  const { reorgs, blocksDropped, noticed, acknowledged, landed, refused, problems } = result;
  const isClean = report(
    `${reorgs} reorganisations dropped ${blocksDropped} blocks, the relay noticed ${noticed}; ${acknowledged} packages ` +
      `acknowledged, ${landed} on the chain exactly once, ${refused} refused there, ${problems.length} problems`,
    problems,
  );
  return isClean ? EXIT.held : EXIT.failed;
}
