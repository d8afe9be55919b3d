/** From t2 on: what the book pays, and the way out. */
import { type ReactNode, useState } from "react";

import { allocation, wholeUnits } from "../../../src/protocol/value/allocations.js";
import type { TokenWei } from "../../../src/protocol/amounts/units.js";
import { actorOf, type Connected } from "../../wallet/acting.js";
import type { ForeseenExit } from "../../data/mirror/foresight.js";
import { useMarkets, useNames, useSession } from "../../data/session.js";
import type { Facts } from "../../data/source.js";
import { AssetAmount, Tokens } from "../../ui/Amount.js";
import { reasonOf } from "../../wallet/wallets.js";
import { sent } from "../trade/cancel.js";
import { basketIn } from "./Allocation.js";

interface ExitProps {
  readonly due: ForeseenExit;
  readonly own: Connected | undefined;
  readonly facts: Facts;
}

export function Exit({ due, own, facts }: ExitProps): ReactNode {
  const names = useNames();
  const session = useSession();
  const markets = useMarkets() ?? [];
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const claims = due.claims as readonly TokenWei[]; // as the book pays them
  const units = wholeUnits(allocation(claims, basketIn(facts)));
  const leave = async (inKind: boolean): Promise<void> => {
    if (own === undefined) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await sent(session, own, inKind ? "Exit with the assets" : "Exit with tokens", async () => {
        const { trader } = await actorOf(session, own);
        await trader.exit(own.address, inKind);
      });
    } catch (error) {
      setProblem(reasonOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="panel">
      <h2>Exit</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Asset</th>
            <th scope="col" className="number">
              Claim
            </th>
            <th scope="col" className="number">
              In kind
            </th>
          </tr>
        </thead>
        <tbody>
          {claims.map((claim, k) => (
            <tr key={facts.assets[k]?.address}>
              <td>{names?.assets[k]?.symbol ?? `leg ${k + 1}`}</td>
              <td className="number">
                <Tokens wei={claim} />
              </td>
              <td className="number">
                <AssetAmount index={k} units={units[k] ?? 0n} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="hint">
        In kind each asset is rounded down to its smallest unit, whatever was sent to the vault besides shared out.
      </p>
      {due.later.length > 0 && (
        <p>
          Later, by exit again, once they are settled:{" "}
          {due.later
            .map((id) => markets.find(({ marketRootId }) => marketRootId === id)?.head?.title ?? `market ${id}`)
            .join(", ")}
          .
        </p>
      )}
      {own !== undefined && (
        <p className="buttons">
          <button type="button" className="primary" disabled={busy} onClick={() => void leave(true)}>
            Exit with the assets
          </button>
          <button type="button" disabled={busy} onClick={() => void leave(false)}>
            Exit with tokens
          </button>
        </p>
      )}
      {problem !== undefined && (
        <p className="refusal" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
