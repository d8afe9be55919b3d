/** Whether a package may be taken: all that the chain will check, as it will stand when everything before it has landed, and room. */
import type { NamedPackage, SignedPackage } from "../../bindings/packages.js";
import { refusalOfPackage } from "../../protocol/book/intake.js";
import { Refusal } from "../../protocol/market/refusal.js";
import type { Hashing } from "../../protocol/signing/hashing.js";
import { RelayError } from "../errors.js";
import type { ChainClock } from "../follow/clock.js";
import type { Mirror } from "../follow/mirror.js";
import type { Wallets } from "../follow/wallets.js";
import type { GasAccounts } from "./accounts.js";
import type { Ledger } from "./ledger.js";
import type { Signers } from "./signers.js";

/** The last second that a batch has room for. */
const LAST_DEADLINE = 2n ** 32n - 1n;

export interface IntakeLimits {
  readonly maxPending: number;
  readonly maxPendingPerTrader: number;
  /** Seconds that must be left until a package's deadline. */
  readonly deadlineMargin: number;
}

export interface AdmissionDependencies {
  readonly mirror: () => Mirror;
  readonly ledger: Pick<Ledger, "unlanded" | "unlandedOf">;
  readonly wallets: Wallets;
  readonly clock: Pick<ChainClock, "now">;
  readonly limits: IntakeLimits;
  readonly hashing: Hashing;
  readonly signers: Signers;
  readonly accounts: Pick<GasAccounts, "requireQuota" | "requireWallet">;
  /** Whether the relay can pay for more. @throws RelayError RELAY_NO_FUNDS */
  readonly requireFunds: () => void;
}

/**
 * More batches than the window has checkpoints would make every link stale before its package lands.
 * @param before packages that are being taken with it, and that the ledger does not have yet
 * @throws RelayError RELAY_QUEUE_FULL, RELAY_TRADER_QUEUE_FULL
 */
export function requireRoom(
  { mirror, ledger, limits }: AdmissionDependencies,
  signed: SignedPackage,
  before: readonly SignedPackage[] = [],
): void {
  const { trader } = signed.package;
  const batches = mirror().batches.length;
  if (batches >= usableWindow(mirror()) || ledger.unlanded() + before.length >= limits.maxPending) {
    throw new RelayError("RELAY_QUEUE_FULL", { waiting: ledger.unlanded(), batches });
  }
  const own = before.filter((one) => one.package.trader === trader).length;
  if (ledger.unlandedOf(trader) + own >= limits.maxPendingPerTrader) {
    throw new RelayError("RELAY_TRADER_QUEUE_FULL", { trader, limit: limits.maxPendingPerTrader });
  }
}

/**
 * What can be known before the signature is looked at, which takes longest.
 * @throws Refusal that the chain would give; RelayError RELAY_DEADLINE_NEAR, RELAY_DEADLINE_FAR, RELAY_LINK_NEARLY_STALE
 */
export function requireGood(
  { mirror, clock, limits }: AdmissionDependencies,
  { link, signed: { package: order } }: NamedPackage,
): void {
  const { state } = mirror().book;
  const timestamp = clock.now();
  const refusal = refusalOfPackage(state, order, { link, digest: link, by: "key" }, timestamp);
  if (refusal !== undefined) throw refusal;
  const { deadline, previousLink } = order;
  requireDeadline(deadline, timestamp, limits.deadlineMargin);
  if (!state.chain.accepts(previousLink, usableWindow(mirror()), 0n)) {
    throw new RelayError("RELAY_LINK_NEARLY_STALE", { given: previousLink, window: state.terms.chainWindow });
  }
}

/** @throws Refusal Book_SignatureInvalid; RelayError RELAY_WALLET_UNREACHABLE, RELAY_WALLET_NEW, RELAY_QUOTA */
export async function requireSignature(
  { mirror, wallets, hashing, signers, accounts }: AdmissionDependencies,
  { link, signed }: NamedPackage,
): Promise<void> {
  if (signers.isOwnKey({ link, signed })) return;
  const { trader } = signed.package;
  const digest = hashing.digestOf(mirror().book.state.chain.separator, link);
  if (!(await wallets.approves(trader, digest, signed.signature))) {
    throw new Refusal("Book_SignatureInvalid", { trader, digest });
  }
  accounts.requireWallet(trader, signed.signature);
}

/**
 * @param margin seconds that must be left
 * @throws RelayError RELAY_DEADLINE_NEAR, RELAY_DEADLINE_FAR
 */
export function requireDeadline(deadline: bigint, timestamp: bigint, margin: number): void {
  if (deadline < timestamp + BigInt(margin)) {
    throw new RelayError("RELAY_DEADLINE_NEAR", { deadline, timestamp, margin });
  }
  if (deadline > LAST_DEADLINE) throw new RelayError("RELAY_DEADLINE_FAR", { deadline, last: LAST_DEADLINE });
}

/** Checkpoints that a link may be old by now: the window, less the blocks in which others may call before its package lands. */
function usableWindow({ book }: Mirror): number {
  const { chainWindow } = book.state.terms;
  return Math.max(1, chainWindow - linkMargin(chainWindow));
}

/** Blocks that may bring calls of others before a package lands. */
function linkMargin(chainWindow: number): number {
  return Math.min(8, Math.floor(chainWindow / 8));
}
