/** A market that is there: what it can still pay, and what its owner may say of it. */
import type { ReactNode } from "react";
import { Link } from "wouter";

import { type Root, useNames, useSession } from "../../data/session.js";
import { wordsOf } from "../../ui/words.js";
import { sessionPath } from "../../data/routes.js";
import { Moment } from "../../ui/Amount.js";
import { percentText, unitsText } from "../../ui/numbers.js";
import { SayOfInterval, SayOfEvent } from "./SayOf.js";

export function RootDesk({ root }: { readonly root: Root }): ReactNode {
  const names = useNames();
  const session = useSession();
  const { marketRootId, owner, settled, branches } = root;
  const isEvent = root.kind !== "interval";
  const head = root.head ?? undefined;
  const price = (ticks: bigint): string =>
    isEvent
      ? `${percentText(ticks, root.outcomes.upper)} %`
      : `${unitsText(ticks, head)} ${head?.unit ?? "ticks"}`.trimEnd();
  return (
    <div className="lone">
      <h1>
        {marketRootId} {wordsOf(root, 1, names).head?.title ?? "A market"}
      </h1>
      <p>
        Owner <code>{owner}</code>. Settled by <Moment second={root.settleBy} />.{" "}
        <Link href={sessionPath(session, "own")}>All of yours</Link>
      </p>
      <section className="panel">
        <h2>What it can still pay</h2>
        <table>
          <thead>
            <tr>
              <th scope="col">{isEvent ? "Outcome" : "Branch"}</th>
              <th scope="col" className="number">
                At least
              </th>
              <th scope="col" className="number">
                At most
              </th>
            </tr>
          </thead>
          <tbody>
            {branches.map(({ marketBranchId, bounds }) => (
              <tr key={marketBranchId}>
                <th scope="row">
                  {marketBranchId} {head?.outcomes[marketBranchId - 1]}
                </th>
                <td className="number">{price(bounds.lower)}</td>
                <td className="number">{price(bounds.upper)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {settled ? (
        <p>It is settled: nothing can be said of it any more.</p>
      ) : isEvent ? (
        <SayOfEvent root={root} price={price} />
      ) : (
        <SayOfInterval root={root} price={price} />
      )}
    </div>
  );
}
