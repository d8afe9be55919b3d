/** What a record says for which nobody has signed, and to which no head commits: only the chain, and the code on it, can say so. */
import { ZeroAddress } from "ethers";

import type { SessionEvent } from "./events.js";
import type { GrantCode, Grants } from "./grants.js";
import type { LogHeader } from "./log-header.js";
import type { LogRecord } from "./session-log.js";

export class Unsigned {
  readonly #grants: Grants;
  readonly #hasPolicy: boolean;
  /** Transaction of the signed cancellation with which orders are being taken out. */
  #cancelling: string | undefined;

  public constructor({ terms }: LogHeader, grants: Grants) {
    this.#grants = grants;
    this.#hasPolicy = terms.policy !== ZeroAddress;
  }

  /** @param isFree whether it is a transfer with which nothing else comes */
  public note({ event }: SessionEvent, { blockNumber, logIndex, transactionHash }: LogRecord, isFree: boolean): void {
    const add = (code: GrantCode, what: string): void => {
      this.#grants.add(code, () => `${what}, block ${blockNumber}, log ${logIndex}`);
    };
    const signed = this.#cancelling;
    this.#cancelling = undefined;
    switch (event.kind) {
      case "tradesCancelled":
        this.#cancelling = transactionHash;
        break;
      case "offset":
        if (event.reason !== "cancelled") break;
        if (signed === transactionHash) this.#cancelling = signed;
        else add("CALLS_UNSIGNED", `cancellation of order ${event.tradeRootId}`);
        break;
      case "deposited":
        add("CALLS_UNSIGNED", `deposit for trader ${event.traderId}`);
        break;
      case "noncesInvalidated":
        add("CALLS_UNSIGNED", `nonce floor of trader ${event.traderId}`);
        break;
      case "withdrawn":
        add("RESERVES_FROM_BELOW", `withdrawal of trader ${event.traderId}`);
        add("CALLS_UNSIGNED", `withdrawal of trader ${event.traderId}`);
        add("RECEIVERS_FROM_FILE", `withdrawal of trader ${event.traderId} to ${event.to}`);
        break;
      case "exited":
        add("CALLS_UNSIGNED", `exit of trader ${event.traderId}`);
        add("RECEIVERS_FROM_FILE", `exit of trader ${event.traderId} to ${event.to}`);
        break;
      case "redeemed":
        add("RECEIVERS_FROM_FILE", `redemption of ${event.holder} to ${event.to}`);
        break;
      case "userCreated":
        if (this.#hasPolicy) add("POLICY_ADMITTED", `trader ${event.trader}`);
        break;
      case "tradePlaced":
        add("PLACES_FROM_FILE", `order ${event.tradeRootId} at place ${event.place}`);
        break;
      case "transfer":
        if (isFree) add("TRANSFERS_FROM_FILE", `token ${event.token} from ${event.from} to ${event.to}`);
        break;
      default:
        break;
    }
  }
}
