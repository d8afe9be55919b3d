/** What lies in an inbox at a roller and was not given: its holder takes it. */
import { ClientError } from "../../../bindings/errors.js";
import { read } from "../../../bindings/transact.js";
import * as rolling from "../../../client/rolling.js";
import { CloneToken__factory } from "../../../../typechain-types/index.js";
import type { CliContext } from "../../context.js";
import { nextText, sentDocument, sentText } from "../../output/session-facts.js";
import { paragraphs, tokens } from "../../output/text.js";
import type { Actor } from "../../who.js";

/** @throws ClientError Roller_NothingHere if there is nothing of the session's tokens */
export async function emptyInbox(
  context: CliContext,
  { handle, wallet }: Pick<Actor, "handle" | "wallet">,
  roller: string,
  to: string,
): Promise<void> {
  const inbox = await rolling.inboxOf(wallet, roller, wallet.address);
  const legs = await Promise.all(handle.legs.map((leg) => leg.getAddress()));
  const held = await Promise.all(
    [handle.address, ...legs].map(async (token, leg) => {
      return { token, leg, amount: await read(CloneToken__factory.connect(token, wallet).balanceOf(inbox)) };
    }),
  );
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
