/** What is wished for as it stands in the address, so that a link opens it: read for a root, whatever somebody has written there. */
import type { MarketRoot } from "../../../src/protocol/market/market-table.js";
import {
  type Build,
  fittingStrikes,
  INTERVAL_SHAPES,
  isIntervalShape,
  SIMPLEX_SHAPES,
  strikePoints,
  type Wish,
} from "./shapes.js";

const MOST_TEXT = 40;

/** What is strange is left out, and what is missing is filled in: nothing that stands in a link keeps the view from being shown. */
export function readWish(query: string, root: MarketRoot): Wish {
  const params = new URLSearchParams(query);
  const text = (name: string): string => (params.get(name) ?? "").slice(0, MOST_TEXT);
  const build: Build = params.get("of") === "narrow" ? "narrow" : "few";
  const side = params.get("side") === "sell" ? "sell" : "buy";
  const common = { side, build, lots: text("lots") } as const;
  const shape = params.get("shape") ?? "";
  if (root.kind === "interval") {
    const name = Object.hasOwn(INTERVAL_SHAPES, shape) ? (shape as keyof typeof INTERVAL_SHAPES) : "call"; // as just looked up
    const strikes = fittingStrikes(name, wholes(params.get("k")), strikePoints(root));
    return { ...common, shape: name, strikes, picks: [] };
  }
  const name = Object.hasOwn(SIMPLEX_SHAPES, shape) ? (shape as keyof typeof SIMPLEX_SHAPES) : "any"; // as just looked up
  const picks = [...new Set(wholes(params.get("o")).map(Number))].filter(
    (pick) => root.weights[pick - 1] !== undefined,
  );
  return { ...common, shape: name, strikes: [], picks: name === "rather" ? picks.slice(0, 2) : picks };
}

/** The query that `readWish` reads back. */
export function writeWish({ shape, side, strikes, picks, lots, build }: Wish): string {
  const params = new URLSearchParams({ shape, side });
  if (isIntervalShape(shape)) params.set("k", strikes.join("_"));
  else params.set("o", picks.join("_"));
  if (lots !== "") params.set("lots", lots);
  if (build !== "few") params.set("of", build);
  return params.toString();
}

function wholes(text: string | null): bigint[] {
  return (text ?? "")
    .slice(0, 400)
    .split("_")
    .flatMap((one) => (/^-?\d{1,10}$/.test(one) ? [BigInt(one)] : []));
}
