/** A random history over days, with several blocks in a second. */
import { blocksOf, eventfulRun, projectAll, projectorOf } from "../../history/support.js";

const run = eventfulRun(21, 260);
const AS_IT_WAS = projectAll(projectorOf(run), blocksOf(run.logged));
export const START = AS_IT_WAS[0]!.timestamp;
export const BLOCKS = AS_IT_WAS.map((block) => {
  const later = block.timestamp - START;
  return { ...block, timestamp: START + (later / 2n) * 2_003n };
});
export const NOW = BLOCKS.at(-1)!.timestamp;
export const DAY = 86_400n;
