/** What would free collateral, in words, and what can be done about it here. */
import type { RelayTrader } from "../../../src/wire/state.js";

export type Release = RelayTrader["binding"]["releases"][number];

export type ReleaseAct =
  | { readonly kind: "cancel"; readonly tradeRootIds: readonly number[] }
  /** Anybody may send these. */
  | { readonly kind: "refresh" | "realise"; readonly marketRootId: number }
  /** Opens the ticket, filled in. */
  | { readonly kind: "ticket"; readonly path: readonly (string | number)[]; readonly query: string }
  /** Nothing to do: somebody else may say so one day. */
  | { readonly kind: "none" };

export interface ReleaseLine {
  /** Session-token wei that it frees now; 0 for a trade that nobody offers at once. */
  readonly frees: bigint;
  readonly words: string;
  readonly act: ReleaseAct;
}

/** How markets and prices are called. */
export interface ReleaseWords {
  readonly market: (marketRootId: number, marketBranchId: number) => string;
  readonly root: (marketRootId: number) => string;
  readonly price: (marketRootId: number, ticks: bigint) => string;
}

/** Those that free most first; information without a sum of its own last. */
export function releaseLines(releases: readonly Release[], words: ReleaseWords): readonly ReleaseLine[] {
  return releases
    .map((release) => lineOf(release, words))
    .sort((a, b) => (a.frees === b.frees ? 0 : a.frees > b.frees ? -1 : 1));
}

function lineOf(release: Release, words: ReleaseWords): ReleaseLine {
  switch (release.kind) {
    case "cancel": {
      const { tradeRootIds, frees } = release;
      const what = tradeRootIds.length === 1 ? `order #${tradeRootIds[0]}` : `${tradeRootIds.length} orders`;
      return { frees, words: `cancel ${what}`, act: { kind: "cancel", tradeRootIds } };
    }
    case "refresh":
    case "realise": {
      const { kind, marketRootId, frees } = release;
      const name = words.root(marketRootId);
      const what = kind === "refresh" ? `bring ${name} up to date` : `turn what is settled in ${name} into cash`;
      return { frees, words: `${what}: anybody may`, act: { kind, marketRootId } };
    }
    case "bound":
      return { frees: release.frees, words: boundWords(release, words), act: { kind: "none" } };
    case "trade":
      return tradeLine(release, words);
  }
}

function boundWords(
  { marketRootId, marketBranchId, bounds }: Extract<Release, { kind: "bound" }>,
  words: ReleaseWords,
): string {
  const [lower, upper] = [bounds.lower, bounds.upper].map((ticks) => words.price(marketRootId, ticks));
  const market = words.market(marketRootId, marketBranchId);
  return bounds.lower === bounds.upper
    ? `if its owner says that ${market} is ${lower}`
    : `if its owner says that ${words.root(marketRootId)} is ${lower} to ${upper}`;
}

/** As far as there are orders for it now; else at the price at which it begins to free something. */
function tradeLine(release: Extract<Release, { kind: "trade" }>, words: ReleaseWords): ReleaseLine {
  const { marketRootId, marketBranchId, breakEven, now } = release;
  const lots = now?.lots ?? release.lots;
  const limit = now?.limit ?? breakEven;
  const sells = lots < 0n;
  const size = sells ? 0n - lots : lots;
  const market = words.market(marketRootId, marketBranchId);
  const at = `${sells ? "at" : "at most"} ${words.price(marketRootId, limit)}${sells ? " or more" : ""}`;
  const isNow = now !== undefined && now.frees > 0n;
  return {
    frees: isNow ? now.frees : 0n,
    words: `${sells ? "sell" : "buy"} ${size} ${market} ${at}${isNow ? "" : ": nobody offers that now"}`,
    act: {
      kind: "ticket",
      path: ["trade", marketRootId, marketBranchId],
      query: `side=${sells ? "sell" : "buy"}&lots=${size}&price=${limit}t`,
    },
  };
}
