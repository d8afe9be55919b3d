/** Replay: a book rebuilt from its log, record by record, as the verifier does it. */
import { fastCrypto } from "../../src/bindings/fast-crypto.js";
import { Book } from "../../src/protocol/book/book.js";
import type { BookEvent } from "../../src/protocol/book/events.js";
import { TRUSTING } from "../../src/protocol/book/outside.js";
import { BookReplay, type LoggedEvent } from "../../src/protocol/book/rebuild.js";
import type { Hashing } from "../../src/protocol/signing/hashing.js";
import type { Part, PartOptions, PartResult, Row } from "../part.js";
import { grouped } from "../table.js";
import { BENCH_TERMS, SessionBook } from "./engine/session-book.js";
import { CANCEL_HEAVY, MATCH_HEAVY, type Mix, StreamDraw } from "./engine/stream.js";
import { growthRow, type Measured } from "./growth.js";
import { liveHeap, processorSeconds, rounded } from "./measure.js";

const SEED = 20_261_123;
/** Orders that rest all the time: above it more is cancelled, below it more comes. */
const RESTING = 5_000;
/** The log is made and replayed a piece at a time, so that it never lies in memory as a whole. */
const PIECE = 5_000;
const TIMESTAMP = 1_500n;

async function run({ quick, onProgress }: PartOptions): Promise<PartResult> {
  const { hashing } = await fastCrypto();
  const lengths = quick ? [10_000, 20_000] : [100_000, 1_000_000];
  const measured = measure(hashing, lengths, onProgress);
  const rows = measured.flatMap(({ records, rate, heap }): Row[] => [
    {
      id: `${records} speed`,
      what: `a log of ${grouped(records)} records replayed with all rules and hashes, signatures trusted, about ${RESTING} resting orders`,
      value: rounded(rate),
      unit: "records/s",
    },
    {
      id: `${records} memory`,
      what: `live heap after ${grouped(records)} records: the rebuilt book and the one that makes the log`,
      value: rounded(heap / 1e6),
      unit: "MB",
    },
  ]);
  return { rows: [...rows, growthRow(measured)], pictures: [], notes: NOTES };
}

function measure(hashing: Hashing, lengths: readonly number[], onProgress: (line: string) => void): Measured[] {
  const source = new LogSource(hashing);
  const book = new Book(BENCH_TERMS, TRUSTING, hashing);
  const replayed = new BookReplay(book);
  let [records, spent] = [0, 0];
  return lengths.map((length) => {
    onProgress(`replay: ${length} records`);
    while (records < length) {
      const piece = source.next(PIECE);
      const start = processorSeconds();
      for (const one of piece) replayed.feed(one);
      spent += processorSeconds() - start;
      records += piece.length;
    }
    if (book.link !== source.head) throw new Error("the rebuilt book has another head");
    return { records: length, rate: records / spent, heap: liveHeap() };
  });
}

/** A log without end, made by a book whose number of resting orders stays about the same. */
class LogSource {
  readonly #events: BookEvent[] = [];
  readonly #book: SessionBook;
  readonly #draw: StreamDraw;

  public constructor(hashing: Hashing) {
    this.#book = new SessionBook(hashing, undefined, undefined, (event) => this.#events.push(event));
    this.#draw = new StreamDraw(SEED, this.#book.resting());
  }

  public get head(): string {
    return this.#book.book.link;
  }

  /** @returns at least that many records, up to the end of a call */
  public next(least: number): LoggedEvent[] {
    const { queues } = this.#book.book.state;
    while (this.#events.length < least) {
      const mix: Mix = queues.size > RESTING ? { ...CANCEL_HEAVY, cancels: 60 } : MATCH_HEAVY;
      this.#book.take(this.#draw.next(mix));
    }
    return this.#events.splice(0).map((event) => ({ event, timestamp: TIMESTAMP }));
  }
}

const NOTES = [
  "Rates are per second of processor time of one thread. Records are registrations, deposits, orders, fills, offsets and checkpoints.",
  "The rebuilt book ended with the head of the book that made the log.",
  "Signatures are trusted here: checking them adds one recovery an order (see Signatures).",
];

export const replay: Part = { name: "replay", title: "Replay", run };
