/** What each trader did in each bin of time of a market, and what the market was like. For sums; nobody is shown these rows. */
import type { Emit, TableRow } from "../schema/tables.js";
import { LEVELS, levelNames } from "../schema/levels.js";

export interface Deeds {
  events: bigint;
  orders: bigint;
  trades: bigint;
  signedLots: bigint;
  lots: bigint;
}

/** Sums for one regression and a few means. */
interface Figures {
  books: bigint;
  quoted: bigint;
  spread: bigint;
  displayed: bigint;
  covered: bigint;
  /** Pairs of flow x in lots and move y in half ticks. */
  n: bigint;
  x: bigint;
  y: bigint;
  xx: bigint;
  xy: bigint;
}

export interface Bin {
  readonly rootId: number;
  readonly branchId: number;
  /** Milliseconds, of the first and the last event. */
  readonly from: bigint;
  to: bigint;
  events: bigint;
  readonly traders: Map<number, Deeds>;
  readonly figures: Figures;
}

export const LEAST_TRADERS = 5;
const LEAST_EVENTS = 100n;
export const HOUR = 3_600_000n;

interface Market {
  readonly bins: Bin[];
  /** Since the last book. */
  flow: bigint;
  /** Twice the middle of the last book that had one. */
  middle: number | undefined;
}

/** What of a row of events is looked at. */
export type OrderCells = Pick<
  TableRow<"events">,
  "root_id" | "branch_id" | "action" | "side" | "lots" | "order_id" | "trader" | "ts_event"
>;

export class Activity {
  readonly #markets = new Map<string, Market>();

  /** Takes the rows of an open edition. */
  public readonly emit: Emit = (table, row) => {
    if (table === "events") this.take(row as TableRow<"events">); // rows of that table
    if (table === "book10") this.#look(row as TableRow<"book10">);
  };

  /** By market, then time; a last bin that is too small is part of the one before it. Markets that have too few traders are left out. */
  public bins(): { readonly bins: readonly (readonly Bin[])[]; readonly withheld: number } {
    const markets = [...this.#markets.values()].map(({ bins }) => closed(bins));
    const shown = markets.filter(([first]) => first !== undefined && isEnough(first));
    return { bins: shown, withheld: markets.length - shown.length };
  }

  public take(row: OrderCells): void {
    if (row.order_id === null || row.trader === null) return;
    const market = this.#marketOf(row.root_id, row.branch_id);
    const bin = binFor(market, row);
    const deeds = deedsOf(bin, row.trader);
    const lots = row.lots ?? 0n;
    bin.events += 1n;
    bin.to = row.ts_event;
    deeds.events += 1n;
    if (row.action === "A") deeds.orders += 1n;
    if (row.action === "F" || row.action === "T") deeds.lots += lots;
    if (row.action !== "T") return;
    const signed = row.side === "B" ? lots : -lots;
    deeds.trades += 1n;
    deeds.signedLots += signed;
    market.flow += signed;
  }

  #look(row: TableRow<"book10">): void {
    const market = this.#marketOf(row.root_id, row.branch_id);
    const figures = market.bins.at(-1)?.figures;
    if (figures === undefined) return;
    figures.books += 1n;
    for (let level = 0; level < LEVELS; level += 1) {
      for (const side of ["bid", "ask"] as const) {
        const { size, covered } = levelNames(side, level);
        figures.displayed += row[size] ?? 0n;
        figures.covered += row[covered] ?? 0n;
      }
    }
    const { bid_px_00: bid, ask_px_00: ask } = row;
    if (bid === null || ask === null) return;
    figures.quoted += 1n;
    figures.spread += BigInt(ask - bid);
    if (market.middle !== undefined) addPair(figures, market.flow, BigInt(bid + ask - market.middle));
    market.middle = bid + ask;
    market.flow = 0n;
  }

  #marketOf(rootId: number, branchId: number): Market {
    const key = `${rootId}.${branchId}`;
    const market = this.#markets.get(key) ?? { bins: [], flow: 0n, middle: undefined };
    this.#markets.set(key, market);
    return market;
  }
}

function addPair(figures: Figures, x: bigint, y: bigint): void {
  figures.n += 1n;
  figures.x += x;
  figures.y += y;
  figures.xx += x * x;
  figures.xy += x * y;
}

/** Moves are in half ticks: so the denominator is doubled. */
export function lambdaOf({ n, x, y, xx, xy }: Figures): { readonly numerator: bigint; readonly denominator: bigint } {
  return { numerator: n * xy - x * y, denominator: 2n * (n * xx - x * x) };
}

function binFor({ bins }: Market, { root_id, branch_id, ts_event }: OrderCells): Bin {
  const last = bins.at(-1);
  const isOver = last !== undefined && isEnough(last) && ts_event - last.from >= HOUR && ts_event > last.to;
  if (last !== undefined && !isOver) return last;
  const bin: Bin = {
    ...{ rootId: root_id, branchId: branch_id, from: ts_event, to: ts_event, events: 0n },
    traders: new Map(),
    figures: { books: 0n, quoted: 0n, spread: 0n, displayed: 0n, covered: 0n, n: 0n, x: 0n, y: 0n, xx: 0n, xy: 0n },
  };
  bins.push(bin);
  return bin;
}

function isEnough({ traders, events }: Bin): boolean {
  return traders.size >= LEAST_TRADERS && events >= LEAST_EVENTS;
}

function deedsOf({ traders }: Bin, trader: number): Deeds {
  const deeds = traders.get(trader) ?? { events: 0n, orders: 0n, trades: 0n, signedLots: 0n, lots: 0n };
  traders.set(trader, deeds);
  return deeds;
}

function closed(bins: readonly Bin[]): Bin[] {
  const [last, before] = [bins.at(-1), bins.at(-2)];
  if (last === undefined || before === undefined || isEnough(last)) return [...bins];
  return [...bins.slice(0, -2), joined(before, last)];
}

function joined(a: Bin, b: Bin): Bin {
  const traders = new Map([...a.traders].map(([trader, deeds]) => [trader, { ...deeds }]));
  const sum: Bin = { ...a, to: b.to, events: a.events + b.events, traders, figures: added(a.figures, b.figures) };
  for (const [trader, deeds] of b.traders) Object.assign(deedsOf(sum, trader), added(deedsOf(sum, trader), deeds));
  return sum;
}

/** Name by name. */
export function added<Sums extends { readonly [Name in keyof Sums]: bigint }>(a: Sums, b: Sums): Sums {
  const names = Object.keys(a) as (keyof Sums & string)[];
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as Sums; // the same names
}
