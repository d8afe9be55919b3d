/** What a node can confirm besides the logs: the chain, the code with the terms in it, and where the session stands. */
import type { Provider } from "ethers";

import { IOrderBook__factory, ISession__factory } from "../../typechain-types/index.js";
import type { Hash } from "../protocol/signing/typed-data.js";
import { clonesOf } from "./clone.js";
import type { LogHeader } from "./log-header.js";
import { requireSame } from "./violation.js";

/** Where the log leads. */
export interface Standing {
  readonly link: Hash;
  readonly checkpoints: bigint;
  /** Wei; entry 0 is the session token, entry k leg k. */
  readonly supplies: readonly bigint[];
  readonly heldByBook: readonly bigint[];
}

/**
 * @returns sentences on what the node could not tell
 * @throws Violation; whatever the provider throws
 */
export async function requireChain(header: LogHeader, provider: Provider, standing: Standing): Promise<string[]> {
  const { chainId } = await provider.getNetwork();
  requireSame("R21", "The node is of another chain.", { chainId }, { chainId: header.chainId });
  for (const { what, address, code } of clonesOf(header)) {
    const actual = await provider.getCode(address);
    requireSame("R8", `The ${what} has other code or other terms than the header.`, { code: actual }, { code });
  }
  return (await requireStanding(header, provider, standing))
    ? []
    : ["The log has all records up to its last block: the node has forgotten the state of that block."];
}

/** @returns false if the node does not keep the state of the log's last block */
async function requireStanding(
  { book, session, legs, toBlock }: LogHeader,
  provider: Provider,
  standing: Standing,
): Promise<boolean> {
  const at = { blockTag: toBlock };
  const tokens = [session, ...legs].map((address) => ISession__factory.connect(address, provider));
  let found: {
    readonly link: Hash;
    readonly checkpoints: bigint;
    readonly supplies: string;
    readonly heldByBook: string;
  };
  try {
    const [{ link, checkpoints }, supplies, held] = await Promise.all([
      IOrderBook__factory.connect(book, provider).chainState(at),
      Promise.all(tokens.map((token) => token.totalSupply(at))),
      Promise.all(tokens.map((token) => token.balanceOf(book, at))),
    ]);
    found = { link, checkpoints, supplies: supplies.join(), heldByBook: held.join() };
  } catch {
    return false;
  }
  const { link, checkpoints, supplies, heldByBook } = standing;
  const expected = { link, checkpoints, supplies: supplies.join(), heldByBook: heldByBook.join() };
  requireSame("R23", "The chain stands elsewhere at the log's last block.", found, expected);
  return true;
}
