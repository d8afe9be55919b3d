/** Verification: a log of signed orders checked record by record, as `session verify --logs` does it. */
import { fastCrypto } from "../../src/bindings/fast-crypto.js";
import type { FastCrypto } from "../../src/bindings/fast-crypto.js";
import { printSessionLogLines, parseSessionLogLines, type SessionLogStream } from "../../src/verify/session-log.js";
import { verifySession } from "../../src/verify/verify-session.js";
import type { Part, PartOptions, PartResult, Row } from "../part.js";
import { grouped } from "../table.js";
import { growthRow, type Measured } from "./growth.js";
import { liveHeap, processorSeconds, rounded } from "./measure.js";
import { busyLog } from "./verify/source.js";

const RESTING = 5_000;
/** Lines that are made ahead: making them is not counted. */
const PIECE = 5_000;
const LEAST_RATE = 5_000;

async function run({ quick, onProgress }: PartOptions): Promise<PartResult> {
  const crypto = await fastCrypto();
  const lengths = quick ? [10_000, 20_000] : [100_000, 1_000_000];
  const measured = await measure(crypto, lengths, onProgress);
  const rows = measured.flatMap(({ records, rate, heap }): Row[] => [
    {
      id: `${records} speed`,
      what: `a file of ${grouped(records)} records checked: text read, every signature recovered, rules, heads, collateral and tokens; about ${RESTING} resting orders`,
      value: rounded(rate),
      unit: "records/s",
      aim: LEAST_RATE,
      atLeast: true,
    },
    {
      id: `${records} memory`,
      what: `live heap after ${grouped(records)} records: the verification, and the book that makes the log`,
      value: rounded(heap / 1e6),
      unit: "MB",
    },
  ]);
  return { rows: [...rows, growthRow(measured)], pictures: [], notes: NOTES };
}

/** One verification, looked at when it has come so far. */
async function measure(
  crypto: FastCrypto,
  lengths: readonly number[],
  onProgress: (line: string) => void,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  let making = 0;
  const start = processorSeconds();
  const [last = 0] = lengths.slice(-1);
  async function* lines(): AsyncGenerator<string> {
    const source = printSessionLogLines(busyLog(last, RESTING, crypto.hashing));
    let told = 0;
    for (;;) {
      const before = processorSeconds();
      const piece: string[] = [];
      for (let next; piece.length < PIECE && (next = await source.next()).done !== true;) piece.push(next.value);
      making += processorSeconds() - before;
      if (piece.length === 0) return;
      yield* piece;
      told += piece.length;
      const length = lengths[measured.length];
      if (length === undefined || told < length) continue;
      const rate = told / (processorSeconds() - start - making);
      measured.push({ records: length, rate, heap: liveHeap() });
      onProgress(`verify: ${told} records, ${Math.round(rate)} a second`);
    }
  }
  const stream: SessionLogStream = await parseSessionLogLines(lines());
  const { verdict } = await verifySession(stream, { crypto });
  if (verdict.kind !== "holds-if") throw new Error(`the log does not hold: ${JSON.stringify(verdict, text)}`);
  return measured;
}

function text(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

const NOTES = [
  "Rates are per second of processor time of one thread; making the log is not counted. Records are registrations, deposits, orders, fills, offsets and checkpoints.",
  "Nothing is asked of a node. With one, the node's answers take most of the time.",
];

export const verify: Part = { name: "verify", title: "Verification", run };
