/** Below the ticket: what rests, what was filled, what was traded by all, and what has become of what was asked for. */
import type { ReactNode } from "react";

import type { Connected } from "../../wallet/acting.js";
import type { Deed } from "../../data/deeds.js";
import { Answered } from "../../ui/State.js";
import { useTrader } from "./hooks.js";
import type { Place } from "./place.js";
import { OwnOrders } from "./OwnOrders.js";
import { NOT_CONNECTED, Fills, Trades } from "./Fills.js";
import { Activity } from "./Activity.js";

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
