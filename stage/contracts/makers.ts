/** Automated makers on a test's chain, and orders that are brought to them. */
import { type ContractTransactionResponse, ZeroHash } from "ethers";

import type { LmsrMaker, LmsrMakerFactory } from "../../typechain-types/index.js";
import type { MakerTermsStruct } from "../../typechain-types/periphery/makers/LmsrMaker.js";
import { type Limits, type OrderSpec, sign } from "./orders.js";
import { SUPPLY } from "./units.js";
import type { Account, World } from "./world.js";

/** Enough for any trade: to find the least that does takes many tries. */
const GAS_LIMIT = 6_000_000n;

/** A maker as a test thinks of it; what is left out is the usual. */
export interface MakerSpec {
  /** The basket root by default. */
  readonly root?: number;
  /** b, 100 000 lots by default. */
  readonly liquidity?: bigint;
  /** A weight for each vertex. */
  readonly prior: readonly number[];
  /** Breakpoints of an interval root. */
  readonly points?: readonly bigint[];
  /** Link of the record that made the root; by default its last one, which is the same as long as there is one alone. */
  readonly rootLink?: string;
}

export async function deployFactory(world: World): Promise<LmsrMakerFactory> {
  return world.connection.ethers.deployContract("LmsrMakerFactory");
}

export async function termsOf(world: World, spec: MakerSpec): Promise<MakerTermsStruct> {
  const { root = 1 } = spec;
  return {
    book: world.bookAddress,
    rootLink: spec.rootLink ?? (root === 1 ? ZeroHash : (await world.book.rootOf(root)).tip),
    liquidity: spec.liquidity ?? 100_000n,
    prior: [...spec.prior],
    points: [...(spec.points ?? [])],
  };
}

/** Made, but not funded. */
export async function createMaker(world: World, factory: LmsrMakerFactory, spec: MakerSpec): Promise<LmsrMaker> {
  const terms = await termsOf(world, spec);
  const address = await factory.addressOf(terms);
  await factory.create(terms);
  return world.connection.ethers.getContractAt("LmsrMaker", address, world.submitter);
}

/** All that it needs, by the organiser. */
export async function fundMaker(world: World, maker: LmsrMaker, sponsor: Account = world.organiser): Promise<void> {
  await world.session.connect(sponsor).approve(maker, SUPPLY);
  await maker.connect(sponsor).fund(await maker.depositNeeded());
}

export async function openMaker(world: World, spec: MakerSpec): Promise<LmsrMaker> {
  const maker = await createMaker(world, await deployFactory(world), spec);
  await fundMaker(world, maker);
  return maker;
}

/** Somebody who is no party to it brings the order to the maker. */
export async function tradeThrough(
  world: World,
  maker: LmsrMaker,
  spec: OrderSpec,
  { maxMatches = 20, maxWalk = 20 }: Limits = {},
): Promise<ContractTransactionResponse> {
  return maker.trade(await sign(world, spec), maxMatches, maxWalk, { gasLimit: GAS_LIMIT });
}
