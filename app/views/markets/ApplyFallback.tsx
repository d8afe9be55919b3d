/** From settleBy on anybody may settle a root by the outcome that its owner declared at the beginning: the button that does it. */
import { type ReactNode, useState } from "react";

import { useAccount } from "../../wallet/AccountMenu.js";
import { signerOf } from "../../wallet/wallets.js";
import { useSession } from "../../data/session.js";
import type { Root } from "../../data/names.js";
import { Refusal } from "../../ui/State.js";
import { fallbackText } from "./tree.js";

type Sending =
  | { readonly status: "none" | "asking" }
  | { readonly status: "done"; readonly hash: string; readonly block: number }
  | { readonly status: "failed"; readonly error: unknown };

export function ApplyFallback({ root }: { readonly root: Root }): ReactNode {
  const account = useAccount();
  const { address } = useSession();
  const [sending, setSending] = useState<Sending>({ status: "none" });
  const send = async (): Promise<void> => {
    if (account === undefined) return;
    setSending({ status: "asking" });
    try {
      const [{ openSession }, { applyFallback }, signer] = await Promise.all([
        import("../../../src/bindings/session.js"),
        import("../../../src/client/market-settlement.js"),
        signerOf(account),
      ]);
      const { hash, blockNumber } = await applyFallback(await openSession(address, signer), signer, root.marketRootId);
      setSending({ status: "done", hash, block: blockNumber });
    } catch (error) {
      setSending({ status: "failed", error });
    }
  };
  return (
    <div className="fallback" role="group" aria-label="Fallback">
      <p>Its owner has not settled it in time. Anybody may apply the fallback now: {fallbackText(root)}</p>
      <button
        type="button"
        className="primary"
        disabled={account === undefined || sending.status === "asking"}
        onClick={() => void send()}
      >
        {sending.status === "asking" ? "The wallet is asked …" : "Apply the fallback"}
      </button>
      {account === undefined && <p className="hint">Connect a wallet on the session’s chain: it pays the gas.</p>}
      {sending.status === "done" && (
        <p role="status">
          On chain in block {sending.block}: <code>{sending.hash}</code>
        </p>
      )}
      {sending.status === "failed" && <Refusal error={sending.error} />}
    </div>
  );
}
