/**
 * Blocks that a book has taken in and may have to give back: each is a layer over the one below, and a reorganisation takes the
 * upper ones off. Blocks that lie deeper than `depth` are never given back, and the book's journal forgets how.
 */
import type { Journal, Mark } from "./journal.js";

export interface NumberedBlock {
  readonly number: number;
}

interface Layer<Block> {
  readonly block: Block;
  /** The moment before it. */
  readonly before: Mark;
}

export class BlockLayers<Block extends NumberedBlock> {
  readonly #journal: Journal;
  readonly #depth: number;
  /** Oldest first. */
  readonly #layers: Layer<Block>[] = [];
  #after: Mark;

  /** Holds the journal from now on. @param depth blocks that may still be taken off, at least 1 */
  public constructor(journal: Journal, depth: number) {
    if (!Number.isSafeInteger(depth) || depth < 1) throw new RangeError(`depth ${depth} is not 1 or more`);
    this.#journal = journal;
    this.#depth = depth;
    this.#after = journal.hold();
  }

  /** The newest block; undefined before the first. */
  public get tip(): Block | undefined {
    return this.#layers.at(-1)?.block;
  }

  /** Blocks that may still be taken off, oldest first. */
  public get blocks(): readonly Block[] {
    return this.#layers.map(({ block }) => block);
  }

  /** The moment after the newest block. What the book did since then belongs to no block. */
  public get after(): Mark {
    return this.#after;
  }

  /**
   * Lays a block on.
   * @param after the moment at which its changes end; what came later belongs to no block
   * @throws RangeError unless its number is above the newest one's
   */
  public add(block: Block, after: Mark = this.#journal.mark()): void {
    const { tip } = this;
    if (tip !== undefined && block.number <= tip.number) {
      throw new RangeError(`block ${block.number} does not come after block ${tip.number}`);
    }
    this.#layers.push({ block, before: this.#after });
    this.#after = after;
    if (this.#layers.length <= this.#depth) return;
    this.#layers.splice(0, this.#layers.length - this.#depth);
    const [oldest] = this.#layers;
    if (oldest !== undefined) this.#journal.release(oldest.before);
  }

  /** Undoes what belongs to no block. */
  public backToTip(): void {
    this.#journal.rollBack(this.#after);
  }

  /**
   * Takes off all blocks above `number`, and what belongs to no block.
   * @returns false, and nothing was done, if the block that would then be the newest is not kept any more
   */
  public takeOff(number: number): boolean {
    const first = this.#layers.findIndex(({ block }) => block.number > number);
    if (first === 0) return false;
    if (first > 0) {
      const [lowest] = this.#layers.splice(first);
      if (lowest !== undefined) this.#after = lowest.before;
    }
    this.backToTip();
    return true;
  }
}
