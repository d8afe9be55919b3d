/**
 * The relay is fast, and the chain is its judge: what the relay says of the chain of orders, of an account and of the last trades is held
 * against what a node says of the same block.
 */
import type { ChainSource } from "./chain-source.js";
import type { Standing } from "./mirror/standing.js";
import type { SessionSource } from "./source.js";
import type { HistoryItem } from "../../src/wire/history.js";
import type { RelayLink } from "../../src/wire/packages.js";
import type { RelayTrader } from "../../src/wire/state.js";

/** Something that both say, and not the same. */
export interface Difference {
  readonly what: string;
  readonly relay: string;
  readonly chain: string;
}

export interface Verdict {
  /** The block that the relay says it stands at. */
  readonly block: number;
  /** Blocks that the node has beyond it. */
  readonly behind: number;
  readonly differences: readonly Difference[];
}

type Fill = Pick<
  HistoryItem<"fills">,
  "blockNumber" | "logIndex" | "priceTicks" | "lots" | "makerRootId" | "takerRootId"
>;

/** What a relay says, all at one block. */
export interface Said {
  readonly link: RelayLink & { readonly block: NonNullable<RelayLink["block"]> };
  /** Undefined of whoever is not registered, and while nobody is asked about. */
  readonly trader: RelayTrader | undefined;
  /** The newest first. */
  readonly fills: readonly Fill[];
}

/** Tries to find the relay at one block from the first answer to the last. */
const TRIES = 5;
const LAST_FILLS = 20;

/**
 * @param trader whose account is compared; none by default
 * @throws what the relay or the node says if one of both cannot be asked; Error while the relay has no block, or never stands still
 */
export async function judge(
  relay: Pick<SessionSource, "link" | "trader" | "history">,
  chain: Pick<ChainSource, "standingAt" | "history" | "state">,
  trader?: string,
): Promise<Verdict> {
  const said = await saidAtOnce(relay, trader);
  const { number } = said.link.block;
  const [standing, { items }] = await Promise.all([
    chain.standingAt(number, trader),
    chain.history("fills", { limit: 2 * LAST_FILLS }),
  ]);
  const tip = chain.state().head?.number ?? number;
  return { block: number, behind: Math.max(0, tip - number), differences: differencesOf(said, standing, items, tip) };
}

async function saidAtOnce(relay: Pick<SessionSource, "link" | "trader" | "history">, trader?: string): Promise<Said> {
  for (let round = 0; round < TRIES; round += 1) {
    const before = await relay.link();
    const [account, { items }] = await Promise.all([
      trader === undefined ? undefined : relay.trader(trader),
      relay.history("fills", { limit: LAST_FILLS }),
    ]);
    const link = await relay.link();
    const { block } = link;
    if (block === undefined || before.block === undefined) throw new Error("The relay stands at no block yet.");
    if (before.block.hash === block.hash) return { link: { ...link, block }, trader: account, fills: items };
  }
  throw new Error("The relay goes on from block to block too fast to be compared. It is asked again in a minute.");
}

/**
 * @param fills of the chain, as it was replayed here, the newest first @param tip the block up to which it was
 */
export function differencesOf(said: Said, chain: Standing, fills: readonly Fill[], tip: number): Difference[] {
  const { link, trader } = said;
  const found: Difference[] = [];
  const compare = (what: string, relay: unknown, node: unknown): void => {
    if (String(relay) !== String(node)) found.push({ what, relay: String(relay), chain: String(node) });
  };
  compare(`hash of block ${link.block.number}`, link.block.hash, chain.hash);
  compare("number of checkpoints", link.checkpoints, chain.checkpoints);
  // What is good to be signed over: the newest one, or the one before it, which no call of the same block can overwrite.
  if (link.link !== chain.link && link.link !== chain.linkBefore)
    compare("link of the chain of orders", link.link, chain.link);
  compareAccounts(trader, chain.account, compare);
  compareFills(said, fills, tip, compare);
  return found;
}

type Compare = (what: string, relay: unknown, node: unknown) => void;

function compareAccounts(said: RelayTrader | undefined, account: Standing["account"], compare: Compare): void {
  if (account === undefined) {
    if (said !== undefined) compare("account", "registered", "not registered");
    return;
  }
  if (said === undefined) {
    compare("account", "not registered", "registered");
    return;
  }
  compare("claim, wei", said.claim, account.claim);
  compare("worst case, wei", said.worst, account.worst);
  compare("reserved, wei", said.reserved, account.reserved);
  compare("open orders", said.openOrders, account.openOrders);
  compare("claims on the assets, wei", said.claims.join(", "), account.claims.join(", "));
}

/** The trades that both can know. */
function compareFills({ link, fills: said }: Said, known: readonly Fill[], tip: number, compare: Compare): void {
  const newest = Math.min(link.block.number, tip);
  const [relays, chains] = [said, known].map((fills) => fills.filter(({ blockNumber }) => blockNumber <= newest));
  if (relays === undefined || chains === undefined) return;
  const isWhole = said.length < LAST_FILLS;
  const count = isWhole ? Math.max(relays.length, chains.length) : relays.length;
  for (let k = 0; k < count; k += 1) {
    const [one, other] = [textOf(relays[k]), textOf(chains[k])];
    if (one === other) continue;
    compare("trade, by time from the last", one, other);
    return; // those behind it are shifted
  }
}

function textOf(fill: Fill | undefined): string {
  if (fill === undefined) return "none";
  const { blockNumber, lots, priceTicks, makerRootId, takerRootId } = fill;
  return `${lots} lots at ${priceTicks} ticks, #${makerRootId} and #${takerRootId}, block ${blockNumber}`;
}
