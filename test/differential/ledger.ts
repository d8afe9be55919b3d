/** The tokens and keys around the library's book: what the chain does by itself, the test must do here. */
import type { Outside } from "../../src/protocol/book/outside.js";
import { recoverSigner } from "../../src/protocol/signatures.js";
import { TokenRefusal } from "./plain.js";
import { INTERFACES, type Stage, type World } from "./world.js";

const [, TOKEN] = INTERFACES;

/** @param balances wei by leg and holder, of those who have allowed the book to take all they have */
export function outsideOf(world: Stage, balances: Map<string, bigint>): Outside {
  const key = (leg: number, holder: string): string => `${leg} ${holder}`;
  const book = world.terms.domain.verifyingContract;
  return {
    isValidSignature(signer, digest, signature) {
      const recovered = recoverSigner(digest, signature);
      if (recovered === signer) return true;
      const { address, key: own } = world.wallet;
      return signer === address && recovered === own.address && signature.length === 2 + 2 * 65;
    },
    admits: (trader) => world.admitted.has(trader),
    collect(leg, from, amount) {
      const balance = balances.get(key(leg, from)) ?? 0n;
      // Only those who were given tokens have allowed the book to take them, and then all.
      if (!balances.has(key(leg, from))) {
        throw new TokenRefusal("ERC20InsufficientAllowance", { spender: book, allowance: 0n, needed: amount });
      }
      if (balance < amount) {
        throw new TokenRefusal("ERC20InsufficientBalance", { sender: from, balance, needed: amount });
      }
      balances.set(key(leg, from), balance - amount);
    },
    pay(leg, to, amount, redeemed) {
      const balance = balances.get(key(leg, to));
      if (!redeemed && balance !== undefined) balances.set(key(leg, to), balance + amount);
    },
  };
}

/** Of those who may deposit. */
export async function balancesOf(world: World): Promise<Map<string, bigint>> {
  const holders = [world.organiser, ...world.people.slice(0, 2)];
  const entries = world.tokens.flatMap((to, leg) => holders.map(({ address }) => ({ to, leg, address })));
  const answers = await world.ask(
    entries.map(({ to, address }) => ({ to, data: TOKEN!.encodeFunctionData("balanceOf", [address]) })),
  );
  return new Map(entries.map(({ leg, address }, index) => [`${leg} ${address}`, BigInt(answers[index]!)]));
}
