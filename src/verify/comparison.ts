/** The records of a log beside those that a node has of the same session, one by one, in constant memory. */
import type { Provider } from "ethers";

import { wordsOf } from "./asking.js";
import type { Grants } from "./grants.js";
import type { LogHeader } from "./log-header.js";
import { chainRecords } from "./read-session-log.js";
import type { LogRecord } from "./session-log.js";
import { requireSame, Violation } from "./violation.js";

export class LogComparison {
  readonly #header: LogHeader;
  readonly #provider: Provider;
  readonly #grants: Grants;
  readonly #records: AsyncIterator<LogRecord>;
  /** The node's newest block, at most the log's last: what comes later it cannot know. */
  readonly #until: number;
  #isComplete: boolean;
  #compared = 0;

  /** @param tip the node's newest block */
  public constructor(header: LogHeader, provider: Provider, tip: number, grants: Grants) {
    this.#header = header;
    this.#provider = provider;
    this.#grants = grants;
    this.#until = Math.min(tip, header.toBlock);
    this.#records = chainRecords(header, provider, header.fromBlock, this.#until)[Symbol.asyncIterator]();
    this.#isComplete = tip >= header.toBlock;
    if (!this.#isComplete) this.#grants.add("LOGS_UNCHECKED", () => `its newest block is ${tip}`);
  }

  /** @throws Violation if the chain has another record in its place */
  public async require(record: LogRecord): Promise<void> {
    const found = record.blockNumber > this.#until ? undefined : await this.#next();
    if (found === undefined) return;
    if (found.done === true) {
      throw new Violation("log", "The chain has no such record.", { actual: valuesOf(record) });
    }
    requireSame("log", "The chain has another record here.", valuesOf(record), valuesOf(found.value));
    this.#compared += 1;
  }

  /**
   * After the last record.
   * @returns whether all records are those of the chain
   * @throws Violation if the chain has more
   */
  public async end(): Promise<boolean> {
    const found = await this.#next();
    if (found !== undefined && found.done !== true) {
      const expected = valuesOf(found.value);
      throw new Violation("log", "The chain has more records up to the log's last block.", { expected });
    }
    return this.#isComplete;
  }

  /** Whether the chain has gone on since, is said. */
  public async lookBeyond(tip: number): Promise<void> {
    const { toBlock } = this.#header;
    if (tip <= toBlock) return;
    try {
      for await (const { blockNumber } of chainRecords(this.#header, this.#provider, toBlock + 1, tip)) {
        this.#grants.add("CHAIN_GOES_ON", () => `blocks ${blockNumber} to ${tip}`);
        return;
      }
    } catch (error) {
      const words = wordsOf(error);
      this.#grants.add("LOGS_UNCHECKED", () => `blocks ${toBlock + 1} to ${tip}: ${words}`);
    }
  }

  /** @returns undefined once the node has failed, which is said */
  async #next(): Promise<IteratorResult<LogRecord> | undefined> {
    if (!this.#isComplete && this.#until === this.#header.toBlock) return undefined;
    try {
      return await this.#records.next();
    } catch (error) {
      const words = wordsOf(error);
      if (this.#isComplete) this.#grants.add("LOGS_UNCHECKED", () => `from record ${this.#compared} on: ${words}`);
      this.#isComplete = false;
      return undefined;
    }
  }
}

/** All that a line of the file says. */
function valuesOf({ topics, ...rest }: LogRecord): Readonly<Record<string, unknown>> {
  return { ...rest, topics: topics.join() };
}
