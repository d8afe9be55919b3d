/** A moment in a journal's history that can be gone back to. Later moments are greater. */
export type Mark = number;

/**
 * Changes that can be undone, so that a refused call, or a kill in the middle of one, leaves nothing behind. A journal that is
 * held keeps them beyond the call, so that whole calls can be taken back: what is only expected, or was reorganised away.
 */
export class Journal {
  /** Four entries for each change: how to undo it, and the three values that this takes. Those from `#end` on are stale. */
  readonly #undos: unknown[] = [];
  #end = 0;
  #depth = 0;
  #held = false;
  /** Changes that came before the first one that is kept. */
  #released = 0;

  /** From now on changes are kept until they are released. Between calls only. @returns this moment */
  public hold(): Mark {
    this.#held = true;
    return this.mark();
  }

  /** This moment, between two calls. */
  public mark(): Mark {
    return this.#released + this.#end / STRIDE;
  }

  /** Undoes whatever was changed since `mark`. @throws RangeError if that was released already, or never held */
  public rollBack(mark: Mark): void {
    if (mark < this.#released || mark > this.mark()) throw new RangeError(`moment ${mark} is not kept`);
    this.#undoTo((mark - this.#released) * STRIDE);
  }

  /** Changes before `mark` will never be undone any more. */
  public release(mark: Mark): void {
    const count = Math.min(mark, this.mark()) - this.#released;
    if (count <= 0) return;
    this.#undos.splice(0, count * STRIDE);
    this.#end -= count * STRIDE;
    this.#released += count;
  }

  /**
   * Remembers how to undo a change that was just made: by `undo` with up to three values. A function of its own for each change
   * would be a good part of an order's cost, so those that change most often pass one function and what differs.
   */
  public note(undo: () => void): void;
  public note<A>(undo: (a: A) => void, a: A): void;
  public note<A, B>(undo: (a: A, b: B) => void, a: A, b: B): void;
  public note<A, B, C>(undo: (a: A, b: B, c: C) => void, a: A, b: B, c: C): void;
  public note(undo: Undo, a?: unknown, b?: unknown, c?: unknown): void {
    const undos = this.#undos;
    const end = this.#end;
    undos[end] = undo;
    undos[end + 1] = a;
    undos[end + 2] = b;
    undos[end + 3] = c;
    this.#end = end + STRIDE;
  }

  /** Sets or replaces an entry. */
  public set<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
    const before = map.get(key);
    map.set(key, value);
    this.note(restore<Key, Value>, map, key, before);
  }

  /** Removes an entry, if there is one. */
  public delete<Key, Value>(map: Map<Key, Value>, key: Key): void {
    const before = map.get(key);
    if (map.delete(key)) this.note(restore<Key, Value>, map, key, before);
  }

  /** Runs `change`. If it throws, whatever was noted in it is undone, last first, and the error passes on. May be nested. */
  public attempt<Result>(change: () => Result): Result {
    const start = this.#end;
    this.#depth += 1;
    try {
      return change();
    } catch (error) {
      this.#undoTo(start);
      throw error;
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0 && !this.#held) this.#forget();
    }
  }

  /** Runs `change` and undoes it, whatever comes of it: what would happen, without its happening. Between calls only. */
  public rehearse<Result>(change: () => Result): Result {
    const start = this.#end;
    this.#depth += 1;
    try {
      return change();
    } finally {
      this.#undoTo(start);
      this.#depth -= 1;
      if (this.#depth === 0 && !this.#held) this.#forget();
    }
  }

  #undoTo(end: number): void {
    while (this.#end > end) {
      this.#end -= STRIDE;
      const at = this.#end;
      const undo = this.#undos[at] as Undo; // every fourth entry, as `note` writes them
      undo(this.#undos[at + 1], this.#undos[at + 2], this.#undos[at + 3]);
    }
  }

  /** The room stays for the next call; a long call's room does not. */
  #forget(): void {
    this.#end = 0;
    if (this.#undos.length > MOST_KEPT) this.#undos.length = 0;
  }
}

const STRIDE = 4;
/** Entries of room that are kept from call to call: those of some sixty changes. */
const MOST_KEPT = 256;

// Method notation, so that an undo of any three values is one: the overloads of `note` say which it gets.
type Undo = { bivariant(a: unknown, b: unknown, c: unknown): void }["bivariant"];

function restore<Key, Value>(map: Map<Key, Value>, key: Key, before: Value | undefined): void {
  if (before === undefined) map.delete(key);
  else map.set(key, before);
}
