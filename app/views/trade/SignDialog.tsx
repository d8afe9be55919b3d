/** The last look before a signature: what is asked, what the rules make of it, and what the wallet will show, field by field. */
import { type ReactNode, useEffect, useRef, useState } from "react";

import { toJson } from "../../../src/protocol/amounts/json.js";
import type { TradePackage } from "../../../src/protocol/signing/package.js";
import type { UnsignedOrder } from "../../data/mirror/foresight.js";
import { type Connected, useDomain } from "../../data/acting.js";
import { useSession } from "../../data/session.js";
import { Refusal } from "../../ui/State.js";
import { formatMoment } from "../../ui/time.js";
import { reasonOf } from "../../wallet/wallets.js";
import { useForesight } from "./hooks.js";
import { Effect, RefusedOrder } from "./Preview.js";
import type { Place } from "./place.js";
import { completed, handIn, keepForOthers, sendAlone, signed } from "./sign.js";
import { type Draft, rawFields } from "./order-ticket.js";

interface SignDialogProps {
  readonly place: Place;
  readonly draft: Draft;
  readonly account: Connected;
  /** What was asked for, in words. */
  readonly words: string;
  readonly close: (isDone: boolean) => void;
}

type Stage =
  | { readonly name: "ready"; readonly problem?: string }
  | { readonly name: "asking"; readonly stop: () => void }
  | { readonly name: "bringing" }
  | { readonly name: "copied"; readonly text: string };

/** How a signed order comes to the book. */
type Way = "relay" | "wallet" | "copy";

export function SignDialog(props: SignDialogProps): ReactNode {
  const { place, draft, account, words, close } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const { order, problem, again } = useCompleted(draft, account);
  const [stage, act] = useSigning(props, order, again);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const isBusy = stage.name === "asking" || stage.name === "bringing";
  return (
    <dialog
      ref={dialog}
      aria-labelledby="sign-title"
      className="sign"
      onCancel={(event) => {
        event.preventDefault();
        if (!isBusy) close(false);
      }}
    >
      <h2 id="sign-title">Review &amp; sign</h2>
      {problem !== undefined && <Refusal error={problem} />}
      <div className="columns">
        <section>
          <h3>You ask</h3>
          <p>{words}</p>
          <p>Until {formatMoment(Number(draft.deadline))}.</p>
        </section>
        <RulesSay place={place} order={{ ...draft, trader: account.address }} />
        <section>
          <h3>Your wallet will show</h3>
          {order === undefined ? <p>…</p> : <RawFields order={order} />}
        </section>
      </div>
      {stage.name === "ready" && stage.problem !== undefined && (
        <p className="refusal" role="alert">
          {stage.problem}
        </p>
      )}
      {stage.name === "copied" ? (
        <Copied
          text={stage.text}
          close={() => {
            close(true);
          }}
        />
      ) : (
        <Buttons
          stage={stage}
          canSign={order !== undefined}
          act={act}
          close={() => {
            close(false);
          }}
          wallet={account.wallet.info.name}
        />
      )}
    </dialog>
  );
}

function RulesSay({ place, order }: { readonly place: Place; readonly order: UnsignedOrder }): ReactNode {
  const { data } = useForesight(order);
  return (
    <section>
      <h3>The rules say{data === undefined ? "" : `, block ${data.block}`}</h3>
      {data === undefined && <p>Nothing can be foreseen without the session’s logs.</p>}
      {data?.effect !== undefined && <Effect effect={data.effect} place={place} />}
      {data?.refusal !== undefined && (
        <RefusedOrder refusal={data.refusal} place={place} isBid={order.quantityLots > 0n} cure={() => undefined} />
      )}
    </section>
  );
}

function RawFields({ order }: { readonly order: TradePackage }): ReactNode {
  return (
    <table className="raw">
      <caption className="unseen">The fields of TradePackage in the order of the message</caption>
      <tbody>
        {rawFields(order).map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <code>{value}</code>
              {name === "deadline" && <small> = {formatMoment(Number(value))}</small>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Link and nonce are fetched once for the dialog, and again when something is to be signed again. */
function useCompleted(draft: Draft, account: Connected) {
  const session = useSession();
  const [order, setOrder] = useState<TradePackage>();
  const [problem, setProblem] = useState<unknown>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isOver = false;
    completed(session, account.address, draft).then(
      (made) => {
        if (!isOver) setOrder(made);
      },
      (error: unknown) => {
        if (!isOver) setProblem(error);
      },
    );
    return () => {
      isOver = true;
    };
  }, [round]);
  const again = (): void => {
    setRound((count) => count + 1);
  };
  return { order, problem, again };
}

function useSigning(
  { account, words, close }: SignDialogProps,
  order: TradePackage | undefined,
  again: () => void,
): readonly [Stage, (way: Way) => void] {
  const session = useSession();
  const domain = useDomain();
  const [stage, setStage] = useState<Stage>({ name: "ready" });
  const bring = async (way: Way): Promise<void> => {
    if (order === undefined || domain === undefined) return;
    const stopping = new AbortController();
    setStage({
      name: "asking",
      stop: () => {
        stopping.abort();
      },
    });
    try {
      const signedPackage = await signed(domain, account, order, stopping.signal);
      setStage({ name: "bringing" });
      const given = { session, signedPackage, words };
      const { desk } = session.source;
      if (way === "copy") {
        await keepForOthers(given);
        setStage({ name: "copied", text: toJson(signedPackage) });
        return;
      }
      if (way === "relay" && desk !== undefined) await handIn(desk, given);
      else await sendAlone(account, given);
      close(true);
    } catch (error) {
      setStage({ name: "ready", problem: reasonOf(error) });
      again();
    }
  };
  return [stage, (way) => void bring(way)];
}

interface ButtonsProps {
  readonly stage: Stage;
  readonly canSign: boolean;
  readonly act: (way: Way) => void;
  readonly close: () => void;
  readonly wallet: string;
}

function Buttons({ stage, canSign, act, close, wallet }: ButtonsProps): ReactNode {
  const { source, chain } = useSession();
  const hasDesk = source.desk !== undefined;
  const canSend = chain !== undefined;
  if (stage.name === "asking")
    return (
      <p role="status">
        {wallet} is asked. Compare what it shows with the fields above.{" "}
        <button type="button" onClick={stage.stop}>
          Stop waiting
        </button>
      </p>
    );
  if (stage.name === "bringing") return <p role="status">Signed. It is on its way …</p>;
  return (
    <p className="buttons">
      {hasDesk && (
        <button
          type="button"
          className="primary"
          disabled={!canSign}
          autoFocus
          onClick={() => {
            act("relay");
          }}
        >
          Sign, for the relay to bring
        </button>
      )}
      {canSend && (
        <button
          type="button"
          className={hasDesk ? "" : "primary"}
          disabled={!canSign}
          autoFocus={!hasDesk}
          onClick={() => {
            act("wallet");
          }}
        >
          Sign and send it myself
        </button>
      )}
      <button
        type="button"
        disabled={!canSign}
        onClick={() => {
          act("copy");
        }}
      >
        Sign only, and copy
      </button>
      <button type="button" onClick={close}>
        Back
      </button>
    </p>
  );
}

function Copied({ text, close }: { readonly text: string; readonly close: () => void }): ReactNode {
  return (
    <>
      <p>Whoever has this can bring it to the book until it expires.</p>
      <textarea readOnly rows={6} value={text} aria-label="The signed order" />
      <p className="buttons">
        <button type="button" onClick={() => void navigator.clipboard.writeText(text)}>
          Copy
        </button>
        <button type="button" onClick={close}>
          Close
        </button>
      </p>
    </>
  );
}
