/** What the contract itself says at a block: no replay, but its own answers. */
import type { SessionHandle } from "../../../src/bindings/session.js";
import { read } from "../../../src/bindings/transact.js";
import type { NodeProvider } from "../../../src/node/provider.js";

export interface Standing {
  readonly hash: string;
  /** The newest checkpoint. */
  readonly link: string;
  /** The one before it. */
  readonly linkBefore: string;
  readonly checkpoints: bigint;
  /** Undefined of whoever is not registered, and if nobody is asked about. */
  readonly account: AccountStanding | undefined;
}

export interface AccountStanding {
  readonly claim: bigint;
  readonly worst: bigint;
  readonly openOrders: bigint;
  readonly reserved: bigint;
  readonly claims: readonly bigint[];
}

/** @throws NodeError what the node says; Error if it has no such block */
export async function standingAt(
  { book }: SessionHandle,
  provider: NodeProvider,
  number: number,
  trader: string | undefined,
): Promise<Standing> {
  const at = { blockTag: number };
  const [block, { link, checkpoints }] = await read(Promise.all([provider.getBlock(number), book.chainState(at)]));
  if (typeof block?.hash !== "string") throw new Error(`The node has no block ${number}.`);
  const [linkBefore, account] = await Promise.all([
    read(book.checkpointAt(checkpoints === 0n ? 0n : checkpoints - 1n, at)),
    trader === undefined ? undefined : accountAt(book, trader, at),
  ]);
  return { hash: block.hash, link, linkBefore, checkpoints, account };
}

async function accountAt(
  book: SessionHandle["book"],
  trader: string,
  at: { readonly blockTag: number },
): Promise<AccountStanding | undefined> {
  if ((await read(book.traderIdOf(trader, at))) === 0n) return undefined;
  const [{ claim, worst, openOrders, reserved }, claims] = await read(
    Promise.all([book.accountOf(trader, at), book.claimsOf(trader, at)]),
  );
  return { claim, worst, openOrders, reserved, claims: [...claims] };
}
