/** Runs the steps of a plan in lanes, side by side, and sums up. */
import { availableParallelism } from "node:os";

import { describeResult, runStep, type StepResult } from "./run-step.js";
import type { Plan, Step } from "./steps.js";

/** One more than there are processors: tests of nodes and databases wait much. */
const LANES = Math.min(Math.max(availableParallelism(), 2) + 1, 5);

/**
 * The first lane's output streams; what another lane's step has printed follows when the first comes to the end of one.
 * @returns the exit status
 */
export async function runPlan(plan: Plan, say: (line: string) => unknown = console.log): Promise<number> {
  const finished: StepResult[] = [];
  const waiting: StepResult[] = [];
  const report = (): void => {
    for (const result of waiting.splice(0)) {
      const text = result.captured.trim();
      if (text !== "") say(text);
      say(describeResult(result));
      finished.push(result);
    }
  };
  const runStreamed = async (step: Step): Promise<StepResult> => {
    const result = await runStep(step, "streamed");
    waiting.unshift(result);
    report();
    return result;
  };
  const runCaptured = async (step: Step): Promise<void> => {
    waiting.push(await runStep(step, "captured"));
  };
  const build = async (step: Step): Promise<boolean> => {
    const { name, failed } = await runStreamed(step);
    if (failed > 0) say(`The ${name} failed: what depends on it was not run.`);
    return failed === 0;
  };

  const checked = inTurn([...plan.independent], runCaptured);
  const hasTypes = await build(plan.build);
  const typed = hasTypes ? plan.typed : [];
  const checkedAll = checked.then(() => inTurn([...typed], runCaptured));
  const compiled = hasTypes ? plan.compile : [];
  const isBuilt = hasTypes && (await allGoWell(compiled, build));
  const built = isBuilt ? plan.built : [];
  const queue = [...built];
  const others = Array.from({ length: LANES - 1 }, async (_, lane) => {
    if (lane === 0) await checkedAll;
    await inTurn(queue, runCaptured);
  });
  await inTurn(queue, runStreamed);
  await Promise.all(others);
  report();
  const planned = [plan.build, ...plan.independent, ...typed, ...compiled, ...built];
  const { line, status } = summaryOf(finished, planned.length);
  for (const again of failuresOf(finished)) say(again);
  say(line);
  return status;
}

async function allGoWell(steps: readonly Step[], run: (step: Step) => Promise<boolean>): Promise<boolean> {
  for (const step of steps) if (!(await run(step))) return false;
  return true;
}

/** Takes step after step from what several may take from. */
async function inTurn(queue: Step[], run: (step: Step) => Promise<unknown>): Promise<void> {
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) await run(step);
}

/** What has failed, once more: whoever has only the end of what a run printed finds it there. */
function failuresOf(finished: readonly StepResult[]): string[] {
  return finished
    .filter(({ failed }) => failed > 0)
    .flatMap((result) => [`\n${describeResult(result)}`, ...result.failures.map(indented)]);
}

function indented(text: string): string {
  return text.replace(/^/gm, "  ");
}

/** The last line of a run. A step that was planned and has no result counts as one that failed. */
export function summaryOf(
  finished: readonly StepResult[],
  planned: number,
): { readonly line: string; readonly status: number } {
  const passed = finished.reduce((sum, result) => sum + result.passed, 0);
  const failed = finished.reduce((sum, result) => sum + result.failed, planned - finished.length);
  return { line: `${passed} passed, ${failed} failed`, status: failed === 0 ? 0 : 1 };
}
