/** What somebody has of a session outside the book: session tokens, and tokens of every leg. */
import { ZeroAddress } from "ethers";

import type { SessionHandle } from "../bindings/session.js";
import { read } from "../bindings/transact.js";
import { invalid } from "../input/errors.js";
import { tokens } from "./output/text.js";

export interface WalletFacts {
  readonly sessionTokenWei: bigint;
  /** Of leg k at index k - 1. */
  readonly legTokenWei: readonly bigint[];
}

export async function walletOf({ session, legs }: SessionHandle, holder: string): Promise<WalletFacts> {
  const [sessionTokenWei, ...legTokenWei] = await read(
    Promise.all([session, ...legs].map((token) => token.balanceOf(holder))),
  );
  return { sessionTokenWei: sessionTokenWei ?? 0n, legTokenWei };
}

/** All of them, also those of which there are none: `50 session tokens, 0 of leg 1 (AU), 12.5 of leg 2 (AG)`. */
export function walletText(
  { sessionTokenWei, legTokenWei }: WalletFacts,
  assets: readonly { readonly symbol: string }[],
): string {
  const legs = legTokenWei.map((wei, k) => `${tokens(wei)} of leg ${k + 1} (${assets[k]?.symbol ?? "?"})`);
  return [`${tokens(sessionTokenWei)} session tokens`, ...legs].join(", ");
}

/** The session's own contracts hold tokens for nobody: what is sent there is lost. @throws InputError ARGUMENT_INVALID */
export function requireOutside(handle: SessionHandle, argument: string, address: string): void {
  const own = [ZeroAddress, handle.address, handle.bookAddress, ...handle.legs.map(({ target }) => target)];
  if (!own.includes(address)) return;
  throw invalid(argument, address, "somebody's address: this is one of the session's own contracts, or nobody's");
}
