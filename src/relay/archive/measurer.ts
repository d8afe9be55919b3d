/**
 * What is measured of the session, from the log that is kept, as of its last final block. A replay takes a second for some ten thousand
 * records, so it runs in a thread of its own, which is fed part by part and goes on from where it was; it begins when it is first asked for.
 */
import type { MeteredMaker } from "../../measures/maker-meter.js";
import type { PricesElsewhere } from "../../measures/reference.js";
import { sleep } from "../../node/sleep.js";
import { RelayError } from "../errors.js";
import type { MeasuresDocument } from "../../measures/document.js";
import type { LogStore, LogTip } from "./store.js";
import type { MeasuringThread, Threads } from "./threads.js";

export interface Measured {
  readonly block: Pick<LogTip, "number" | "hash" | "timestamp">;
  readonly measures: MeasuresDocument;
}

export interface Measurer {
  /**
   * @param elsewhere what assets cost elsewhere: what is measured with it is kept for nobody else
   * @throws RelayError RELAY_LOG_WAITS, RELAY_NOT_READY while there is no log yet, it takes long, or many ask with prices; RELAY_LOG_LONG,
   * RELAY_READING_AGAIN
   */
  measure(elsewhere?: PricesElsewhere): Promise<Measured>;
  close(): Promise<void>;
}

export interface MeasurerDependencies {
  readonly store: Pick<LogStore, "tip" | "part">;
  /** Of the whole process. */
  readonly threads: Threads;
  /** Why there is no log yet; that the chain is being read if it is not given. */
  readonly notYet?: () => RelayError;
  /** That are metered, too. */
  readonly makers: readonly MeteredMaker[];
  /** Most records that are measured; a million by default. */
  readonly mostRecords?: number;
  /** How long whoever asks waits, ms. */
  readonly patienceMs?: number;
}

/** What prices were is remembered call by call: about a kilobyte each. */
const MOST_RECORDS = 1_000_000;
const PATIENCE_MS = 10_000;
/** What was measured is told for so long before it is measured again, ms. */
const KEPT_MS = 5_000;
/** Questions with prices from elsewhere that wait for their turn. */
const MOST_BESIDE = 4;
const OUT_OF_MEMORY = "ERR_WORKER_OUT_OF_MEMORY";

/** The thread, and how far it has come. */
interface Fed {
  readonly thread: MeasuringThread;
  readonly edition: string;
  parts: number;
}

const readingYet = (): RelayError => new RelayError("RELAY_NOT_READY");

export function createMeasurer(dependencies: MeasurerDependencies): Measurer {
  const {
    store,
    threads,
    makers,
    notYet = readingYet,
    mostRecords = MOST_RECORDS,
    patienceMs = PATIENCE_MS,
  } = dependencies;
  let fed: Fed | undefined;
  let working: Promise<Measured> | undefined;
  let beside = 0;
  let turn: Promise<unknown> = Promise.resolve();
  let last: { readonly measured: Measured; readonly at: number } | undefined;

  const end = async (): Promise<void> => {
    const { thread } = fed ?? {};
    fed = undefined;
    await thread?.end();
  };
  const fedFor = async ({ edition, parts, header }: LogTip): Promise<Fed> => {
    if (fed !== undefined && (fed.thread.isEnded || fed.edition !== edition || fed.parts > parts)) await end();
    return (fed ??= { thread: await threads.open({ header, makers }), edition, parts: 0 });
  };
  const work = async (tip: LogTip, elsewhere?: PricesElsewhere): Promise<Measured> => {
    try {
      const now = await fedFor(tip);
      while (now.parts < tip.parts) {
        const lines = await store.part(now.parts + 1);
        if (lines === undefined) throw new RelayError("RELAY_READING_AGAIN");
        await now.thread.ask({ lines });
        now.parts += 1;
      }
      const measures = await now.thread.ask({ until: BigInt(tip.timestamp), elsewhere });
      const { number, hash, timestamp } = tip;
      return { block: { number, hash, timestamp }, measures: measures as MeasuresDocument }; // what was asked for
    } catch (error) {
      await end();
      throw (error as { readonly code?: unknown }).code === OUT_OF_MEMORY ? tooLong(tip, mostRecords) : error;
    }
  };
  /** One question after the other: the thread is fed on the way, and never for an older block than before. */
  const inTurn = (tip: LogTip, elsewhere?: PricesElsewhere): Promise<Measured> => {
    const answer = turn.then(async () => work((await store.tip()) ?? tip, elsewhere));
    turn = answer.catch(() => undefined); // whoever has asked hears of it
    return answer;
  };
  const begin = (tip: LogTip): Promise<Measured> => {
    working ??= inTurn(tip)
      .then((measured) => {
        last = { measured, at: performance.now() };
        return measured;
      })
      .finally(() => {
        working = undefined;
      });
    return working;
  };
  const besides = (tip: LogTip, elsewhere: PricesElsewhere): Promise<Measured> => {
    if (beside >= MOST_BESIDE) throw new RelayError("RELAY_NOT_READY");
    beside += 1;
    return inTurn(tip, elsewhere).finally(() => {
      beside -= 1;
    });
  };

  return {
    async measure(elsewhere) {
      const tip = await store.tip();
      if (tip === undefined) throw notYet();
      const isFresh = last !== undefined && performance.now() - last.at < KEPT_MS;
      const isKnown = last !== undefined && (isFresh || last.measured.block.hash === tip.hash);
      if (last !== undefined && isKnown && elsewhere === undefined) return last.measured;
      if (tip.records > mostRecords) throw tooLong(tip, mostRecords);
      const done = new AbortController();
      const measuring = elsewhere === undefined ? begin(tip) : besides(tip, elsewhere);
      const late = sleep(patienceMs, done.signal).then(() => undefined);
      const measured = await Promise.race([measuring, late]).finally(() => {
        done.abort();
      });
      if (measured !== undefined) return measured;
      measuring.catch(() => undefined); // whoever asks next hears of it
      throw new RelayError("RELAY_NOT_READY");
    },
    close: end,
  };
}

function tooLong({ records }: LogTip, limit: number): RelayError {
  return new RelayError("RELAY_LOG_LONG", { records, limit });
}
