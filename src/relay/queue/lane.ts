/** One after the other: what changes the mirror runs alone, also while it waits for the database. */
export interface Lane {
  /** Runs `work` when everything that came before is done. */
  run<Result>(work: () => Result | Promise<Result>): Promise<Result>;
  /** Resolves when nothing is left. */
  idle(): Promise<void>;
}

export function createLane(): Lane {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const result = last.then(work);
      last = result.catch(() => undefined); // whoever asked hears of it
      return result;
    },
    async idle() {
      await last;
    },
  };
}
