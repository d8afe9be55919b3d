/** One screen to trade on: markets, book, ticket, and what became of what was asked for. */
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";

import type { ViewProps } from "../../frame/view-props.js";
import { queryNow } from "../../frame/hash-path.js";
import { sessionPath } from "../../data/routes.js";
import { useNow } from "../../frame/Freshness.js";
import { loadActivity } from "../../data/activity.js";
import type { MarketRef } from "../../../src/protocol/signing/package.js";
import type { Facts } from "../../data/source.js";
import {
  useFactsQuery,
  useHead,
  useHouse,
  useMarketsQuery,
  useNames,
  useSession,
  useSourceState,
  type Root,
} from "../../data/session.js";
import { Missing } from "../../ui/State.js";
import { useAccount, useConnection } from "../../wallet/AccountMenu.js";
import { reasonOf } from "../../wallet/wallets.js";
import { matchMarket } from "./cancel.js";
import { useDeeds, useFollowing, useTrader } from "./hooks.js";
import { actOf, type KeyAct } from "./keys.js";
import { Figures } from "./Figures.js";
import { KeyList } from "./KeyList.js";
import { Ladder } from "./Ladder.js";
import { Markets } from "./Markets.js";
import { Orders, type Tab } from "./Orders.js";
import { useCancelling } from "./OwnOrders.js";
import { askedWords, marketOfRoute, type Place, placeAt } from "./place.js";
import { exactPrice } from "./prices.js";
import { SignDialog } from "./SignDialog.js";
import {
  type Draft,
  EMPTY_TICKET,
  type Ground,
  readTicket,
  type Ticket as Typed,
  type TimeName,
  TIMES,
} from "./order-ticket.js";
import { Ticket, unsigned } from "./Ticket.js";
import { typedDecimal } from "./typed.js";
import "../../style/trade.css";

export default function Trade({ rest }: ViewProps): ReactNode {
  const terms = useFactsQuery();
  const markets = useMarketsQuery();
  const [facts, roots] = [terms.data, markets.data?.roots];
  const names = useNames();
  const market = marketOfRoute(rest);
  if (market === undefined) return <p role="alert">A market is named by its two numbers, such as trade/1/2.</p>;
  if (facts === undefined || roots === undefined)
    return (
      <>
        {market.marketBranchId === 1 && <Ahead market={market} />}
        <Missing of={[terms, markets]} what="the session's markets" rows={8} />
      </>
    );
  const place = placeAt(market, roots, facts, names);
  if (place === undefined)
    return (
      <p role="alert">
        There is no market {market.marketRootId}.{market.marketBranchId} in this session.
      </p>
    );
  return <Screen key={`${market.marketRootId}/${market.marketBranchId}`} place={place} roots={roots} facts={facts} />;
}

/** What the ladder will ask for once the markets are known is asked for beside them; of another branch it may be the first one's book. */
function Ahead({ market }: { readonly market: MarketRef }): null {
  useHouse(market);
  return null;
}

interface ScreenProps {
  readonly place: Place;
  readonly roots: readonly Root[];
  readonly facts: Facts;
}

/** Longest time for which prices may be shown and signed at. */
const STALE_S = 40;

function useBlocked(facts: Facts): string | undefined {
  const { source } = useSession();
  const state = useSourceState(source);
  const now = useNow();
  const account = useAccount();
  const { status } = useConnection();
  if (account === undefined) return status === "connected" ? "The wallet is on another chain." : "Nobody is connected.";
  if (state.head === undefined) return "No block is known yet.";
  const time = BigInt(state.head.time);
  if (time < facts.t1) return "Trading has not begun.";
  if (time >= facts.t2) return "Trading is over.";
  const age = Math.round((now - state.head.heardAt) / 1_000);
  return age > STALE_S ? `Prices are ${age} s old.` : undefined;
}

function Screen({ place, roots, facts }: ScreenProps): ReactNode {
  const session = useSession();
  const account = useAccount();
  const head = useHead();
  const [typed, setTyped] = useState<Typed>(() => fromAddress());
  const [reviewed, setReviewed] = useState<{ readonly draft: Draft; readonly words: string }>();
  const [tab, setTab] = useState<Tab>(() =>
    new URLSearchParams(queryNow()).get("tab") === "activity" ? "activity" : "orders",
  );
  const [selected, setSelected] = useState(0);
  const [isHelp, setHelp] = useState(false);
  const [isSheet, setSheet] = useState(() => typed.lots !== "");
  const [problem, setProblem] = useState<string>();
  const deeds = useDeeds(account?.address);
  const blocked = useBlocked(facts);
  const trader = useTrader(account?.address);
  const { cancel, cancelAll } = useCancelling(account);
  useFollowing(deeds);
  useEffect(() => void loadActivity(), []);
  // A deadline moves with the chain's time by the minute, so that what is foreseen is not asked for at every block.
  const minute = BigInt(head?.time ?? 0) / 60n;
  const ground = useMemo(() => groundOf(place, facts, minute * 60n), [place, facts, minute]);
  const read = useMemo(() => readTicket(typed, ground), [typed, ground]);
  const probe = useMemo(() => readTicket({ ...typed, lots: "1" }, ground), [typed, ground]);
  const change = (part: Partial<Typed>): void => {
    setTyped((before) => ({ ...before, ...part }));
  };
  const review = (): void => {
    if (read.draft !== undefined && read.asked !== undefined && blocked === undefined)
      setReviewed({ draft: read.draft, words: askedWords(place, read.asked) });
  };
  const orders = trader.data?.binding.orders ?? [];
  const [, navigate] = useLocation();
  const setPrice = (ticks: bigint): void => {
    change({ price: typedDecimal(exactPrice(place.root, ticks)) });
  };
  useKeys((act) => {
    switch (act.kind) {
      case "side":
        change({ side: act.side });
        return;
      case "focus":
        document.getElementById(`ticket-${act.field}`)?.focus();
        return;
      case "step":
        if (read.asked !== undefined) setPrice(read.asked.priceTicks + act.ticks);
        return;
      case "join":
      case "cross": {
        const ticks = bestOf(place, (typed.side === "buy") === (act.kind === "join"));
        if (ticks !== undefined) setPrice(ticks);
        return;
      }
      case "leg":
        if (act.leg <= place.assets) navigate(sessionPath(session, "trade", 1, act.leg));
        return;
      case "review":
        review();
        return;
      case "row":
        setTab("orders");
        setSelected((row) => Math.min(Math.max(row + act.by, 0), Math.max(orders.length - 1, 0)));
        return;
      case "cancel": {
        const order = orders[selected];
        if (order !== undefined) cancel(order);
        return;
      }
      case "cancelAll":
        if (trader.data !== undefined) cancelAll(trader.data);
        return;
      case "activity":
        setTab("activity");
        return;
      case "help":
        setHelp(true);
    }
  });
  const match = (): void => {
    if (account === undefined) return;
    setProblem(undefined);
    matchMarket(session, account, place.book).catch((error: unknown) => {
      setProblem(reasonOf(error));
    });
  };
  const own = orders.filter(
    ({ marketRootId, marketBranchId }) =>
      marketRootId === place.book.marketRootId && marketBranchId === place.book.marketBranchId,
  );
  return (
    <div className="trade">
      <h1 className="unseen">Trade {place.title}</h1>
      <Figures place={place} trader={account?.address} />
      <Markets roots={roots} current={`${place.market.marketRootId}/${place.market.marketBranchId}`} />
      <Ladder
        place={place}
        own={own}
        choose={(ticks, isBid) => {
          change({ side: isBid ? "sell" : "buy", price: typedDecimal(exactPrice(place.root, ticks)) });
          setSheet(true);
        }}
      />
      <Ticket
        place={place}
        typed={typed}
        change={change}
        read={read}
        probe={unsigned(probe, account?.address)}
        trader={account?.address}
        blocked={blocked}
        review={review}
        match={match}
        isSheetOpen={isSheet}
        openSheet={setSheet}
        toOrders={() => {
          setSheet(false);
          setTab("orders");
          document.getElementById("orders")?.focus();
        }}
      />
      {problem !== undefined && (
        <p className="refusal" role="alert">
          {problem}
        </p>
      )}
      <Orders
        place={place}
        account={account}
        deeds={deeds}
        tab={tab}
        setTab={setTab}
        selected={tab === "orders" ? selected : -1}
      />
      <p className="hint keys-hint">
        <button
          type="button"
          onClick={() => {
            setHelp(true);
          }}
        >
          Keys: ?
        </button>
      </p>
      {isHelp && (
        <KeyList
          close={() => {
            setHelp(false);
          }}
        />
      )}
      {reviewed !== undefined && account !== undefined && (
        <SignDialog
          place={place}
          draft={reviewed.draft}
          words={reviewed.words}
          account={account}
          close={(isDone) => {
            setReviewed(undefined);
            if (!isDone) return;
            setTab("activity");
            change({ lots: "" });
          }}
        />
      )}
    </div>
  );
}

function groundOf({ market, root, isBasket, assets, scale }: Place, { t2 }: Facts, now: bigint): Ground {
  return { market, root, isBasket, assets, scale, t2, now };
}

const TIME_NAMES = Object.keys(TIMES) as TimeName[]; // as it is declared

/** A link may fill the ticket in: `?side=sell&lots=12&price=5500t`. It signs nothing. */
function fromAddress(): Typed {
  const query = new URLSearchParams(queryNow());
  const short = (name: string): string => (query.get(name) ?? "").slice(0, 40);
  return {
    ...EMPTY_TICKET,
    side: query.get("side") === "sell" ? "sell" : "buy",
    price: short("price"),
    lots: short("lots"),
    time: TIME_NAMES.find((name) => name === query.get("time")) ?? EMPTY_TICKET.time,
  };
}

/** @param isBid the best bid, else the best offer, as the market that is shown counts */
function bestOf({ root, book, isTurned, scale }: Place, isBid: boolean): bigint | undefined {
  const branch = root.branches.find(({ marketBranchId }) => marketBranchId === book.marketBranchId);
  const price = isBid !== isTurned ? branch?.bestBid : branch?.bestAsk;
  if (price === null || price === undefined) return undefined;
  return isTurned ? scale - price : price;
}

function useKeys(act: (key: KeyAct) => void): void {
  const newest = useRef(act);
  newest.current = act;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const known = actOf(event, hasKeysOfItsOwn(event.target, event.key));
      if (known === undefined) return;
      event.preventDefault();
      newest.current(known);
    };
    document.addEventListener("keydown", onKey);
    return () => {
      document.removeEventListener("keydown", onKey);
    };
  }, []);
}

/** Where keys mean something else: text, choices, and for Enter and the arrows whatever can be pressed or scrolled. */
function hasKeysOfItsOwn(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return true;
  if (target.closest("dialog") !== null) return true;
  return key === "Enter" && /^(BUTTON|A|SUMMARY)$/.test(target.tagName);
}
