/** That records stand in the chain's order, those of a call in one transaction, blocks in the order of time, and checkpoints in their block. */
import { countsOf } from "../protocol/book/checkpoint.js";
import type { Hash } from "../protocol/signing/typed-data.js";
import type { LogHeader } from "./log-header.js";
import type { LogRecord } from "./session-log.js";
import { requireSame, Violation } from "./violation.js";

export class Places {
  readonly #header: LogHeader;
  #last: LogRecord | undefined;
  /** The last checkpoint. */
  #marked: { readonly mark: bigint; readonly blockNumber: number } | undefined;
  /** Whether marks are another chain's numbers than those of the blocks. */
  #sharesMarks: boolean | undefined;

  public constructor(header: LogHeader) {
    this.#header = header;
  }

  /** Whether no record has been taken yet. */
  public get isFirst(): boolean {
    return this.#last === undefined;
  }

  /** @returns whether another call has begun with it. @throws Violation */
  public require(record: LogRecord): boolean {
    const { blockNumber, logIndex, timestamp, transactionHash } = record;
    const { fromBlock, toBlock } = this.#header;
    if (blockNumber < fromBlock || blockNumber > toBlock) {
      const values = { expected: { fromBlock, toBlock }, actual: { blockNumber } };
      throw new Violation("log", "The record is of no block that was searched.", values);
    }
    const last = this.#last;
    if (last === undefined) return false;
    const isSameBlock = blockNumber === last.blockNumber;
    const follows = isSameBlock ? logIndex > last.logIndex : blockNumber > last.blockNumber;
    const inTime = isSameBlock ? timestamp === last.timestamp : timestamp >= last.timestamp;
    const isSameCall = transactionHash === last.transactionHash;
    if (!follows || !inTime || (isSameCall && !isSameBlock)) {
      const place = { blockNumber, logIndex, timestamp };
      const before = { blockNumber: last.blockNumber, logIndex: last.logIndex, timestamp: last.timestamp };
      throw new Violation("log", "The record does not come after the one before it.", {
        expected: { after: JSON.stringify(before) },
        actual: place,
      });
    }
    return !isSameCall;
  }

  /**
   * R24: checkpoints are marked with block.number. On most chains that is the number of their block; where it is another chain's,
   * as the first one shows, those of a block have the same mark.
   * @throws Violation
   */
  public requireMark(link: Hash, blockNumber: number): void {
    const { mark } = countsOf(link);
    this.#sharesMarks ??= mark !== BigInt(blockNumber);
    const ofBlock = blockNumber === this.#marked?.blockNumber ? this.#marked.mark : mark;
    const expected = this.#sharesMarks ? ofBlock : BigInt(blockNumber);
    requireSame("R24", "A checkpoint is marked with its block's number.", { mark }, { mark: expected });
    this.#marked = { mark, blockNumber };
  }

  /** The record holds. */
  public take(record: LogRecord): void {
    this.#last = record;
  }
}
