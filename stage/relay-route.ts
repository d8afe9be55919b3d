/** The way of signed orders through a relay, whoever runs it. */
import type { Provider } from "ethers";

import { readRecords } from "../src/bindings/logs.js";
import type { SignedPackage } from "../src/bindings/packages.js";
import type { SessionHandle } from "../src/bindings/session.js";
import type { PatienceOptions, RelayClient } from "../src/client/relay/client.js";
import { RelayRequestError } from "../src/client/relay/errors.js";
import type { Hash } from "../src/protocol/signing/typed-data.js";
import type { Delivery, OrderResult, OrderRoute } from "./route.js";

const POLL_MS = 10;
const PATIENCE_MS = 60_000;
/** What the order book itself refuses: well-formed, but not to be done. */
const REFUSED = 422;

/** Where orders go that a relay brings to the book. */
export interface Bringing {
  readonly handle: SessionHandle;
  readonly provider: Provider;
  /** Between two questions, ms; 10 by default. */
  readonly pollMs?: number;
  /** A relay that needs longer for anything has a fault, which its log tells; a minute by default. */
  readonly patienceMs?: number;
}

/** Hands orders to a relay one by one, and waits for what becomes of them. */
export function routeThroughRelay(to: Bringing, client: RelayClient): OrderRoute {
  return { link: () => freshLink(to, client), bring: (signed) => bringAll(to, client, signed) };
}

/** The link once the relay has seen the chain's newest block, and with it the time. */
async function freshLink(
  { provider, pollMs = POLL_MS, patienceMs = PATIENCE_MS }: Bringing,
  client: RelayClient,
): Promise<Hash> {
  const newest = await provider.getBlockNumber();
  const limit = AbortSignal.timeout(patienceMs);
  for (;;) {
    limit.throwIfAborted();
    const { link, block } = await client.link();
    if (block !== undefined && block.number >= newest) return link;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

/** One after the other, so that they come to the book in this order; then waits until the last one is there. */
async function bringAll(to: Bringing, client: RelayClient, signed: readonly SignedPackage[]): Promise<Delivery> {
  const { provider, handle, pollMs = POLL_MS, patienceMs = PATIENCE_MS } = to;
  const before = await provider.getBlockNumber();
  const taken: (Hash | OrderResult)[] = [];
  for (const one of signed) taken.push(await hand(client, one));
  const results: OrderResult[] = [];
  for (const one of taken)
    results.push(
      typeof one === "string" ? await landed(client, one, { pollMs, signal: AbortSignal.timeout(patienceMs) }) : one,
    );
  const records = await readRecords(handle, before + 1);
  const hashes = [...new Set(records.map(({ transactionHash }) => transactionHash))];
  const receipts = await Promise.all(hashes.map((hash) => provider.getTransactionReceipt(hash)));
  return { results, gas: receipts.map((receipt) => receipt?.gasUsed ?? 0n), records };
}

/** @returns the package's link, or the refusal */
async function hand(client: RelayClient, signed: SignedPackage): Promise<Hash | OrderResult> {
  try {
    return (await client.submit(signed)).link;
  } catch (error) {
    if (!(error instanceof RelayRequestError) || error.status !== REFUSED) throw error;
    return { tradeRootId: undefined, refusal: error.code };
  }
}

async function landed(client: RelayClient, link: Hash, patience: PatienceOptions): Promise<OrderResult> {
  const { tradeRootId, refusal } = await client.settled(link, patience);
  return { tradeRootId, refusal: refusal?.code };
}
