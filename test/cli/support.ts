/** One run of the program `session`, in this process, and what is asserted of it. */
import { expect } from "chai";
import type { Wallet } from "ethers";

import { CliError, type CliErrorCode } from "../../src/cli/cli-error.js";
import { InputError, type InputErrorCode } from "../../src/input/errors.js";
import { runProgram } from "../../src/cli/program.js";

export const ONE = 10n ** 18n;

/** What one run of the program left behind. */
export interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An error as `--json` tells it. */
export interface Told {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export type Env = Readonly<Record<string, string>>;

/** Runs the real program in this process, with an environment of its own and nobody at the terminal. */
export function session(env: Env, ...words: readonly string[]): Promise<Run> {
  return sessionIn(process.cwd(), env, ...words);
}

/** The same, called in a folder. */
export async function sessionIn(cwd: string, env: Env, ...words: readonly string[]): Promise<Run> {
  let [stdout, stderr] = ["", ""];
  const status = await runProgram(words, {
    env,
    cwd,
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    readSecret: () => Promise.reject(new CliError("PASSWORD_MISSING")),
    confirm: () => Promise.reject(new CliError("CONFIRMATION_MISSING")),
    onInterrupt: () => new AbortController().signal,
  });
  return { status, stdout, stderr };
}

/** Runs it with --json and asserts that it went well. @returns the document, which was all of stdout */
export async function ask<Document>(env: Env, ...words: readonly string[]): Promise<Document> {
  const { status, stdout, stderr } = await session(env, ...words, "--json");
  expect(status, `${words.join(" ")}\n${stdout}${stderr}`).to.equal(0);
  return JSON.parse(stdout) as Document;
}

/** Runs it for people and asserts that it went well. @returns what stood on stdout, without the last line break */
export async function tell(env: Env, ...words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await session(env, ...words);
  expect(status, `${words.join(" ")}\n${stdout}${stderr}`).to.equal(0);
  expect(stdout).to.match(/[^\n]\n$/);
  return stdout.slice(0, -1);
}

/** Asserts exit status, code and, of the values, those that are given; and that the error is all of stdout. */
export async function expectTold(
  run: Promise<Run>,
  status: number,
  code: string,
  values: Readonly<Record<string, unknown>> = {},
): Promise<Told> {
  const { status: given, stdout, stderr } = await run;
  const { error } = JSON.parse(stdout) as { error: Told };
  expect(error.code, error.message).to.equal(code);
  expect(given, stderr).to.equal(status);
  expect(error.values).to.deep.include(values);
  expect(error.advice).to.match(/\.$/);
  return error;
}

/** Asserts that people are told so on stderr, with what to do, and that nothing stands on stdout. @returns stderr */
export async function expectSaid(run: Promise<Run>, status: number, ...parts: readonly string[]): Promise<string> {
  const { status: given, stdout, stderr } = await run;
  expect(given, stderr).to.equal(status);
  expect(stdout).to.equal("");
  for (const part of parts) expect(stderr).to.contain(part);
  expect(stderr).to.match(/\.\n$/);
  return stderr;
}

/** The problems of an error that lists them. */
export function problemsOf({ values }: Told): string[] {
  return values["problems"] as string[]; // as SETTINGS_INVALID and FILE_INVALID have them
}

type Refused = CliError | InputError;
type RefusedCode = CliErrorCode | InputErrorCode;

/** Asserts an error of the command line or of its input, of that code and, of its values, those that are given. */
export function expectCliError(
  action: () => unknown,
  code: RefusedCode,
  values: Readonly<Record<string, unknown>> = {},
): Refused {
  let thrown: unknown;
  try {
    action();
  } catch (error) {
    thrown = error;
  }
  return requireCliError(thrown, code, values);
}

/** The same of a promise that is refused. */
export async function expectCliRefusal(
  attempt: Promise<unknown>,
  code: RefusedCode,
  values: Readonly<Record<string, unknown>> = {},
): Promise<Refused> {
  const thrown = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  return requireCliError(thrown, code, values);
}

function requireCliError(thrown: unknown, code: RefusedCode, values: Readonly<Record<string, unknown>>): Refused {
  const isOurs = thrown instanceof CliError || thrown instanceof InputError;
  expect(isOurs, `nothing, or no such error, was thrown where ${code} was expected`).to.equal(true);
  const error = thrown as Refused; // as just expected
  expect(error.code, error.message).to.equal(code);
  expect(error.values).to.deep.include(values);
  return error;
}

/** The environment in which this wallet signs. */
export function as(env: Env, wallet: Wallet): Env {
  return { ...env, SESSION_PRIVATE_KEY: wallet.privateKey };
}

/** What people are told of something that was sent: what was done, and which command lines may come next. */
export function partsOf(told: string): { readonly text: string; readonly next: readonly string[] } {
  const parts = /^([^]*?)\n\n(?:Transaction 0x[0-9a-f]{64}, block \d+, \d+ gas\n?)+(?:\n\n?Next: ([^]*))?$/.exec(told);
  expect(parts, told).to.not.equal(null);
  const [, text = "", next = ""] = parts ?? [];
  return { text, next: next.split(/\n(?: {2}or: )?/).filter((line) => line !== "") };
}
