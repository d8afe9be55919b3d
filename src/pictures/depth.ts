/** Both sides of a market as steps: how many lots are to be had up to each price. */
import type { Ticks } from "../protocol/amounts/units.js";
import type { Depth, Level } from "../protocol/value/quote.js";
import { sentences } from "./caption.js";
import { pixel } from "./hatching.js";
import { type Mark, type PathMark, type Picture, SIGNS, textAt, titleAt } from "./marks.js";
import { type Place, placeOn, rangeOf } from "./scales.js";

const SIZE = { width: 640, height: 360 };
const PLOT = { left: 60, right: 620, top: 40, bottom: 310 };
/** Of the range of prices, at each side. */
const ROOM = 0.1;

export interface DepthWords {
  /** A price as readers know it; "40 ticks" by default. */
  readonly priceText?: (price: Ticks) => string;
}

/** Lots and prices only become floats here, for their place on the picture. */
export function depthPicture(title: string, depth: Depth, { priceText = inTicks }: DepthWords = {}): Picture {
  const { bids, asks } = depth;
  const prices = [...bids, ...asks].map(({ priceTicks: price }) => Number(price));
  const { low, high } = rangeOf(prices);
  const most = Math.max(1, total(bids), total(asks));
  // Room outside the outermost prices, or their steps would run along the frame: of one price nothing would be seen.
  const room = Math.max(1, (high - low) * ROOM);
  const x = placeOn({ low: low - room, high: high + room }, PLOT.left, PLOT.right);
  const y = placeOn({ low: 0, high: most }, PLOT.bottom, PLOT.top);
  return {
    ...SIZE,
    title,
    caption: captionOf(depth, priceText),
    marks: [
      titleAt(title, PLOT.left),
      ...axes(most),
      ...[...new Set(prices.length === 0 ? [] : [low, high])].map((price) =>
        textAt(String(price), x(price), PLOT.bottom + 18, { anchor: "middle" }),
      ),
      ...steps(bids, "bid", PLOT.left, x, y),
      ...steps(asks, "offer", PLOT.right, x, y),
      ...legend(),
    ],
    table: {
      columns: ["side", "price", "lots", "lots up to it"],
      rows: [...rowsOf("bid", bids, priceText), ...rowsOf("offer", asks, priceText)],
    },
  };
}

function inTicks(price: Ticks): string {
  return `${price} ticks`;
}

function axes(most: number): Mark[] {
  return [
    { kind: "path", d: `M${PLOT.left} ${PLOT.top}V${PLOT.bottom}H${PLOT.right}`, tone: "frame" },
    textAt(String(most), PLOT.left - 6, PLOT.top + 4, { anchor: "end" }),
    textAt("0", PLOT.left - 6, PLOT.bottom + 4, { anchor: "end" }),
    textAt("lots", PLOT.left - 6, (PLOT.top + PLOT.bottom) / 2, { anchor: "end" }),
    textAt("price, ticks", PLOT.right, 348, { anchor: "end" }),
  ];
}

/** From the best price outwards, as far as the edge of the plot. */
function steps(levels: readonly Level[], tone: "bid" | "offer", edge: number, x: Place, y: Place): PathMark[] {
  const [best] = levels;
  if (best === undefined) return [];
  let path = `M${pixel(x(Number(best.priceTicks)))} ${PLOT.bottom}`;
  let sum = 0n;
  for (const { priceTicks: price, lots } of levels) {
    sum += lots;
    path += `H${pixel(x(Number(price)))}V${pixel(y(Number(sum)))}`;
  }
  return [{ kind: "path", d: `${path}H${edge}`, tone, width: 2 }];
}

function legend(): Mark[] {
  return [
    textAt(SIGNS.bid, PLOT.left, 348, { tone: "bid" }),
    textAt("bids", PLOT.left + 18, 348),
    textAt(SIGNS.offer, PLOT.left + 70, 348, { tone: "offer" }),
    textAt("offers", PLOT.left + 88, 348),
  ];
}

function rowsOf(side: string, levels: readonly Level[], priceText: (price: Ticks) => string): string[][] {
  let sum = 0n;
  return levels.map(({ priceTicks, lots }) => {
    sum += lots;
    return [side, priceText(priceTicks), String(lots), String(sum)];
  });
}

function total(levels: readonly Level[]): number {
  return Number(levels.reduce((sum, { lots }) => sum + lots, 0n));
}

function captionOf({ bids, asks }: Depth, priceText: (price: Ticks) => string): string {
  const [lowest, highest] = [bids.at(-1) ?? asks[0], asks.at(-1) ?? bids[0]];
  const both = `${sideText("bids", bids, priceText)}; ${sideText("offers", asks, priceText)}.`;
  if (lowest === undefined || highest === undefined) return both;
  const [bid, ask] = [bids[0], asks[0]];
  const now =
    bid === undefined || ask === undefined
      ? `only ${bid === undefined ? "offers" : "bids"}`
      : `bid ${priceText(bid.priceTicks)}, offer ${priceText(ask.priceTicks)}`;
  const ends = `Least: ${priceText(lowest.priceTicks)}. Greatest: ${priceText(highest.priceTicks)}.`;
  return sentences(both, ends, `Now: ${now}.`);
}

function sideText(name: string, levels: readonly Level[], priceText: (price: Ticks) => string): string {
  const [best] = levels;
  return best === undefined ? `no ${name}` : `${name}: ${total(levels)} lots, best price ${priceText(best.priceTicks)}`;
}
