/**
 * Whether a book is the chain's, by what the contract itself says at a block. The head commits to every trade and every record of
 * the market table; deposits, withdrawals, nonces that were made void and positions that were realised are in no record, so the
 * accounts are compared besides, and what the book holds.
 */
import { balanceAnswer, balanceQuestion, bookAnswer, bookQuestion } from "../../bindings/calls.js";
import type { Book } from "../../protocol/book/book.js";
import type { ChainNode } from "../../node/node.js";

export interface Comparison {
  readonly node: Pick<ChainNode, "call">;
  /** As it is after that block. */
  readonly book: Book;
  readonly block: number;
  /** The session token, and the token of each leg. */
  readonly tokens: readonly string[];
}

/** Traders whose accounts are compared at once, and in one comparison: of more of them it is another part at another block. */
const AT_ONCE = 16;
const MOST_TRADERS = 1_000;

/**
 * Compares head and holdings.
 * @returns what differs, in words; undefined if nothing does
 * @throws whatever the node says, also that it does not keep the state of that block
 */
export async function headDifference({ node, book, block, tokens }: Comparison): Promise<string | undefined> {
  const { verifyingContract: address } = book.state.terms.domain;
  const question = bookQuestion("chainState");
  const [link] = bookAnswer(question, await node.call({ to: address, data: question.data }, block));
  if (link !== book.link) return `the logs lead to ${book.link}, the book's own state at block ${block} is ${link}`;
  for (const [leg, token] of tokens.entries()) {
    const balance = balanceAnswer(await node.call({ to: token, data: balanceQuestion(address) }, block));
    const held = book.state.pool.held(leg);
    // More than that is what somebody has sent without a deposit.
    if (balance < held) return `the logs leave the book ${held} of token ${leg} at block ${block}, it has ${balance}`;
  }
  return undefined;
}

/** Compares accounts, as `headDifference` does: of all traders, or the part of them whose turn it is. */
export async function accountDifference(comparison: Comparison): Promise<string | undefined> {
  const traders = tradersInTurn(comparison);
  for (let at = 0; at < traders.length; at += AT_ONCE) {
    const found = await Promise.all(traders.slice(at, at + AT_ONCE).map((trader) => differenceOf(comparison, trader)));
    const first = found.find((one) => one !== undefined);
    if (first !== undefined) return first;
  }
  return undefined;
}

function tradersInTurn({ book, block }: Comparison): readonly string[] {
  const { traders } = book.state;
  const all = [...traders.all()].map(({ address }) => address);
  if (all.length <= MOST_TRADERS) return all;
  const parts = Math.ceil(all.length / MOST_TRADERS);
  const start = (block % parts) * MOST_TRADERS;
  return all.slice(start, start + MOST_TRADERS);
}

async function differenceOf({ node, book, block }: Comparison, trader: string): Promise<string | undefined> {
  const to = book.state.terms.domain.verifyingContract;
  const [account, claims, nonces] = [
    bookQuestion("accountOf", trader),
    bookQuestion("claimsOf", trader),
    bookQuestion("noncesOf", trader),
  ] as const;
  const ask = ({ data }: { readonly data: string }): Promise<string> => node.call({ to, data }, block);
  const said = await Promise.all([ask(account), ask(claims), ask(nonces)]);
  const [claim, worst, openOrders] = bookAnswer(account, said[0]);
  const own = book.accountOf(trader);
  const { nonceFloor, used } = book.noncesOf(trader);
  const pairs = [
    // What open orders keep in reserve the logs do not say to the last unit.
    [
      [own.claim, own.worst, BigInt(own.openOrders)],
      [claim, worst, openOrders],
    ],
    [book.claimsOf(trader), bookAnswer(claims, said[1])[0]],
    [[nonceFloor, used], bookAnswer(nonces, said[2])],
  ] as const;
  const found = pairs.find(([here, there]) => here.join() !== there.join());
  if (found === undefined) return undefined;
  return `the logs leave ${trader} ${found[0].join(", ")} at block ${block}, the book says ${found[1].join(", ")}`;
}
