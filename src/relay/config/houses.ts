/**
 * The houses through which a relay was told to bring orders, looked at once: that their code is known and made for this book, and what
 * never changes about them.
 */
import { getAddress, type Provider } from "ethers";

import { createHouses, houseKindAt } from "../../bindings/houses.js";
import { readMaker } from "../../bindings/makers.js";
import { read } from "../../bindings/transact.js";
import type { House } from "../../protocol/book/houses.js";
import type { BookTerms } from "../../protocol/book/terms.js";
import { RelayError } from "../errors.js";
import { LEAST_QUOTA } from "../queue/accounts.js";
import { leastBurnGas } from "../queue/burning.js";

/** Addresses, as they were given. */
export interface NamedHouses {
  readonly makers: readonly string[];
  readonly routers: readonly string[];
  /** Gas that a trader's packages may burn, 0 for any. */
  readonly burnQuota: number;
}

/** What each kind is called, and the flag that names one. */
const NAMES = {
  maker: { flag: "--maker", name: "automated maker", make: "session maker create" },
  set: { flag: "--router", name: "router of complete sets", make: "session deploy router" },
} as const;

/**
 * Those of the named houses that are a book's.
 * @returns makers first, in the order in which they were named
 * @throws RelayError RELAY_CONFIG_INVALID, with every one that the quota leaves unused; NodeError
 */
export async function readHouses(provider: Provider, terms: BookTerms, houses: NamedHouses): Promise<readonly House[]> {
  const named = listOf(houses);
  const houseAt = createHouses((address) => read(provider.getCode(address)), terms);
  const found = await Promise.all(named.map(({ address }) => houseAt(address)));
  const own = await Promise.all(
    named
      .filter(({ kind }, index) => found[index] === kind)
      .map(async (one) => (one.kind === "maker" ? await readMaker(one.address, provider) : one)),
  );
  refuse(own.flatMap((house) => unborneBy(houses.burnQuota, house, terms)));
  return own;
}

/** @throws RelayError RELAY_CONFIG_INVALID with every house that was named and is none of these sessions' */
export function requireAllFound(
  named: NamedHouses,
  sessions: readonly { readonly domain: BookTerms["domain"]; readonly houses: readonly House[] }[],
): void {
  const found = new Set(sessions.flatMap(({ houses }) => houses.map(({ address }) => address)));
  const books = sessions.map(({ domain }) => domain.verifyingContract);
  refuse(listOf(named).flatMap((one) => (found.has(one.address) ? [] : [problemOf(one.kind, one.address, books)])));
}

/**
 * Where sessions are still to be found, whose a house is shows later: but that it is one shows now.
 * @throws RelayError RELAY_CONFIG_INVALID with every address that is named and none of any book; NodeError
 */
export async function requireHouses(provider: Pick<Provider, "getCode">, named: NamedHouses): Promise<void> {
  const codeAt = (address: string): Promise<string> => read(provider.getCode(address));
  const wrong = await Promise.all(
    listOf(named).map(async ({ kind, address }) => {
      if ((await houseKindAt(codeAt, address)) === kind) return [];
      const { flag, name, make } = NAMES[kind];
      return [`\n  ${flag} ${address} is no ${name} of any book, by its code: name one (\`${make}\`), or none`];
    }),
  );
  refuse(wrong.flat());
}

function listOf({ makers, routers }: NamedHouses) {
  return [
    ...makers.map((address) => ({ kind: "maker", address: getAddress(address) }) as const),
    ...routers.map((address) => ({ kind: "set", address: getAddress(address) }) as const),
  ];
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw new RelayError("RELAY_CONFIG_INVALID", { problems: problems.join("") });
}

/** What goes through a house may burn more: a quota that bears not one such package would leave the house unused. */
function unborneBy(burnQuota: number, house: House, { assets }: BookTerms): string[] {
  const least = LEAST_QUOTA + leastBurnGas(house, assets);
  if (burnQuota === 0 || burnQuota >= least) return [];
  const { flag } = NAMES[house.kind];
  return [
    `\n  ${flag} ${house.address} needs a --burn-quota of ${least} or more, or 0 for any: ${burnQuota} bears no package that goes there`,
  ];
}

function problemOf(kind: House["kind"], address: string, books: readonly string[]): string {
  const { flag, name, make } = NAMES[kind];
  const [book, another] = books;
  const whose = another === undefined ? `the book ${book}` : `one of the ${books.length} books`;
  return `\n  ${flag} ${address} is no ${name} of ${whose}, by its code: name one of this session (\`${make}\`), or none`;
}
