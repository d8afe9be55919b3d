/** Hands a signed order to a relay, and tells what became of it. */
import type { SignedPackage } from "../bindings/packages.js";
import { createRelayClient } from "../client/relay/client.js";
import { httpLocation } from "../wire/locations.js";
import type { CliContext } from "./context.js";
import { invalid } from "./input/parse.js";
import { facts, paragraphs } from "./output/text.js";

/** @throws RelayRequestError what the relay refuses; CliError ARGUMENT_INVALID */
export async function sendThroughRelay(
  context: CliContext,
  url: string,
  signed: SignedPackage,
  headline: string,
): Promise<void> {
  const found = httpLocation(url);
  if ("problem" in found) throw invalid("--relay", "…", `an address over http; this one ${found.problem}`);
  const relay = createRelayClient(url);
  context.progress(`Handing over: ${headline}`);
  const { link, ahead, expected } = await relay.submit(signed);
  context.progress(`The relay has it, with ${ahead} before it`);
  const { status, tradeRootId, block, refusal } = await relay.settled(link);
  const filled = expected?.fills.reduce((sum, { lots }) => sum + lots, 0n);
  context.answer({
    document: { link, status, tradeRootId, block, refusal, expected, package: signed.package },
    text: paragraphs(
      tradeRootId === undefined ? `Not in the book: ${headline}` : `Order ${tradeRootId}: ${headline}`,
      facts([
        ["status", refusal === undefined ? status : `${status}: ${refusal.code}`],
        ["expected when it was taken", filled === undefined ? "-" : `${filled} lots filled`],
        ["block", block === undefined ? "-" : String(block.number)],
        ["link", link],
      ]),
    ),
    holds: status === "onChain",
  });
}
