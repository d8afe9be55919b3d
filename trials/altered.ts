/** Alters the logs of every study's session, again and again, and verifies each altered log: all of them must be caught. */
import type { Provider } from "ethers";

import { fastCrypto } from "../src/bindings/fast-crypto.js";
import { createRandom } from "../stage/rng.js";
import { createVerifyCache, type VerifyCache } from "../src/verify/cache.js";
import { SessionLogError } from "../src/verify/errors.js";
import { parseSessionLog, type SessionLog } from "../src/verify/session-log.js";
import type { GrantCode } from "../src/verify/grants.js";
import { failureOf, grantsOf } from "../src/verify/verdict.js";
import { verifySession } from "../src/verify/verify-session.js";
import { CAREFUL } from "./altered/careful.js";
import { CARELESS, textOf } from "./altered/careless.js";
import { type SessionRun, SESSIONS } from "./altered/sessions.js";
import { createSubject, type Subject } from "./altered/subject.js";
import { UNPROVED } from "./altered/unproved.js";
import { BadWords, EXIT, readWords } from "./trial.js";

const COPIES = 1_040;
const PROGRESS_MS = 5_000;

const crypto = await fastCrypto();

/** What became of the copies of one kind. */
interface Tally {
  made: number;
  caught: number;
  /** How many were caught by each rule, or by the reader of the file. */
  readonly by: Record<string, number>;
  /** Which were not, to make them again: session and number of the copy. */
  readonly missed: string[];
}

/** An altered log that can be verified, or the text of one. */
type Copy = SessionLog | string;

type Kind = {
  readonly kind: string;
  readonly make: (subject: Subject, label: string, seed: bigint) => Copy | undefined;
  /** What must be granted for the copy alone; beside a node it must not hold. */
  readonly granted?: GrantCode;
};

const KINDS: readonly Kind[] = [
  ...CAREFUL.map(({ kind, alter }) => ({
    kind,
    make: (subject: Subject, label: string, seed: bigint) => alter(subject, createRandom(seed, label)),
  })),
  ...UNPROVED.map(({ kind, alter, granted }) => ({
    kind: `no rule: ${kind}`,
    make: (subject: Subject, label: string, seed: bigint) => alter(subject, createRandom(seed, label)),
    granted,
  })),
  ...CARELESS.map(({ kind, alter }) => ({
    kind,
    make: ({ log }: Subject, label: string, seed: bigint) => alter(textOf(log), createRandom(seed, label)),
  })),
];

export async function run(words: readonly string[]): Promise<number> {
  const { seed, copies, json } = parseWords(words);
  const runs: SessionRun[] = [];
  const subjects = await verifiedSubjects(runs);
  if (subjects === undefined) return EXIT.failed;
  const tallies = await alterAll(subjects, runs, { copies, seed });
  for (const { close } of runs) await close();
  const made = sum(tallies, ({ made: count }) => count);
  const caught = sum(tallies, ({ caught: count }) => count);
  const kinds = Object.fromEntries(tallies);
  const sessions = subjects.map(({ name, log }) => ({ name, records: log.records.length }));
  if (json)
    process.stdout.write(`${JSON.stringify({ seed: seed.toString(), sessions, made, caught, kinds }, null, 2)}\n`);
  else process.stdout.write(`${table(tallies)}\n${caught} of ${made} altered copies caught (seed ${seed})\n`);
  return caught === made ? EXIT.held : EXIT.failed;
}

/** @throws BadWords */
function parseWords(words: readonly string[]): { seed: bigint; copies: number; json: boolean } {
  const values = readWords(words, {
    seed: { type: "string", default: "1" },
    copies: { type: "string", default: String(COPIES) },
    json: { type: "boolean", default: false },
  });
  const copies = Number(values.copies);
  if (!/^\d{1,18}$/.test(values.seed) || !Number.isSafeInteger(copies) || copies < 1) {
    throw new BadWords("--seed and --copies take whole numbers, --copies one above zero");
  }
  return { seed: BigInt(values.seed), copies, json: values.json };
}

/** Runs the sessions and verifies their logs as they are. @returns undefined if one does not hold */
async function verifiedSubjects(runs: SessionRun[]): Promise<Subject[] | undefined> {
  const subjects: Subject[] = [];
  for (const { name, run } of SESSIONS) {
    process.stderr.write(`running ${name} ...\n`);
    const session = await run();
    runs.push(session);
    const { log, provider } = session;
    const report = await verifySession(log, { crypto, provider });
    const { records, orders, fills } = report.counts;
    process.stderr.write(`  ${records} records, ${orders} orders, ${fills} fills: ${report.verdict.kind}\n`);
    if (report.verdict.kind !== "holds") {
      const failure = failureOf(report.verdict);
      const granted = grantsOf(report.verdict).map(({ code }) => code);
      process.stderr.write(`  ${failure === undefined ? granted.join() : `${failure.rule}: ${failure.why}`}\n`);
      return undefined;
    }
    subjects.push(createSubject(name, log));
  }
  return subjects;
}

/** Kinds and sessions in turn, until there are as many copies as were asked for. The first session has every second copy. */
async function alterAll(
  subjects: readonly Subject[],
  runs: readonly SessionRun[],
  { copies, seed }: { readonly copies: number; readonly seed: bigint },
): Promise<Map<string, Tally>> {
  const tallies = new Map<string, Tally>(KINDS.map(({ kind }) => [kind, { made: 0, caught: 0, by: {}, missed: [] }]));
  const caches = new Map(subjects.map(({ name, known }) => [name, { ...createVerifyCache(), events: known }]));
  let [done, toldAt] = [0, Date.now()];
  for (let turn = 0; done < copies; turn += 1) {
    const round = Math.floor(turn / 2);
    const subject = subjects[turn % 2 === 0 ? 0 : 1 + (round % (subjects.length - 1))];
    const { kind, make, granted } = KINDS[Math.floor(round / 2) % KINDS.length] ?? {};
    const tally = tallies.get(kind ?? "");
    if (subject === undefined || make === undefined || tally === undefined) throw new Error("no session or no kind");
    const copy = make(subject, `${subject.name}, copy ${turn}`, seed);
    if (copy === undefined) continue; // a session without such records
    const provider = runs[subjects.indexOf(subject)]?.provider;
    const verdict = await verdictOn(copy, caches.get(subject.name), granted, provider);
    tally.made += 1;
    done += 1;
    if (verdict === undefined) tally.missed.push(`${subject.name}, copy ${turn}`);
    else {
      tally.caught += 1;
      tally.by[verdict] = (tally.by[verdict] ?? 0) + 1;
    }
    if (Date.now() - toldAt < PROGRESS_MS) continue;
    toldAt = Date.now();
    process.stderr.write(`${done} of ${copies} copies, ${sum(tallies, ({ caught }) => caught)} caught\n`);
  }
  return tallies;
}

/**
 * @param granted what must be granted for a copy that breaks no rule; beside the node it must not hold then
 * @returns by which rule, or grant, the copy was caught; undefined if it was not. Any other error is a fault of the verifier, and passes on
 */
async function verdictOn(
  copy: Copy,
  cache: VerifyCache | undefined,
  granted: GrantCode | undefined,
  provider: Provider | undefined,
): Promise<string | undefined> {
  const options = { crypto, ...(cache === undefined ? {} : { cache }) };
  try {
    const log = typeof copy === "string" ? parseSessionLog(copy) : copy;
    const { verdict } = await verifySession(log, options);
    if (granted === undefined) return failureOf(verdict)?.rule;
    const isNamed = failureOf(verdict) !== undefined || grantsOf(verdict).some(({ code }) => code === granted);
    if (!isNamed || provider === undefined) return undefined;
    const { verdict: beside } = await verifySession(log, { ...options, provider });
    const isOlder = grantsOf(beside).some(({ code }) => code === "CHAIN_GOES_ON"); // a shorter log that is true as far as it goes
    const rule = failureOf(beside)?.rule ?? (isOlder ? "CHAIN_GOES_ON" : undefined);
    return rule === undefined ? undefined : `${failureOf(verdict)?.rule ?? granted}, beside a node ${rule}`;
  } catch (error) {
    if (error instanceof SessionLogError) return error.code;
    throw error;
  }
}

function table(tallies: ReadonlyMap<string, Tally>): string {
  const width = Math.max(...[...tallies.keys()].map((kind) => kind.length));
  const rows = [...tallies].map(([kind, { made, caught, by, missed }]) => {
    const rules = Object.entries(by)
      .sort(([, a], [, b]) => b - a)
      .map(([rule, count]) => `${rule} ${count}`)
      .join(", ");
    const lost = missed.length === 0 ? "" : `   MISSED: ${missed.join("; ")}`;
    return `${kind.padEnd(width)}  ${String(caught).padStart(4)} of ${String(made).padStart(4)}   ${rules}${lost}`;
  });
  return rows.join("\n");
}

function sum(tallies: ReadonlyMap<string, Tally>, of: (tally: Tally) => number): number {
  return [...tallies.values()].reduce((total, tally) => total + of(tally), 0);
}
