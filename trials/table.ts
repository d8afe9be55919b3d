import type { RunTrial } from "./trial.js";

interface Trial {
  /** In one line. */
  readonly about: string;
  /** Loads it, and with it whatever only it needs. */
  readonly load: () => Promise<{ readonly run: RunTrial }>;
}

/** By name, of one word or two. */
export const TRIALS: Readonly<Record<string, Trial>> = {
  differential: {
    about: "random histories on the contract and on the library, side by side (--minutes 5, --seed S, --counts)",
    load: () => import("./differential.js"),
  },
  oracle: {
    about: "random lives of the order book of before and of the one of now, side by side (--minutes 5, --seed S)",
    load: () => import("./oracle.js"),
  },
  mutants: {
    about: "faults in the words of the order path, which their tests must catch (--only TEXT, again for more)",
    load: () => import("./mutants.js"),
  },
  replay: { about: "FILE: a history that the differential wrote, once more", load: () => import("./replay.js") },
  altered: {
    about: "logs of whole sessions, altered: the verifier must catch each (--copies 1040, --seed 1, --json)",
    load: () => import("./altered.js"),
  },
  prove: {
    about: "the lemmas of the collateral check, by solver and by counting through (--full, --json)",
    load: () => import("./prove.js"),
  },
  maker: {
    about: "automated makers: no loss above the deposit, none uncovered (--trades 1000000, --on-chain 10000, --seed 1)",
    load: () => import("./maker.js"),
  },
  "relay crash": {
    about: "a relay killed again and again while users submit (--kills 100, --seed 1, --on both)",
    load: () => import("./relay/crash.js"),
  },
  "relay failover": {
    about: "two relays on one Postgres, the submitting one killed (--failovers 10, --seed 1)",
    load: () => import("./relay/failover.js"),
  },
  "relay faults": {
    about: "a relay whose node, database and clients fail one after the other (--only TEXT, --seed 1, --json)",
    load: () => import("./relay/faults.js"),
  },
  "relay purse": {
    about: "attacks on the gas that a relay pays: both sides' gas (--addresses 8, --rounds 3, --only TEXT, --json)",
    load: () => import("./relay/purse.js"),
  },
  "relay reorg": {
    about: "a relay on a node that drops blocks (--reorgs 30, --depth 8, --seed 1)",
    load: () => import("./relay/reorg.js"),
  },
  "relay start": {
    about:
      "how long a relay takes to be ready on a session of a million records (--records 1000000, --traders 1000, --json)",
    load: () => import("./relay/start.js"),
  },
  "relay load": {
    about:
      "as many packages as a relay takes, measured (--packages 20000, --traders 200, --concurrency 40, --batch 1, --on, --json)",
    load: () => import("./relay/load.js"),
  },
  "venue sessions": {
    about:
      "many sessions in one process: memory, start, requests to the node (--sessions 100, --traders 100, --orders 500, --keep, --json)",
    load: () => import("./venue/sessions.js"),
  },
  "venue readers": {
    about:
      "readers beside a process that takes packages, with subscribers, one of them killed (--readers 3, --subscribers 3000, --seconds 30, --rate 100 a second or 0, --no-broker)",
    load: () => import("./venue/readers.js"),
  },
  "venue move": {
    about:
      "processes that share books on one Postgres, killed at random (--kills 50, --processes 4, --sessions 20, --own-accounts, --seed 1)",
    load: () => import("./venue/move.js"),
  },
  "venue history": {
    about:
      "a long history in a real index: pages, start, archive and back (--orders 10000000, --traders 10000, --per-block 200, --partitions 10, --keep, --json)",
    load: () => import("./venue/history.js"),
  },
  "page soak": {
    about:
      "the page while its ladder changes all the time: no long task, no growing heap (--seconds 60, --updates 50, --json)",
    load: () => import("./page/soak.js"),
  },
  "page paint": {
    about: "how soon the page shows its first prices, and whether what it shows moves (--rounds 5)",
    load: () => import("./page/paint.js"),
  },
  "page shots": {
    about: "the pictures of docs/page.md, light and dark (--out docs/images)",
    load: () => import("./page/shots.js"),
  },
  "page compare": {
    about: "every view as a picture, beside those that were kept (--update, --only TEXT, --kept FOLDER)",
    load: () => import("./page/compare.js"),
  },
  "relay fuzz": {
    about: "hostile requests, each of which must be refused (--requests 20000, --seed 1)",
    load: () => import("./relay/fuzz.js"),
  },
};

/** @returns the trial that the first word names, or the first two, and the words after it */
export function findTrial(words: readonly string[]) {
  for (const count of [1, 2]) {
    const name = words.slice(0, count).join(" ");
    const trial = Object.hasOwn(TRIALS, name) ? TRIALS[name] : undefined;
    if (trial !== undefined) return { trial, rest: words.slice(count) };
  }
  return undefined;
}

/** One line for each. */
export function listTrials(): string {
  const width = Math.max(...Object.keys(TRIALS).map((name) => name.length));
  return Object.entries(TRIALS)
    .map(([name, { about }]) => `  ${name.padEnd(width)}  ${about}`)
    .join("\n");
}
