/** What everything stands on: a node of one's own, the contracts, a funded session whose trading has begun, people with money. */
import { BASKET_ROOT_ID, type SessionHandle } from "../../src/bindings/session.js";
import { transact } from "../../src/bindings/transact.js";
import { gather, treasury } from "../../src/cli/demo/people.js";
import { openDemoMaker } from "../../src/cli/demo/session.js";
import { createTrader } from "../../src/client/trader.js";
import { ownBuild, readBuild } from "../../src/deployment/build.js";
import { deployContracts } from "../../src/deployment/deploy.js";
import { contractsOf } from "../../src/deployment/known.js";
import { type LocalNode, startNode } from "../../src/local/nodes.js";
import { NodeProvider } from "../../src/node/provider.js";
import { assetUnits, type Ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { readCreation } from "../../src/verify/find-session.js";
import type { Chain } from "../../stage/chain.js";
import { createClock } from "../../stage/clock.js";
import { seededBytes } from "../../stage/rng.js";
import { mintAssets, openFunded, paramsOf } from "../../stage/session.js";
import { ONE } from "../command/decimals.js";
import { planBasketMaker } from "../stocks/maker.js";
import { DAY, PAST_DAYS, STANDSTILL, TRADING_DAYS } from "./calendar.js";
import { freeze } from "./clock.js";
import type { LiveOptions } from "./options.js";
import { type Cast, NAMES, PURSES, SHARES, SUPPLY } from "./people.js";

export interface Ground {
  readonly node: LocalNode;
  readonly provider: NodeProvider;
  readonly chain: Pick<Chain, "clock" | "organiser" | "relayer">;
  readonly people: Cast;
  readonly factory: string;
  readonly makerFactory: string;
  readonly handle: SessionHandle;
  /** The session's first block. */
  readonly fromBlock: number;
  /** First second of trading. */
  readonly t1: number;
  /** Of the automated maker, if there is one. */
  readonly maker: string | undefined;
}

/** What has to be ended, the newest first. */
export type Closers = (() => Promise<void> | void)[];
export type Tell = (line: string) => void;

const POLLING_MS = 50;
const FUNDING_SECONDS = 3_600; // before trading begins
const FULL_WEIGHT = 10_000n;

/**
 * The chain's clock stands at t1 then, until somebody moves it.
 * @param weights of the basket when trading begins, in ticks of which 10 000 make 1
 */
export async function openGround(
  options: LiveOptions,
  weights: readonly Ticks[],
  closers: Closers,
  tell: Tell,
): Promise<Ground> {
  const present = options.isWalking ? Math.floor(Date.now() / 1_000) : STANDSTILL;
  const t1 = present - PAST_DAYS * DAY;
  tell("Starting a local chain");
  const node = await startNode("anvil", { startsAt: t1 - FUNDING_SECONDS });
  closers.push(() => node.stop());
  const provider = await NodeProvider.open(node.url, { pollingMs: POLLING_MS });
  closers.push(() => {
    provider.destroy();
  });
  await freeze(provider);
  tell("Deploying the contracts");
  const payer = await treasury(provider);
  const build = readBuild(ownBuild("default"));
  await deployContracts(build, payer);
  const { SessionFactory, LmsrMakerFactory } = contractsOf(build);
  const people = await gather(provider, payer, NAMES);
  const { organiser, keeper } = people;
  const chain = { clock: createClock(provider), deployer: organiser, organiser, relayer: keeper };
  const handle = await openStocks(chain, SessionFactory.address, t1, options, tell);
  await handOut(handle, people, tell);
  const maker = options.hasMaker ? await makerOf(handle, people, LmsrMakerFactory.address, weights, tell) : undefined;
  const { blockNumber: fromBlock } = await readCreation(handle.address, provider);
  await chain.clock.moveTo(t1);
  const addresses = { factory: SessionFactory.address, makerFactory: LmsrMakerFactory.address };
  return { node, provider, chain, people, ...addresses, handle, fromBlock, t1, maker };
}

async function openStocks(
  chain: Pick<Chain, "deployer" | "organiser">,
  factory: string,
  t1: number,
  { seed, symbols }: LiveOptions,
  tell: Tell,
): Promise<SessionHandle> {
  tell(`Funding a session with ${SHARES} shares each of ${symbols.join(" and ")}`);
  const plan = {
    token: { name: "Live Stocks", symbol: "LIVE" },
    assets: symbols.map((symbol) => ({ symbol, quantity: assetUnits(SHARES * ONE) })),
    supply: tokenWei(SUPPLY * ONE),
    t1,
    t2: t1 + TRADING_DAYS * DAY,
  };
  const minted = await mintAssets(chain, plan.assets);
  return openFunded(chain, factory, await paramsOf(plan, minted), seededBytes(seed, "live session"));
}

async function handOut(handle: SessionHandle, people: Cast, tell: Tell): Promise<void> {
  tell("Handing out session tokens, which traders pay in");
  const token = handle.session.connect(people.organiser);
  for (const { name, tokens, deposit } of PURSES) {
    await transact(people.organiser, token.transfer.populateTransaction(people[name].address, tokens * ONE));
    await createTrader(handle, people[name]).deposit(deposit * ONE);
  }
}

/** @returns undefined for a session too small for one */
async function makerOf(
  handle: SessionHandle,
  people: Cast,
  makerFactory: string,
  weights: readonly Ticks[],
  tell: Tell,
): Promise<string | undefined> {
  if (weights.reduce((sum, weight) => sum + weight, 0n) !== FULL_WEIGHT) throw new RangeError("weights make 10 000");
  const plan = planBasketMaker(handle.supply, weights);
  if (plan === undefined) return undefined;
  const { liquidity, prior } = plan.terms;
  return openDemoMaker(handle, people, makerFactory, tell, { marketRootId: BASKET_ROOT_ID, liquidity, prior });
}
