/** What was asked for from this browser, as it is kept. */
import type { SignedPackage } from "../../src/protocol/signing/package.js";
import type { Venue } from "../../src/protocol/value/via.js";
import type { PackageStatus } from "../../src/wire/packages.js";

/** As whoever brings it told it last. */
export interface Told {
  readonly status: PackageStatus;
  /** Packages that waited before it when it was taken. */
  readonly ahead?: number;
  readonly submissionId?: number;
  readonly tradeRootId?: number;
  /** Through what it goes, or was sent. */
  readonly through?: Venue;
  /** Lots that it is to get if nothing comes in between. */
  readonly expectedLots?: bigint;
  readonly refusal?: { readonly code: string; readonly values: Readonly<Record<string, string>> };
}

interface Asked {
  /** Names it: the link of an order, the hash of a cancellation, or of a transaction. */
  readonly id: string;
  /** `CHAIN/SESSION`, in small letters. */
  readonly place: string;
  readonly trader: string;
  /** When it was asked for, unix ms. */
  readonly at: number;
  /** What was asked for, in words. */
  readonly words: string;
  /** What went wrong on the way to whoever brings it. */
  readonly problem?: string;
}

export interface AskedOrder extends Asked {
  readonly kind: "order";
  readonly signed: SignedPackage;
  /** Who brings it. */
  readonly via: "relay" | "wallet" | "nobody";
  readonly told?: Told;
  /** Signed to be given back before it was sent. */
  readonly isTakenBack?: boolean;
}

export interface AskedCancellation extends Asked {
  readonly kind: "cancellation";
  readonly tradeRootIds: readonly number[];
  readonly via: "relay" | "wallet";
  readonly told?: Told;
}

export interface AskedCall extends Asked {
  readonly kind: "call";
  readonly status: "asked" | "done" | "failed";
}

export type Deed = AskedOrder | AskedCancellation | AskedCall;
