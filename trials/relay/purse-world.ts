/** What every attack on a relay's purse does: traders, deposits, packages, and who has paid what. */
import { computeAddress, id, SigningKey, type TransactionResponse } from "ethers";

import { mined } from "../../src/bindings/transact.js";
import type { SignedPackage } from "../../src/bindings/packages.js";
import { tokenWei } from "../../src/protocol/amounts/units.js";
import { type PackageFields, tradePackage } from "../../src/protocol/signing/package.js";
import { tradesCancellation } from "../../src/protocol/signing/trades-cancellation.js";
import { cancellationDigest, digestOf, domainSeparator, primaryLink } from "../../src/protocol/signing/typed-data.js";
import type { HostileWallet } from "./hostile-wallet.js";
import type { RawClient } from "./http-client.js";
import { pause } from "./load-generator.js";
import type { Signatory } from "./orders.js";
import type { RelayStage } from "./stage.js";

export interface PursePlan {
  readonly database: string;
  /** Addresses of each attack. */
  readonly addresses: number;
  readonly rounds: number;
}

/** A relay and its node have seen what was done, after so long. */
export const SETTLE_MS = 700;
export const LOTS = 1n;
const DEPOSIT = tokenWei(10n ** 18n);
/** Comes before whatever a relay has sent. */
export const FIRST = { maxFeePerGas: 10n ** 12n, maxPriorityFeePerGas: 10n ** 11n };
const LANDING_LOOKS = 60;
const SENDING_LOOKS = 20;

export interface World {
  readonly stage: RelayStage;
  readonly client: RawClient;
  /** Receipts' gas of the attacker. */
  paid: bigint;
  deposits: number;
  acknowledged: number;
  readonly refused: Map<string, number>;
  /** Next nonce of each address. */
  readonly nonces: Map<string, bigint>;
}

export async function freshTraders(world: World, addresses: number): Promise<Signatory[]> {
  const traders = Array.from({ length: addresses }, (_, index): Signatory => {
    const key = new SigningKey(id(`purse ${index}`));
    return { address: computeAddress(key), key };
  });
  for (const { address } of traders) await deposit(world, address);
  return traders;
}

/** The relay brings them as its accounts bear. */
export async function allLanded({ client }: World): Promise<void> {
  for (let looks = 0; looks < LANDING_LOOKS; looks += 1) {
    await pause(SETTLE_MS);
    const { body } = await client.get("/health");
    if (body["waiting"] === 0) return;
  }
  throw new Error("the relay does not bring what it has taken");
}

/**
 * Waits until the relay has sent something that is in no block yet, or will not: a slow machine takes longer for it than a fast one, and
 * what its accounts do not bear it keeps.
 */
export async function hasSent({ stage: { provider, relayKeys }, client }: World): Promise<void> {
  const relay = computeAddress(relayKeys[0] ?? "");
  for (let looks = 0; looks < SENDING_LOOKS; looks += 1) {
    await pause(SETTLE_MS);
    const { body } = await client.get("/health");
    if (body["waiting"] === 0) return;
    const [landed, sent] = await Promise.all([
      provider.getTransactionCount(relay, "latest"),
      provider.getTransactionCount(relay, "pending"),
    ]);
    if (sent > landed) return;
  }
}

/** A cancellation of no order, which raises its trader's floor of nonces. */
export function floorOf({ stage: { handle } }: World, { address: trader, key }: Signatory, nonceFloor: bigint) {
  const deadline = BigInt(handle.t2 - 1);
  const cancellation = tradesCancellation({ trader, fromTradeRootId: 0, toTradeRootId: 0, nonceFloor, deadline });
  return { cancellation, signature: key.sign(cancellationDigest(handle.domain, cancellation)).serialized };
}

export async function deposit(world: World, address: string): Promise<void> {
  const { handle, organiser } = world.stage;
  await pay(world, handle.book.connect(organiser).deposit(address, DEPOSIT));
  world.deposits += 1;
}

export async function pay(world: World, sent: Promise<TransactionResponse>): Promise<void> {
  const receipt = await mined(await sent);
  world.paid += receipt?.gasUsed ?? 0n;
}

/** Whatever is sent meanwhile lands in one block, by its price. Two more let the relay see that. */
export async function withoutMining(world: World, work: () => Promise<readonly TransactionResponse[]>): Promise<void> {
  const { provider } = world.stage;
  await provider.send("evm_setAutomine", [false]);
  const sent = await work().finally(async () => {
    await provider.send("evm_mine", []);
    await provider.send("evm_setAutomine", [true]);
  });
  for (const one of sent) world.paid += (await mined(one))?.gasUsed ?? 0n;
  for (let blocks = 0; blocks < 2; blocks += 1) {
    await pause(SETTLE_MS);
    await provider.send("evm_mine", []);
  }
  await pause(SETTLE_MS);
}

export async function signed(
  { stage: { handle }, client, nonces }: World,
  who: Signatory | HostileWallet,
  fields: Partial<PackageFields> = {},
): Promise<SignedPackage> {
  const { address: trader } = who;
  const nonce = nonces.get(trader) ?? 0n;
  nonces.set(trader, nonce + 1n);
  const previousLink = await client.link();
  const rest = { previousLink, nonce, deadline: BigInt(handle.t2 - 1), timeInForce: 0 } as const;
  const market = { marketRootId: 1, marketBranchId: 1, priceTicks: 1_000n, quantityLots: LOTS };
  const order = tradePackage({ ...market, trader, ...rest, ...fields });
  if (!("key" in who)) return { package: order, signature: "0x77" };
  return {
    package: order,
    signature: who.key.sign(digestOf(domainSeparator(handle.domain), primaryLink(order))).serialized,
  };
}

export async function offer(world: World, one: SignedPackage): Promise<void> {
  count(world, await world.client.submit(one));
}

export function count(world: World, { status, body }: Awaited<ReturnType<RawClient["submit"]>>): void {
  if (status === 202) {
    world.acknowledged += 1;
    return;
  }
  const { code = `status ${status}` } = (body["error"] ?? {}) as { readonly code?: string }; // by the relay's interface
  world.refused.set(code, (world.refused.get(code) ?? 0) + 1);
}
