/** Hands a signed order to a relay, and tells what became of it. */
import type { SignedPackage } from "../bindings/packages.js";
import { createRelayClient, type RelayClient } from "../client/relay/client.js";
import { type BookDomain, primaryLink } from "../protocol/signing/typed-data.js";
import { receiptHolds } from "../client/relay/receipts.js";
import type { RelayReceipt } from "../wire/receipt.js";
import { relayAt } from "./ask-relay.js";
import type { CliContext } from "./context.js";
import { nextText, wayText } from "./output/session-facts.js";
import { date, facts, paragraphs } from "./output/text.js";

/**
 * @param domain of the book, as the chain has it; undefined if no node is asked: then the relay is believed on it
 * @throws RelayRequestError what the relay refuses; InputError ARGUMENT_INVALID
 */
export async function sendThroughRelay(
  context: CliContext,
  url: string,
  signed: SignedPackage,
  headline: string,
  domain?: BookDomain,
): Promise<void> {
  const relay = createRelayClient(relayAt(context, url));
  context.progress(`Handing over: ${headline}`);
  const { link, ahead, expected, receipt, route: planned } = await relay.submit(signed);
  const way = planned === undefined ? "" : `; it goes through ${wayText(planned)}`;
  context.progress(`The relay has it, with ${ahead} before it${way}`);
  const known = receipt === undefined ? {} : await checked(relay, signed, receipt, domain);
  const { status, tradeRootId, block, refusal, route = planned } = await relay.settled(link);
  const filled = expected?.fills.reduce((sum, { lots }) => sum + lots, 0n);
  context.answer({
    document: { link, status, tradeRootId, block, refusal, route, expected, ...known, package: signed.package },
    text: paragraphs(
      tradeRootId === undefined ? `Not in the book: ${headline}` : `Order ${tradeRootId}: ${headline}`,
      facts([
        ["status", refusal === undefined ? status : `${status}: ${refusal.code}`],
        ["expected when it was taken", filled === undefined ? "-" : `${filled} lots filled`],
        ["through", route === undefined ? "-" : wayText(route)],
        ["block", block === undefined ? "-" : String(block.number)],
        ["link", link],
        ...receiptFacts(known),
      ]),
      nextText(...(status === "onChain" ? ["orders", "positions"] : ["collateral"])),
    ),
    holds: status === "onChain",
  });
}

/** A receipt, and whether it is the relay's word that it has this very order, for this book. */
interface KnownReceipt {
  readonly receipt?: RelayReceipt;
  readonly receiptHolds?: boolean;
}

async function checked(
  relay: RelayClient,
  { package: order }: SignedPackage,
  receipt: RelayReceipt,
  domain?: BookDomain,
): Promise<KnownReceipt> {
  const told = await relay.session();
  const {
    chainId,
    orderBook,
    relay: { receipts: account },
  } = told;
  const book = domain ?? { chainId, verifyingContract: orderBook };
  const holds = account !== undefined && receiptHolds(book, receipt, { hash: primaryLink(order), account });
  return { receipt, receiptHolds: holds };
}

function receiptFacts({ receipt, receiptHolds: holds }: KnownReceipt): (readonly [string, string])[] {
  if (receipt === undefined) return [];
  const { seq, timeMs, account } = receipt;
  if (holds !== true) return [["receipt", "does NOT hold: its signature is not the relay's for this order"]];
  return [["receipt", `number ${seq}, ${date(Math.floor(timeMs / 1_000))}, signed by ${account}`]];
}
