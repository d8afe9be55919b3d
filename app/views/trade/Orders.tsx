/** Below the ticket: what rests, what was filled, what was traded by all, and what has become of what was asked for. */
import { type ReactNode, useState } from "react";

import type { RelayTrader } from "../../../src/wire/state.js";
import { type Connected, useDomain } from "../../wallet/acting.js";
import { forget } from "../../data/activity.js";
import type { Deed } from "../../data/deeds.js";
import { type Root, useAt, useHead, useMarkets, useNames, useSession } from "../../data/session.js";
import { wordsOf } from "../../ui/words.js";
import { Address, Exact, Moment, Tokens } from "../../ui/Amount.js";
import { Answered } from "../../ui/State.js";
import { formatMoment } from "../../ui/time.js";
import { reasonOf } from "../../wallet/wallets.js";
import { cancelEverything, cancelOrder, takeBack } from "./cancel.js";
import { useOrders, useTrader } from "./hooks.js";
import { lifeOf, type OrderRow, type Step } from "./life.js";
import type { Place } from "./place.js";
import { exactPrice, lotsText, priceDigits, priceUnit, priceWords } from "./prices.js";

export type Tab = "orders" | "fills" | "trades" | "activity";
const TABS: readonly (readonly [Tab, string])[] = [
  ["orders", "My orders"],
  ["fills", "My fills"],
  ["trades", "Trades"],
  ["activity", "Activity"],
];

interface OrdersProps {
  readonly place: Place;
  readonly account: Connected | undefined;
  readonly deeds: readonly Deed[];
  readonly tab: Tab;
  readonly setTab: (tab: Tab) => void;
  /** Of the orders' rows, for the keyboard. */
  readonly selected: number;
}

export function Orders({ place, account, deeds, tab, setTab, selected }: OrdersProps): ReactNode {
  return (
    <section className="panel orders" id="orders" tabIndex={-1} aria-label="Orders">
      <div className="tabs" role="tablist" aria-label="What is shown">
        {TABS.map(([name, title]) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${name}`}
            aria-selected={tab === name}
            aria-controls="orders-panel"
            onClick={() => {
              setTab(name);
            }}
          >
            {title}
          </button>
        ))}
      </div>
      <div id="orders-panel" role="tabpanel" aria-labelledby={`tab-${tab}`}>
        {tab === "orders" && <MyOrders account={account} selected={selected} />}
        {tab === "fills" && <Fills trader={account?.address} />}
        {tab === "trades" && <Trades place={place} />}
        {tab === "activity" && <Activity deeds={deeds} account={account} />}
      </div>
    </section>
  );
}

const NOT_CONNECTED = <p>Nobody is connected: connect a wallet to see what is yours.</p>;

function MyOrders({
  account,
  selected,
}: {
  readonly account: Connected | undefined;
  readonly selected: number;
}): ReactNode {
  const trader = useTrader(account?.address);
  if (account === undefined) return NOT_CONNECTED;
  return (
    <Answered
      query={trader}
      what="your orders"
      empty={<p>This account has nothing in the book: a deposit registers it.</p>}
    >
      {(known) => <OwnOrders trader={known} account={account} selected={selected} />}
    </Answered>
  );
}

/** @param account undefined where they are somebody else's: then they are read, and no more */
export function OwnOrders({
  trader,
  account,
  selected = -1,
}: {
  readonly trader: RelayTrader;
  readonly account: Connected | undefined;
  readonly selected?: number;
}): ReactNode {
  const { cancel, cancelAll, problem, busy } = useCancelling(account);
  const { orders } = trader.binding;
  const frees = trader.binding.releases.find(({ kind }) => kind === "cancel");
  if (orders.length === 0 && trader.waiting === 0) return <p>Nothing of this account rests in the book.</p>;
  return (
    <>
      {problem !== undefined && (
        <p className="refusal" role="alert">
          {problem}
        </p>
      )}
      <table className="cards" role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th scope="col" role="columnheader">
              Order
            </th>
            <th scope="col" role="columnheader">
              Market
            </th>
            <th scope="col" role="columnheader">
              Side
            </th>
            <th scope="col" role="columnheader" className="number">
              Limit
            </th>
            <th scope="col" role="columnheader" className="number">
              Lots left
            </th>
            <th scope="col" role="columnheader">
              Covered
            </th>
            {account !== undefined && (
              <th scope="col" role="columnheader">
                Cancel
              </th>
            )}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {orders.map((order, index) => (
            <tr key={order.tradeRootId} role="row" aria-current={index === selected ? "true" : undefined}>
              <td role="cell" data-label="Order">
                #{order.tradeRootId}
              </td>
              <OrderCells order={order} />
              <td role="cell" data-label="Covered">
                {order.missing === 0n ? (
                  "yes"
                ) : (
                  <>
                    misses <Tokens wei={order.missing} />
                  </>
                )}
              </td>
              {account !== undefined && (
                <td role="cell">
                  <button
                    type="button"
                    aria-label={`Cancel order ${order.tradeRootId}`}
                    disabled={busy}
                    onClick={() => {
                      cancel(order);
                    }}
                  >
                    ×
                  </button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {account !== undefined && (
        <p>
          <button
            type="button"
            disabled={busy}
            onClick={() => {
              cancelAll(trader);
            }}
          >
            Cancel all ({orders.length + trader.waiting})
          </button>{" "}
          {frees?.kind === "cancel" && (
            <>
              frees <Tokens wei={frees.frees} />
            </>
          )}{" "}
          <CancelWay />
        </p>
      )}
    </>
  );
}

function CancelWay(): ReactNode {
  const { source } = useSession();
  return (
    <span className="hint">
      {source.desk === undefined
        ? "One transaction, whose gas you pay."
        : "A signature: the relay brings it, before all that waits."}{" "}
      Whatever was filled before it lands stays filled.
    </span>
  );
}

function OrderCells({ order }: { readonly order: RelayTrader["binding"]["orders"][number] }): ReactNode {
  const names = useNames();
  const roots = useMarkets() ?? [];
  const root = roots.find(({ marketRootId }) => marketRootId === order.marketRootId);
  const isBid = order.lots > 0n;
  const size = isBid ? order.lots : 0n - order.lots;
  return (
    <>
      <td role="cell" data-label="Market">
        {root === undefined
          ? `${order.marketRootId}.${order.marketBranchId}`
          : wordsOf(root, order.marketBranchId, names).title}
      </td>
      <td role="cell" data-label="Side" className={isBid ? "bid" : "ask"}>
        {isBid ? "▲ buy" : "▼ sell"}
      </td>
      <td role="cell" data-label="Limit" className="number">
        {root === undefined ? String(order.priceTicks) : <PriceCell root={root} ticks={order.priceTicks} />}
      </td>
      <td role="cell" data-label="Lots left" className="number">
        {lotsText(size)}
      </td>
    </>
  );
}

function PriceCell({ root, ticks }: { readonly root: Root; readonly ticks: bigint }): ReactNode {
  return <Exact exact={exactPrice(root, ticks)} unit={priceUnit(root)} digits={6} least={priceDigits(root)} />;
}

export function useCancelling(account: Connected | undefined) {
  const session = useSession();
  const domain = useDomain();
  const head = useHead();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const isReady = account !== undefined && domain !== undefined && head !== undefined;
  const run = async (act: (given: Parameters<typeof cancelOrder>[0]) => Promise<void>): Promise<void> => {
    if (!isReady) return; // by a key: there are no buttons to press
    setBusy(true);
    setProblem(undefined);
    try {
      await act({ session, domain, account, now: BigInt(head.time) });
    } catch (error) {
      setProblem(reasonOf(error));
    } finally {
      setBusy(false);
    }
  };
  return {
    busy: busy || !isReady,
    problem,
    cancel: (order: { readonly tradeRootId: number; readonly place: number }) =>
      void run((given) => cancelOrder(given, order)),
    cancelAll: (trader: RelayTrader) => void run((given) => cancelEverything(given, trader)),
  };
}

function Fills({ trader }: { readonly trader: string | undefined }): ReactNode {
  const query = useAt(["fills", trader], async (source) =>
    trader === undefined ? undefined : source.history("fills", { trader, limit: 50 }),
  );
  const names = useNames();
  const roots = useMarkets() ?? [];
  if (trader === undefined) return NOT_CONNECTED;
  return (
    <Answered query={query} what="your fills">
      {({ items }) =>
        items.length === 0 ? (
          <p>Nothing of this account was filled yet.</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">Market</th>
                <th scope="col">Side</th>
                <th scope="col" className="number">
                  Price
                </th>
                <th scope="col" className="number">
                  Lots
                </th>
                <th scope="col">Orders</th>
              </tr>
            </thead>
            <tbody>
              {items.map((fill) => {
                const root = roots.find(({ marketRootId }) => marketRootId === fill.marketRootId);
                const isTaker = fill.taker.toLowerCase() === trader.toLowerCase();
                const bought = isTaker === fill.takerBuys;
                return (
                  <tr key={`${fill.blockNumber} ${fill.position}`}>
                    <td>
                      <Moment second={fill.timestamp} />
                    </td>
                    <td>{root === undefined ? fill.marketRootId : wordsOf(root, fill.marketBranchId, names).title}</td>
                    <td className={bought ? "bid" : "ask"}>{bought ? "▲ bought" : "▼ sold"}</td>
                    <td className="number">
                      {root === undefined ? String(fill.priceTicks) : <PriceCell root={root} ticks={fill.priceTicks} />}
                    </td>
                    <td className="number">{lotsText(fill.lots)}</td>
                    <td>
                      #{isTaker ? fill.takerRootId : fill.makerRootId} with #
                      {isTaker ? fill.makerRootId : fill.takerRootId}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )
      }
    </Answered>
  );
}

function Trades({ place }: { readonly place: Place }): ReactNode {
  const { marketRootId, marketBranchId } = place.book;
  const query = useAt(["trades", marketRootId, marketBranchId], (source) =>
    source.history("fills", { marketRootId, marketBranchId, limit: 50 }),
  );
  return (
    <Answered query={query} what="trades">
      {({ items }) =>
        items.length === 0 ? (
          <p>Nothing was traded in this market yet.</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col" className="number">
                  Price
                </th>
                <th scope="col" className="number">
                  Lots
                </th>
                <th scope="col">Taker</th>
              </tr>
            </thead>
            <tbody>
              {items.map((fill) => {
                const buys = fill.takerBuys !== place.isTurned;
                const ticks = place.isTurned ? place.scale - fill.priceTicks : fill.priceTicks;
                return (
                  <tr key={`${fill.blockNumber} ${fill.position}`}>
                    <td>
                      <Moment second={fill.timestamp} />
                    </td>
                    <td className="number">
                      <PriceCell root={place.root} ticks={ticks} />
                    </td>
                    <td className="number">{lotsText(fill.lots)}</td>
                    <td className={buys ? "bid" : "ask"}>
                      {buys ? "▲ bought" : "▼ sold"} <Address of={fill.taker} />
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )
      }
    </Answered>
  );
}

function Activity({
  deeds,
  account,
}: {
  readonly deeds: readonly Deed[];
  readonly account: Connected | undefined;
}): ReactNode {
  const orders = useOrders(account?.address);
  if (deeds.length === 0) return <p>Nothing was asked for from this browser yet.</p>;
  const byLink = new Map(orders.data?.items.map((row) => [row.link.toLowerCase(), row]));
  return (
    <ol className="activity">
      {deeds.map((deed) => (
        <li key={deed.id}>
          <strong>{deed.words}</strong> <small>{formatMoment(Math.floor(deed.at / 1_000))}</small>
          <DeedLife deed={deed} row={byLink.get(deed.id.toLowerCase())} account={account} />
          <button type="button" onClick={() => void forget(deed.id)} aria-label={`Clear: ${deed.words}`}>
            Clear
          </button>
        </li>
      ))}
    </ol>
  );
}

interface DeedLifeProps {
  readonly deed: Deed;
  readonly row: OrderRow | undefined;
  readonly account: Connected | undefined;
}

function DeedLife({ deed, row, account }: DeedLifeProps): ReactNode {
  const head = useHead();
  const session = useSession();
  const domain = useDomain();
  const [problem, setProblem] = useState<string>();
  if (deed.kind === "call") {
    const word = { asked: "the wallet is asked, or it is on its way", done: "on the chain", failed: "failed" }[
      deed.status
    ];
    return (
      <Line
        steps={[{ word, isSure: deed.status !== "asked", ...(deed.problem !== undefined && { detail: deed.problem }) }]}
      />
    );
  }
  if (deed.kind === "cancellation") return <Line steps={[cancellationStep(deed.told?.status)]} />;
  const { steps, canTakeBack } = lifeOf(deed, row, BigInt(head?.time ?? 0));
  const { desk } = session.source;
  const act = async (): Promise<void> => {
    if (desk === undefined || domain === undefined || account === undefined) return;
    try {
      setProblem(undefined);
      await takeBack(desk, domain, account, deed);
    } catch (error) {
      setProblem(reasonOf(error));
    }
  };
  return (
    <>
      <Line steps={steps} />
      {canTakeBack && account !== undefined && (
        <button type="button" disabled={domain === undefined} onClick={() => void act()}>
          Take it back
        </button>
      )}
      {problem !== undefined && <span role="alert"> {problem}</span>}
    </>
  );
}

function cancellationStep(status: string | undefined): Step {
  switch (status) {
    case "onChain":
      return { word: "done: what of it still rested is out", isSure: true };
    case "refused":
      return { word: "came too late, or nothing was left to cancel", isSure: true };
    case "submitted":
      return { word: "in a transaction", isSure: false };
    default:
      return { word: "with the relay", isSure: false };
  }
}

function Line({ steps }: { readonly steps: readonly Step[] }): ReactNode {
  return (
    <ul className="life">
      {steps.map(({ word, detail, isSure }) => (
        <li key={word} data-sure={isSure}>
          <span aria-hidden="true">{isSure ? "●" : "○"}</span> {word}
          {!isSure && <span className="unseen"> (expected)</span>}
          {detail !== undefined && <small> {detail}</small>}
        </li>
      ))}
    </ul>
  );
}

/** For the sentence of an order. */
export function askedWords(
  place: Place,
  asked: { readonly priceTicks: bigint; readonly quantityLots: bigint },
): string {
  const { quantityLots, priceTicks } = asked;
  const buys = quantityLots > 0n;
  return `${buys ? "Buy" : "Sell"} ${lotsText(buys ? quantityLots : -quantityLots)} lots of ${place.title} at ${priceWords(place.root, priceTicks)}`;
}
