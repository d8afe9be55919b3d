/** Roots, branches, bounds and outcomes. */
import { ZeroAddress, ZeroHash } from "ethers";

import type { BookState } from "../../protocol/book/state.js";
import { branchCount, marketBounds, type MarketRoot, rootOf } from "../../protocol/market/market-table.js";
import { BASKET_ROOT_ID } from "../../protocol/signing/package.js";
import type { Emit } from "../schema/tables.js";

interface Made {
  readonly description: string;
  readonly createdSeq: bigint;
  /** As it was made. */
  readonly first: MarketRoot;
  branches: number;
  settled: { readonly seq: bigint; readonly by: "owner" | "fallback" } | undefined;
}

/** What a record of the market table, or a fallback, is about. */
export interface RootRecord {
  readonly seq: bigint;
  readonly rootId: number;
  /** Zero for a fallback. */
  readonly link: string;
  /** Of a new root, else empty. */
  readonly description: string;
  readonly by: "owner" | "fallback";
}

export class Roots {
  readonly #state: BookState;
  readonly #emit: Emit;
  readonly #made = new Map<number, Made>();

  /** Tells of the basket at once. */
  public constructor(state: BookState, emit: Emit) {
    this.#state = state;
    this.#emit = emit;
    this.#begin({ seq: 0n, rootId: BASKET_ROOT_ID, link: ZeroHash, description: "", by: "owner" });
  }

  /** After the book has taken it. @param parent of a new branch; 0 if there is none */
  public take(record: RootRecord, parent: number): void {
    const root = rootOf(this.#state.markets.table, record.rootId);
    const known = this.#made.get(record.rootId);
    if (known === undefined) this.#begin(record);
    else this.#tellBranches(record, known, root, parent);
    this.#tellBounds(record, root);
    const made = this.#made.get(record.rootId);
    if (root.settled && made !== undefined) made.settled ??= { seq: record.seq, by: record.by };
  }

  #begin(record: RootRecord): void {
    const root = rootOf(this.#state.markets.table, record.rootId);
    const { seq: createdSeq, description } = record;
    const made: Made = { description, createdSeq, first: root, branches: 0, settled: undefined };
    this.#made.set(record.rootId, made);
    this.#tellBranches(record, made, root, 0);
  }

  #tellBranches({ seq, rootId }: RootRecord, made: Made, root: MarketRoot, parent: number): void {
    for (; made.branches < branchCount(root); made.branches += 1) {
      const { lower, upper } =
        root.kind === "interval"
          ? (root.strikes[made.branches] ?? { lower: 0n, upper: 0n })
          : { lower: 0n, upper: root.scale };
      this.#emit("branches", {
        root_id: rootId,
        branch_id: made.branches + 1,
        parent,
        k1: Number(lower),
        k2: Number(upper),
        created_seq: seq,
      });
    }
  }

  #tellBounds({ seq, rootId, link }: RootRecord, root: MarketRoot): void {
    for (let b = 1; b <= branchCount(root); b += 1) {
      const { lower, upper } = marketBounds(this.#state.markets.table, { marketRootId: rootId, marketBranchId: b });
      this.#emit("bounds", { seq, root_id: rootId, branch_id: b, lo: Number(lower), hi: Number(upper), link });
    }
  }

  /** After the last record. @param firstExit row of the first exit; undefined if nobody has left */
  public end(firstExit: bigint | undefined): void {
    for (const [rootId, made] of this.#made) {
      const values = made.settled === undefined ? undefined : this.#valuesOf(rootId);
      this.#tellRoot(rootId, made, values);
      for (const [b, value] of (values ?? []).entries()) {
        const { seq = 0n, by = "owner" } = made.settled ?? {};
        this.#emit("outcomes", { root_id: rootId, branch_id: b + 1, value, settled_by: by, settled_seq: seq });
      }
      if (rootId !== BASKET_ROOT_ID || firstExit === undefined) continue;
      for (let b = 1; b <= made.branches; b += 1) {
        const ended = { settled_by: "delivery", settled_seq: firstExit };
        this.#emit("outcomes", { root_id: rootId, branch_id: b, value: null, ...ended });
      }
    }
  }

  #valuesOf(rootId: number): number[] {
    const { table } = this.#state.markets;
    return Array.from({ length: branchCount(rootOf(table, rootId)) }, (_, b) =>
      Number(marketBounds(table, { marketRootId: rootId, marketBranchId: b + 1 }).lower),
    );
  }

  #tellRoot(rootId: number, made: Made, values: readonly number[] | undefined): void {
    const { first, createdSeq, description, settled } = made;
    const { owner, tickValue, closesAt, settleBy, fallbackOutcome } = first;
    const range = first.kind === "interval" ? first.bounds : { lower: 0n, upper: first.scale };
    const kind = first.kind === "interval" ? "interval" : owner === ZeroAddress ? "basket" : "event";
    this.#emit("roots", {
      root_id: rootId,
      kind,
      owner,
      tick_value: tickValue,
      lo0: Number(range.lower),
      hi0: Number(range.upper),
      outcomes: first.kind === "interval" ? null : first.weights.length,
      closes_at: closesAt,
      settle_by: settleBy,
      fallback: Number(fallbackOutcome),
      description: description === "" ? null : description,
      created_seq: createdSeq,
      settled_seq: settled?.seq ?? null,
      outcome_json: values === undefined ? null : JSON.stringify(values),
    });
  }
}
