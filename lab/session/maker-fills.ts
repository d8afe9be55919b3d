/** A maker's fills, as the book has recorded them, beside what the cost function asks for them. */
import type { ChainRecord } from "../../src/bindings/records.js";
import { costOf, paysBetween } from "../../src/protocol/maker/cost-function.js";
import { type MakerTerms, type RootNow, verticesOf } from "../../src/protocol/maker/maker.js";
import { type Lots, lots, opposite, type TickLots, type Ticks } from "../../src/protocol/amounts/units.js";

/** An order of the maker's, as far as it was filled in one call. */
export interface PricedFill {
  readonly branch: number;
  /** What the taker got, + bought, - sold. */
  readonly lots: Lots;
  /** Of its last fill. */
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
  const own = new Map<number, OwnOrder>();

  const fill = ({ branch, sells, size, paid, price }: Filled, now: RootNow): PricedFill => {
    const taken = sells ? size : opposite(size);
    const vertices = verticesOf(terms, now, held, branch);
    if (vertices === undefined) throw new RangeError(`the maker has traded branch ${branch} without a price`);
    const asked = costOf(vertices, taken);
    const { least, most } = paysBetween(vertices);
    const atMost = (taken * (taken > 0n ? most : least)) as TickLots;
    held = moved(held, branch, opposite(taken), root);
    return { branch, lots: taken, price, paid: (sells ? paid : -paid) as TickLots, asked, most: atMost };
  };

  return {
    price: (records, now) => {
      const filled = new Map<number, Filled>();
      for (const record of records) {
        if (record.kind === "tradeCreated" && record.package.trader === maker) {
          const { marketBranchId: branch, quantityLots } = record.package;
          own.set(record.tradeRootId, { branch, sells: quantityLots < 0n });
        }
        if (record.kind !== "matched") continue;
        const { makerRootId, takerRootId, priceTicks: price, lots: size } = record;
        for (const id of [makerRootId, takerRootId]) {
          const order = own.get(id);
          if (order === undefined) continue;
          filled.set(id, together(filled.get(id), { ...order, size, paid: size * price, price }));
        }
      }
      return [...filled.values()].map((of) => fill(of, now));
    },
    held: () => held,
  };
}

interface OwnOrder {
  readonly branch: number;
  readonly sells: boolean;
}

/** What of an order was filled: lots, ticks · lots, and the price of its last fill. */
interface Filled extends OwnOrder {
  readonly size: Lots;
  readonly paid: bigint;
  readonly price: Ticks;
}

/** The maker's order has one price for all its lots: it may meet an older order and then the taker, and only both together cost what is asked. */
function together(before: Filled | undefined, fill: Filled): Filled {
  if (before === undefined) return fill;
  return { ...fill, size: lots(before.size + fill.size), paid: before.paid + fill.paid };
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
