/** From a ticket to a signed order, and to whoever brings it. Nothing is handed in that its trader has not signed as it was shown. */
import { signPackage } from "../../../src/bindings/packages.js";
import { nextNonces } from "../../../src/protocol/book/nonces.js";
import { messageOf, ProtocolError } from "../../../src/protocol/amounts/errors.js";
import { recoverSigner } from "../../../src/protocol/signing/signatures.js";
import { packageDigest, primaryLink } from "../../../src/protocol/signing/typed-data.js";
import type { BookDomain } from "../../../src/protocol/signing/typed-data.js";
import { type SignedPackage, tradePackage, type TradePackage } from "../../../src/protocol/signing/package.js";
import { actorOf, type Connected, patiently } from "../../wallet/acting.js";
import { activity, keep, note } from "../../data/activity.js";
import type { AskedOrder } from "../../data/deeds.js";
import type { OpenedSession } from "../../data/session.js";
import type { Desk } from "../../data/source.js";
import { reasonOf, signerOf } from "../../wallet/wallets.js";
import type { Draft } from "./order-ticket.js";
import { toldOf } from "./life.js";

/** Where a session's orders are kept. */
export function placeOf({ chainId, address }: Pick<OpenedSession, "chainId" | "address">): string {
  return `${chainId}/${address.toLowerCase()}`;
}

/**
 * Nonces and link are those of this moment; orders of this browser that have not landed keep theirs. Several belong together: they are
 * over one link, with nonces one after the other.
 */
export async function completedAll(
  session: OpenedSession,
  trader: string,
  drafts: readonly Draft[],
): Promise<TradePackage[]> {
  const [{ link }, account] = await Promise.all([session.source.link(), session.source.trader(trader)]);
  const window = { floor: account?.nonceFloor ?? 0n, used: account?.usedNonces ?? 0n };
  const taken = activity
    .get()
    .flatMap((deed) =>
      deed.kind === "order" && deed.place === placeOf(session) && deed.trader === trader ? [deed] : [],
    )
    .filter(({ told, problem }) => problem === undefined && (told === undefined || told.status === "pending"))
    .map(({ signed }) => signed.package.nonce);
  const above = taken.reduce((most, nonce) => (nonce >= most ? nonce + 1n : most), 0n);
  const nonces = nextNonces(window, drafts.length, above);
  return drafts.map((draft, k) =>
    tradePackage({ ...draft, trader, previousLink: link, nonce: nonces[k] ?? window.floor }),
  );
}

/** The wallet signed something else, or with another key. Nothing was handed in. */
export class OtherSignature extends Error {}

/**
 * Has an order signed, and looks whose signature it is.
 * @throws OtherSignature unless it is the trader's, or the trader's account has code, which alone can judge it; ClientError Client_Declined
 */
export async function signed(
  domain: BookDomain,
  account: Connected,
  order: TradePackage,
  signal: AbortSignal,
): Promise<SignedPackage> {
  const signer = await signerOf(account);
  const answer = await patiently(signPackage(domain, signer, order), signal);
  const recovered = recoveredFrom(packageDigest(domain, order), answer.signature);
  if (recovered?.toLowerCase() === order.trader.toLowerCase()) return answer;
  if ((await signer.provider.getCode(order.trader)) !== "0x") return answer;
  throw new OtherSignature(
    recovered === undefined
      ? "What the wallet gave back is no signature. Nothing was sent."
      : `The wallet signed something else, or with the key of ${recovered}. Nothing was sent.`,
  );
}

function recoveredFrom(digest: string, signature: string): string | undefined {
  try {
    return recoverSigner(digest, signature);
  } catch {
    return undefined; // no bytes at all
  }
}

interface Signed {
  readonly session: OpenedSession;
  readonly signedPackage: SignedPackage;
  /** What was asked for, in words. */
  readonly words: string;
}

/** What is kept of an order that was signed. */
export function deedOf({ session, signedPackage, words }: Signed, via: AskedOrder["via"]): AskedOrder {
  const { package: order } = signedPackage;
  return {
    kind: "order",
    id: primaryLink(order),
    place: placeOf(session),
    trader: order.trader,
    at: Date.now(),
    words,
    signed: signedPackage,
    via,
  };
}

/** Orders that are on their way to the relay: it cannot tell of them yet. */
const underWay = new Set<AskedOrder["id"]>();

export function isUnderWay({ id }: AskedOrder): boolean {
  return underWay.has(id);
}

/** Hands it to the relay. It is kept before it is sent: whatever becomes of the answer, it is known here. */
export async function handIn(desk: Desk, given: Signed): Promise<void> {
  const deed = deedOf(given, "relay");
  underWay.add(deed.id);
  try {
    await keep(deed);
    await note<AskedOrder>(deed, { told: toldOf(await desk.submit(given.signedPackage)) });
  } catch (error) {
    await note<AskedOrder>(deed, { problem: messageOf(error) });
    throw error;
  } finally {
    underWay.delete(deed.id);
  }
}

/** Sends it to the book in a transaction of one's own. */
export async function sendAlone(account: Connected, given: Signed): Promise<void> {
  const deed = deedOf(given, "wallet");
  await keep(deed);
  try {
    const { createSubmitter } = await import("../../../src/client/submitter.js");
    const { handle, signer } = await actorOf(given.session, account);
    const { results } = await createSubmitter(handle, signer).submitOne(given.signedPackage);
    const [result] = results;
    if (result?.accepted === true)
      await note<AskedOrder>(deed, { told: { status: "onChain", tradeRootId: result.tradeRootId } });
  } catch (error) {
    const code = error instanceof ProtocolError ? error.code : undefined;
    const isRefused = code?.startsWith("Book_") ?? false;
    await note<AskedOrder>(
      deed,
      isRefused && code !== undefined
        ? { told: { status: "refused", refusal: { code, values: {} } } }
        : { problem: reasonOf(error) },
    );
    throw error;
  }
}

/** Somebody else is to bring it: it is shown until it lands. */
export async function keepForOthers(given: Signed): Promise<void> {
  await keep(deedOf(given, "nobody"));
}
