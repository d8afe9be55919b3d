/** What a call leaves behind: the books of the markets that it has touched, and what the legs of their roots are quoted at. */
import { quotedMiddles, wholeMiddles } from "../../history/figures.js";
import { fraction } from "../../protocol/amounts/fraction.js";
import { coveredLevels } from "../../protocol/book/covered-depth.js";
import type { BookState } from "../../protocol/book/state.js";
import { rootOf, type SimplexRoot } from "../../protocol/market/market-table.js";
import type { MarketRef } from "../../protocol/signing/package.js";
import { weightsInPpm } from "../../protocol/value/apportion.js";
import { createCovered } from "./covered.js";
import { LEVELS, type LevelColumns, levelNames, type Side } from "../schema/levels.js";
import type { RowOf, Table } from "../schema/column.js";
import type { Emit } from "../schema/tables.js";

type LevelCells = RowOf<Table<LevelColumns>>;

/** At most 32 branches. */
const BRANCHES = 64;

export class Call {
  readonly #state: BookState;
  readonly #emit: Emit;
  readonly #covered = createCovered();
  readonly #touched = new Set<number>();
  readonly #last = new Map<number, number>();

  public constructor(state: BookState, emit: Emit) {
    this.#state = state;
    this.#emit = emit;
  }

  public touch(market: MarketRef): void {
    this.#touched.add(keyOf(market));
  }

  /** All markets of a root. */
  public touchRoot(marketRootId: number, branches: number): void {
    for (let b = 1; b <= branches; b += 1) this.touch({ marketRootId, marketBranchId: b });
  }

  public traded(market: MarketRef, price: number): void {
    this.#last.set(keyOf(market), price);
  }

  /** @param seq the call's last row @param timestamp of its block, unix seconds */
  public end(seq: bigint, timestamp: bigint): void {
    const markets = [...this.#touched].sort((a, b) => a - b).map(marketOf);
    this.#touched.clear();
    for (const market of markets) this.#tellBook(seq, market, timestamp);
    for (const rootId of new Set(markets.map(({ marketRootId }) => marketRootId))) {
      const root = rootOf(this.#state.markets.table, rootId);
      if (root.kind === "simplex") this.#tellWeights(seq, root);
    }
  }

  #tellBook(seq: bigint, market: MarketRef, timestamp: bigint): void {
    const queues = this.#state.queues.of(market);
    const cells: Record<string, number | bigint | null> = {};
    for (const side of ["bid", "ask"] as const) {
      const levels = coveredLevels(
        this.#state,
        side === "bid" ? queues.bids : queues.asks,
        LEVELS,
        timestamp,
        this.#covered,
      );
      for (let level = 0; level < LEVELS; level += 1) fillLevel(cells, side, level, levels[level]);
    }
    this.#emit("book10", {
      seq,
      root_id: market.marketRootId,
      branch_id: market.marketBranchId,
      crossed: queues.isCrossed(),
      ...(cells as LevelCells), // every level of both sides was filled
    });
  }

  #tellWeights(seq: bigint, root: SimplexRoot): void {
    const middles = wholeMiddles(quotedMiddles(this.#state, root));
    if (middles === undefined) return;
    const { marketRootId, scale } = root;
    const total = middles.reduce((sum, middle) => sum + middle, 0n);
    const parts = weightsInPpm(middles.map((middle) => fraction(middle, total)));
    const quotes = middles.map((_, k) => {
      const { bids, asks } = this.#state.queues.of({ marketRootId, marketBranchId: k + 1 });
      return { bid: bids.best?.price ?? null, ask: asks.best?.price ?? null };
    });
    const offers = quotes.flatMap(({ ask }) => ask ?? []);
    const overround = offers.length === quotes.length ? offers.reduce((sum, ask) => sum + ask, 0n) - scale : undefined;
    for (const [k, { bid, ask }] of quotes.entries()) {
      this.#emit("weights", {
        seq,
        root_id: marketRootId,
        leg: k + 1,
        bid: bid === null ? null : Number(bid),
        ask: ask === null ? null : Number(ask),
        last: this.#last.get(keyOf({ marketRootId, marketBranchId: k + 1 })) ?? null,
        mid2: Number(middles[k] ?? 0n),
        weight_ppm: parts[k] ?? 0n,
        overround_ticks: overround === undefined ? null : Number(overround),
      });
    }
  }
}

function fillLevel(
  cells: Record<string, number | bigint | null>,
  side: Side,
  level: number,
  found: ReturnType<typeof coveredLevels>[number] | undefined,
): void {
  const names = levelNames(side, level);
  cells[names.price] = found === undefined ? null : Number(found.priceTicks);
  cells[names.size] = found?.lots ?? null;
  cells[names.count] = found?.orders ?? null;
  cells[names.covered] = found?.coveredLots ?? null;
}

const keyOf = ({ marketRootId, marketBranchId }: MarketRef): number => marketRootId * BRANCHES + marketBranchId;
const marketOf = (key: number): MarketRef => ({
  marketRootId: Math.floor(key / BRANCHES),
  marketBranchId: key % BRANCHES,
});
