/**
 * Places where orders have rested (see docs/words.md): of each place one bit that says whether its order is gone, so that another
 * may rest there. Which of them comes first does not depend on how the set came about.
 */
import type { Journal } from "./journal.js";

/** Places of one block: 1024 words of 32 bits. */
const BLOCK = 2 ** 15;
const WORD = 32;

/** Never empty. */
interface Block {
  readonly words: Uint32Array;
  count: number;
}

/** A set of places. */
export class PlaceSet {
  readonly #journal: Journal;
  readonly #blocks: (Block | undefined)[] = [];
  #size = 0;

  static readonly #undoFlip = (set: PlaceSet, place: number): void => {
    set.#flip(place);
  };

  public constructor(journal: Journal) {
    this.#journal = journal;
  }

  public get size(): number {
    return this.#size;
  }

  public has(place: number): boolean {
    const word = this.#blocks[Math.floor(place / BLOCK)]?.words[Math.floor((place % BLOCK) / WORD)] ?? 0;
    return ((word >>> (place % WORD)) & 1) === 1;
  }

  public add(place: number): void {
    if (!this.has(place)) this.#change(place);
  }

  public delete(place: number): void {
    if (this.has(place)) this.#change(place);
  }

  /** The places from `first` on, by rising number. */
  public *from(first: number): Generator<number> {
    for (let index = Math.floor(first / BLOCK); index < this.#blocks.length; index += 1) {
      const block = this.#blocks[index];
      if (block === undefined) continue;
      for (const [at, word] of block.words.entries()) {
        for (let rest = word; rest !== 0; rest &= rest - 1) {
          const place = index * BLOCK + at * WORD + WORD - 1 - Math.clz32(rest & -rest);
          if (place >= first) yield place;
        }
      }
    }
  }

  /** Runs of places that follow each other, by rising number: the first and the last of each. */
  public *runs(): Generator<readonly [first: number, last: number]> {
    let run: [number, number] | undefined;
    for (const place of this.from(0)) {
      if (run?.[1] === place - 1) run[1] = place;
      else {
        if (run !== undefined) yield run;
        run = [place, place];
      }
    }
    if (run !== undefined) yield run;
  }

  /** Takes on runs of places; of a set that nothing has been done to. */
  public restore(runs: Iterable<readonly [first: number, last: number]>): void {
    for (const [first, last] of runs) for (let place = first; place <= last; place += 1) this.#flip(place);
  }

  #change(place: number): void {
    this.#flip(place);
    this.#journal.note(PlaceSet.#undoFlip, this, place);
  }

  #flip(place: number): void {
    const index = Math.floor(place / BLOCK);
    const block = (this.#blocks[index] ??= { words: new Uint32Array(BLOCK / WORD), count: 0 });
    const change = this.has(place) ? -1 : 1;
    const at = Math.floor((place % BLOCK) / WORD);
    block.words[at] = (block.words[at] ?? 0) ^ (1 << (place % WORD));
    block.count += change;
    this.#size += change;
    if (block.count === 0) this.#blocks[index] = undefined;
  }
}
