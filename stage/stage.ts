import { Wallet } from "ethers";

import { SessionContracts } from "../deploy/modules/session-contracts.js";
import { TestAsset__factory } from "../typechain-types/index.js";
import { createSession, fundSession } from "../src/client/organiser.js";
import type { SessionHandle } from "../src/bindings/session.js";
import { createSubmitter, type Submitter } from "../src/client/submitter.js";
import { createTrader, type Trader } from "../src/client/trader.js";
import type { Basket } from "../src/protocol/value/allocations.js";
import { type AssetUnits, tokenWei, type TokenWei } from "../src/protocol/amounts/units.js";
import { type Chain, startChain } from "./chain.js";
import { DECIMALS } from "./decimals.js";
import { createRandom, type Random, seededBytes } from "./rng.js";
import { directRoute, type OrderRoute } from "./route.js";

/** Somebody with a claim on the basket. */
export interface Holder {
  readonly name: string;
  readonly address: string;
  /** Session tokens received in the distribution, in wei. */
  readonly received: TokenWei;
}

/** A holder who trades, in a way that has a name. */
export interface Participant<Behaviour extends string = string> extends Holder {
  readonly behaviourName: Behaviour;
  readonly trader: Trader;
  readonly random: Random;
}

/** What to open a session with. */
export interface StagePlan<Behaviour extends string> {
  readonly seed: bigint;
  readonly token: { readonly name: string; readonly symbol: string };
  /** The basket's assets, each made for this session, and how much of each. */
  readonly assets: readonly { readonly symbol: string; readonly quantity: AssetUnits }[];
  /** N, in wei. */
  readonly supply: TokenWei;
  readonly traders: number;
  /** In this order traders are cast, again and again. */
  readonly cast: readonly [Behaviour, ...Behaviour[]];
  /** Seconds since 1970. */
  readonly t1: number;
  readonly t2: number;
}

/** A funded session with its traders' deposits in the book, just before trading begins. */
export interface Stage<Behaviour extends string = string> {
  readonly chain: Chain;
  readonly handle: SessionHandle;
  /** Of the basket's assets, in its order. */
  readonly symbols: readonly string[];
  /** q and N. */
  readonly basket: Basket;
  readonly factory: string;
  readonly participants: readonly Participant<Behaviour>[];
  /** What is left of N after an equal slice for each trader: a few wei, if anything, that stay with the organiser. */
  readonly organiser: Holder;
  /** Does what anybody may do for the book, and pays for it. */
  readonly submitter: Submitter;
  /** How the traders' signed orders come to the book: directly, unless somebody puts another route here. */
  readonly route: OrderRoute;
  readonly depositGas: bigint;
  /** Chance that belongs to nobody: the order in which traders come. */
  readonly random: Random;
}

const FUNDING_SECONDS = 30 * 24 * 3600; // between the chain's first block and t1
/** Steps of matching for each order, and resting orders to pass from a hint to a place, whatever the route. */
export const MAX_MATCHES = 32;
export const MAX_WALK = 128;

/** Deploys, creates and funds a session, and distributes its tokens to traders, who deposit all of them. */
export async function openStage<Behaviour extends string>(
  plan: StagePlan<Behaviour>,
  tell: (line: string) => void,
): Promise<Stage<Behaviour>> {
  const { seed, assets, supply, traders } = plan;
  const symbols = assets.map(({ symbol }) => symbol);
  const chain = await startChain(plan.t1 - FUNDING_SECONDS);

  tell("Deploying the contracts through their Ignition module");
  const deployed = await chain.connection.ignition.deploy(SessionContracts, { defaultSender: chain.deployer.address });
  const factory = await deployed.factory.getAddress();

  tell(`Minting the basket of ${symbols.join(", ")} and funding a session with it`);
  const handle = await fundedSession(chain, factory, plan);

  tell(`Handing the session tokens to ${traders} traders, who deposit them`);
  const slice = tokenWei(supply / BigInt(traders));
  const participants = Array.from({ length: traders }, (_, index) => castTrader(handle, chain, plan, index, slice));
  const depositGas = await distribute(handle, chain, participants);
  const submitter = createSubmitter(handle, chain.relayer, { maxMatches: MAX_MATCHES, maxWalk: MAX_WALK });

  return {
    chain,
    handle,
    symbols,
    basket: { quantities: assets.map(({ quantity }) => quantity), supply },
    factory,
    participants,
    organiser: {
      name: "organiser",
      address: chain.organiser.address,
      received: tokenWei(supply - slice * BigInt(traders)),
    },
    submitter,
    route: directRoute(handle, submitter),
    depositGas,
    random: createRandom(seed, "stage"),
  };
}

async function fundedSession(
  chain: Chain,
  factory: string,
  { assets, seed, supply, t1, t2, token }: StagePlan<string>,
): Promise<SessionHandle> {
  const quantities = assets.map(({ quantity }) => quantity);
  const terms = { ...token, assets: await mintAssets(chain, assets), quantities, supply, t1, t2 };
  const handle = await createSession(factory, chain.organiser, terms, seededBytes(seed, "session"));
  await fundSession(handle, chain.organiser);
  return handle;
}

/** A test asset for each symbol; the organiser gets exactly what the basket takes. */
async function mintAssets(chain: Chain, assets: StagePlan<string>["assets"]): Promise<string[]> {
  const addresses: string[] = [];
  for (const { symbol, quantity } of assets) {
    const asset = await new TestAsset__factory(chain.deployer).deploy(`Test ${symbol}`, symbol, DECIMALS);
    await asset.mint(chain.organiser.address, quantity);
    addresses.push(await asset.getAddress());
  }
  return addresses;
}

/** Roles go round; the key follows from the seed, so that the same seed gives the same signatures. */
function castTrader<Behaviour extends string>(
  handle: SessionHandle,
  chain: Chain,
  { seed, cast }: StagePlan<Behaviour>,
  index: number,
  slice: TokenWei,
): Participant<Behaviour> {
  const name = `trader ${(index + 1).toString().padStart(2, "0")}`;
  const wallet = new Wallet(seededBytes(seed, `key of ${name}`), chain.connection.ethers.provider);
  return {
    name,
    address: wallet.address,
    received: slice,
    behaviourName: cast[index % cast.length] ?? cast[0],
    trader: createTrader(handle, wallet),
    random: createRandom(seed, name),
  };
}

/** @returns gas of all deposits */
async function distribute(handle: SessionHandle, chain: Chain, participants: readonly Participant[]): Promise<bigint> {
  const token = handle.session.connect(chain.organiser);
  let gas = 0n;
  for (const { trader, received } of participants) {
    await chain.giveGas(trader.address);
    await (await token.transfer(trader.address, received)).wait();
    gas += (await trader.deposit(received)).gasUsed;
  }
  return gas;
}
