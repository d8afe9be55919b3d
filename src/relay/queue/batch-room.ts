/** Room in the open batch: for a package, for a cancellation, for gas and for wallets. Nothing is laid on or taken off here. */
import type { NamedPackage } from "../../bindings/packages.js";
import { throughOf } from "../follow/batch.js";
import { ordersMeant } from "../follow/cancelling.js";
import type { Mirror } from "../follow/mirror.js";
import type { NamedCancellation } from "../store/cancellations.js";
import type { PlanState } from "./plan-state.js";

/** As many as a batch may have: each may burn half a million gas before the first order is applied. */
const MAX_WALLETS = 8;
/** As many as a batch has a number for. */
const MAX_CANCELLATIONS = 255;

/** Whether the open batch has no room for a cancellation and as many packages in its place; one that is stale stays as it is. */
export function closesFor(state: PlanState, mirror: Mirror, named: NamedCancellation, packages: number): boolean {
  const { length } = mirror.open;
  const isTight = length > 0 && (length + packages > state.size || state.isStale);
  return isTight || !hasRoomForCancellation(state, mirror, named);
}

/** One of each trader in a batch: what the log says of it names the trader alone. */
export function hasRoomForCancellation(state: PlanState, mirror: Mirror, named: NamedCancellation): boolean {
  const { gas, gasCap, signers } = state;
  const { openCancellations: before, open } = mirror;
  if (before.length === 0 && open.length === 0) return true;
  if (throughOf({ expected: open }) !== undefined) return false;
  if (!signers.isOwnCancellation(named) || before.length === MAX_CANCELLATIONS) return false;
  const { cancellation } = named.signed;
  if (before.some(({ signed }) => signed.cancellation.trader === cancellation.trader)) return false;
  return gasOf(state, mirror) + gas.ofCancellation(ordersMeant(mirror.book, cancellation).length) <= gasCap();
}

export function gasOf({ gas }: PlanState, { open, openCancellations }: Mirror): bigint {
  return gas.wanted({ cancellations: openCancellations, expected: open });
}

export function hasRoomForSigner({ signers }: PlanState, { open }: Mirror, named: NamedPackage): boolean {
  if (signers.isOwnKey(named)) return true;
  return open.filter((one) => !signers.isOwnKey(one)).length < MAX_WALLETS;
}

export function isAlone({ alone }: PlanState, { open }: Mirror, { link }: NamedPackage): boolean {
  return open.length > 0 && (alone.has(link) || open.some((one) => alone.has(one.link) || one.through !== undefined));
}
