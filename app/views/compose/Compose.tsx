/** A payoff first, and then the orders that make it up: chosen as a picture, priced by the book, weighed by the book's own rules. */
import { type ReactNode, useMemo, useState } from "react";
import { Link, useLocation } from "wouter";

import { marketRootOf } from "../../../src/views/market-root.js";
import type { MarketRoot } from "../../../src/protocol/market/market-table.js";
import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import type { Composition } from "../../../src/protocol/value/composition.js";
import { sessionPath } from "../../data/routes.js";
import type { ViewProps } from "../../frame/view-props.js";
import type { Facts } from "../../data/source.js";
import { type Root, useAt, useFactsQuery, useHead, useMarkets, useNames, useSession } from "../../data/session.js";
import { Answered, Missing, Refusal } from "../../ui/State.js";
import { useAccount } from "../../wallet/AccountMenu.js";
import { marketTree } from "../markets/tree.js";
import { readLots } from "../trade/prices.js";
import { Form } from "./Form.js";
import { Legs } from "./Legs.js";
import { Payoff } from "./Payoff.js";
import { composed, type Wish } from "./shapes.js";
import { planned } from "./legs.js";
import { useDepths } from "./hooks.js";
import { readWish, writeWish } from "./wish.js";
import "../../style/trade.css";
import "../../style/markets.css";
import "../../style/compose.css";

export default function Compose({ rest }: ViewProps): ReactNode {
  const query = useAt(["markets"], (source) => source.markets());
  const terms = useFactsQuery();
  const facts = terms.data;
  const session = useSession();
  if (facts === undefined) return <Missing of={[terms]} what="the session's terms" rows={6} />;
  return (
    <Answered query={query} what="the markets" rows={8}>
      {({ roots }) => {
        const root = roots.find(({ marketRootId }) => String(marketRootId) === (rest[0] ?? String(usualOf(roots))));
        if (root === undefined) {
          return (
            <Refusal error={new Error(`There is no market ${rest[0] ?? ""} in this session.`)}>
              <Link href={sessionPath(session, "compose")}>Another one</Link>
            </Refusal>
          );
        }
        return <Composer key={root.marketRootId} root={root} roots={roots} facts={facts} />;
      }}
    </Answered>
  );
}

/** What is open and not the basket, where a payoff is most asked for; else the basket. */
function usualOf(roots: readonly Root[]): number {
  return (
    roots.find(({ marketRootId, settled }) => marketRootId !== BASKET_ROOT_ID && !settled)?.marketRootId ??
    BASKET_ROOT_ID
  );
}

interface ComposerProps {
  readonly root: Root;
  readonly roots: readonly Root[];
  readonly facts: Facts;
}

function Composer({ root, roots, facts }: ComposerProps): ReactNode {
  const names = useNames();
  const session = useSession();
  const head = useHead();
  const ruled = useMemo(() => marketRootOf(root), [root]);
  const [wish, change] = useWish(ruled);
  const lots = readLots(wish.lots);
  const made = useMemo(
    () => (typeof lots === "bigint" ? composed(ruled, wish, lots) : undefined),
    [ruled, writeWish(wish)],
  );
  const [line] = marketTree([root], undefined, names, BigInt(head?.time ?? 0));
  const isOver = root.settled || BigInt(head?.time ?? 0) >= root.closesAt;
  return (
    <>
      <h1>Compose: {line?.title}</h1>
      <nav aria-label="Market" className="market-links">
        {roots.map(({ marketRootId, head: told }) =>
          marketRootId === root.marketRootId ? null : (
            <Link key={marketRootId} href={sessionPath(session, "compose", marketRootId)}>
              {told?.title ?? (marketRootId === BASKET_ROOT_ID ? "The basket" : `Market ${marketRootId}`)}
            </Link>
          ),
        )}
        <Link href={sessionPath(session, "market", root.marketRootId)}>Rules and course of this market</Link>
      </nav>
      {isOver ? (
        <p role="status">Nothing is traded in this market any more: there is nothing to compose.</p>
      ) : (
        <Desk
          {...{ root, ruled, facts, wish, change }}
          made={made}
          problem={made !== undefined && "problem" in made ? made.problem : undefined}
          lotsProblem={typeof lots === "bigint" || wish.lots === "" ? undefined : lots.problem}
        />
      )}
    </>
  );
}

interface DeskProps {
  readonly root: Root;
  readonly ruled: MarketRoot;
  readonly facts: Facts;
  readonly wish: Wish;
  readonly change: (part: Partial<Wish>) => void;
  readonly made: ReturnType<typeof composed> | undefined;
  readonly problem: string | undefined;
  readonly lotsProblem: string | undefined;
}

function Desk({ root, ruled, facts, wish, change, made, problem, lotsProblem }: DeskProps): ReactNode {
  const account = useAccount();
  const { chain } = useSession();
  const roots = useMarkets() ?? [];
  const [limits, setLimits] = useState<ReadonlyMap<number, string>>(new Map());
  const composition: Composition | undefined = made === undefined || "problem" in made ? undefined : made;
  const depths = useDepths(root.marketRootId, composition, account?.address);
  const own = useAt(["account", account?.address], async () =>
    account === undefined || chain === undefined ? undefined : chain.account(account.address),
  );
  const position = own.data?.positions.get(root.marketRootId) ?? [];
  const plan =
    composition === undefined
      ? undefined
      : planned({ ...ruled, head: root.head, outcomes: root.outcomes }, composition, depths, limits);
  return (
    <div className="compose">
      <Form root={root} ruled={ruled} wish={wish} change={change} lotsProblem={lotsProblem} problem={problem} />
      <Payoff
        {...{ root, ruled, position, composition, wish, change }}
        cost={plan?.atLimits ?? plan?.now}
        isKnown={account === undefined || chain !== undefined}
      />
      {composition !== undefined && plan !== undefined && (
        <Legs
          {...{ root, roots, facts, plan, wish, account }}
          setLimit={(branch, text) => {
            setLimits((before) => new Map(before).set(branch, text));
          }}
          limits={limits}
        />
      )}
    </div>
  );
}

/** Kept in the address: what is composed is a link. */
function useWish(root: MarketRoot): readonly [Wish, (part: Partial<Wish>) => void] {
  const [path, go] = useLocation();
  const wish = readWish(path.split("?")[1] ?? "", root);
  return [
    wish,
    (part) => {
      go(`${path.split("?")[0] ?? path}?${writeWish({ ...wish, ...part })}`, { replace: true });
    },
  ];
}
