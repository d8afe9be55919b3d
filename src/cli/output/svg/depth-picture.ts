/** Both sides of a market as steps: how many lots are to be had up to each price. */
import type { Depth, Level } from "../../../protocol/value/quote.js";
import { element, label, picture } from "./element.js";

const SIZE = { width: 640, height: 360 };
const PLOT = { left: 60, right: 620, top: 40, bottom: 310 };
/** Of the range of prices, at each side. */
const ROOM = 0.1;
const COLOURS = { bid: "#2166ac", offer: "#b2182b" };

/** Lots and prices only become floats here, for their place on the picture. */
export function depthPicture(title: string, { bids, asks }: Depth): string {
  const prices = [...bids, ...asks].map(({ priceTicks: price }) => Number(price));
  const [low, high] = prices.length === 0 ? [0, 1] : [Math.min(...prices), Math.max(...prices)];
  const most = Math.max(1, total(bids), total(asks));
  // Room outside the outermost prices, or their steps would run along the frame: of one price nothing would be seen.
  const room = Math.max(1, (high - low) * ROOM);
  const x = (price: number): number =>
    PLOT.left + ((price - low + room) / (high - low + 2 * room)) * (PLOT.right - PLOT.left);
  const y = (lots: number): number => PLOT.bottom - (lots / most) * (PLOT.bottom - PLOT.top);
  const description = `${sideText("bids", bids)}; ${sideText("offers", asks)}.`;
  return picture(
    SIZE,
    title,
    description,
    label(title, PLOT.left, 24, { "font-size": 15 }),
    element("path", { d: `M${PLOT.left} ${PLOT.top}V${PLOT.bottom}H${PLOT.right}`, fill: "none", stroke: "#444444" }),
    label(String(most), PLOT.left - 6, PLOT.top + 4, { "text-anchor": "end" }),
    label("0", PLOT.left - 6, PLOT.bottom + 4, { "text-anchor": "end" }),
    label("lots", PLOT.left - 6, (PLOT.top + PLOT.bottom) / 2, { "text-anchor": "end" }),
    ...[...new Set(prices.length === 0 ? [] : [low, high])].map((price) =>
      label(String(price), x(price), PLOT.bottom + 18, { "text-anchor": "middle" }),
    ),
    label("price, ticks", PLOT.right, 348, { "text-anchor": "end" }),
    steps(bids, PLOT.left, COLOURS.bid, x, y),
    steps(asks, PLOT.right, COLOURS.offer, x, y),
    ...legend(),
  );
}

/** From the best price outwards, as far as the edge of the plot. */
function steps(
  levels: readonly Level[],
  edge: number,
  stroke: string,
  x: (price: number) => number,
  y: (lots: number) => number,
): string {
  const [best] = levels;
  if (best === undefined) return "";
  let path = `M${x(Number(best.priceTicks)).toFixed(2)} ${PLOT.bottom}`;
  let sum = 0;
  for (const { priceTicks: price, lots } of levels) {
    sum += Number(lots);
    path += `H${x(Number(price)).toFixed(2)}V${y(sum).toFixed(2)}`;
  }
  return element("path", { d: `${path}H${edge}`, fill: "none", stroke, "stroke-width": 2 });
}

function legend(): string[] {
  return [
    element("rect", { x: PLOT.left, y: 338, width: 12, height: 12, fill: COLOURS.bid }),
    label("bids", PLOT.left + 18, 348),
    element("rect", { x: PLOT.left + 70, y: 338, width: 12, height: 12, fill: COLOURS.offer }),
    label("offers", PLOT.left + 88, 348),
  ];
}

function total(levels: readonly Level[]): number {
  return Number(levels.reduce((sum, { lots }) => sum + lots, 0n));
}

function sideText(name: string, levels: readonly Level[]): string {
  const [best] = levels;
  return best === undefined ? `no ${name}` : `${name}: ${total(levels)} lots, best price ${best.priceTicks} ticks`;
}
