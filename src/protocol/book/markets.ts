/** The market table as a book keeps it; what a record does to it is for `market-chain.ts` to say. */
import type { RootChange } from "../market/market-chain.js";
import { type MarketRoot, type MarketTable, spanOf, unknownMarket } from "../market/market-table.js";
import type { Hash } from "../signing/typed-data.js";
import type { Journal } from "./journal.js";

/** How a root came about. */
export interface RootOrigin {
  /** The link of the record that made it. */
  readonly madeBy: Hash;
  /** Number of the checkpoint that first knew it. */
  readonly createdAt: bigint;
}

export class Markets {
  readonly #journal: Journal;
  readonly #terms: MarketTable["terms"];
  readonly #roots: Map<number, MarketRoot>;
  readonly #createdAt = new Map<number, bigint>();
  readonly #madeBy = new Map<Hash, number>();
  /** A root that the call which runs has made. */
  #undated: number | undefined;

  public constructor(journal: Journal, start: MarketTable) {
    this.#journal = journal;
    this.#terms = start.terms;
    this.#roots = new Map(start.roots);
  }

  /** As it is now; the next record changes it. */
  public get table(): MarketTable {
    return { terms: this.#terms, roots: this.#roots };
  }

  /** The root of a market that exists, else undefined. */
  public find(marketRootId: number, marketBranchId = 1): MarketRoot | undefined {
    const root = this.#roots.get(marketRootId);
    return root === undefined || spanOf(root, marketBranchId) === undefined ? undefined : root;
  }

  /** @throws Refusal Book_MarketUnknown */
  public known(marketRootId: number, marketBranchId = 1): MarketRoot {
    const root = this.find(marketRootId, marketBranchId);
    if (root === undefined) throw unknownMarket({ marketRootId, marketBranchId });
    return root;
  }

  /** Number of the checkpoint that first knew the root: an order must have been signed over it or a later one. */
  public createdAt(marketRootId: number): bigint {
    return this.#createdAt.get(marketRootId) ?? 0n;
  }

  /** The root that the record with this link has made, which makes none a second time. */
  public rootMadeBy(link: Hash): number | undefined {
    return this.#madeBy.get(link);
  }

  /** The link of the record that made a root, by its number; of all but the basket. */
  public get makers(): ReadonlyMap<number, Hash> {
    return new Map([...this.#madeBy].map(([link, marketRootId]) => [marketRootId, link]));
  }

  /** A root as it was kept; of a book that nothing has been done to. @param origin of all but the basket */
  public restore(root: MarketRoot, origin: RootOrigin | undefined): void {
    this.#roots.set(root.marketRootId, root);
    if (origin === undefined) return;
    this.#createdAt.set(root.marketRootId, origin.createdAt);
    this.#madeBy.set(origin.madeBy, root.marketRootId);
  }

  public apply({ root, madeBy }: RootChange): void {
    this.#journal.set(this.#roots, root.marketRootId, root);
    if (madeBy === undefined) return;
    this.#setUndated(root.marketRootId);
    this.#journal.set(this.#madeBy, madeBy, root.marketRootId);
  }

  /** Ends a call that may have made a root. @param checkpoint number of the one that it ends with */
  public date(checkpoint: bigint): void {
    if (this.#undated === undefined) return;
    this.#journal.set(this.#createdAt, this.#undated, checkpoint);
    this.#setUndated(undefined);
  }

  #setUndated(marketRootId: number | undefined): void {
    const before = this.#undated;
    this.#undated = marketRootId;
    this.#journal.note(() => {
      this.#undated = before;
    });
  }
}
