/** The desk of a market's owner: makes markets, says what is known of their outcomes, and settles them. Nothing is signed unseen. */
import type { ReactNode } from "react";
import { Link } from "wouter";

import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import { useMarketsQuery, useNames, useSession } from "../../data/session.js";
import { wordsOf } from "../../ui/words.js";
import type { ViewProps } from "../../frame/view-props.js";
import { sessionPath } from "../../data/routes.js";
import { Missing } from "../../ui/State.js";
import { useAccount } from "../../wallet/AccountMenu.js";
import "../../style/new.css";
import { MakeMarket } from "./MakeMarket.js";
import { RootDesk } from "./RootDesk.js";

export default function Own({ rest }: ViewProps): ReactNode {
  const markets = useMarketsQuery();
  const roots = markets.data?.roots;
  const account = useAccount();
  const session = useSession();
  const names = useNames();
  if (roots === undefined) return <Missing of={[markets]} what="the markets" />;
  const root = roots.find(({ marketRootId }) => String(marketRootId) === rest[0] && marketRootId !== BASKET_ROOT_ID);
  if (root !== undefined) return <RootDesk root={root} />;
  const own = roots.filter(({ owner }) => owner === account?.address);
  return (
    <div className="lone">
      <h1>Market desk</h1>
      {rest[0] !== undefined && <p role="alert">There is no market {rest[0]} to be owned.</p>}
      <section className="panel">
        <h2>Yours</h2>
        {own.length === 0 ? (
          <p>{account === undefined ? "Connect a wallet to see yours." : "You own none in this session yet."}</p>
        ) : (
          <ul>
            {own.map((one) => (
              <li key={one.marketRootId}>
                <Link href={sessionPath(session, "own", one.marketRootId)}>
                  {one.marketRootId} {wordsOf(one, 1, names).head?.title}
                </Link>
                {one.settled ? ", settled" : ""}
              </li>
            ))}
          </ul>
        )}
      </section>
      <MakeMarket />
    </div>
  );
}
