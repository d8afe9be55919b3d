/** A maker's fills, as the book has recorded them, beside what the cost function asks for them. */
import type { ChainRecord } from "../../src/bindings/records.js";
import { costOf, paysBetween } from "../../src/protocol/maker/cost-function.js";
import { type MakerTerms, type RootNow, verticesOf } from "../../src/protocol/maker/maker.js";
import { type Lots, lots, opposite, type TickLots, type Ticks } from "../../src/protocol/amounts/units.js";

export interface PricedFill {
  readonly branch: number;
  /** What the taker got, + bought, - sold. */
  readonly lots: Lots;
  readonly price: Ticks;
  /** What the taker paid; below zero what it got. */
  readonly paid: TickLots;
  /** What the cost function asks for it, rounded up. */
  readonly asked: TickLots;
  /** What it is at most, however rounded: lots at the most that they can pay, or at the least. */
  readonly most: TickLots;
}

/** The maker's position by its fills alone, and what each of them was worth to the cost function. */
export interface FillBook {
  /** Fills among some records, each priced at the position before it. */
  readonly price: (records: readonly ChainRecord[], root: RootNow) => PricedFill[];
  /** Of each branch, as `positionOf` has it. */
  readonly held: () => readonly Lots[];
}

/** @param root as it was made */
export function createFillBook(maker: string, terms: MakerTerms, branches: number, root: RootNow): FillBook {
  let held: readonly Lots[] = new Array<Lots>(branches).fill(0n as Lots);
  const own = new Map<number, { readonly branch: number; readonly sells: boolean }>();

  const fill = (tradeRootId: number, price: Ticks, size: Lots, now: RootNow): PricedFill[] => {
    const order = own.get(tradeRootId);
    if (order === undefined) return [];
    const taken = order.sells ? size : opposite(size);
    const vertices = verticesOf(terms, now, held, order.branch);
    if (vertices === undefined) throw new RangeError(`the maker has traded branch ${order.branch} without a price`);
    const asked = costOf(vertices, taken);
    const { least, most } = paysBetween(vertices);
    const atMost = taken * (taken > 0n ? most : least);
    held = moved(held, order.branch, opposite(taken), root);
    return [
      { branch: order.branch, lots: taken, price, paid: (taken * price) as TickLots, asked, most: atMost as TickLots },
    ];
  };

  return {
    price: (records, now) =>
      records.flatMap((record) => {
        if (record.kind === "tradeCreated" && record.package.trader === maker) {
          const { marketBranchId: branch, quantityLots } = record.package;
          own.set(record.tradeRootId, { branch, sells: quantityLots < 0n });
        }
        return record.kind === "matched"
          ? [record.makerRootId, record.takerRootId].flatMap((id) => fill(id, record.priceTicks, record.lots, now))
          : [];
      }),
    held: () => held,
  };
}

/** In the basket lots count from those of the last leg, so that a lot of it is one less of each other. */
function moved(held: readonly Lots[], branch: number, by: Lots, root: RootNow): readonly Lots[] {
  const isLast = root.kind === "legs" && root.isBasket && branch === held.length;
  if (isLast) return held.map((own, b) => (b === held.length - 1 ? own : lots(own - by)));
  return held.map((own, b) => (b === branch - 1 ? lots(own + by) : own));
}

/** What the maker has got beyond what the cost function asks, ticks · lots; below zero for a fill that was too cheap. */
export function gainOf({ paid, asked, most }: PricedFill): bigint {
  return paid - (asked < most ? asked : most);
}
