/**
 * Hands one order to the relay at the URL given, for the session on the node whose URL is given too, and waits until it is in the
 * book; prints what came of it.
 */
import { createRelayClient, createTrader, openSession, signCancellation } from "session-contracts/client";
import { readConfig, RelayError } from "session-contracts/relay";
import { HDNodeWallet, JsonRpcProvider, Mnemonic } from "ethers";

const MNEMONIC = Mnemonic.fromPhrase("test test test test test test test test test test test junk");

const [relayUrl, nodeUrl, session] = process.argv.slice(2);
if (relayUrl === undefined || nodeUrl === undefined || session === undefined)
  throw new Error("name a relay, a node and a session: node out/relay.js URL URL ADDRESS");
const provider = new JsonRpcProvider(nodeUrl);
const trader = HDNodeWallet.fromMnemonic(MNEMONIC, "m/44'/60'/0'/0/1").connect(provider);
const handle = await openSession(session, provider);
const relay = createRelayClient(relayUrl);
const { link: previousLink } = await relay.link();
const signed = await createTrader(handle, trader).signOrder({ leg: 1, price: 3_000n, quantity: 7n, previousLink });
const { link, expected } = await relay.submit(signed);
const { status, tradeRootId } = await relay.settled(link);
const { lots, price } = await handle.book.orderAt(tradeRootId ?? 0);
const tooLate = await relay.cancel(link, await signCancellation(handle.domain, trader, link)).catch(codeOf);
console.log(
  JSON.stringify({
    status,
    expected: expected?.tradeRootId,
    tradeRootId,
    rests: `${lots}@${price}`,
    tooLate,
    unset: unset(),
  }),
);
provider.destroy();

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : error;
}

/** The entry for programs that run a relay themselves: here only its refusal of settings that are missing. */
function unset(): string {
  try {
    return String(readConfig({}, {}).sessions);
  } catch (error) {
    return error instanceof RelayError ? error.code : String(error);
  }
}
