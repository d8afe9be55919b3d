/** Taking orders back: before they are sent, and off the book. */
import { signTradesCancellation } from "../../../src/bindings/cancellations.js";
import { cancelAll, signCancellation } from "../../../src/client/relay/cancellation.js";
import type { Placed } from "../../../src/protocol/book/orders.js";
import type { BookDomain } from "../../../src/protocol/signing/typed-data.js";
import { tradesCancellation, type TradesCancellation } from "../../../src/protocol/signing/trades-cancellation.js";
import type { RelayTrader } from "../../../src/wire/state.js";
import { actorOf, type Connected } from "../../wallet/acting.js";
import { keep, note } from "../../data/activity.js";
import type { AskedCall, AskedCancellation, AskedOrder } from "../../data/deeds.js";
import type { OpenedSession } from "../../data/session.js";
import type { Desk } from "../../data/source.js";
import { reasonOf, signerOf } from "../../wallet/wallets.js";
import { placeOf } from "./sign.js";

/** A cancellation is brought soon or never: whoever has it can use it. */
const GOOD_FOR_S = 600n;

/** Asks the relay to give back what it has not sent. @throws RelayRequestError RELAY_ALREADY_SENT; ClientError Client_Declined */
export async function takeBack(desk: Desk, domain: BookDomain, account: Connected, deed: AskedOrder): Promise<void> {
  const signature = await signCancellation(domain, await signerOf(account), deed.id);
  await note<AskedOrder>(deed, { isTakenBack: true });
  await desk.cancel(deed.id, signature);
  await note<AskedOrder>(deed, { told: { status: "withdrawn" } });
}

export interface Cancelling {
  readonly session: OpenedSession;
  readonly domain: BookDomain;
  readonly account: Connected;
  /** The chain's time, unix seconds. */
  readonly now: bigint;
}

/** One order off the book: signed, for the relay to bring; or sent by oneself where there is none. */
export async function cancelOrder(given: Cancelling, order: Placed): Promise<void> {
  const { desk } = given.session.source;
  if (desk === undefined) {
    await takeOut(given, [order]);
    return;
  }
  const { tradeRootId } = order;
  const fields = { trader: given.account.address, fromTradeRootId: tradeRootId, toTradeRootId: tradeRootId };
  const deadline = given.now + GOOD_FOR_S;
  await handIn(given, desk, tradesCancellation({ ...fields, nonceFloor: 0n, deadline }), [tradeRootId]);
}

/**
 * All that rests and waits. What was handed in since the newest block waits, too: a relay is asked anew.
 * @param shown the account as it was at the newest block
 */
export async function cancelEverything(given: Cancelling, shown: RelayTrader): Promise<void> {
  const { source } = given.session;
  const { desk } = source;
  if (desk === undefined) {
    await takeOut(given, shown.binding.orders);
    return;
  }
  const trader = (await source.trader(given.account.address)) ?? shown;
  const ids = trader.binding.orders.map(({ tradeRootId }) => tradeRootId);
  await handIn(given, desk, cancelAll(given.account.address, trader, given.now + GOOD_FOR_S), ids);
}

async function handIn(
  { session, domain, account }: Cancelling,
  desk: Desk,
  fields: TradesCancellation,
  tradeRootIds: readonly number[],
): Promise<void> {
  const signedOne = await signTradesCancellation(domain, await signerOf(account), fields);
  const taken = await desk.cancelTrades(signedOne);
  const deed: AskedCancellation = {
    ...asked(session, account, wordsOf(tradeRootIds)),
    kind: "cancellation",
    id: taken.hash,
    tradeRootIds,
    via: "relay",
    told: { status: taken.status },
  };
  await keep(deed);
}

async function takeOut({ session, account }: Cancelling, orders: readonly Placed[]): Promise<void> {
  const ids = orders.map(({ tradeRootId }) => tradeRootId);
  await sent(session, account, wordsOf(ids), async () => {
    const { trader } = await actorOf(session, account);
    await trader.cancel(orders);
  });
}

function wordsOf(tradeRootIds: readonly number[]): string {
  return tradeRootIds.length === 0 ? "Cancel all that waits" : `Cancel #${tradeRootIds.join(", #")}`;
}

function asked(session: OpenedSession, { address }: Connected, words: string) {
  return { place: placeOf(session), trader: address, at: Date.now(), words };
}

/** A transaction of one's own, kept with what became of it. @throws what it failed with */
export async function sent(
  session: OpenedSession,
  account: Connected,
  words: string,
  send: () => Promise<unknown>,
): Promise<void> {
  const deed: AskedCall = { ...asked(session, account, words), kind: "call", id: crypto.randomUUID(), status: "asked" };
  await keep(deed);
  try {
    await send();
    await note<AskedCall>(deed, { status: "done" });
  } catch (error) {
    await note<AskedCall>(deed, { status: "failed", problem: reasonOf(error) });
    throw error;
  }
}

/** Has orders of a market matched that still cross. */
export async function matchMarket(
  session: OpenedSession,
  account: Connected,
  market: { readonly marketRootId: number; readonly marketBranchId: number },
): Promise<void> {
  const words = `Match market ${market.marketRootId}.${market.marketBranchId}`;
  await sent(session, account, words, async () => {
    const { createSubmitter } = await import("../../../src/client/submitter.js");
    const { handle, signer } = await actorOf(session, account);
    await createSubmitter(handle, signer).matchTrades(market);
  });
}
