/**
 * Takes signed cancellations (R43), and packages that come in the place of what they take out: checked on the mirror as the chain
 * will check them, stored, and only then acknowledged. They go before the packages that wait, and those of them whose nonces they
 * make void are taken back.
 */
import type { NamedPackage, SignedPackage } from "../../bindings/packages.js";
import { isRefusal } from "../../protocol/market/refusal.js";
import type { SignedTradesCancellation } from "../../protocol/signing/trades-cancellation.js";
import { cancellationHash, type Hash } from "../../protocol/signing/typed-data.js";
import { RelayError } from "../errors.js";
import type { Expected } from "../follow/batch.js";
import type { Metrics } from "../reporting/metrics.js";
import type { CancellationStore, Kept, NamedCancellation } from "../store/cancellations.js";
import { type AdmissionDependencies, requireSignature } from "./admission.js";
import type { BatchPlan } from "./batch-plan.js";
import { requireGoodCancellation, requireRoomForCancellation, requireSignedCancellation } from "./cancel-admission.js";
import type { CancellationView, CancelLedger } from "./cancel-ledger.js";
import { acknowledge, type Acknowledgement, type Intake, layOn } from "./intake.js";
import type { Lane } from "./lane.js";
import type { Ledger } from "./ledger.js";

export interface CancellationAcknowledgement extends CancellationView {
  /** Orders that go with it if nothing else comes in between; undefined for one that was taken before. */
  readonly tradeRootIds?: readonly number[];
  /** Packages that waited and are taken back. */
  readonly withdrawn: readonly Hash[];
}

/** A package of a request, or why it can be none. */
export type Given = SignedPackage | { readonly error: unknown };

/** What a package of a request is answered: it was acknowledged, or why it was not taken. */
export type PackageAnswer = Acknowledgement | { readonly error: unknown };

export interface Replacement {
  readonly cancellation: CancellationAcknowledgement;
  /** In the order of the request. */
  readonly packages: readonly PackageAnswer[];
}

export interface CancelDesk {
  /** @throws RelayError, or the Refusal that the chain would give: then nothing was stored */
  cancel(signed: SignedTradesCancellation): Promise<CancellationAcknowledgement>;
  /**
   * The same with packages that go behind it in the same transaction. Those that are refused are left out.
   * @throws as `cancel`: then no package was taken either
   */
  replace(signed: SignedTradesCancellation, packages: readonly Given[]): Promise<Replacement>;
  /** @throws RelayError RELAY_CANCELLATION_UNKNOWN */
  find(hash: Hash): Promise<CancellationView>;
}

export interface CancelDeskDependencies extends AdmissionDependencies {
  readonly isReady: () => boolean;
  readonly ledger: Ledger;
  readonly cancels: CancelLedger;
  readonly plan: BatchPlan;
  readonly intake: Pick<Intake, "offer">;
  readonly cancellations: Pick<CancellationStore, "add" | "find">;
  readonly lane: Lane;
  readonly metrics: Pick<Metrics, "accepted" | "cancellations">;
}

export function createCancelDesk(dependencies: CancelDeskDependencies): CancelDesk {
  return {
    cancel: async (signed) => (await bring(dependencies, signed, [])).cancellation,
    replace: (signed, packages) => bring(dependencies, signed, packages),
    find: (hash) => find(dependencies, hash),
  };
}

/** Each package as if it came alone. */
export function offerAll(intake: Pick<Intake, "offer">, packages: readonly Given[]): Promise<PackageAnswer[]> {
  const answer = async (one: Given): Promise<PackageAnswer> => {
    if ("error" in one) return one;
    try {
      return await intake.offer(one);
    } catch (error) {
      return { error };
    }
  };
  return Promise.all(packages.map(answer));
}

async function bring(
  desk: CancelDeskDependencies,
  signed: SignedTradesCancellation,
  packages: readonly Given[],
): Promise<Replacement> {
  const named = { hash: cancellationHash(signed.cancellation), signed };
  requireReady(desk);
  if (desk.cancels.find(named.hash) === undefined) {
    desk.requireFunds();
    desk.accounts.requireQuota(signed.cancellation.trader);
    requireRoomForCancellation(desk, named);
    requireGoodCancellation(desk, named, desk.limits.deadlineMargin);
    await requireSignedCancellation(desk, named);
  }
  const instead = await Promise.all(packages.map((one) => authentic(desk, one)));
  const taken = await desk.lane.run(() => take(desk, named, instead));
  if (taken !== undefined) return taken;
  const cancellation = { ...(await find(desk, named.hash)), withdrawn: [] };
  return { cancellation, packages: await offerAll(desk.intake, packages) };
}

/** A package that its trader has signed, or why it is none: all that can be said before the cancellation is laid on. */
type Offered = NamedPackage | { readonly error: unknown };

async function authentic(desk: CancelDeskDependencies, signed: Given): Promise<Offered> {
  if ("error" in signed) return signed;
  const named = { link: desk.hashing.primaryLink(signed.package), signed };
  try {
    desk.accounts.requireQuota(signed.package.trader);
    await requireSignature(desk, named);
    return named;
  } catch (error) {
    return { error };
  }
}

/**
 * Runs in the lane: nobody else touches the mirror until all is stored.
 * @returns undefined if the cancellation had been taken before: then its packages are as any others
 */
async function take(
  desk: CancelDeskDependencies,
  named: NamedCancellation,
  instead: readonly Offered[],
): Promise<Replacement | undefined> {
  const { cancels, plan, mirror, clock, cancellations } = desk;
  requireReady(desk);
  if (cancels.find(named.hash) !== undefined) return undefined;
  plan.settle(mirror(), clock.now());
  const tradeRootIds = foreseen(desk, named, instead.length);
  const isWith = instead.length > 0;
  const packages = isWith ? layInstead(desk, named, instead) : [];
  let kept: Kept;
  try {
    kept = await cancellations.add(named, packages.filter(isExpected));
  } catch (error) {
    if (isWith) plan.lay(mirror(), clock.now());
    throw error;
  }
  const { seq } = kept;
  if (seq === undefined) {
    const found = await cancellations.find(named.hash); // another relay's
    if (found !== undefined) cancels.load([found]);
    plan.lay(mirror(), clock.now());
    return undefined;
  }
  return keep(desk, { ...named, seq }, { tradeRootIds, packages }, kept);
}

interface Laid {
  readonly tradeRootIds: readonly number[];
  readonly packages: readonly (Expected | { readonly error: unknown })[];
}

/**
 * Orders that a cancellation takes out at its place: before all that waits, or with its packages.
 * @throws Refusal, RelayError
 */
function foreseen(desk: CancelDeskDependencies, named: NamedCancellation, packages: number): readonly number[] {
  const { plan, mirror, clock, limits } = desk;
  requireRoomForCancellation(desk, named);
  requireGoodCancellation(desk, named, limits.deadlineMargin);
  const laid =
    packages === 0
      ? plan.foresee(mirror(), named, clock.now())
      : plan.foreseeReplacing(mirror(), named, packages, clock.now());
  if (isRefusal(laid)) throw laid;
  return laid.orders.map(({ tradeRootId }) => tradeRootId);
}

/** Lays a cancellation on that is good, and packages in its place. */
function layInstead(
  desk: CancelDeskDependencies,
  named: NamedCancellation,
  instead: readonly Offered[],
): Laid["packages"] {
  const { plan, mirror, clock } = desk;
  plan.replace(mirror(), named, instead.length, clock.now());
  const before: SignedPackage[] = [];
  return instead.map((one) => {
    if ("error" in one) return one;
    try {
      const expected = layOn(desk, one, before);
      before.push(one.signed);
      return expected;
    } catch (error) {
      return { error };
    }
  });
}

function keep(
  desk: CancelDeskDependencies,
  named: NamedCancellation & { readonly seq: number },
  { tradeRootIds, packages }: Laid,
  kept: Kept,
): Replacement {
  const { cancels, ledger, plan, mirror, clock, metrics } = desk;
  const { hash } = named;
  cancels.add(named, named.seq);
  metrics.cancellations.inc();
  const ahead = ledger.unlanded();
  const answers = packages.map((one, index): PackageAnswer => {
    if (!isExpected(one)) return one;
    const seq = kept.packages.get(one.link);
    if (seq === undefined) return { error: new RelayError("RELAY_STORE_UNAVAILABLE", { link: one.link }) };
    ledger.add(one, seq, hash);
    metrics.accepted.inc();
    return acknowledge(one, ahead + index);
  });
  const { withdrawn } = kept;
  for (const link of withdrawn) ledger.withdraw(link);
  const cancellations = kept.packages.size === 0 ? [named] : []; // with no package it goes before all that waits
  if (cancellations.length + withdrawn.length > 0 || plan.isOverdrawn()) {
    plan.change(mirror(), { cancellations, withdrawn }, clock.now());
  }
  const cancellation = {
    ...named,
    fate: { status: "pending" as const },
    submissionId: undefined,
    tradeRootIds,
    withdrawn,
  };
  return { cancellation, packages: answers };
}

async function find({ cancels, cancellations }: CancelDeskDependencies, hash: Hash): Promise<CancellationView> {
  const found = cancels.find(hash) ?? (await cancellations.find(hash));
  if (found === undefined) throw new RelayError("RELAY_CANCELLATION_UNKNOWN", { hash });
  return { hash, signed: found.signed, fate: found.fate, submissionId: cancels.submissionOf(hash) };
}

function isExpected(one: Expected | { readonly error: unknown }): one is Expected {
  return !("error" in one);
}

/** @throws RelayError RELAY_NOT_READY */
function requireReady({ isReady }: CancelDeskDependencies): void {
  if (!isReady()) throw new RelayError("RELAY_NOT_READY");
}
