/** What a node can confirm besides the logs: the code with the terms in it, whose code it is, and where the session stands. */
import type { Provider } from "ethers";

import { IOrderBook__factory, ISession__factory } from "../../typechain-types/index.js";
import type { Hash } from "../protocol/signing/typed-data.js";
import { ask } from "./asking.js";
import { clonesOf } from "./clone.js";
import type { Grants } from "./grants.js";
import { type KnownName, recognise } from "../bindings/known-code.js";
import type { LogHeader } from "./log-header.js";
import { requireSame } from "./violation.js";

/** Where the log leads. */
export interface Standing {
  readonly link: Hash;
  readonly checkpoints: bigint;
  /** Wei; entry 0 is the session token, entry k leg k. */
  readonly supplies: readonly bigint[];
  readonly heldByBook: readonly bigint[];
  /** Of each asset, smallest units. */
  readonly vault: readonly bigint[];
}

/** @returns whether the session's contracts are clones with the header's terms. @throws Violation R8 */
export async function requireClones(header: LogHeader, provider: Provider, grants: Grants): Promise<boolean> {
  let isComplete = true;
  for (const { what, address, code } of clonesOf(header)) {
    const actual = await codeAt(provider, address, `${what} ${address}`, grants);
    isComplete &&= actual !== undefined;
    if (actual === undefined) continue;
    requireSame("R8", `The ${what} has other code or other terms than the header.`, { code: actual }, { code });
  }
  return isComplete;
}

/** What the book's code hands on what it does not know to, contract by contract. */
const BOOK_CODE: readonly KnownName[] = ["OrderBook", "OrderBookAccounts", "OrderBookViews", "OrderBookMarkets"];

/** Builds of this project, by contract; undefined in the place of what is not known. */
export type CodeBuilds = Readonly<Record<"session" | "legToken" | "orderBook" | "factory", string | undefined>>;

/** Whose code the session's contracts run. */
export async function recogniseCode(
  { clones, factory }: LogHeader,
  provider: Provider,
  grants: Grants,
): Promise<CodeBuilds> {
  const known = async (name: KnownName, address: string) => {
    const code = await codeAt(provider, address, `${name} ${address}`, grants);
    return code === undefined ? undefined : recognise(name, address, code);
  };
  const [session, legToken] = [await known("Session", clones.session), await known("LegToken", clones.legToken)];
  const found = await known("SessionFactory", factory);
  const makesThese =
    found?.uses.Session === clones.session &&
    found.uses.LegToken === clones.legToken &&
    found.uses.OrderBook === clones.orderBook;
  const orderBook = await bookBuild(clones.orderBook, known);
  return {
    session: session?.build,
    legToken: legToken?.build,
    orderBook,
    factory: makesThese ? found.build : undefined,
  };
}

/** A book's code is known if all of its parts are, each of the same build. */
async function bookBuild(
  address: string,
  known: (name: KnownName, address: string) => Promise<ReturnType<typeof recognise>>,
): Promise<string | undefined> {
  let at = address;
  let build: string | undefined;
  for (const [index, name] of BOOK_CODE.entries()) {
    const part = await known(name, at);
    if (part?.build === undefined || part.build !== (build ?? part.build)) return undefined;
    build = part.build;
    const next = BOOK_CODE[index + 1];
    at = (next === undefined ? undefined : part.uses[next]) ?? at;
  }
  return build;
}

async function codeAt(provider: Provider, address: string, subject: string, grants: Grants) {
  const said = await ask(() => provider.getCode(address));
  if ("answer" in said) return said.answer;
  grants.add("CODE_UNCHECKED", () => `${subject}: ${said.refused}`);
  return undefined;
}

/**
 * The book's chain, and tokens, at the log's last block. A node that does not give the state of that block is asked for today's:
 * if the session has rested since, it is the same.
 * @throws Violation R23
 */
export async function requireStanding(
  { book, session, legs, toBlock }: LogHeader,
  provider: Provider,
  { link, checkpoints, supplies, heldByBook }: Standing,
  grants: Grants,
): Promise<void> {
  const tokens = [session, ...legs].map((address) => ISession__factory.connect(address, provider));
  const standAt = async (blockTag: number | "latest") => {
    const at = { blockTag };
    const [chain, found, held] = await Promise.all([
      IOrderBook__factory.connect(book, provider).chainState(at),
      Promise.all(tokens.map((token) => token.totalSupply(at))),
      Promise.all(tokens.map((token) => token.balanceOf(book, at))),
    ]);
    return { link: chain.link, checkpoints: chain.checkpoints, supplies: found.join(), heldByBook: held.join() };
  };
  const expected = { link, checkpoints, supplies: supplies.join(), heldByBook: heldByBook.join() };
  const said = await ask(() => standAt(toBlock));
  if ("answer" in said) {
    requireSame("R23", "The chain stands elsewhere at the log's last block.", said.answer, expected);
    return;
  }
  const today = await ask(() => standAt("latest"));
  if ("answer" in today && isSame(today.answer, expected)) return;
  grants.add("STATE_PRUNED", () => `block ${toBlock}: ${said.refused}`);
}

/** What the assets say that the vault has, at the log's last block, or today if it is the same. @throws Violation R2 */
export async function requireVault(
  { session, terms, toBlock }: LogHeader,
  provider: Provider,
  { vault }: Standing,
  grants: Grants,
): Promise<void> {
  for (const [k, asset] of terms.assets.entries()) {
    const token = ISession__factory.connect(asset, provider);
    const expected = { leg: k + 1, balance: vault[k] };
    const said = await ask(() => token.balanceOf(session, { blockTag: toBlock }));
    if ("answer" in said) {
      const found = { leg: k + 1, balance: said.answer };
      requireSame("R2", "An asset says that the vault has other than its transfers add up to.", found, expected);
      continue;
    }
    const today = await ask(() => token.balanceOf(session));
    if ("answer" in today && today.answer === expected.balance) continue;
    grants.add("ASSETS_UNCHECKED", () => `asset ${k + 1} ${asset} at block ${toBlock}: ${said.refused}`);
  }
}

function isSame(found: Readonly<Record<string, unknown>>, expected: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(expected).every(([name, value]) => found[name] === value);
}
