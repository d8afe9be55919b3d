/** Whether a signed cancellation may be taken: what can be known before it is laid on the mirror. */
import { refusalOfCancellation } from "../../protocol/book/cancellation.js";
import type { TradesCancellation } from "../../protocol/signing/trades-cancellation.js";
import { Refusal } from "../../protocol/market/refusal.js";
import { RelayError } from "../errors.js";
import type { Mirror } from "../follow/mirror.js";
import type { NamedCancellation } from "../store/cancellations.js";
import { type AdmissionDependencies, requireDeadline } from "./admission.js";
import type { CancelLedger } from "./cancel-ledger.js";

/** Undecided ones of one trader: each goes in a transaction of its own. */
const MOST_OF_TRADER = 16;

/** @throws RelayError RELAY_QUEUE_FULL, RELAY_TRADER_QUEUE_FULL */
export function requireRoomForCancellation(
  { limits, cancels }: Pick<AdmissionDependencies, "limits"> & { readonly cancels: CancelLedger },
  { signed }: NamedCancellation,
): void {
  const { trader } = signed.cancellation;
  const waiting = cancels.undecided();
  if (waiting >= limits.maxPending) throw new RelayError("RELAY_QUEUE_FULL", { waiting });
  if (cancels.undecidedOf(trader) >= MOST_OF_TRADER) {
    throw new RelayError("RELAY_TRADER_QUEUE_FULL", { trader, limit: MOST_OF_TRADER });
  }
}

/**
 * Time, trader and floor; what would come of it shows on the mirror.
 * @param seconds that must be left until its deadline
 * @param isReason which refusals count now: by default all but that it is void, which shows on the mirror
 * @throws Refusal that the chain would give; RelayError RELAY_DEADLINE_NEAR, RELAY_DEADLINE_FAR
 */
export function requireGoodCancellation(
  { mirror, clock }: Pick<AdmissionDependencies, "mirror" | "clock">,
  { signed }: NamedCancellation,
  seconds: number,
  isReason: (refusal: Refusal) => boolean = ({ code }) => code !== "Book_CancellationVoid",
): void {
  const { deadline } = signed.cancellation;
  const timestamp = clock.now();
  const refusal = refusalNow(mirror(), signed.cancellation, timestamp);
  if (refusal !== undefined && isReason(refusal)) throw refusal;
  requireDeadline(deadline, timestamp, seconds);
}

/** Why the chain would not take it once everything that waits has landed; its signature is taken for good. */
export function refusalNow(
  { book: { state } }: Mirror,
  cancellation: TradesCancellation,
  timestamp: bigint,
): Refusal | undefined {
  return refusalOfCancellation(state, timestamp, { cancellation, signature: "0x" }, ["key", "wallet"]);
}

/** @throws Refusal Book_SignatureInvalid; RelayError RELAY_WALLET_UNREACHABLE, RELAY_WALLET_NEW, RELAY_QUOTA */
export async function requireSignedCancellation(
  {
    mirror,
    wallets,
    hashing,
    signers,
    accounts,
  }: Pick<AdmissionDependencies, "mirror" | "hashing" | "wallets" | "signers" | "accounts">,
  named: NamedCancellation,
): Promise<void> {
  if (signers.isOwnCancellation(named)) return;
  const { cancellation, signature } = named.signed;
  const digest = hashing.digestOf(mirror().book.state.chain.separator, named.hash);
  if (!(await wallets.approves(cancellation.trader, digest, signature))) {
    throw new Refusal("Book_SignatureInvalid", { trader: cancellation.trader, digest });
  }
  accounts.requireWallet(cancellation.trader, signature);
}
