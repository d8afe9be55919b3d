/** After t2: the price is fixed and settles its root, half of the traders come out and offer claims, and somebody buys a part of them. */
import type { Signer, TransactionReceipt } from "ethers";

import { CashWindow__factory, type ILegToken } from "../../typechain-types/index.js";
import { realise } from "../../src/client/market-settlement.js";
import { fixPrice, readFixing } from "../../src/client/settlement/fixing.js";
import { recordPrice } from "../../src/client/settlement/settler.js";
import { buyFromWindow, offerToWindow, pullFromWindow, readWindow } from "../../src/client/settlement/window.js";
import { createRandom } from "../../stage/rng.js";
import type { StageTrader } from "../../stage/traders.js";
import { anybody, type Ground, placed } from "./ground.js";
import { DELAY, type Roots } from "./roots.js";

/** Somebody's share of something of a leg: wei of leg tokens, and smallest units of cash. */
export interface Share {
  readonly name: string;
  readonly leg: number;
  readonly tokens: bigint;
  readonly cash: bigint;
}

export interface WindowMade {
  readonly address: string;
  /** S_k: 10^36 times the smallest units of cash for a smallest unit of asset k. */
  readonly prices: readonly bigint[];
  /** Whether the interval root is settled, and at what, ticks. */
  readonly interval: { readonly settled: boolean; readonly outcome: bigint };
  readonly offered: readonly Share[];
  readonly bought: readonly Share[];
  /** What offerers took in the end: unsold tokens, and cash. */
  readonly pulled: readonly Share[];
}

/** A window that is there, and who offers in it. */
export interface OpenWindow extends Pick<WindowMade, "address" | "prices" | "interval"> {
  readonly opens: number;
  readonly closes: number;
}

const HOUR = 3_600;
const [LEAST, MOST] = [30, 80]; // percent

/** The fixing of t2, the interval root settled by it, and a window with its prices. */
export async function fixAndOpen(ground: Ground, { fixing, interval }: Roots): Promise<OpenWindow> {
  const { handle, chain, plan, traders, cash } = ground;
  await chain.clock.moveTo(plan.times.t2 + DELAY);
  const unfixed = await readFixing(chain.relayer, fixing);
  for (const { leg } of unfixed.legs) await fixPrice(anybody(ground), unfixed, leg);
  const prices = (await readFixing(chain.relayer, fixing)).legs.map(({ price }) => price ?? 0n);
  const { marketRootId } = interval.root;
  await recordPrice(anybody(ground), interval.settler, marketRootId);
  await realise(
    handle,
    anybody(ground),
    marketRootId,
    traders.map(({ address }) => address),
  );
  const { settled, lo } = await handle.book.rootOf(marketRootId);
  const [opens, closes] = [plan.times.t2 + HOUR / 2, plan.times.t2 + HOUR];
  const made = { session: handle.address, prices: fixing, cash: cash.address, opens, closes };
  const address = await placed(new CashWindow__factory(chain.deployer).deploy(made));
  return { address, prices, interval: { settled, outcome: lo }, opens, closes };
}

/** Those who want cash: every second trader. */
export function sellersOf({ traders }: Pick<Ground, "traders">): StageTrader[] {
  return traders.filter((_, i) => i % 2 === 0);
}

/** Each offers a part of its session tokens, and of the first leg of which it has more half of that; the organiser half of what was not sold. */
export async function offerAll(ground: Ground, { address }: OpenWindow): Promise<Share[]> {
  const { handle, plan, chain } = ground;
  const random = createRandom(plan.seed, "window");
  const shares: Share[] = [];
  const offer = async (name: string, signer: Signer, amount: bigint, only?: number): Promise<void> => {
    if (amount === 0n) return;
    await offerToWindow(handle, signer, { address }, amount, only);
    const legs = only === undefined ? handle.legs.map((_, k) => k + 1) : [only];
    shares.push(...legs.map((leg) => ({ name, leg, tokens: amount, cash: 0n })));
  };
  for (const { name, wallet, address: own } of sellersOf(ground)) {
    const tokens = await handle.session.balanceOf(own);
    await offer(name, wallet, (tokens * BigInt(random.integer(LEAST, MOST))) / 100n);
    const legs = await Promise.all(handle.legs.map((leg: ILegToken) => leg.balanceOf(own)));
    const k = legs.findIndex((amount) => amount > 1n);
    if (k >= 0) await offer(name, wallet, (legs[k] ?? 0n) / 2n, k + 1);
  }
  const unsold = await handle.session.balanceOf(chain.organiser.address);
  await offer("organiser", chain.organiser, unsold / 2n);
  return shares;
}

/** The buyer takes a part of every leg: assets, but of the last leg tokens. */
export async function buyPart(ground: Ground, { address, opens }: OpenWindow): Promise<Share[]> {
  const { handle, chain, buyer, plan, cash } = ground;
  await chain.clock.moveTo(opens);
  const random = createRandom(plan.seed, "buyer");
  const { legs } = await readWindow(handle, address);
  const bought: Share[] = [];
  for (const { leg, offered } of legs) {
    const amount = (offered * BigInt(random.integer(LEAST, MOST))) / 100n;
    if (amount === 0n) continue;
    const maxCost = await cash.token.balanceOf(buyer.address);
    const keep = leg === legs.length;
    const receipt = await buyFromWindow(handle, buyer, { address, cash: cash.address }, { leg, amount, maxCost, keep });
    bought.push({ name: "buyer", leg, tokens: amount, cash: saidOf(receipt, address, "LegBought", "paid") });
  }
  return bought;
}

/** Each takes its cash, and what nobody bought. */
export async function pullAll(ground: Ground, { address, closes }: OpenWindow): Promise<Share[]> {
  const { handle, chain } = ground;
  await chain.clock.moveTo(closes);
  const offerers: [string, Signer][] = sellersOf(ground).map(({ name, wallet }) => [name, wallet]);
  const shares: Share[] = [];
  for (const [name, signer] of [...offerers, ["organiser", chain.organiser] as const]) {
    const pulled = await pullFromWindow(handle, signer, { address });
    shares.push(...pulled.map(({ leg, returned, cash }) => ({ name, leg, tokens: returned, cash })));
  }
  return shares;
}

/** A value of an event of the window. */
function saidOf({ logs }: TransactionReceipt, window: string, event: string, value: string): bigint {
  const abi = CashWindow__factory.createInterface();
  const said = logs.flatMap((log) => (log.address === window ? (abi.parseLog(log) ?? []) : []));
  const found: unknown = said.find(({ name }) => name === event)?.args[value];
  if (typeof found !== "bigint") throw new Error(`the window has not told ${value} by ${event}`);
  return found;
}
