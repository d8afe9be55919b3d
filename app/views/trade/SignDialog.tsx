/** The last look before a signature: what is asked, what the rules make of it, and what the wallet will show, field by field. */
import { type ReactNode, useState } from "react";

import { toJson } from "../../../src/protocol/amounts/json.js";
import type { TradePackage } from "../../../src/protocol/signing/package.js";
import type { UnsignedOrder } from "../../data/mirror/foresight.js";
import { type Connected, useDomain } from "../../wallet/acting.js";
import { useSession } from "../../data/session.js";
import { useModal } from "../../ui/modal.js";
import { Refusal } from "../../ui/State.js";
import { formatMoment } from "../../ui/time.js";
import { reasonOf } from "../../wallet/wallets.js";
import { useForesight } from "./hooks.js";
import { Effect, RefusedOrder } from "./Preview.js";
import type { Place } from "./place.js";
import { useCompleted } from "./completed.js";
import { handIn, keepForOthers, sendAlone, signed } from "./sign.js";
import type { Draft } from "./order-ticket.js";
import { WalletShows } from "./WalletShows.js";
import { CopiedOrders, type Stage, type Way, WayButtons } from "./WayButtons.js";

interface SignDialogProps {
  readonly place: Place;
  readonly draft: Draft;
  readonly account: Connected;
  /** What was asked for, in words. */
  readonly words: string;
  readonly close: (isDone: boolean) => void;
}

export function SignDialog(props: SignDialogProps): ReactNode {
  const { place, draft, account, words, close } = props;
  const dialog = useModal();
  const { orders, problem, again } = useCompleted([draft], account);
  const order = orders?.[0];
  const [stage, act] = useSigning(props, order, again);
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
        <WalletShows order={order} />
      </div>
      {stage.name === "ready" && stage.problem !== undefined && (
        <p className="refusal" role="alert">
          {stage.problem}
        </p>
      )}
      {stage.name === "copied" ? (
        <CopiedOrders
          text={stage.text}
          close={() => {
            close(true);
          }}
        />
      ) : (
        <WayButtons
          stage={stage}
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
      {data === undefined && <p>Nothing is foreseen yet.</p>}
      {data?.effect !== undefined && <Effect effect={data.effect} place={place} />}
      {data?.refusal !== undefined && (
        <RefusedOrder refusal={data.refusal} place={place} isBid={order.quantityLots > 0n} cure={() => undefined} />
      )}
    </section>
  );
}

function useSigning(
  { account, words, close }: SignDialogProps,
  order: TradePackage | undefined,
  again: () => void,
): readonly [Stage, ((way: Way) => void) | undefined] {
  const session = useSession();
  const domain = useDomain();
  const [stage, setStage] = useState<Stage>({ name: "ready" });
  if (order === undefined || domain === undefined) return [stage, undefined];
  const bring = async (way: Way): Promise<void> => {
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
