/** Attacks a relay's purse: packages that are good when it takes them, and burn its gas without landing. Both sides' gas is counted. */
import { toQuantity, type TransactionResponse, Wallet } from "ethers";

import { batchCall } from "../../src/bindings/calls.js";
import { recordsOf } from "../../src/bindings/records.js";
import { burnsFrom, deployHostileWallet, type HostileWallet, MANNER, setManner } from "./hostile-wallet.js";
import { createRawClient } from "./http-client.js";
import { pause, ready } from "./load-generator.js";
import type { Signatory } from "./orders.js";
import { killOrders } from "./purse-killed.js";
import {
  allLanded,
  count,
  deposit,
  FIRST,
  floorOf,
  freshTraders,
  hasSent,
  offer,
  pay,
  type PursePlan,
  SETTLE_MS,
  signed,
  withoutMining,
  type World,
} from "./purse-world.js";
import { openRelayStage, type RelayStage, startRelayOn } from "./stage.js";

export const ATTACKS = [
  "fresh wallets",
  "wallets that turn",
  "wallets that see the price",
  "wallets that see the block",
  "wallets that see the coinbase",
  "voided nonces",
  "void cancellations",
  "killed orders",
] as const;
export type Attack = (typeof ATTACKS)[number];

export interface PurseResult {
  readonly attack: Attack;
  readonly addresses: number;
  readonly acknowledged: number;
  /** Codes with which packages were refused, and how often. */
  readonly refused: Readonly<Record<string, number>>;
  /** Of the relay, for what did not land. */
  readonly burned: bigint;
  /** Of the attacker. */
  readonly paid: bigint;
  /** What the attacker would have paid had one transaction brought all of its first deposits. */
  readonly leastPaid: bigint;
  /** `burned` to `leastPaid`. */
  readonly ratio: number;
}

const FLAGS = ["--poll-ms", "40", "--batch-ms", "40", "--rate", "100000", "--index", "off"];
const START_MS = 60_000;
const PACKAGES_AT_ONCE = 12;
/** What a transaction costs before it does anything: shared if many deposits come in one. */
const ENTRY_GAS = 21_000n;
/** About what an order that lands takes, which is no loss. */
const LANDED_GAS = 130_000n;
/** Nonces of an address that a round makes void. */
const ROUND_NONCES = 32n;
/** Orders after which a quota grows no more. */
const GROWING_ORDERS = 24;
/** As many of a trader as a relay has transactions on their way. */
const CANCELLATIONS_AT_ONCE = 4n;
/** A relay makes the next transaction within so long. */
const SEND_MS = 150;
const [EVEN, ODD] = [`0x${"00".repeat(19)}aa`, `0x${"00".repeat(19)}ab`] as const;

export async function runPurse(plan: PursePlan, attack: Attack, tell: (line: string) => void): Promise<PurseResult> {
  const stage = await openRelayStage({ traders: 1 });
  const relay = await startRelayOn(stage, { database: plan.database, flags: FLAGS });
  try {
    const client = createRawClient(relay.url);
    await ready(client, START_MS);
    const tally = { paid: 0n, deposits: 0, acknowledged: 0, refused: new Map(), nonces: new Map() };
    const world: World = { stage, client, ...tally };
    const first = await stage.provider.getBlockNumber();
    if (attack === "voided nonces") await voidNonces(world, plan);
    else if (attack === "void cancellations") await voidCancellations(world, plan);
    else if (attack === "killed orders") await killOrders(world, plan);
    else await useWallets(world, plan, attack);
    const burned = await burnedSince(stage, first);
    const { paid, deposits, acknowledged, refused } = world;
    const leastPaid = paid - ENTRY_GAS * BigInt(Math.max(0, deposits - 1));
    const ratio = Number(burned) / Number(leastPaid);
    tell(`${attack}: the relay burned ${burned} gas, the attacker paid ${paid}`);
    const counts = { acknowledged, refused: Object.fromEntries(refused) };
    return { attack, addresses: plan.addresses, ...counts, burned, paid, leastPaid, ratio };
  } finally {
    await relay.stop();
    await stage.close();
  }
}

// ------------------------------------------------------------------ attacks

async function voidNonces(world: World, { addresses, rounds }: PursePlan): Promise<void> {
  const traders = await freshTraders(world, addresses);
  for (let round = 1; round <= rounds; round += 1) {
    const floor = BigInt(round - 1) * ROUND_NONCES;
    for (const { address } of traders) world.nonces.set(address, floor);
    await withoutMining(world, async () => {
      for (let time = 0; time < PACKAGES_AT_ONCE; time += 1) {
        await Promise.all(traders.map(async (one) => offer(world, await signed(world, one))));
      }
      await hasSent(world);
      return [await raiseFloors(world, traders, floor + ROUND_NONCES)];
    });
  }
}

/** Traders whose quotas have grown by orders that landed, which cost them nothing: what they cancel is void when it comes. */
async function voidCancellations(world: World, { addresses, rounds }: PursePlan): Promise<void> {
  const traders = await freshTraders(world, addresses);
  for (let landed = 0; landed < GROWING_ORDERS; landed += PACKAGES_AT_ONCE) {
    for (let time = 0; time < PACKAGES_AT_ONCE; time += 1) {
      await Promise.all(traders.map(async (one) => offer(world, await signed(world, one))));
    }
    await allLanded(world);
  }
  const first = BigInt(GROWING_ORDERS);
  for (let round = 1; round <= rounds; round += 1) {
    const floor = first + BigInt(round) * ROUND_NONCES;
    await withoutMining(world, async () => {
      for (let time = 0n; time < CANCELLATIONS_AT_ONCE; time += 1n) {
        for (const one of traders) await cancel(world, one, floor + time);
        await pause(SEND_MS);
      }
      await pause(SETTLE_MS);
      return [await raiseFloors(world, traders, floor + CANCELLATIONS_AT_ONCE)];
    });
  }
}

async function cancel(world: World, trader: Signatory, nonceFloor: bigint): Promise<void> {
  count(world, await world.client.post("/v1/cancellations", floorOf(world, trader, nonceFloor)));
}

/** One transaction for all, before whatever the relay has sent. */
async function raiseFloors(
  world: World,
  traders: readonly Signatory[],
  nonceFloor: bigint,
): Promise<TransactionResponse> {
  const { organiser, handle } = world.stage;
  const cancellations = traders.map((one) => ({ ...floorOf(world, one, nonceFloor), places: [] }));
  const { data } = batchCall({ cancellations, orders: [] }, { maxMatches: 1, maxWalk: 1 });
  return organiser.sendTransaction({ to: handle.bookAddress, data, gasLimit: 15_000_000n, ...FIRST });
}

async function useWallets(world: World, { addresses, rounds }: PursePlan, attack: Attack): Promise<void> {
  const { organiser } = world.stage;
  const wallets: HostileWallet[] = [];
  for (let made = 0; made < addresses; made += 1) {
    const wallet = await deployHostileWallet(organiser);
    world.paid += wallet.deployment.gasUsed;
    await deposit(world, wallet.address);
    if (attack !== "fresh wallets") await payItsWay(world, wallet);
    if (attack === "wallets that see the price") await pay(world, setManner(organiser, wallet, MANNER.burnsAtPrice));
    wallets.push(wallet);
  }
  for (let round = 1; round <= rounds; round += 1) {
    if (attack === "wallets that turn" && round > 1) {
      for (const wallet of wallets) await pay(world, setManner(organiser, wallet, MANNER.agrees));
      await pause(SETTLE_MS);
    }
    const { provider } = world.stage;
    if (attack === "wallets that see the block") {
      const next = (await provider.getBlockNumber()) + 1;
      // One transaction for each wallet comes before, and the relay tries its own on the block after these: one more lies between.
      for (const wallet of wallets)
        await pay(world, setManner(organiser, wallet, burnsFrom(next + wallets.length + 1)));
    }
    if (attack === "wallets that see the coinbase") {
      await provider.send("anvil_setCoinbase", [EVEN]);
      for (const wallet of wallets) await pay(world, setManner(organiser, wallet, MANNER.burnsAtOddCoinbase));
    }
    await withoutMining(world, async () => {
      for (const wallet of wallets) await offer(world, await signed(world, wallet));
      for (const wallet of wallets) await offer(world, await signed(world, wallet));
      await (attack === "wallets that turn" ? hasSent(world) : pause(SETTLE_MS));
      if (attack === "wallets that see the coinbase") await provider.send("anvil_setCoinbase", [ODD]);
      if (attack === "wallets that see the block") await mineFull(world);
      if (attack !== "wallets that turn") return [];
      return Promise.all(wallets.map((wallet) => setManner(organiser, wallet, MANNER.burns, FIRST)));
    });
  }
}

/** Brings a wallet's own orders until the relay takes one. */
async function payItsWay(world: World, wallet: HostileWallet): Promise<void> {
  const { book } = world.stage.handle;
  for (;;) {
    const { package: tradePackage, signature } = await signed(world, wallet);
    const order = { tradePackage, signature, insertAfter: 0, place: 0, newest: 0 };
    await pay(world, book.connect(world.stage.organiser).createTrade(order, 1, 64));
    await pause(SETTLE_MS);
    const { status } = await world.client.submit(await signed(world, wallet));
    if (status !== 202) continue;
    await pause(SETTLE_MS); // it lands
    return;
  }
}

/** A block that has no room for what waits. */
async function mineFull({ stage: { provider } }: World): Promise<void> {
  const limit = (await provider.getBlock("latest"))?.gasLimit ?? 0n;
  await provider.send("evm_setBlockGasLimit", [toQuantity(ENTRY_GAS)]);
  await provider.send("evm_mine", []);
  await provider.send("evm_setBlockGasLimit", [toQuantity(limit)]);
}

// ------------------------------------------------------------------ what the relay has paid

/** Gas of the relay's transactions beyond that of orders that landed, if anything of them did not. */
async function burnedSince({ provider, relayKeys, handle }: RelayStage, first: number): Promise<bigint> {
  const relay = new Wallet(relayKeys[0] ?? "").address;
  let burned = 0n;
  for (let number = first + 1; number <= (await provider.getBlockNumber()); number += 1) {
    const block = await provider.getBlock(number, true);
    for (const { from, hash } of block?.prefetchedTransactions ?? []) {
      if (from !== relay) continue;
      const receipt = await provider.getTransactionReceipt(hash);
      if (receipt === null) continue;
      const records = recordsOf({ bookAddress: handle.bookAddress }, receipt.logs);
      const landed = records.filter(({ kind }) => kind === "tradeCreated").length;
      const isService = landed > 0 && !records.some(({ kind }) => kind === "skipped");
      if (!isService) burned += receipt.gasUsed - BigInt(landed) * LANDED_GAS;
    }
  }
  return burned;
}
