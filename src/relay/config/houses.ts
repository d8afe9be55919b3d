/**
 * The houses through which a relay was told to bring orders, looked at once: that their code is known and made for this book, and what
 * never changes about them.
 */
import { getAddress, type Provider } from "ethers";

import { createHouses } from "../../bindings/houses.js";
import { read } from "../../bindings/transact.js";
import { lots, ticks } from "../../protocol/amounts/units.js";
import type { House, MakerHouse } from "../../protocol/book/houses.js";
import type { BookTerms } from "../../protocol/book/terms.js";
import { ILmsrMaker__factory } from "../../../typechain-types/index.js";
import { RelayError } from "../errors.js";
import { LEAST_QUOTA } from "../queue/accounts.js";
import { leastBurnGas } from "../queue/burning.js";

/** Addresses, as they were given. */
export interface NamedHouses {
  readonly makers: readonly string[];
  /** Undefined for none. */
  readonly router: string | undefined;
  /** Gas that a trader's packages may burn, 0 for any. */
  readonly burnQuota: number;
}

/** What each kind is called, and the flag that names one. */
const NAMES = {
  maker: { flag: "--maker", name: "automated maker", make: "session maker create" },
  set: { flag: "--router", name: "router of complete sets", make: "session deploy router" },
} as const;

/**
 * @returns makers first, in the order in which they were named
 * @throws RelayError RELAY_CONFIG_INVALID, with every one that is not what it is said to be, or that the quota leaves unused; NodeError
 */
export async function readHouses(
  provider: Provider,
  terms: BookTerms,
  { makers, router, burnQuota }: NamedHouses,
): Promise<readonly House[]> {
  const named = [
    ...makers.map((address) => ({ kind: "maker", address: getAddress(address) }) as const),
    ...(router === undefined ? [] : [{ kind: "set", address: getAddress(router) } as const]),
  ];
  const houseAt = createHouses((address) => read(provider.getCode(address)), terms);
  const found = await Promise.all(named.map(({ address }) => houseAt(address)));
  refuse(named.flatMap(({ kind, address }, index) => (found[index] === kind ? [] : [problemOf(kind, address, terms)])));
  const houses = await Promise.all(
    named.map(async (one) => (one.kind === "maker" ? await readMakerHouse(provider, one.address) : one)),
  );
  refuse(houses.flatMap((house) => unborneBy(burnQuota, house, terms)));
  return houses;
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

function problemOf(kind: House["kind"], address: string, { domain }: BookTerms): string {
  const { flag, name, make } = NAMES[kind];
  return `\n  ${flag} ${address} is no ${name} of the book ${domain.verifyingContract}, by its code: name one of this session (\`${make}\`), or none`;
}

/** Its code is known by now, so that its word on its terms is what the node says, as anything else is. */
async function readMakerHouse(provider: Provider, address: string): Promise<MakerHouse> {
  const contract = ILmsrMaker__factory.connect(address, provider);
  const [{ liquidity, prior, points }, root] = await read(Promise.all([contract.terms(), contract.root()]));
  const fixed = { liquidity: lots(liquidity), prior: [...prior], points: points.map(ticks) };
  return { kind: "maker", address, marketRootId: Number(root), ...fixed };
}
