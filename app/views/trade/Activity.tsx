/** What has become of what was asked for from this browser. */
import { type ReactNode, useState } from "react";

import { type Connected, useDomain } from "../../wallet/acting.js";
import { forget } from "../../data/activity.js";
import type { Deed } from "../../data/deeds.js";
import { useHead, useSession } from "../../data/session.js";
import { formatMoment } from "../../ui/time.js";
import { reasonOf } from "../../wallet/wallets.js";
import { takeBack } from "./cancel.js";
import { useOrders } from "./hooks.js";
import { lifeOf, type OrderRow, type Step } from "./life.js";

export function Activity({
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
