/** Every market of the session: each root, and below it its branches. */
import type { ReactNode } from "react";
import { Link } from "wouter";

import { sessionPath } from "../../data/routes.js";
import { useAt, useHead, useNames, useSession } from "../../data/session.js";
import { Address, Exact, Moment } from "../../ui/Amount.js";
import { Answered } from "../../ui/State.js";
import { priceDigits } from "../../ui/market-units.js";
import { ApplyFallback } from "./ApplyFallback.js";
import { BoundsBar, Price, StateWord } from "./parts.js";
import { type BranchLine, marketTree, type RootLine } from "./tree.js";
import "../../style/markets.css";

export default function Markets(): ReactNode {
  const query = useAt(["markets"], (source) => source.markets());
  const monitoring = useAt(["monitoring"], (source) => source.monitoring());
  const names = useNames();
  const head = useHead();
  return (
    <>
      <h1>Markets</h1>
      <Answered query={query} what="the markets" rows={8}>
        {({ roots }) => {
          const lines = marketTree(roots, monitoring.data?.roots, names, BigInt(head?.time ?? 0));
          return (
            <>
              {lines.map((line) => (
                <RootPanel key={line.root.marketRootId} line={line} />
              ))}
              {lines.every(({ kind }) => kind === "basket") && (
                <p>There is no market beside the basket yet: whoever may make one has made none.</p>
              )}
            </>
          );
        }}
      </Answered>
    </>
  );
}

function RootPanel({ line }: { readonly line: RootLine }): ReactNode {
  const { root, title, kind, state, branches } = line;
  const session = useSession();
  const { marketRootId } = root;
  return (
    <section className="panel market-root" aria-label={title} data-state={state}>
      <h2>
        <Link href={sessionPath(session, "market", marketRootId)}>
          {marketRootId}. {title}
        </Link>{" "}
        <small>{kind}</small> <StateWord state={state} />
      </h2>
      <dl className="market-facts">
        <div>
          <dt>Trading closes</dt>
          <dd>
            <Moment second={root.closesAt} />
          </dd>
        </div>
        {kind !== "basket" && (
          <>
            <div>
              <dt>Settled at the latest</dt>
              <dd>
                <Moment second={root.settleBy} />
              </dd>
            </div>
            <div>
              <dt>Owner</dt>
              <dd>
                <Address of={root.owner} />
              </dd>
            </div>
          </>
        )}
      </dl>
      {state === "fallback due" && <ApplyFallback root={root} />}
      <div className="scrolled" tabIndex={0} role="region" aria-label={`Branches of ${title}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Branch</th>
              <th scope="col">Bounds now</th>
              <th scope="col">Within the first</th>
              <th scope="col" className="number">
                Best bid
              </th>
              <th scope="col" className="number">
                Best offer
              </th>
              <th scope="col" className="number">
                Open, lots
              </th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {branches.map((branch) => (
              <BranchRow
                key={branch.marketBranchId}
                marketRootId={marketRootId}
                branch={branch}
                digits={priceDigits(root)}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function BranchRow({
  marketRootId,
  branch,
  digits,
}: {
  readonly marketRootId: number;
  readonly digits: number;
  readonly branch: BranchLine;
}): ReactNode {
  const session = useSession();
  const { marketBranchId, title, lower, upper, bar, barText, bestBid, bestOffer, openLots, state } = branch;
  return (
    <tr data-state={state}>
      <th scope="row">
        <Link href={sessionPath(session, "trade", marketRootId, marketBranchId)}>
          {marketRootId}.{marketBranchId} {title}
        </Link>
      </th>
      <td>
        {state === "determined" || (state === "settled" && lower.exact === upper.exact) ? (
          <>
            pays <Exact exact={lower.exact} unit={lower.unit} digits={6} />
          </>
        ) : (
          <>
            <Exact exact={lower.exact} unit="" digits={6} /> to{" "}
            <Exact exact={upper.exact} unit={upper.unit} digits={6} />
          </>
        )}
      </td>
      <td>
        <BoundsBar bar={bar} text={barText} />
      </td>
      <Price side="bid" price={bestBid} digits={digits} />
      <Price side="ask" price={bestOffer} digits={digits} />
      <td className="number">{openLots === undefined ? "…" : openLots.toString()}</td>
      <td>
        <StateWord state={state} />
      </td>
    </tr>
  );
}
