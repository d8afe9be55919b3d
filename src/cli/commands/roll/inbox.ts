/** The inbox at a roller: the book is left into it; what was not given its holder takes. */
import type { TransactionReceipt } from "ethers";

import { ClientError } from "../../../bindings/errors.js";
import { read } from "../../../bindings/transact.js";
import * as rolling from "../../../client/rolling.js";
import { createTrader } from "../../../client/trader.js";
import { CloneToken__factory } from "../../../../typechain-types/index.js";
import { nextTime } from "../../chain.js";
import type { CliContext } from "../../context.js";
import { nextText, sentDocument, sentText } from "../../output/session-facts.js";
import { paragraphs, tokens } from "../../output/text.js";
import type { Actor } from "../../who.js";

/**
 * Leaves the book into the inbox, and gives what is there. Where nothing of it could be given, nothing is sent.
 * @throws ClientError Roller_Rolled, Roller_GivingClosed, Roller_BelowMinimum
 */
export async function giveFromBook(
  context: CliContext,
  { handle, wallet, provider }: Actor,
  roller: rolling.RollerNow,
): Promise<TransactionReceipt> {
  const { address, next, givesUntil, minimum } = roller;
  const trader = createTrader(handle, wallet);
  const timestamp = await nextTime(provider);
  if (next !== undefined) throw new ClientError("Roller_Rolled", { next });
  if (timestamp >= givesUntil) throw new ClientError("Roller_GivingClosed", { timestamp, givesUntil });
  const { inbox, held } = await inboxNow({ handle, wallet }, address);
  const [given, leaving] = await Promise.all([rolling.givenBy(handle, address, wallet.address), trader.claims()]);
  const [session = 0n, ...legs] = held.map(({ amount }) => amount);
  const claims = leaving.map((wei, k) => wei + (given[k] ?? 0n) + session + (legs[k] ?? 0n));
  const most = claims.reduce((leg, wei, k) => (wei > (claims[leg] ?? 0n) ? k : leg), 0);
  const claimsWei = claims[most] ?? 0n;
  if (claimsWei < minimum) {
    throw new ClientError("Roller_BelowMinimum", { leg: most + 1, claimsWei, minimumWei: minimum });
  }
  context.progress(`Leaving the book, into the inbox ${inbox}`);
  await trader.exit(inbox, false);
  return rolling.giveFromInbox(wallet, address, wallet.address);
}

/** Session tokens first, then those of each leg. */
async function inboxNow({ handle, wallet }: Pick<Actor, "handle" | "wallet">, roller: string) {
  const inbox = await rolling.inboxOf(wallet, roller, wallet.address);
  const legs = await Promise.all(handle.legs.map((leg) => leg.getAddress()));
  const held = await Promise.all(
    [handle.address, ...legs].map(async (token, leg) => {
      return { token, leg, amount: await read(CloneToken__factory.connect(token, wallet).balanceOf(inbox)) };
    }),
  );
  return { inbox, held };
}

/** @throws ClientError Roller_NothingHere if there is nothing of the session's tokens */
export async function emptyInbox(
  context: CliContext,
  { handle, wallet }: Pick<Actor, "handle" | "wallet">,
  roller: string,
  to: string,
): Promise<void> {
  const { inbox, held } = await inboxNow({ handle, wallet }, roller);
  const there = held.filter(({ amount }) => amount !== 0n);
  if (there.length === 0) throw new ClientError("Roller_NothingHere", { holder: wallet.address });
  const addresses = there.map(({ token }) => token);
  const receipt = await rolling.emptyInbox(wallet, roller, addresses, to);
  const named = there.map(({ leg, amount }) => `${tokens(amount)} ${leg === 0 ? "session tokens" : `of leg ${leg}`}`);
  context.answer({
    document: {
      ...{ roller, inbox, to },
      tokens: there.map(({ token, leg, amount }) => ({ token, leg: leg === 0 ? null : leg, amountWei: amount })),
      ...sentDocument(receipt),
    },
    text: paragraphs(`Taken out of the inbox: ${named.join(", ")}`, sentText(receipt), nextText("redeem all")),
  });
}
