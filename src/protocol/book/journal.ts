/** Changes that can be undone, so that a refused call, or a kill in the middle of one, leaves nothing behind. */
export class Journal {
  readonly #undos: (() => void)[] = [];
  #depth = 0;

  /** Remembers how to undo a change that was just made. */
  public note(undo: () => void): void {
    this.#undos.push(undo);
  }

  /** Sets or replaces an entry. */
  public set<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
    const before = map.get(key);
    map.set(key, value);
    this.note(() => {
      if (before === undefined) map.delete(key);
      else map.set(key, before);
    });
  }

  /** Runs `change`. If it throws, whatever was noted in it is undone, last first, and the error passes on. May be nested. */
  public attempt<Result>(change: () => Result): Result {
    const start = this.#undos.length;
    this.#depth += 1;
    try {
      return change();
    } catch (error) {
      while (this.#undos.length > start) this.#undos.pop()?.();
      throw error;
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) this.#undos.length = 0;
    }
  }
}
