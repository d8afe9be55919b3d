import { Wallet } from "ethers";

import { SessionContracts } from "../../deploy/modules/SessionContracts.js";
import { TestAsset__factory } from "../../typechain-types/index.js";
import { createSession, fundSession } from "../client/organiser.js";
import type { SessionHandle } from "../client/session.js";
import { createSubmitter, type Submitter } from "../client/submitter.js";
import { createTrader, type Trader } from "../client/trader.js";
import type { Basket } from "../protocol/allocations.js";
import { tokenWei, type TokenWei } from "../protocol/units.js";
import { BEHAVIOURS, type Behaviour, type BehaviourName, CAST } from "./behaviours.js";
import { type Chain, startChain } from "./chain.js";
import { DECIMALS } from "./decimals.js";
import { monthStart, nextMonth } from "./months.js";
import type { RunOptions } from "./options.js";
import { createRandom, type Random, seededBytes } from "./rng.js";

/** Somebody with a claim on the basket. */
export interface Holder {
  readonly name: string;
  readonly address: string;
  /** Session tokens received in the distribution, in wei. */
  readonly received: TokenWei;
}

/** A holder who trades. */
export interface Participant extends Holder {
  readonly behaviourName: BehaviourName;
  readonly behaviour: Behaviour;
  readonly trader: Trader;
  readonly random: Random;
}

/** A funded session with its traders' deposits in the book, just before trading begins. */
export interface Stage {
  readonly chain: Chain;
  readonly handle: SessionHandle;
  /** q and N. */
  readonly basket: Basket;
  readonly factory: string;
  readonly participants: readonly Participant[];
  /** What is left of N after an equal slice for each trader: a few wei, if anything, that stay with the organiser. */
  readonly organiser: Holder;
  /** Submits the traders' signed orders, and pays for it. */
  readonly submitter: Submitter;
  readonly depositGas: bigint;
  /** Chance that belongs to nobody: the order in which traders come. */
  readonly random: Random;
}

const FUNDING_SECONDS = 30 * 24 * 3600; // between the chain's first block and t1
const MAX_MATCHES = 32;
const MAX_WALK = 128;

/** Deploys, creates and funds a session, and distributes its tokens to traders, who deposit all of them. */
export async function openStage(options: RunOptions, tell: (line: string) => void): Promise<Stage> {
  const t1 = monthStart(options.from);
  const t2 = monthStart(nextMonth(options.to));
  const chain = await startChain(t1 - FUNDING_SECONDS);

  tell("Deploying the contracts through their Ignition module");
  const deployed = await chain.connection.ignition.deploy(SessionContracts, { defaultSender: chain.deployer.address });
  const factory = await deployed.factory.getAddress();

  tell(`Minting the basket of ${options.symbols.join(", ")} and funding a session with it`);
  const handle = await createSession(
    factory,
    chain.organiser,
    {
      name: "Example Session",
      symbol: "EXS",
      assets: await mintAssets(chain, options),
      quantities: options.quantities,
      supply: options.supply,
      t1,
      t2,
    },
    seededBytes(options.seed, "session"),
  );
  await fundSession(handle, chain.organiser);

  tell(`Handing the session tokens to ${options.traders} traders, who deposit them`);
  const slice = tokenWei(options.supply / BigInt(options.traders));
  const participants = Array.from({ length: options.traders }, (_, index) =>
    castTrader(handle, chain, options.seed, index, slice),
  );
  const depositGas = await distribute(handle, chain, participants);

  return {
    chain,
    handle,
    basket: { quantities: options.quantities, supply: options.supply },
    factory,
    participants,
    organiser: {
      name: "organiser",
      address: chain.organiser.address,
      received: tokenWei(options.supply - slice * BigInt(options.traders)),
    },
    submitter: createSubmitter(handle, chain.relayer, { maxMatches: MAX_MATCHES, maxWalk: MAX_WALK }),
    depositGas,
    random: createRandom(options.seed, "stage"),
  };
}

/** A test asset for each symbol; the organiser gets exactly what the basket takes. */
async function mintAssets(chain: Chain, { symbols, quantities }: RunOptions): Promise<string[]> {
  const addresses: string[] = [];
  for (const [k, symbol] of symbols.entries()) {
    const asset = await new TestAsset__factory(chain.deployer).deploy(`Test ${symbol}`, symbol, DECIMALS);
    await asset.mint(chain.organiser.address, quantities[k] ?? 0n);
    addresses.push(await asset.getAddress());
  }
  return addresses;
}

/** Roles go round; the key follows from the seed, so that the same seed gives the same signatures. */
function castTrader(handle: SessionHandle, chain: Chain, seed: bigint, index: number, slice: TokenWei): Participant {
  const name = `trader ${(index + 1).toString().padStart(2, "0")}`;
  const behaviourName = CAST[index % CAST.length] ?? "noise";
  const wallet = new Wallet(seededBytes(seed, `key of ${name}`), chain.connection.ethers.provider);
  return {
    name,
    address: wallet.address,
    received: slice,
    behaviourName,
    behaviour: BEHAVIOURS[behaviourName],
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
