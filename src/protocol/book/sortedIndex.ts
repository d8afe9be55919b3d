/**
 * A map whose keys are kept in rising order: short sorted runs, themselves in order. Finding takes two binary searches, a
 * change moves at most one run; keys that come and go at one end, as best prices do, cost next to nothing.
 */

/** A run twice as long is split. */
const RUN = 256;

export class SortedIndex<Value> {
  readonly #values = new Map<number, Value>();
  readonly #runs: number[][] = [];

  public get size(): number {
    return this.#values.size;
  }

  public get(key: number): Value | undefined {
    return this.#values.get(key);
  }

  /** The value of the greatest key that is not above `key`. */
  public floor(key: number): Value | undefined {
    const exact = this.#values.get(key);
    if (exact !== undefined) return exact;
    const run = this.#runs[this.#runFor(key)];
    const below = run?.[countUpTo(run, key) - 1];
    return below === undefined ? undefined : this.#values.get(below);
  }

  public set(key: number, value: Value): void {
    if (!this.#values.has(key)) this.#addKey(key);
    this.#values.set(key, value);
  }

  public delete(key: number): void {
    if (!this.#values.delete(key)) return;
    const index = this.#runFor(key);
    const run = this.#runs[index] ?? [];
    run.splice(countUpTo(run, key) - 1, 1);
    if (run.length === 0) this.#runs.splice(index, 1);
  }

  public *keys(): IterableIterator<number> {
    for (const run of this.#runs) yield* run;
  }

  #addKey(key: number): void {
    const index = Math.max(0, this.#runFor(key));
    const run = this.#runs[index];
    if (run === undefined) {
      this.#runs.push([key]);
      return;
    }
    run.splice(countUpTo(run, key), 0, key);
    if (run.length === 2 * RUN) this.#runs.splice(index + 1, 0, run.splice(RUN));
  }

  /** Index of the last run that begins at or below `key`; -1 if there is none. */
  #runFor(key: number): number {
    let [low, high] = [0, this.#runs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#runs[middle]?.[0] ?? Infinity) <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** How many entries of a rising list are not above `key`. */
function countUpTo(run: readonly number[], key: number): number {
  let [low, high] = [0, run.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((run[middle] ?? Infinity) <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}
