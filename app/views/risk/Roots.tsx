/** Of every position the outcome at which it is worst, and what it is worth there: markets other than the basket, which no price decides. */
import type { ReactNode } from "react";

import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import { worstOutcomes } from "../../../src/risk/roots.js";
import { Tokens } from "../../ui/Amount.js";
import { amountText } from "../../ui/market-units.js";
import type { Root } from "../../data/names.js";
import { Scrolled } from "../../ui/Scrolled.js";
import { HolderName } from "./cells.js";
import type { RiskGround } from "./model.js";

export function Roots({ ground: { holdings, assets, roots } }: { readonly ground: RiskGround }): ReactNode {
  const accounts = holdings.accounts.map(({ positions }, k) => ({ trader: holdings.traders[k] ?? "", positions }));
  const rows = worstOutcomes(holdings.table, accounts);
  const said = (marketRootId: number, outcome: bigint): string => {
    if (marketRootId === BASKET_ROOT_ID)
      return `all of it is ${assets[Number(outcome) - 1]?.symbol ?? String(outcome)}`;
    const root = roots.find((one) => one.marketRootId === marketRootId);
    return root === undefined ? String(outcome) : outcomeText(root, outcome);
  };
  return (
    <section className="panel" aria-label="Worst outcomes">
      <h2>At which outcome each position is worst</h2>
      {rows.length === 0 ? (
        <p>Nobody has a position: cash is all there is in every outcome.</p>
      ) : (
        <Scrolled name="Table of worst outcomes" columns={["Account", "Market", "Worst at", "Worth there"]} texts={2}>
          {rows.map(({ trader, marketRootId, bindingOutcome, worst }) => (
            <tr key={`${trader} ${marketRootId}`}>
              <HolderName name={trader} />
              <td>{titleOf(roots, marketRootId)}</td>
              <td>{said(marketRootId, bindingOutcome)}</td>
              <td className="number">
                <Tokens wei={worst} />
              </td>
            </tr>
          ))}
        </Scrolled>
      )}
      <p className="hint">
        Markets do not hang together, so an account’s worst of all is the sum of its rows and its cash. By today’s
        bounds; what an account has to keep may still be more.
      </p>
    </section>
  );
}

function titleOf(roots: readonly Root[], marketRootId: number): string {
  if (marketRootId === BASKET_ROOT_ID) return "Basket";
  return roots.find((one) => one.marketRootId === marketRootId)?.head?.title ?? `Market ${marketRootId}`;
}

function outcomeText(root: Root, outcome: bigint): string {
  if (root.kind === "interval") return amountText(root, outcome);
  return root.head?.outcomes[Number(outcome) - 1] ?? `outcome ${outcome}`;
}
