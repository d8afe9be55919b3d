/**
 * A map whose keys are kept in rising order: short sorted runs, themselves in order. Finding takes two binary searches, a
 * change moves at most one run; keys that come and go at one end, as best prices do, cost next to nothing.
 */

/** A run twice as long is split. */
const RUN = 256;

/** Keys in rising order, and the value of each at the same index. Never empty. */
interface Run<Value> {
  readonly keys: number[];
  readonly values: Value[];
}

export class SortedIndex<Value> {
  readonly #runs: Run<Value>[] = [];
  /** The first key of each run, together in memory: the search for a run looks at nothing else. */
  readonly #starts: number[] = [];
  #size = 0;

  public get size(): number {
    return this.#size;
  }

  public get(key: number): Value | undefined {
    const run = this.#runs[countUpTo(this.#starts, key) - 1];
    if (run === undefined) return undefined;
    const index = countUpTo(run.keys, key) - 1;
    return run.keys[index] === key ? run.values[index] : undefined;
  }

  /** The value of the greatest key that is not above `key`. */
  public floor(key: number): Value | undefined {
    const run = this.#runs[countUpTo(this.#starts, key) - 1];
    return run?.values[countUpTo(run.keys, key) - 1];
  }

  public set(key: number, value: Value): void {
    const place = Math.max(0, countUpTo(this.#starts, key) - 1);
    const run = this.#runs[place];
    if (run === undefined) {
      this.#runs.push({ keys: [key], values: [value] });
      this.#starts.push(key);
      this.#size = 1;
      return;
    }
    const index = countUpTo(run.keys, key);
    if (run.keys[index - 1] === key) run.values[index - 1] = value;
    else this.#insert(place, run, index, key, value);
  }

  public delete(key: number): void {
    const place = countUpTo(this.#starts, key) - 1;
    const run = this.#runs[place];
    if (run === undefined) return;
    const index = countUpTo(run.keys, key) - 1;
    if (run.keys[index] !== key) return;
    run.keys.splice(index, 1);
    run.values.splice(index, 1);
    this.#size -= 1;
    const first = run.keys[0];
    if (first !== undefined) this.#starts[place] = first;
    else {
      this.#runs.splice(place, 1);
      this.#starts.splice(place, 1);
    }
  }

  public *keys(): IterableIterator<number> {
    for (const { keys } of this.#runs) yield* keys;
  }

  #insert(place: number, run: Run<Value>, index: number, key: number, value: Value): void {
    run.keys.splice(index, 0, key);
    run.values.splice(index, 0, value);
    this.#size += 1;
    if (index === 0) this.#starts[place] = key;
    if (run.keys.length < 2 * RUN) return;
    const upper = { keys: run.keys.splice(RUN), values: run.values.splice(RUN) };
    this.#runs.splice(place + 1, 0, upper);
    this.#starts.splice(place + 1, 0, upper.keys[0] ?? key); // it has half of the keys
  }
}

/** How many entries of a rising list are not above `key`. */
function countUpTo(list: readonly number[], key: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] ?? Infinity) <= key) low = middle + 1;
    else high = middle;
  }
  return low;
}
