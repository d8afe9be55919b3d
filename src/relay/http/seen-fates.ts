/**
 * What becomes of traders' packages and cancellations, for a process that takes none: it looks at the rows of those traders who listen
 * here, and tells what has changed since it looked last. Another process may say of whom there is news; whoever hears of nobody looks all
 * the same, a little later.
 */
import { toJson } from "../../protocol/amounts/json.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import { streamName } from "../../wire/stream.js";
import type { CancellationStore, SeenCancellation } from "../store/cancellations.js";
import type { PackageStore, SeenPackage } from "../store/packages.js";
import type { OwnWaiting } from "./own-watches.js";
import { cancellationView, packageView } from "./views.js";
import type { FateMessage } from "./watchers.js";

export interface SeenFates {
  /** @param trader in its checksum form. @returns ends it */
  readonly watch: (trader: string, tell: (message: FateMessage) => void) => () => void;
  /** @throws RelayError RELAY_STORE_UNAVAILABLE */
  readonly waitingOf: (trader: string) => Promise<OwnWaiting>;
  /** Looks at those of some traders, or of all who listen. @throws RelayError RELAY_STORE_UNAVAILABLE */
  look(traders?: readonly string[]): Promise<void>;
}

export interface SeenFatesDependencies {
  readonly packages: Pick<PackageStore, "ofTraders">;
  readonly cancellations: Pick<CancellationStore, "ofTraders">;
}

/** One trader who listens here, and what it was told of each last, by link and by hash. */
interface Listening {
  readonly tell: Set<(message: FateMessage) => void>;
  readonly packages: Map<Hash, string>;
  readonly cancellations: Map<Hash, string>;
  /** Whether nothing of it was looked at yet: what is there then is no news. */
  isNew: boolean;
}

export function createSeenFates(dependencies: SeenFatesDependencies): SeenFates {
  const listening = new Map<string, Listening>();
  let last: Promise<unknown> = Promise.resolve();
  /** One look after the other: an older one must not come behind a newer. */
  const look = (traders: readonly string[]): Promise<readonly OwnRows[]> => {
    const next = last.then(() => lookAt(dependencies, listening, traders));
    last = next.catch(() => undefined);
    return next;
  };
  return {
    watch(trader, tell) {
      const one = listening.get(trader) ?? newcomer();
      listening.set(trader, one);
      one.tell.add(tell);
      return () => {
        one.tell.delete(tell);
        if (one.tell.size === 0 && listening.get(trader) === one) listening.delete(trader);
      };
    },
    async waitingOf(trader) {
      const [rows] = await look([trader]);
      return {
        packages: (rows?.packages ?? []).filter(({ fate }) => isUnlanded(fate.status)).map(packageView),
        cancellations: (rows?.cancellations ?? [])
          .filter(({ fate }) => fate.status === "pending")
          .map(cancellationView),
      };
    },
    async look(traders) {
      const asked = traders?.filter((trader) => listening.has(trader)) ?? [...listening.keys()];
      if (asked.length > 0) await look(asked);
    },
  };
}

function newcomer(): Listening {
  return { tell: new Set(), packages: new Map(), cancellations: new Map(), isNew: true };
}

interface OwnRows {
  readonly packages: readonly SeenPackage[];
  readonly cancellations: readonly SeenCancellation[];
}

function isUnlanded(status: SeenPackage["fate"]["status"]): boolean {
  return status === "pending" || status === "submitted";
}

/** @returns of each trader, in their order, what may still change of it */
async function lookAt(
  { packages, cancellations }: SeenFatesDependencies,
  listening: ReadonlyMap<string, Listening>,
  traders: readonly string[],
): Promise<readonly OwnRows[]> {
  const known = traders.flatMap((trader) => listening.get(trader) ?? []);
  const [found, asked] = await Promise.all([
    packages.ofTraders(
      traders,
      known.flatMap((one) => [...one.packages.keys()]),
    ),
    cancellations.ofTraders(
      traders,
      known.flatMap((one) => [...one.cancellations.keys()]),
    ),
  ]);
  return traders.map((trader) => {
    const own = {
      packages: found.filter(({ signed }) => signed.package.trader === trader),
      cancellations: asked.filter(({ signed }) => signed.cancellation.trader === trader),
    };
    const one = listening.get(trader);
    if (one !== undefined) tellChanges(one, trader, own);
    return own;
  });
}

function tellChanges(listening: Listening, trader: string, own: OwnRows): void {
  const { tell, packages, cancellations, isNew } = listening;
  listening.isNew = false;
  const stream = streamName({ channel: "orders", trader });
  const messages = [
    ...changed(packages, own.packages, ({ link }) => link, packageView).map((data): FateMessage => {
      return { type: "package", stream, data };
    }),
    ...changed(cancellations, own.cancellations, ({ hash }) => hash, cancellationView).map((data): FateMessage => {
      return { type: "cancellation", stream, data };
    }),
  ];
  if (isNew) return;
  for (const message of messages) for (const one of [...tell]) one(message);
}

/** What has become of rows since they were told last. Of those that are final that was the last word. */
function changed<Row extends { readonly final: boolean }, View>(
  told: Map<Hash, string>,
  rows: readonly Row[],
  nameOf: (row: Row) => Hash,
  viewOf: (row: Row) => View,
): View[] {
  return rows.flatMap((row) => {
    const view = viewOf(row);
    const text = toJson(view);
    const isNews = told.get(nameOf(row)) !== text;
    if (row.final) told.delete(nameOf(row));
    else told.set(nameOf(row), text);
    return isNews ? [view] : [];
  });
}
