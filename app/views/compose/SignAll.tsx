/** The last look before several signatures: each order as its wallet will show it, and what has become of those that were signed. */
import { type ReactNode, useState } from "react";
import { Link } from "wouter";

import { toJson } from "../../../src/protocol/amounts/json.js";
import type { TradePackage } from "../../../src/protocol/signing/package.js";
import { type Connected, useDomain } from "../../wallet/acting.js";
import { useSession } from "../../data/session.js";
import { sessionPath } from "../../data/routes.js";
import { useModal } from "../../ui/modal.js";
import { Refusal } from "../../ui/State.js";
import { reasonOf } from "../../wallet/wallets.js";
import type { Draft } from "../trade/order-ticket.js";
import type { Place } from "../trade/place.js";
import { useCompleted } from "../trade/completed.js";
import { keepForOthers } from "../trade/sign.js";
import { Shown } from "../trade/WalletShows.js";
import { CopiedOrders, type Stage, type Way, WayButtons } from "../trade/WayButtons.js";
import type { LegPlan } from "./legs.js";
import { handInAll, LeftBehind, sendAllAlone, signAll } from "./sign-all.js";

/** A leg as it would be signed. */
export interface Part extends LegPlan {
  readonly place: Place;
  readonly draft: Draft;
  /** What is asked for, in words. */
  readonly words: string;
}

interface SignAllProps {
  readonly parts: readonly Part[];
  readonly account: Connected;
  readonly close: () => void;
}

type End = { readonly name: "done" } | { readonly name: "left"; readonly words: string };

export function SignAll({ parts: given, account, close }: SignAllProps): ReactNode {
  const dialog = useModal();
  const [parts] = useState(given); // as they were when the dialog was opened: prices move on behind it
  const { orders, problem, again } = useCompleted(
    parts.map(({ draft }) => draft),
    account,
  );
  const [signedCount, setSigned] = useState(0);
  const [end, setEnd] = useState<End>();
  const [stage, act] = useSigningAll({ parts, account, orders, again, setSigned, setEnd });
  const isBusy = stage.name === "asking" || stage.name === "bringing";
  return (
    <dialog
      ref={dialog}
      aria-labelledby="sign-all-title"
      className="sign"
      onCancel={(event) => {
        event.preventDefault();
        if (!isBusy) close();
      }}
    >
      <h2 id="sign-all-title">Review &amp; sign {parts.length === 1 ? "one order" : `${parts.length} orders`}</h2>
      <p>Nothing is brought to the book before all are signed. Then each stands for itself.</p>
      {problem !== undefined && <Refusal error={problem} />}
      <ol className="signed-orders">
        {parts.map(({ words }, k) => (
          <li key={k} aria-current={stage.name === "asking" && k === signedCount ? "step" : undefined}>
            <details open={parts.length === 1 || (stage.name === "asking" && k === signedCount)}>
              <summary>
                {words} {k < signedCount && <strong>signed ✔</strong>}
              </summary>
              {orders?.[k] === undefined ? <p>…</p> : <Shown order={orders[k]} />}
            </details>
          </li>
        ))}
      </ol>
      {stage.name === "ready" && stage.problem !== undefined && (
        <p className="refusal" role="alert">
          {stage.problem}
        </p>
      )}
      {end !== undefined ? (
        <Ended end={end} close={close} />
      ) : stage.name === "copied" ? (
        <CopiedOrders text={stage.text} close={close} />
      ) : (
        <WayButtons
          stage={stage}
          act={act}
          close={close}
          wallet={account.wallet.info.name}
          orders={parts.length}
          signed={signedCount}
        />
      )}
    </dialog>
  );
}

function Ended({ end, close }: { readonly end: End; readonly close: () => void }): ReactNode {
  const session = useSession();
  return (
    <>
      {end.name === "left" ? (
        <p className="refusal" role="alert">
          {end.words}
        </p>
      ) : (
        <p role="status">All are on their way.</p>
      )}
      <p className="buttons">
        <Link href={`${sessionPath(session, "trade")}?tab=activity`}>See what becomes of them</Link>
        <button type="button" data-first onClick={close}>
          Close
        </button>
      </p>
    </>
  );
}

interface Signing {
  readonly parts: readonly Part[];
  readonly account: Connected;
  readonly orders: readonly TradePackage[] | undefined;
  readonly again: () => void;
  readonly setSigned: (count: number) => void;
  readonly setEnd: (end: End) => void;
}

function useSigningAll(given: Signing): readonly [Stage, ((way: Way) => void) | undefined] {
  const { parts, account, orders, again, setSigned, setEnd } = given;
  const session = useSession();
  const domain = useDomain();
  const [stage, setStage] = useState<Stage>({ name: "ready" });
  if (orders === undefined || domain === undefined) return [stage, undefined];
  const bring = async (way: Way): Promise<void> => {
    const stopping = new AbortController();
    setStage({
      name: "asking",
      stop: () => {
        stopping.abort();
      },
    });
    try {
      const words = parts.map((part) => part.words);
      const worded = orders.map((order, k) => ({ order, words: words[k] ?? "" }));
      const all = await signAll(domain, account, worded, { signal: stopping.signal, tell: setSigned });
      setSigned(all.length);
      setStage({ name: "bringing" });
      const { desk } = session.source;
      if (way === "copy") {
        for (const [k, signedPackage] of all.entries()) {
          await keepForOthers({ session, signedPackage, words: words[k] ?? "" });
        }
        setStage({ name: "copied", text: toJson(all) });
        return;
      }
      if (way === "relay" && desk !== undefined) await handInAll(desk, session, all, words);
      else await sendAllAlone(session, account, all, words);
      setEnd({ name: "done" });
    } catch (error) {
      if (error instanceof LeftBehind) {
        setEnd({ name: "left", words: error.message });
        return;
      }
      setSigned(0);
      setStage({ name: "ready", problem: reasonOf(error) });
      again();
    }
  };
  return [stage, (way) => void bring(way)];
}
