/** What the relay has to know of its sessions before it can do anything: read once, and never changing. */
import { openSession } from "../../bindings/session.js";
import { readSessionTerms } from "../../bindings/session-terms.js";
import type { SessionTerms } from "../../protocol/book/terms.js";
import type { DoorSettings } from "../../node/door.js";
import { NodeProvider } from "../../node/provider.js";
import type { House } from "../../protocol/book/houses.js";
import { type NamedHouses, readHouses, requireAllFound, requireHouses } from "./houses.js";

export interface RelayTerms extends SessionTerms {
  /** Through which this relay may bring orders; makers first. */
  readonly houses: readonly House[];
}

const NO_HOUSES: NamedHouses = { makers: [], routers: [], burnQuota: 0 };
/** Sessions that are read at once. */
const AT_ONCE = 8;

/**
 * @param sessions their vaults
 * @param houses that are named for all of them: each is one session's
 * @throws NodeError; ClientError if there is no session of ours at an address; RelayError RELAY_CONFIG_INVALID if a house is none of theirs
 */
export async function readSessions(
  rpcUrl: string,
  sessions: readonly string[],
  houses: Partial<NamedHouses> = {},
  settings: DoorSettings = {},
): Promise<readonly RelayTerms[]> {
  const named = { ...NO_HOUSES, ...houses };
  const terms = await readFound(rpcUrl, sessions, named, settings);
  requireAllFound(named, terms);
  return terms;
}

/** The same of sessions that nobody has named: a house may be of one that was not found. */
export async function readFound(
  rpcUrl: string,
  sessions: readonly string[],
  houses: NamedHouses,
  settings: DoorSettings,
): Promise<readonly RelayTerms[]> {
  const provider = await NodeProvider.open(rpcUrl, settings);
  try {
    const read: RelayTerms[] = [];
    for (let at = 0; at < sessions.length; at += AT_ONCE) {
      const some = sessions.slice(at, at + AT_ONCE);
      read.push(...(await Promise.all(some.map((address) => readOne(provider, address, houses)))));
    }
    return read;
  } finally {
    provider.destroy();
  }
}

/** That all houses that are named are some, where nobody has named a session. @throws NodeError; RelayError RELAY_CONFIG_INVALID */
export async function requireSomeHouses(rpcUrl: string, houses: NamedHouses, settings: DoorSettings): Promise<void> {
  if (houses.makers.length + houses.routers.length === 0) return;
  const provider = await NodeProvider.open(rpcUrl, settings);
  try {
    await requireHouses(provider, houses);
  } finally {
    provider.destroy();
  }
}

async function readOne(provider: NodeProvider, address: string, houses: NamedHouses): Promise<RelayTerms> {
  const terms = await readSessionTerms(await openSession(address, provider));
  return { ...terms, houses: await readHouses(provider, terms, houses) };
}
