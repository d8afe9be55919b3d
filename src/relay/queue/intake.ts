/**
 * Takes packages: everything that the chain will check is checked on the mirror, with every package that waits before it; then
 * the package is stored; only then it is acknowledged. Those that come together are stored together.
 */
import type { NamedPackage, SignedPackage } from "../../bindings/packages.js";
import { refusalOfPackage } from "../../protocol/book/intake.js";
import { Refusal } from "../../protocol/market/refusal.js";
import type { Hashing } from "../../protocol/signing/hashing.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { Lots } from "../../protocol/amounts/units.js";
import type { ChainClock } from "../follow/clock.js";
import type { ChainNode } from "../follow/node.js";
import { walletApproves } from "../follow/wallets.js";
import { RelayError } from "../errors.js";
import type { Lane } from "./lane.js";
import type { Ledger } from "./ledger.js";
import type { Metrics } from "../metrics.js";
import type { Expected, ExpectedFill } from "../follow/batch.js";
import type { Mirror } from "../follow/mirror.js";
import type { Queue } from "./queue.js";
import type { Signers } from "./signers.js";
import type { Fate, PackageStore } from "../store/packages.js";

/** The relay has stored the package and will bring it to the book. */
export interface Acknowledgement {
  /** Names the package. */
  readonly link: Hash;
  readonly fate: Fate;
  /** What it would get if nothing else came in between; undefined for a package that was taken before. */
  readonly expected?: {
    /** Its number on the chain. */
    readonly tradeRootId: number;
    readonly fills: readonly ExpectedFill[];
    /** Lots that would be left, signed as the order's; they rest if its timeInForce lets them. */
    readonly left: Lots;
  };
  /** Packages that wait before it. */
  readonly ahead: number;
}

export interface Intake {
  /** @throws RelayError, or the Refusal that the chain would give */
  offer(signed: SignedPackage): Promise<Acknowledgement>;
  /** From now on everything is refused; resolves when what was offered before is answered. */
  close(): Promise<void>;
}

export interface IntakeLimits {
  readonly maxPending: number;
  readonly maxPendingPerTrader: number;
  /** Seconds that must be left until a package's deadline. */
  readonly deadlineMargin: number;
}

export interface IntakeDependencies {
  readonly mirror: () => Mirror;
  /** Whether the mirror has reached the chain's end. */
  readonly isReady: () => boolean;
  readonly ledger: Ledger;
  readonly queue: Queue;
  readonly store: PackageStore;
  readonly node: ChainNode;
  readonly clock: ChainClock;
  readonly lane: Lane;
  readonly metrics: Metrics;
  readonly limits: IntakeLimits;
  readonly hashing: Hashing;
  readonly signers: Signers;
}

/** Packages stored at once. */
const GROUP = 200;

interface Offer extends NamedPackage {
  readonly resolve: (acknowledgement: Acknowledgement) => void;
  readonly reject: (error: unknown) => void;
}

export function createIntake(dependencies: IntakeDependencies): Intake {
  const { mirror, isReady, ledger, queue, store, node, clock, lane, metrics, limits, hashing, signers } = dependencies;
  let offers: Offer[] = [];
  let isClosed = false;
  let running: Promise<void> | undefined;

  function start(): void {
    running ??= lane.run(takeGroup).finally(() => {
      running = undefined;
      if (offers.length > 0) start();
    });
  }

  /** Runs in the lane: nobody else touches the mirror until the group is stored. */
  async function takeGroup(): Promise<void> {
    const group = offers.splice(0, GROUP);
    const taken: { readonly offer: Offer; readonly expected: Expected }[] = [];
    for (const offer of group) {
      const expected = tryOffer(offer);
      if (expected !== undefined) taken.push({ offer, expected });
    }
    if (taken.length === 0) return;
    const ahead = ledger.unlanded();
    let stored: Map<Hash, number>;
    try {
      stored = await store.add(taken.map(({ offer: { link, signed } }) => ({ link, signed })));
    } catch (error) {
      queue.lay(mirror(), clock.now());
      for (const { offer } of taken) offer.reject(error);
      return;
    }
    taken.forEach(({ offer, expected }, index) => {
      const seq = stored.get(offer.link);
      if (seq === undefined) return;
      ledger.add(offer, seq);
      metrics.accepted.inc();
      offer.resolve(acknowledge(expected, ahead + index));
    });
    const others = taken.filter(({ offer }) => !stored.has(offer.link));
    if (others.length > 0) await answerKnown(others.map(({ offer }) => offer));
  }

  /** @returns undefined if it was answered at once */
  function tryOffer(offer: Offer): Expected | undefined {
    const known = ledger.find(offer.link);
    try {
      if (known !== undefined) {
        offer.resolve({ link: offer.link, fate: known.fate, ahead: 0 });
        return undefined;
      }
      requireOpen();
      requireRoom(offer.signed);
      const refusal = check(offer);
      if (refusal !== undefined) throw refusal;
      const expected = queue.push(mirror(), offer, clock.now());
      if (typeof expected.outcome === "number") return expected;
      mirror().undoFrom(expected);
      throw expected.outcome;
    } catch (error) {
      offer.reject(error);
      return undefined;
    }
  }

  /** Packages that the database had already, and the ledger had not: another relay's, or long done. */
  async function answerKnown(known: readonly Offer[]): Promise<void> {
    queue.lay(mirror(), clock.now());
    for (const { link, resolve, reject } of known) {
      try {
        const found = await store.find(link);
        if (found === undefined) throw new RelayError("RELAY_STORE_UNAVAILABLE", { link });
        resolve({ link, fate: found.fate, ahead: 0 });
      } catch (error) {
        reject(error);
      }
    }
  }

  /** What can be known before the signature is looked at, which takes longest. */
  function check({ link, signed: { package: order } }: NamedPackage): Refusal | undefined {
    const { state } = mirror().book;
    const timestamp = clock.now();
    const refusal = refusalOfPackage(state, order, { link, digest: link, valid: true }, timestamp);
    if (refusal !== undefined) return refusal;
    if (order.deadline < timestamp + BigInt(limits.deadlineMargin)) {
      const { deadline } = order;
      throw new RelayError("RELAY_DEADLINE_NEAR", { deadline, timestamp, margin: limits.deadlineMargin });
    }
    const { chainWindow } = state.terms;
    if (!state.chain.accepts(order.previousLink, Math.max(1, chainWindow - linkMargin(chainWindow)), 0n)) {
      throw new RelayError("RELAY_LINK_NEARLY_STALE", { given: order.previousLink, window: chainWindow });
    }
    return undefined;
  }

  function requireOpen(): void {
    if (isClosed) throw new RelayError("RELAY_STOPPING");
    if (!isReady()) throw new RelayError("RELAY_NOT_READY");
  }

  /** More batches than the window has checkpoints would make every link stale before its package lands. */
  function requireRoom({ package: { trader } }: SignedPackage): void {
    const { chainWindow } = mirror().book.state.terms;
    const most = Math.max(1, chainWindow - linkMargin(chainWindow));
    const batches = mirror().batches.length;
    if (batches >= most || ledger.unlanded() >= limits.maxPending) {
      throw new RelayError("RELAY_QUEUE_FULL", { waiting: ledger.unlanded(), batches });
    }
    if (ledger.unlandedOf(trader) >= limits.maxPendingPerTrader) {
      throw new RelayError("RELAY_TRADER_QUEUE_FULL", { trader, limit: limits.maxPendingPerTrader });
    }
  }

  async function requireSignature({ link, signed }: NamedPackage): Promise<void> {
    if (signers.isOwnKey({ link, signed })) return;
    const { trader } = signed.package;
    const digest = hashing.digestOf(mirror().book.state.chain.genesis, link);
    if (await walletApproves(node, trader, digest, signed.signature)) return;
    throw new Refusal("Book_SignatureInvalid", { trader, digest });
  }

  return {
    async offer(signed) {
      requireOpen();
      const link = hashing.primaryLink(signed.package);
      const known = ledger.find(link);
      if (known !== undefined) return { link, fate: known.fate, ahead: 0 };
      requireRoom(signed);
      const refusal = check({ link, signed });
      if (refusal !== undefined) throw refusal;
      await requireSignature({ link, signed });
      return new Promise((resolve, reject) => {
        offers.push({ link, signed, resolve, reject });
        start();
      });
    },
    async close() {
      isClosed = true;
      while (running !== undefined) await running;
      offers = [];
    },
  };
}

/** Checkpoints that others may make before a package lands. */
export function linkMargin(chainWindow: number): number {
  return Math.min(8, Math.floor(chainWindow / 8));
}

function acknowledge({ link, signed, outcome, fills }: Expected, ahead: number): Acknowledgement {
  const filled = fills.reduce((sum, { lots }) => sum + lots, 0n);
  const { quantity } = signed.package;
  const left = (quantity > 0n ? quantity - filled : quantity + filled) as Lots; // no more than the quantity, which fits
  const tradeRootId = outcome as number; // it was accepted
  return { link, fate: { status: "pending" }, expected: { tradeRootId, fills, left }, ahead };
}
