/** The market in a line: what it costs, what was paid last, how much is dealt and open, and what of it is one's own. */
import type { ReactNode } from "react";

import { useAt, useHead, useSession } from "../../data/session.js";
import type { Place } from "./place.js";
import { lotsText, priceWords } from "./prices.js";

const HOUR = 3_600;
const HOURS = 24;

export function Figures({ place, trader }: { readonly place: Place; readonly trader: string | undefined }): ReactNode {
  const { root, book, isTurned, scale } = place;
  const { marketRootId, marketBranchId } = book;
  const { chain } = useSession();
  const time = useHead()?.time ?? 0;
  const key = `${marketRootId}/${marketBranchId}`;
  const last = useAt(["last", key], (source) => source.history("fills", { marketRootId, marketBranchId, limit: 1 }));
  const from = (Math.floor(time / HOUR) - HOURS + 1) * HOUR;
  const day = useAt(["day", key], (source) => source.candles(book, { interval: HOUR, from }));
  const interest = useAt(["monitoring"], (source) => source.monitoring());
  const own = useAt(["account", trader], async () =>
    trader === undefined || chain === undefined ? undefined : chain.account(trader),
  );
  const words = (ticks: bigint | null | undefined): string =>
    ticks === null || ticks === undefined ? "none" : priceWords(root, isTurned ? scale - ticks : ticks);
  const branch = root.branches.find((one) => one.marketBranchId === marketBranchId);
  const [bid, ask] = isTurned ? [branch?.bestAsk, branch?.bestBid] : [branch?.bestBid, branch?.bestAsk];
  const open = interest.data?.roots
    .find((one) => one.marketRootId === marketRootId)
    ?.markets.find((one) => one.marketBranchId === marketBranchId)?.longLots;
  const held = own.data?.positions.get(marketRootId)?.[marketBranchId - 1] ?? 0n;
  const volume = day.data?.candles.reduce((sum, span) => sum + span.volume, 0n);
  return (
    <dl className="figures" aria-label={`Figures of ${place.title}`}>
      <Figure name="Bid">{words(bid)}</Figure>
      <Figure name="Offer">{words(ask)}</Figure>
      <Figure name="Last">{last.data === undefined ? "…" : words(last.data.items[0]?.priceTicks)}</Figure>
      <Figure name="24 h">{volume === undefined ? "…" : `${lotsText(volume)} lots`}</Figure>
      <Figure name="Open">{interest.data === undefined ? "…" : `${lotsText(open ?? 0n)} lots`}</Figure>
      {trader !== undefined && chain !== undefined && (
        <Figure name="Mine">{own.data === undefined ? "…" : `${lotsText(isTurned ? 0n - held : held)} lots`}</Figure>
      )}
    </dl>
  );
}

function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
