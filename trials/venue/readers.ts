/** Readers beside a process that takes packages. Holds if subscribers hardly slow it, and none of them loses an event when its reader is killed. */
import { withDatabase } from "../../stage/postgres.js";
import { canStartRedis, startRedis } from "../../stage/redis.js";
import { EXIT, readWords, report, tell, wholeNumbers } from "../trial.js";
import { type ReadersPlan, type ReadersResult, runReaders } from "./readers-run.js";

/** Of what is accepted without subscribers, so much may be less with them. */
const MOST_LESS = 0.1;

export async function run(words: readonly string[]): Promise<number> {
  const values = readWords(words, {
    readers: { type: "string", default: "3" },
    subscribers: { type: "string", default: "3000" },
    traders: { type: "string", default: "50" },
    seconds: { type: "string", default: "30" },
    rate: { type: "string", default: "100" },
    broker: { type: "boolean", default: true },
  });
  const plan = {
    ...wholeNumbers(values, ["readers", "subscribers", "traders", "seconds"], 1),
    ...wholeNumbers(values, ["rate"], 0),
  };
  const isThere = values.broker && canStartRedis();
  if (values.broker && !isThere)
    tell("no Redis is installed (apt-get install redis-server): readers look in the database");
  const result = await withDatabase((databaseUrl) => withBroker(isThere, { ...plan, databaseUrl }));
  const missed = missedAims(result);
  return report(lineOf(result, plan.rate, isThere), [...result.problems, ...missed]) ? EXIT.held : EXIT.failed;
}

async function withBroker(isThere: boolean, plan: Omit<ReadersPlan, "brokerUrl">): Promise<ReadersResult> {
  if (!isThere) return runReaders({ ...plan, brokerUrl: undefined }, tell);
  const broker = await startRedis();
  try {
    return await runReaders({ ...plan, brokerUrl: broker.url }, tell);
  } finally {
    await broker.stop();
  }
}

/** What is not as it is to be. */
export function missedAims({ accepted: { before, during, after } }: ReadersResult): string[] {
  const without = (before + after) / 2;
  if (during >= without * (1 - MOST_LESS)) return [];
  return [
    `${during.toFixed(1)} accepted a second with subscribers, ${without.toFixed(1)} without: ${MOST_LESS * 100} % less are allowed`,
  ];
}

function lineOf(
  { accepted, subscribers, events, moved, problems }: ReadersResult,
  rate: number,
  isThere: boolean,
): string {
  const [before, during, after] = [accepted.before, accepted.during, accepted.after].map((one) => one.toFixed(1));
  const offered = rate === 0 ? "as many as are taken" : `${rate} a second`;
  return (
    `${subscribers} subscribers at readers (${isThere ? "broker" : "database"}), ${offered} offered: accepted ${before} a second before, ${during} ` +
    `with them, ${after} after; ${events} events heard; ${moved.subscribers} moved within ${moved.ms} ms; ${problems.length} problems`
  );
}
