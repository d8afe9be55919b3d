/** Orders as they would be signed at this moment: for a dialog that is open. */
import { useEffect, useState } from "react";

import type { TradePackage } from "../../../src/protocol/signing/package.js";
import type { Connected } from "../../wallet/acting.js";
import { useSession } from "../../data/session.js";
import type { Draft } from "./order-ticket.js";
import { completedAll } from "./sign.js";

export interface Completed {
  /** One for each draft; undefined until link and nonces are here. */
  readonly orders: readonly TradePackage[] | undefined;
  readonly problem: unknown;
  /** Asks for link and nonces anew: something is to be signed again. */
  readonly again: () => void;
}

/** Link and nonces are fetched once for the dialog, which shows one thing from beginning to end. */
export function useCompleted(drafts: readonly Draft[], account: Connected): Completed {
  const session = useSession();
  const [orders, setOrders] = useState<readonly TradePackage[]>();
  const [problem, setProblem] = useState<unknown>();
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isOver = false;
    completedAll(session, account.address, drafts).then(
      (made) => {
        if (!isOver) setOrders(made);
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
  return { orders, problem, again };
}
