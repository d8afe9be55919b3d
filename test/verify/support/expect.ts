/** What a verification is expected to say. */
import { expect } from "chai";

import { toJson } from "../../../src/protocol/amounts/json.js";
import { fastCrypto } from "../../../src/bindings/fast-crypto.js";
import type { VerifyReport } from "../../../src/verify/report.js";
import type { Failure } from "../../../src/verify/verdict.js";
import type { SessionEvent } from "../../../src/verify/events.js";
import type { GrantCode } from "../../../src/verify/grants.js";
import type { SessionLog, SessionLogStream } from "../../../src/verify/session-log.js";
import { failureOf, grantsOf } from "../../../src/verify/verdict.js";
import { type VerifyOptions, verifySession } from "../../../src/verify/verify-session.js";
import { type Rule, type Values, Violation } from "../../../src/verify/violation.js";

/** The same answers, sooner: a test of signatures by the plain ways says so. */
const QUICK = { crypto: await fastCrypto() };

/** A report, and its verdict taken apart. */
export interface Judged extends VerifyReport {
  /** Whether nothing is found against it; it may be that something must be granted. */
  readonly holds: boolean;
  readonly failure: Failure | undefined;
  /** What must be granted. */
  readonly granted: readonly GrantCode[];
}

/** Verifies, by the fast ways if nothing else is said. */
export async function judge(log: SessionLog | SessionLogStream, options: VerifyOptions = QUICK): Promise<Judged> {
  const report = await verifySession(log, options);
  const failure = failureOf(report.verdict);
  const granted = grantsOf(report.verdict).map(({ code }) => code);
  return { ...report, holds: failure === undefined, failure, granted };
}

/** Nothing is found against it; it may be that something must be granted. */
export async function expectHolds(log: SessionLog | SessionLogStream, options: VerifyOptions = {}): Promise<Judged> {
  const report = await judge(log, { ...QUICK, ...options });
  expect(report.failure, toJson(report.failure)).to.equal(undefined);
  return report;
}

/** One of several rules must be broken. @returns why, for more questions */
export async function expectFails(
  log: SessionLog,
  rules: readonly Rule[],
  options: VerifyOptions = {},
): Promise<Failure> {
  const { failure } = await judge(log, { ...QUICK, ...options });
  expect(rules, `${failure?.rule ?? "none"}: ${failure?.why ?? ""}`).to.include(failure?.rule);
  return failure!;
}

/** The first thing that does not hold: which record says it, which rule it breaks, and with what. */
export interface Broken {
  readonly rule: Rule;
  /** Index of the record; undefined if it is the log as a whole. */
  readonly at: number | undefined;
  /** What the record is; left out if it cannot be read. */
  readonly kind?: SessionEvent["event"]["kind"];
  readonly why?: string;
  readonly expected?: Values;
  readonly actual?: Values;
}

/** Exactly this is said, and the record's place is its place in the chain. */
export async function expectBroken(log: SessionLog, broken: Broken, options: VerifyOptions = {}): Promise<Failure> {
  const { verdict, failure, counts } = await judge(log, { ...QUICK, ...options });
  expect(verdict.kind, "the verdict").to.equal("does-not-hold");
  const { rule, index, record, why, expected, actual, ...place } = failure!;
  const said: Broken = {
    rule,
    at: index,
    ...(record === undefined ? {} : { kind: record.kind }),
    ...(broken.why === undefined ? {} : { why }),
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
  };
  expect(said, `${rule}: ${why}`).to.deep.equal(broken);
  if (broken.at === undefined) expect(place).to.deep.equal({});
  else {
    const { blockNumber, logIndex, transactionHash } = log.records[broken.at]!;
    expect(place).to.deep.equal({ blockNumber, logIndex, transactionHash });
    expect(counts.records, "records before it").to.equal(broken.at);
  }
  return failure!;
}

/** What a check throws; values that are left out may be any. */
export interface Violated {
  readonly rule: Rule;
  readonly why?: string;
  readonly expected?: Values;
  readonly actual?: Values;
}

export function expectViolation(check: () => void, { rule, ...rest }: Violated): void {
  let thrown: unknown;
  try {
    check();
  } catch (error) {
    thrown = error;
  }
  expect(thrown, "what is thrown").to.be.instanceOf(Violation);
  const { rule: said, message: why, expected, actual } = thrown as Violation; // as was just seen
  const found: Readonly<Record<string, unknown>> = { why, expected, actual };
  expect(said, why).to.equal(rule);
  for (const [name, value] of Object.entries(rest)) expect(found[name], `${name} (${why})`).to.deep.equal(value);
}
