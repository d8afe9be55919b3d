/** One stream, drawn once, through any book: how many of its steps the book takes in a second. */
import { median, secondsOf } from "../measure.js";
import type { StreamBook } from "./other-books.js";
import { countingHashing, SessionBook } from "./session-book.js";
import { type Mix, type Step, StreamDraw } from "./stream.js";

const SEED = 20_261_121;
/** The steps that count are taken in as many parts, of which the middle one counts. */
const PARTS = 3;

/** A book with orders at rest, and what comes then. */
export interface Stream {
  readonly mix: Mix;
  readonly resting: readonly Step[];
  readonly steps: readonly Step[];
  /** Lots that trade in it. */
  readonly filledLots: bigint;
}

/** Draws `steps` steps for a book where `resting` orders rest. Nothing in them depends on hashes. */
export function drawStream(mix: Mix, resting: number, steps: number): Stream {
  const book = new SessionBook(countingHashing());
  const draw = new StreamDraw(SEED, book.resting());
  const drawn = <S extends Step>(count: number, next: () => S): S[] =>
    Array.from({ length: count }, () => {
      const step = next();
      book.take(step);
      return step;
    });
  const before = drawn(resting, () => draw.rest());
  const then = drawn(steps, () => draw.next(mix));
  return { mix, resting: before, steps: then, filledLots: book.filledLots };
}

/** @returns steps per second of processor time. @throws Error if the book has traded anything else than the stream says */
export function runStream(book: StreamBook, { resting, steps, filledLots }: Stream): number {
  for (const step of resting) book.take(step);
  const length = Math.ceil(steps.length / PARTS);
  const rates = Array.from({ length: PARTS }, (_, part) => {
    const some = steps.slice(part * length, (part + 1) * length);
    return (
      some.length /
      secondsOf(() => {
        some.forEach((step) => {
          book.take(step);
        });
      })
    );
  });
  if (book.filledLots !== filledLots) {
    throw new Error(`${book.constructor.name} has traded ${book.filledLots} lots, not ${filledLots}`);
  }
  return median(rates);
}
