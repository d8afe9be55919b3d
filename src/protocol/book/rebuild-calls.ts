/** Calls that leave one event each, which says all of them: the call is made again. */
import { ZeroAddress } from "ethers";

import type { BookEvent } from "./events.js";
import * as money from "./money.js";
import * as orders from "./orders.js";
import { type EventOf, impossible } from "./rebuild-events.js";
import * as settlement from "./settlement.js";
import type { BookState } from "./state.js";

/** Events of calls that stand for themselves: the call is made again. */
export function playCall(
  state: BookState,
  event: Exclude<
    BookEvent,
    {
      kind:
        | "cancellationSkipped"
        | "checkpoint"
        | "matched"
        | "offset"
        | "offsetSkipped"
        | "quoteCreated"
        | "quoteSetCreated"
        | "quoteSetSkipped"
        | "quoteSkipped"
        | "skipped"
        | "tradeApproved"
        | "tradeCreated"
        | "tradePlaced"
        | "tradesCancelled";
    }
  >,
  timestamp: bigint,
): void {
  const trader = "traderId" in event && event.kind !== "userCreated" ? addressOf(state, event.traderId) : "";
  const context = { caller: trader, timestamp };
  switch (event.kind) {
    case "userCreated":
      money.createUser(state, event.trader);
      break;
    case "deposited":
      if (event.leg === 0) money.deposit(state, context, trader, event.amount);
      else money.depositLeg(state, context, trader, event.leg, event.amount / money.lotValueOf(state));
      break;
    case "withdrawn":
      if (event.leg === 0) money.withdraw(state, context, event.amount, event.to, 0n);
      else money.withdrawLeg(state, context, event.leg, event.amount / money.lotValueOf(state), event.to, 0n);
      break;
    case "exited":
      money.exit(state, context, event.to, event.redeemed);
      break;
    case "noncesInvalidated":
      orders.invalidateNonces(state, context, event.nonceFloor);
      break;
    case "marketRecorded":
      settlement.appendRecord(state, { caller: bringerOf(state, event), timestamp }, event);
      break;
    case "fallbackApplied":
      settlement.appendFallback(state, context, event.marketRootId);
      break;
    case "realised":
      settlement.realise(state, event.marketRootId, [trader]);
      break;
    case "refreshed":
      settlement.refresh(state, event.marketRootId, [trader]);
      break;
  }
}

/** R36: who left no signature has called. The organiser's is left out of most records, and then says nothing. */
function bringerOf(state: BookState, { record, signature, organiserSignature }: EventOf<"marketRecorded">): string {
  if (signature === "0x") return record.owner;
  return organiserSignature === "0x" ? state.markets.table.terms.marketCreator : ZeroAddress;
}

/** @throws RuleError RECORD_IMPOSSIBLE for a number that nobody has */
function addressOf(state: BookState, traderId: number): string {
  if (traderId < 1 || traderId > state.traders.count) throw impossible(undefined, { traderId });
  return state.traders.byId(traderId).address;
}
