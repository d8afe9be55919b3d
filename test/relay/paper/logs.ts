/** What a book says, as the logs of its contract. */
import { IOrderBook__factory, OrderBook__factory } from "../../../typechain-types/index.js";
import type { BookEvent } from "../../../src/protocol/book/events.js";
import { OFFSET_REASONS } from "../../../src/protocol/book/events.js";
import type { Refusal } from "../../../src/protocol/market/refusal.js";
import { createdValues } from "../../verify/support/lines.js";

export const BOOK_INTERFACE = IOrderBook__factory.createInterface();
const ERRORS = OrderBook__factory.createInterface();

export interface LogWords {
  readonly topics: readonly string[];
  readonly data: string;
}

export function logOf(event: BookEvent): LogWords {
  const [name, values] = wordsOf(event);
  const { topics, data } = BOOK_INTERFACE.encodeEventLog(name, [...values]);
  return { topics, data };
}

/** A refusal as revert data. */
export function revertDataOf({ code, values }: Refusal): string {
  const error = ERRORS.getError(code)!;
  const byName: Readonly<Record<string, unknown>> = values;
  return ERRORS.encodeErrorResult(
    error,
    error.inputs.map(({ name }) => byName[name]),
  );
}

/** What an event says of a refusal. */
function selectorOf({ code }: Refusal): string {
  return ERRORS.getError(code)!.selector;
}

/** The contract's event, and its values in order: those that a book before its settlement can say. */
function wordsOf(event: BookEvent): readonly [name: string, values: readonly unknown[]] {
  switch (event.kind) {
    case "userCreated":
      return ["UserCreated", [event.traderId, event.trader]];
    case "deposited":
      return ["Deposited", [event.traderId, event.leg, event.amount]];
    case "withdrawn":
      return ["Withdrawn", [event.traderId, event.leg, event.amount, event.to]];
    case "noncesInvalidated":
      return ["NoncesInvalidated", [event.traderId, event.nonceFloor]];
    case "tradeCreated":
      return ["TradeCreated", createdValues(event)];
    case "tradeApproved":
      return ["TradeApproved", [event.tradeRootId, event.signature]];
    case "tradePlaced":
      return ["TradePlaced", [event.tradeRootId, event.place]];
    case "matched":
      return ["TradesMatched", [event.makerRootId, event.takerRootId, event.priceTicks, event.lots]];
    case "offset":
      return ["TradeOffset", [event.tradeRootId, event.lots, OFFSET_REASONS.indexOf(event.reason)]];
    case "tradesCancelled": {
      const { trader, fromTradeRootId, toTradeRootId, nonceFloor, deadline } = event.cancellation;
      return ["TradesCancelled", [trader, fromTradeRootId, toTradeRootId, nonceFloor, deadline, event.signature]];
    }
    case "skipped":
      return ["PackageSkipped", [event.index, event.trader, event.nonce, selectorOf(event.refusal)]];
    case "cancellationSkipped":
      return ["CancellationSkipped", [event.trader, selectorOf(event.refusal)]];
    case "offsetSkipped":
      return ["OffsetSkipped", [event.tradeRootId, selectorOf(event.refusal)]];
    case "checkpoint":
      return ["Checkpoint", [event.head, event.link]];
    case "marketRecorded": {
      const { marketRootId, link, record, signature, organiserSignature, description } = event;
      const { marketBranchId } = record;
      const values = [marketRootId, marketBranchId, link, record, signature, organiserSignature, description];
      return ["MarketRecorded", values];
    }
    default:
      throw new Error(`a chain on paper does not write ${event.kind}`);
  }
}
