/** PGlite that knows when its Postgres has ended, and asks it nothing more then. */
import { PGlite } from "@electric-sql/pglite";

/** With it Postgres leaves a statement that it refuses; whatever else it is left with is its end. */
const REFUSED_STATUS = 100;

/**
 * Postgres that cannot write its log ends at once, with locks held: PGlite swallows that, and the next statement may wait for them
 * for ever, in a loop that lets nothing else run. A statement whose end was not told would even count as done.
 */
export class Instance extends PGlite {
  #isWatched = false;
  #end: Error | undefined;

  static async open(folder: string): Promise<Instance> {
    const instance = new Instance(folder);
    try {
      await instance.waitReady;
    } catch (error) {
      instance.#abandon();
      throw error;
    }
    return instance;
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  /** All that Postgres is asked comes through here, one message at a time. */
  override execProtocolRawSync(message: Uint8Array): Uint8Array {
    this.#requireAlive();
    this.#watch();
    const answer = super.execProtocolRawSync(message);
    this.#requireAlive();
    return answer;
  }

  /** What has not begun cannot be closed, and its timers would keep its memory, 170 MB, for good. */
  #abandon(): void {
    const { mod } = this;
    delete this.mod;
    try {
      mod?._emscripten_force_exit(1);
    } catch {
      // it says by an exception that it has ended
    }
  }

  #requireAlive(): void {
    if (this.#end !== undefined) throw new Error(`the embedded database has ended: ${this.#end.message}`);
  }

  #watch(): void {
    const { mod } = this;
    if (this.#isWatched || mod === undefined) return;
    this.#isWatched = true;
    const step = mod._PostgresMainLoopOnce;
    mod._PostgresMainLoopOnce = () => {
      try {
        step();
      } catch (error) {
        if (!isRefusal(error)) this.#end = error instanceof Error ? error : new Error(JSON.stringify(error));
        throw error;
      }
    };
  }
}

function isRefusal(error: unknown): boolean {
  return typeof error === "object" && error !== null && "status" in error && error.status === REFUSED_STATUS;
}
