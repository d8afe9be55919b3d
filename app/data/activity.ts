/**
 * What this browser has asked for, and what has become of it: kept so that a reload between a signature and its landing finds it.
 * What the chain says is never kept as final: it is read again each time, and a reorganisation takes it back.
 */
import { openDB, type IDBPDatabase } from "idb";

import type { Deed } from "./deeds.js";
import { createStore } from "./source.js";

const MOST = 200;
const deeds = createStore<readonly Deed[]>([]);
let opened: Promise<IDBPDatabase> | undefined;

export const activity = { get: deeds.get, subscribe: deeds.subscribe };

function database(): Promise<IDBPDatabase> {
  opened ??= openDB("session-contracts", 1, {
    upgrade(created) {
      created.createObjectStore("activity", { keyPath: "id" });
    },
  });
  return opened;
}

/** What was kept by earlier visits. Where nothing can be kept, what is asked for now is shown until the page is left. */
export async function loadActivity(): Promise<void> {
  try {
    const kept = (await (await database()).getAll("activity")) as Deed[]; // written by `keep` alone
    const known = new Set(deeds.get().map(({ id }) => id));
    deeds.set(newestFirst([...deeds.get(), ...kept.filter(({ id }) => !known.has(id))]));
  } catch {
    // Private windows of some browsers keep nothing.
  }
}

/** Adds it, or puts it in the place of what it has become of. */
export async function keep(deed: Deed): Promise<void> {
  deeds.set(newestFirst([deed, ...deeds.get().filter(({ id }) => id !== deed.id)]));
  try {
    const store = await database();
    await store.put("activity", deed);
    for (const { id } of deeds.get().slice(MOST)) await store.delete("activity", id);
  } catch {
    // As above.
  }
}

/** Changes what is kept of it, if it still is. */
export async function note<Kind extends Deed>(deed: Kind, change: Partial<Kind>): Promise<void> {
  const now = deeds.get().find(({ id }) => id === deed.id);
  if (now !== undefined) await keep({ ...now, ...change });
}

export async function forget(id: string): Promise<void> {
  deeds.set(deeds.get().filter((deed) => deed.id !== id));
  try {
    await (await database()).delete("activity", id);
  } catch {
    // As above.
  }
}

function newestFirst(list: readonly Deed[]): Deed[] {
  return [...list].sort((a, b) => b.at - a.at);
}
