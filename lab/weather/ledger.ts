import { readRecords } from "../../src/bindings/logs.js";
import type { ChainRecord } from "../../src/bindings/records.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import type { OwnTrade } from "../../src/protocol/margin/need.js";
import type { TradePackage } from "../../src/protocol/signing/package.js";
import { type Lots, lots, opposite } from "../../src/protocol/amounts/units.js";

/** Who has traded what and who still wants what, as the book's logs tell it. */
export interface Ledger {
  /** Reads what the book has recorded since the last time. */
  readonly catchUp: () => Promise<void>;
  /** Everything the book has recorded so far, in order. */
  readonly records: () => readonly ChainRecord[];
  /** All fills of a trader so far: at which price, and how many lots, + bought and − sold. */
  readonly fillsOf: (trader: string) => readonly OwnTrade[];
  /** What is left of a trader's open orders. */
  readonly openOrdersOf: (trader: string) => readonly OwnTrade[];
}

interface Order {
  readonly package: TradePackage;
  readonly left: Lots;
}

export function createLedger(handle: SessionHandle): Ledger {
  const records: ChainRecord[] = [];
  const open = new Map<number, Order>();
  const fills = new Map<string, OwnTrade[]>();
  let nextBlock = 0;

  const take = (tradeRootId: number, size: Lots): Order => {
    const order = open.get(tradeRootId);
    if (order === undefined) throw new RangeError(`no order ${tradeRootId} is open`);
    const left = lots(order.left - signedAs(order.package, size));
    if (left === 0n) open.delete(tradeRootId);
    else open.set(tradeRootId, { ...order, left });
    return order;
  };
  const fill = (tradeRootId: number, price: OwnTrade["price"], size: Lots): void => {
    const order = take(tradeRootId, size).package;
    fills.set(order.trader, [...(fills.get(order.trader) ?? []), tradeOf(order, price, signedAs(order, size))]);
  };
  const enter = (record: ChainRecord): void => {
    if (record.kind === "tradeCreated") {
      open.set(record.tradeRootId, { package: record.package, left: record.package.quantityLots });
    } else if (record.kind === "matched") {
      fill(record.makerRootId, record.priceTicks, record.lots);
      fill(record.takerRootId, record.priceTicks, record.lots);
    } else if (record.kind === "offset") {
      take(record.tradeRootId, record.lots);
    }
  };

  return {
    async catchUp() {
      const fresh = await readRecords(handle, nextBlock);
      for (const record of fresh) enter(record);
      records.push(...fresh);
      nextBlock = Math.max(nextBlock, ...fresh.map(({ blockNumber }) => blockNumber + 1));
    },
    records: () => records,
    fillsOf: (trader) => fills.get(trader) ?? [],
    openOrdersOf: (trader) =>
      [...open.values()]
        .filter((order) => order.package.trader === trader)
        .map((order) => tradeOf(order.package, order.package.priceTicks, order.left)),
  };
}

function signedAs({ quantityLots: quantity }: TradePackage, size: Lots): Lots {
  return quantity > 0n ? size : opposite(size);
}

function tradeOf({ marketRootId, marketBranchId }: TradePackage, price: OwnTrade["price"], quantity: Lots): OwnTrade {
  return { marketRootId, marketBranchId, price, quantity };
}
