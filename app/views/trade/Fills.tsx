/** What was filled: of an account, and of a market by all. */
import type { ReactNode } from "react";

import { type Root, useAt, useMarkets, useNames } from "../../data/session.js";
import { wordsOf } from "../../ui/words.js";
import { Address, Exact, Moment } from "../../ui/Amount.js";
import { Answered } from "../../ui/State.js";
import type { Place } from "./place.js";
import { exactPrice, lotsText, priceDigits, priceUnit } from "./prices.js";

export const NOT_CONNECTED = <p>Nobody is connected: connect a wallet to see what is yours.</p>;

export function Fills({ trader }: { readonly trader: string | undefined }): ReactNode {
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

export function Trades({ place }: { readonly place: Place }): ReactNode {
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

export function PriceCell({ root, ticks }: { readonly root: Root; readonly ticks: bigint }): ReactNode {
  return <Exact exact={exactPrice(root, ticks)} unit={priceUnit(root)} digits={6} least={priceDigits(root)} />;
}
