/** Several orders that belong together: all are signed before any is brought, so that a wallet that says no leaves nothing half done. */
import { messageOf } from "../../../src/protocol/amounts/errors.js";
import type { SignedPackage, TradePackage } from "../../../src/protocol/signing/package.js";
import type { BookDomain } from "../../../src/protocol/signing/typed-data.js";
import { actorOf, type Connected } from "../../wallet/acting.js";
import { keep, note } from "../../data/activity.js";
import type { AskedOrder } from "../../data/deeds.js";
import type { OpenedSession } from "../../data/session.js";
import type { Desk } from "../../data/source.js";
import { deedOf, handIn, signed } from "../trade/sign.js";

export interface Worded {
  readonly order: TradePackage;
  readonly words: string;
}

/** @param tell how many are signed @throws as `signed`: nothing was brought then */
export async function signAll(
  domain: BookDomain,
  account: Connected,
  orders: readonly Worded[],
  { signal, tell }: { readonly signal: AbortSignal; readonly tell: (count: number) => void },
): Promise<SignedPackage[]> {
  const all: SignedPackage[] = [];
  for (const { order } of orders) {
    tell(all.length);
    all.push(await signed(domain, account, order, signal));
  }
  return all;
}

/** What was left behind when one of several was not taken. */
export class LeftBehind extends Error {}

/** One after the other. @throws LeftBehind at the first that is not taken: those behind it are not handed in */
export async function handInAll(
  desk: Desk,
  session: OpenedSession,
  all: readonly SignedPackage[],
  words: readonly string[],
): Promise<void> {
  for (const [index, signedPackage] of all.entries()) {
    try {
      await handIn(desk, { session, signedPackage, words: words[index] ?? "" });
    } catch (error) {
      const left = all.length - index;
      throw new LeftBehind(
        `${index === 0 ? "None was" : `${index} of ${all.length} were`} handed in; ${left} ${left === 1 ? "was" : "were"} not. ${messageOf(error)}`,
        { cause: error },
      );
    }
  }
}

/** All in one transaction, in which each stands for itself. @throws LeftBehind if one of them is refused */
export async function sendAllAlone(
  session: OpenedSession,
  account: Connected,
  all: readonly SignedPackage[],
  words: readonly string[],
): Promise<void> {
  const deeds = all.map((signedPackage, k): AskedOrder =>
    deedOf({ session, signedPackage, words: words[k] ?? "" }, "wallet"),
  );
  for (const deed of deeds) await keep(deed);
  const { createSubmitter } = await import("../../../src/client/submitter.js");
  const refusals: string[] = [];
  try {
    const { handle, signer } = await actorOf(session, account);
    const { results } = await createSubmitter(handle, signer).submitBatch(all);
    for (const [index, result] of results.entries()) {
      const deed = deeds[index];
      if (deed === undefined) continue;
      if (result.accepted)
        await note<AskedOrder>(deed, { told: { status: "onChain", tradeRootId: result.tradeRootId } });
      else {
        const { code, message } = result.refusal;
        refusals.push(message);
        await note<AskedOrder>(deed, { told: { status: "refused", refusal: { code, values: {} } } });
      }
    }
  } catch (error) {
    for (const deed of deeds) await note<AskedOrder>(deed, { problem: messageOf(error) });
    throw error;
  }
  if (refusals.length === 0) return;
  throw new LeftBehind(
    `${all.length - refusals.length} of ${all.length} came to the book. ${[...new Set(refusals)].join(" ")}`,
  );
}
