/** The ways from a look at orders to the book: signed for the relay, sent by oneself, or copied for somebody else. */
import type { ReactNode } from "react";

import { useSession } from "../../data/session.js";

/** How signed orders come to the book. */
export type Way = "relay" | "wallet" | "copy";

export type Stage =
  | { readonly name: "ready"; readonly problem?: string }
  | { readonly name: "asking"; readonly stop: () => void }
  | { readonly name: "bringing" }
  | { readonly name: "copied"; readonly text: string };

interface ButtonsProps {
  readonly stage: Stage;
  /** Undefined while something of what is to be signed is not known yet. */
  readonly act: ((way: Way) => void) | undefined;
  readonly close: () => void;
  readonly wallet: string;
  /** How many signatures are asked for. */
  readonly orders?: number;
  /** How many are given. */
  readonly signed?: number;
}

export function WayButtons({ stage, act, close, wallet, orders = 1, signed = 0 }: ButtonsProps): ReactNode {
  const { source, chain } = useSession();
  const hasDesk = source.desk !== undefined;
  const canSend = chain !== undefined;
  const all = orders > 1 ? ` all ${orders}` : "";
  if (stage.name === "asking")
    return (
      <p role="status">
        {wallet} is asked{orders > 1 ? ` for signature ${Math.min(signed + 1, orders)} of ${orders}` : ""}. Compare what
        it shows with the fields above.{" "}
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
          aria-disabled={act === undefined}
          data-first
          onClick={() => act?.("relay")}
        >
          Sign{all}, for the relay to bring
        </button>
      )}
      {canSend && (
        <button
          type="button"
          className={hasDesk ? "" : "primary"}
          aria-disabled={act === undefined}
          data-first={hasDesk ? undefined : true}
          onClick={() => act?.("wallet")}
        >
          Sign{all} and send {orders > 1 ? "them" : "it"} myself
        </button>
      )}
      <button type="button" disabled={act === undefined} onClick={() => act?.("copy")}>
        Sign{all} only, and copy
      </button>
      <button type="button" onClick={close}>
        Back
      </button>
    </p>
  );
}

export function CopiedOrders({ text, close }: { readonly text: string; readonly close: () => void }): ReactNode {
  return (
    <>
      <p>Whoever has this can bring it to the book until it expires.</p>
      <textarea readOnly rows={6} value={text} aria-label="What was signed" />
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
