/** The matching engine: orders per second on a random book, beside other order books on the same stream. */
import { Worker } from "node:worker_threads";

import { fastCrypto } from "../../src/bindings/fast-crypto.js";
import { PLAIN_HASHING } from "../../src/protocol/signing/hashing.js";
import type { Part, PartOptions, PartResult, Picture, Row } from "../part.js";
import { ALONE, type Contestant, CONTESTANTS } from "./engine/contestants.js";
import type { Task } from "./engine/worker.js";
import { runSigned } from "./engine/signed.js";
import { CANCEL_HEAVY, MATCH_HEAVY, type Mix } from "./engine/stream.js";
import { rounded } from "./measure.js";

/** Where the aims hold. */
const AIMED = 100_000;
const AIM = 200_000;
/** The library takes at most this many times as long as the fastest book beside it. */
const MOST_TIMES = 2;

interface Rate {
  readonly contestant: Contestant;
  readonly mix: Mix;
  readonly resting: number;
  readonly rate: number;
}

async function run({ quick, onProgress }: PartOptions): Promise<PartResult> {
  const sizes = quick ? [1_000] : [1_000, 10_000, AIMED, 1_000_000];
  const steps = quick ? 3_000 : 90_000;
  const rates: Rate[] = [];
  for (const mix of [CANCEL_HEAVY, MATCH_HEAVY]) {
    for (const resting of sizes) {
      onProgress(`engine: ${mix.name}, ${resting} resting orders`);
      for (const contestant of CONTESTANTS.filter(({ upTo }) => resting <= upTo)) {
        const count = contestant.slow ? Math.ceil(steps / 30) : steps;
        rates.push({
          contestant,
          mix,
          resting,
          rate: await rateApart({ id: contestant.id, mix, resting, steps: count }),
        });
      }
    }
  }
  const signed = await signedRows(quick ? 50 : 3_000, onProgress);
  return {
    rows: [...rates.map(rowOf), ...ratioRows(rates), ...signed],
    pictures: [CANCEL_HEAVY, MATCH_HEAVY].map((mix) => pictureOf(mix, rates)),
    notes: NOTES,
  };
}

/** In a thread of its own: what ran before would leave its garbage, and code that was compiled for all books together. */
async function rateApart(task: Task): Promise<number> {
  const worker = new Worker(new URL("engine/worker.ts", import.meta.url), { workerData: task });
  return new Promise((done, failed) => {
    worker.once("message", done);
    worker.once("error", failed);
  });
}

function rowOf({ contestant: { id, what }, mix, resting, rate }: Rate): Row {
  const row = {
    id: `${mix.name} ${resting} ${id}`,
    what: `${streamOf(mix, resting)}. ${what}`,
    value: rounded(rate),
    unit: "orders/s",
  };
  return id === ALONE && resting === AIMED ? { ...row, aim: AIM, atLeast: true } : row;
}

function streamOf({ takers, cancels }: Mix, resting: number): string {
  return `${takers} % takers, ${cancels} % cancellations, ${resting} resting orders`;
}

/** How many times as long as the fastest of the others the library takes, at the largest size up to the aim's. */
function ratioRows(rates: readonly Rate[]): Row[] {
  return [CANCEL_HEAVY, MATCH_HEAVY].map((mix) => {
    const ofMix = rates.filter((rate) => rate.mix === mix && rate.resting <= AIMED);
    const resting = Math.max(...ofMix.map((rate) => rate.resting));
    const here = ofMix.filter((rate) => rate.resting === resting);
    const own = here.find(({ contestant }) => contestant.id === ALONE)?.rate ?? NaN;
    const others = here.filter(({ contestant }) => contestant.id.endsWith("-book")).map(({ rate }) => rate);
    return {
      id: `${mix.name} ${resting} times slower`,
      what: `${streamOf(mix, resting)}. time of the library without hashing over that of the fastest other book`,
      value: rounded(Math.max(...others) / own),
      unit: "times",
      aim: MOST_TIMES,
    };
  });
}

async function signedRows(orders: number, onProgress: PartOptions["onProgress"]): Promise<Row[]> {
  onProgress(`engine: ${orders} signed orders`);
  const fast = await fastCrypto();
  const { recoverSigner: plain } = await import("../../src/protocol/signing/signatures.js");
  const row = (id: string, what: string, rate: number): Row => ({
    id: `signed ${id}`,
    what: `${orders} orders, half of them takers, signatures checked, chain of hashes; ${what}`,
    value: rounded(rate),
    unit: "orders/s",
  });
  const native = fast.native
    ? "native recovery, hashes in WebAssembly"
    : "native recovery not found: plain; hashes in WebAssembly";
  return [
    row("Node", native, runSigned(MATCH_HEAVY, orders, fast.hashing, fast.recoverSigner)),
    row("browser", "all in plain JavaScript", runSigned(MATCH_HEAVY, Math.ceil(orders / 10), PLAIN_HASHING, plain)),
  ];
}

function pictureOf(mix: Mix, rates: readonly Rate[]): Picture {
  const ids = [...new Set(rates.map(({ contestant }) => contestant.id))];
  return {
    id: `engine-${mix.name}`,
    title: `Orders per second, ${mix.name}: ${mix.takers} % takers, ${mix.cancels} % cancellations`,
    x: { label: "resting orders", scale: "log" },
    y: { label: "orders per second", scale: "log" },
    series: ids.map((id) => ({
      name: id === ALONE || id === "hashed" ? `library, ${id}` : id,
      points: rates
        .filter((rate) => rate.mix === mix && rate.contestant.id === id)
        .map(({ resting, rate }) => ({ x: resting, y: rounded(rate) })),
    })),
  };
}

const NOTES = [
  "Rates are per second of processor time of one thread: the middle of three parts of the stream, after the book was filled.",
  "Every book has traded the same lots. The others check neither signature nor collateral, nonce, deadline or link, and keep no chain.",
  "Each rate is taken in a thread of its own.",
  "Node runs with a young generation of 64 MB (--max-semi-space-size=64), for every book alike.",
  "A step is one order or one cancellation, each a call of its own with its own checkpoint.",
  "limit-order-book computes in decimal text: it is run up to 10 000 resting orders, and on a thirtieth of the steps.",
];

export const engine: Part = { name: "engine", title: "Matching engine", run };
