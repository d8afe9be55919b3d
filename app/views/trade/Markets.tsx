/** Every market of the session: legs of the basket, and the roots that owners have made, with their branches. */
import { type ReactNode, useState } from "react";
import { Link } from "wouter";

import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import { type Root, useFacts, useNames, useSession } from "../../data/session.js";
import { sessionPath } from "../../data/routes.js";
import { Exact } from "../../ui/Amount.js";
import { branchTitle } from "../markets/tree.js";
import { exactPrice, priceUnit, priceWords } from "./prices.js";

type Branch = Root["branches"][number];

export function Markets({ roots, current }: { readonly roots: readonly Root[]; readonly current: string }): ReactNode {
  return (
    <nav className="panel markets" aria-label="Legs and markets">
      <details open={useWide()}>
        <summary>
          <h2>Legs and markets</h2>
        </summary>
        {roots.map((root) => (
          <RootMarkets key={root.marketRootId} root={root} current={current} />
        ))}
      </details>
    </nav>
  );
}

/** Whether there is room for them beside the book; on a phone they are opened when they are wanted. */
function useWide(): boolean {
  const [isWide] = useState(() => window.matchMedia("(min-width: 60rem)").matches);
  return isWide;
}

function RootMarkets({ root, current }: { readonly root: Root; readonly current: string }): ReactNode {
  const session = useSession();
  const names = useNames();
  const facts = useFacts();
  if (facts === undefined) return null;
  const isBasket = root.marketRootId === BASKET_ROOT_ID;
  const branches = isBasket ? legsOf(root, facts.assets.length, facts.units.scale) : root.branches;
  const isCurrent = current.startsWith(`${root.marketRootId}/`);
  const isDecided = ({ bounds }: Branch): boolean => bounds.lower === bounds.upper;
  // What can only pay one amount any more is in the list of markets, and here if it is looked at.
  const shown = branches.filter(
    (branch) => !isDecided(branch) || current === `${root.marketRootId}/${branch.marketBranchId}`,
  );
  const decided = branches.length - shown.length;
  return (
    <details open={isBasket || isCurrent}>
      <summary>{isBasket ? "Basket" : (root.head?.title ?? `Market ${root.marketRootId}`)}</summary>
      <ul>
        {shown.map((branch) => (
          <Line
            key={branch.marketBranchId}
            root={root}
            branch={branch}
            current={current}
            title={branchTitle(root, branch, names)}
          />
        ))}
      </ul>
      {isBasket && facts.assets.length > 2 && <SumOfMiddles root={root} scale={facts.units.scale} />}
      {root.settled && <p className="hint">Settled.</p>}
      {!root.settled && decided > 0 && (
        <p className="hint">
          <Link href={sessionPath(session, "market", root.marketRootId)}>{decided} more are decided</Link>
        </p>
      )}
    </details>
  );
}

/** With two assets the second leg is the first one's book, turned round. */
function legsOf(root: Root, assets: number, scale: bigint): Branch[] {
  const [first] = root.branches;
  if (assets !== 2 || first === undefined) return root.branches.slice(0, assets);
  const turned = (price: bigint | null): bigint | null => (price === null ? null : scale - price);
  const second = {
    ...first,
    marketBranchId: 2,
    bounds: { lower: scale - first.bounds.upper, upper: scale - first.bounds.lower },
    bestBid: turned(first.bestAsk),
    bestAsk: turned(first.bestBid),
  };
  return [first, second as Branch]; // differences of two prices
}

interface LineProps {
  readonly root: Root;
  readonly branch: Branch;
  readonly current: string;
  readonly title: string;
}

function Line({ root, branch, current, title }: LineProps): ReactNode {
  const session = useSession();
  const { marketBranchId, bestBid, bestAsk, bounds } = branch;
  const path = `${root.marketRootId}/${marketBranchId}`;
  const isDetermined = bounds.lower === bounds.upper;
  return (
    <li>
      <Link
        href={sessionPath(session, "trade", root.marketRootId, marketBranchId)}
        aria-current={path === current ? "true" : undefined}
      >
        {title}
      </Link>{" "}
      <span className="hint">
        {isDetermined ? (
          `pays ${priceWords(root, bounds.lower)}`
        ) : (
          <>
            <Quote root={root} price={bestBid} /> / <Quote root={root} price={bestAsk} /> {priceUnit(root)}
          </>
        )}
      </span>
    </li>
  );
}

function Quote({ root, price }: { readonly root: Root; readonly price: bigint | null }): ReactNode {
  return price === null ? <>–</> : <Exact exact={exactPrice(root, price)} unit="" />;
}

/** What all legs together cost: one, if nobody errs. */
function SumOfMiddles({ root, scale }: { readonly root: Root; readonly scale: bigint }): ReactNode {
  let doubled = 0n;
  for (const { bestBid, bestAsk } of root.branches) {
    if (bestBid === null || bestAsk === null)
      return <p className="hint">Σ of the middles: not every leg has both sides.</p>;
    doubled += bestBid + bestAsk;
  }
  const text = exactPrice(
    { ...root, outcomes: { lower: root.outcomes.lower, upper: (2n * scale) as typeof root.outcomes.upper } },
    doubled,
  );
  const word =
    doubled > 2n * scale
      ? "buying all legs costs more than one"
      : doubled < 2n * scale
        ? "buying all legs costs less than one"
        : "just one";
  return (
    <p className="hint">
      Σ of the middles: {text} %: {word}.
    </p>
  );
}
