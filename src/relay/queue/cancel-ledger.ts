/**
 * What has become of signed cancellations (R43), as far as it may still change. One waits until the chain shows that all of it is
 * done, or that nothing would come of it; whether it is in a transaction meanwhile is for the open submissions to say. As with
 * packages, only what blocks brought decides, and changes are written later.
 */
import type { SignedTradesCancellation } from "../../protocol/signing/trades-cancellation.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type {
  CancellationChange,
  CancellationFate,
  NamedCancellation,
  StoredCancellation,
} from "../store/cancellations.js";
import type { StoredSubmission } from "../store/submissions.js";
import type { Ledger } from "./ledger.js";

export interface CancelEntry extends NamedCancellation {
  /** The order of acknowledgement. */
  readonly seq: number;
  /** Times in a row that a transaction with it came to nothing. */
  readonly attempts: number;
  readonly fate: CancellationFate;
}

/** A cancellation as it stands. */
export interface CancellationView extends NamedCancellation {
  readonly fate: CancellationFate;
  /** The open transaction that it is part of. */
  readonly submissionId: number | undefined;
}

/** Hears what becomes of each cancellation, when it was taken and whenever that changes. */
export type OnCancellation = (view: CancellationView) => void;

export interface CancelLedger {
  find(hash: Hash): CancelEntry | undefined;
  /** Those that are in no transaction and not decided, in the order of their acknowledgement. */
  waiting(): CancelEntry[];
  /** Those that are not decided, of all traders and of one. */
  undecided(): number;
  undecidedOf(trader: string): number;
  /** Those of one trader that are not decided, in the order of their acknowledgement. */
  viewsOf(trader: string): CancellationView[];
  /** Those of a transaction that are not decided, in its order. */
  of(submission: Pick<StoredSubmission, "cancellations">): CancelEntry[];
  /** The open transaction that one is part of. */
  submissionOf(hash: Hash): number | undefined;

  /** One that was just stored. */
  add(named: NamedCancellation, seq: number): void;
  /** As they stand in the database. What the chain has decided is not believed: following it tells again. */
  load(stored: readonly StoredCancellation[]): void;
  /** A block has decided. @returns false if that is not known here, or decided already */
  settle(hash: Hash, fate: Exclude<CancellationFate, { status: "pending" }>): boolean;
  /** Transactions with them came to nothing. */
  missed(hashes: readonly Hash[]): void;
  /** A block brought it, and left some of its orders. */
  progressed(hash: Hash): void;
  /** Blocks above `number` are gone. */
  takeOff(number: number): void;
  /** Nothing up to that block changes any more: forgets what was decided there, once it is written. */
  finalise(number: number): void;

  /** What has to be written; it is handed out once. */
  takeChanges(): readonly CancellationChange[];
  /** They could not be written. */
  giveBack(changes: readonly CancellationChange[]): void;
}

interface MutableEntry extends NamedCancellation {
  readonly seq: number;
  readonly signed: SignedTradesCancellation;
  attempts: number;
  fate: CancellationFate;
  /** What was told of it last. */
  told: string | undefined;
}

export function createCancelLedger(
  ledger: Pick<Ledger, "openSubmissions" | "heedSubmissions">,
  onCancellation: OnCancellation = () => undefined,
): CancelLedger {
  const entries = new Map<Hash, MutableEntry>();
  /** By seq: the newest word counts. */
  let changes = new Map<number, CancellationChange>();

  const note = ({ seq, fate }: MutableEntry, final: boolean): void => void changes.set(seq, { seq, fate, final });
  const enter = ({ hash, signed }: NamedCancellation, seq: number): MutableEntry => {
    const entry: MutableEntry = {
      ...{ hash, signed, seq, attempts: 0 },
      ...{ fate: { status: "pending" }, told: undefined },
    };
    entries.set(hash, entry);
    return entry;
  };
  const undecided = (): MutableEntry[] => [...entries.values()].filter(({ fate }) => fate.status === "pending");
  const undecidedOf = (trader: string): MutableEntry[] =>
    undecided().filter(({ signed }) => signed.cancellation.trader === trader);
  const submissionOf = (hash: Hash): number | undefined =>
    ledger.openSubmissions().find(({ cancellations }) => cancellations.includes(hash))?.id;
  /** @param sent the open transactions by what they bring, if many are asked for */
  const viewOf = ({ hash, signed, fate }: MutableEntry, sent?: ReadonlyMap<Hash, number>): CancellationView => {
    const submissionId = sent === undefined ? submissionOf(hash) : sent.get(hash);
    return { hash, signed, fate, submissionId: fate.status === "pending" ? submissionId : undefined };
  };
  const tell = (entry: MutableEntry, sent?: ReadonlyMap<Hash, number>): void => {
    const view = viewOf(entry, sent);
    const told = `${view.fate.status} ${view.submissionId ?? ""}`;
    if (entry.told === told) return;
    entry.told = told;
    onCancellation(view);
  };
  ledger.heedSubmissions(() => {
    const sent = new Map(
      ledger.openSubmissions().flatMap(({ id, cancellations }) => cancellations.map((hash) => [hash, id] as const)),
    );
    for (const entry of undecided()) tell(entry, sent);
  });
  return {
    find: (hash) => entries.get(hash),
    waiting() {
      const sent = new Set(ledger.openSubmissions().flatMap(({ cancellations }) => cancellations));
      return undecided()
        .filter(({ hash }) => !sent.has(hash))
        .sort((a, b) => a.seq - b.seq);
    },
    undecided: () => undecided().length,
    undecidedOf: (trader) => undecidedOf(trader).length,
    viewsOf: (trader) =>
      undecidedOf(trader)
        .sort((a, b) => a.seq - b.seq)
        .map((entry) => viewOf(entry)),
    of: ({ cancellations }) =>
      cancellations.flatMap((hash) => {
        const entry = entries.get(hash);
        return entry?.fate.status === "pending" ? [entry] : [];
      }),
    submissionOf,
    add(named, seq) {
      if (!entries.has(named.hash)) tell(enter(named, seq));
    },
    load(stored) {
      for (const one of stored) {
        if (entries.has(one.hash)) continue;
        const entry = enter(one, one.seq);
        if (one.fate.status !== "pending") note(entry, false);
        tell(entry);
      }
    },
    settle(hash, fate) {
      const entry = entries.get(hash);
      if (entry?.fate.status !== "pending") return false;
      entry.fate = fate;
      note(entry, false);
      tell(entry);
      return true;
    },
    missed(hashes) {
      for (const hash of hashes) {
        const entry = entries.get(hash);
        if (entry !== undefined) entry.attempts += 1;
      }
    },
    progressed(hash) {
      const entry = entries.get(hash);
      if (entry !== undefined) entry.attempts = 0;
    },
    takeOff(number) {
      for (const entry of entries.values()) {
        if (!("block" in entry.fate) || entry.fate.block.number <= number) continue;
        entry.fate = { status: "pending" };
        note(entry, false);
        tell(entry);
      }
    },
    finalise(number) {
      for (const entry of entries.values()) {
        if (!("block" in entry.fate) || entry.fate.block.number > number) continue;
        note(entry, true);
        entries.delete(entry.hash);
      }
    },
    takeChanges() {
      const taken = [...changes.values()];
      changes = new Map();
      return taken;
    },
    giveBack(given) {
      for (const one of given) if (!changes.has(one.seq)) changes.set(one.seq, one);
    },
  };
}
