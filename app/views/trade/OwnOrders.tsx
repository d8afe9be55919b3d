/** What rests of an account, and taking it out. */
import { type ReactNode, useState } from "react";

import type { RelayTrader } from "../../../src/wire/state.js";
import { type Connected, useDomain } from "../../wallet/acting.js";
import { useHead, useMarkets, useNames, useSession } from "../../data/session.js";
import { wordsOf } from "../../ui/words.js";
import { Tokens } from "../../ui/Amount.js";
import { reasonOf } from "../../wallet/wallets.js";
import { cancelEverything, cancelOrder } from "./cancel.js";
import { lotsText } from "./prices.js";
import { PriceCell } from "./Fills.js";

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
