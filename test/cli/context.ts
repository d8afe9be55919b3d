/** A world for parts of the program that are tried without the program. */
import { CliError } from "../../src/cli/cli-error.js";
import { createReaderUnits } from "../../src/cli/output/reader-units.js";
import type { Answer, CliContext } from "../../src/cli/context.js";
import type { Env } from "./support.js";

/** Keeps whatever it is told. */
export interface SilentContext extends CliContext {
  readonly prompts: readonly string[];
  /** What was told while it went on. */
  readonly said: readonly string[];
  readonly answered: readonly Answer[];
  readonly close: () => void;
}

interface Given {
  readonly env?: Env;
  readonly cwd?: string;
  /** To the prompts, in their order; then there is nobody at the terminal. */
  readonly answers?: readonly string[];
}

export function silentContext({ env = {}, cwd = process.cwd(), answers = [] }: Given = {}): SilentContext {
  const prompts: string[] = [];
  const said: string[] = [];
  const answered: Answer[] = [];
  const closers: (() => void)[] = [];
  return {
    env,
    cwd,
    prompts,
    said,
    units: createReaderUnits(),
    profile: () => undefined,
    answered,
    stdout: () => undefined,
    stderr: () => undefined,
    readSecret(prompt) {
      const answer = answers[prompts.length];
      prompts.push(prompt);
      return answer === undefined ? Promise.reject(new CliError("PASSWORD_MISSING")) : Promise.resolve(answer);
    },
    confirm: () => Promise.reject(new CliError("CONFIRMATION_MISSING")),
    onInterrupt: () => new AbortController().signal,
    answer: (answer) => answered.push(answer),
    progress: (line) => said.push(line),
    onClose: (close) => closers.push(close),
    close() {
      for (const close of closers) close();
    },
  };
}
