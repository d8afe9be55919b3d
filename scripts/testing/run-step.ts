/** Runs one step in a process of its own and turns what happened into numbers. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { performance } from "node:perf_hooks";

import type { Step } from "./steps.js";
import { parseSuiteSummary, type SuiteSummary } from "./summary.js";

export interface StepResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly note: string;
  readonly seconds: number;
  /** What a captured step printed; empty for a streamed one. */
  readonly captured: string;
  /** What failed in it, each in a few lines: of a check the end of what it printed, as far as it was captured. */
  readonly failures: readonly string[];
}

type Outcome = Pick<StepResult, "passed" | "failed" | "note">;

/** Lines of a failed check that are told again at the end of a run. */
const LAST_LINES = 15;

export async function runStep(step: Step, output: "streamed" | "captured"): Promise<StepResult> {
  const startedAt = performance.now();
  const [program, ...args] = step.command;
  const stream = output === "streamed" ? "inherit" : "pipe";
  const child = spawn(program, args, {
    env: { ...process.env, HARDHAT_DISABLE_TELEMETRY: "true" },
    shell: process.platform === "win32", // programs of node_modules/.bin are .cmd files there
    stdio: ["ignore", stream, stream, "ipc"],
  });
  let captured = "";
  let summary: SuiteSummary | undefined;
  const capture = (chunk: Buffer): void => {
    captured += chunk.toString("utf8");
  };
  child.stdout?.on("data", capture);
  child.stderr?.on("data", capture);
  child.on("message", (message) => {
    summary = parseSuiteSummary(message) ?? summary;
  });
  const status = await exitStatus(child);
  const outcome = step.counts === "check" ? checkOutcome(status) : suiteOutcome(status, summary);
  const seconds = (performance.now() - startedAt) / 1000;
  const failures = summary?.failures ?? (outcome.failed === 0 ? [] : lastLines(captured));
  return { name: step.name, ...outcome, seconds, captured, failures };
}

function lastLines(captured: string): string[] {
  const text = captured.trim();
  return text === "" ? [] : [text.split("\n").slice(-LAST_LINES).join("\n")];
}

/** The exit status, or the reason why there is none. */
async function exitStatus(child: ChildProcess): Promise<number | string> {
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null]; // as documented
    return code ?? signal ?? "unknown";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function checkOutcome(status: number | string): Outcome {
  return status === 0 ? { passed: 1, failed: 0, note: "" } : { passed: 0, failed: 1, note: exitNote(status) };
}

/** A suite fails if a test failed, if it ran none (a pattern that matches nothing), or if it ended badly. */
function suiteOutcome(status: number | string, summary: SuiteSummary | undefined): Outcome {
  if (summary === undefined) return { passed: 0, failed: 1, note: `no summary, ${exitNote(status)}` };
  const { passed, failed, skipped } = summary;
  const note = [
    `${passed} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  if (passed + failed === 0) return { passed: 0, failed: 1, note: "it ran no test" };
  if (failed === 0 && status !== 0) return { passed, failed: 1, note: [...note, exitNote(status)].join(", ") };
  return { passed, failed, note: note.join(", ") };
}

function exitNote(status: number | string): string {
  return typeof status === "number" ? `exit status ${status}` : status;
}

export function describeResult({ name, failed, note, seconds }: StepResult): string {
  const label = failed === 0 ? "[ok]" : "[FAILED]";
  return `${label} ${name}${note === "" ? "" : `: ${note}`} (${seconds.toFixed(1)} s)`;
}
