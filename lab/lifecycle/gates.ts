/** Who may take part: whoever is on the list and has paid the fee; or, for makers, whom somebody has staked much for. */
import type { Wallet } from "ethers";

import {
  AllOf__factory,
  AllowList__factory,
  AnyOf__factory,
  FeePolicy__factory,
  FeeVault__factory,
  MinCapital__factory,
} from "../../typechain-types/index.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import {
  allowListOf,
  claimPlace,
  collectFees,
  isAdmitted,
  type MerkleTable,
  payEntryFee,
  readEntryFee,
  stakeCapital,
  unstakeCapital,
} from "../../src/client/policies.js";
import type { Chain } from "../../stage/chain.js";
import { type Ground, type Place, placed, refusalOf } from "./ground.js";
import { USD } from "./plan.js";

export interface Gates {
  readonly list: MerkleTable<string>;
  readonly allowList: string;
  readonly vault: string;
  readonly feePolicy: string;
  readonly capital: string;
  /** The whole of it, as the session has it. */
  readonly policy: string;
}

/** Smallest units of cash. */
const FEE = 25n * USD;
export const STAKE = 50_000n * USD;

/** The maker's address hangs on the book's, and that on the gate's: so it can be on no list that the gate knows. */
export async function openGates(
  { deployer, organiser }: Chain,
  cash: string,
  listed: readonly string[],
): Promise<Gates> {
  const list = allowListOf(listed);
  const allowList = await placed(new AllowList__factory(deployer).deploy(list.root));
  const vault = await placed(new FeeVault__factory(deployer).deploy(cash, FEE, organiser.address));
  const feePolicy = await placed(new FeePolicy__factory(deployer).deploy(vault));
  const both = await placed(new AllOf__factory(deployer).deploy([allowList, feePolicy]));
  const capital = await placed(new MinCapital__factory(deployer).deploy(cash, STAKE));
  const policy = await placed(new AnyOf__factory(deployer).deploy([both, capital]));
  return { list, allowList, vault, feePolicy, capital, policy };
}

/** How somebody came through the gate: whether it was open before, with a place alone, and with place and fee. */
export interface Entry {
  readonly name: string;
  readonly before: boolean;
  readonly listed: boolean;
  readonly paid: boolean;
}

export interface Entrance {
  readonly fee: bigint;
  readonly entries: readonly Entry[];
  /** With what somebody was refused who is not on the list. */
  readonly outsider: string | undefined;
  /** Collected in the end, smallest units of cash. */
  readonly collected: bigint;
}

/** Every trader claims a place and pays; somebody else tries. The organiser collects. */
export async function enterAll(ground: Ground): Promise<Entrance> {
  const { handle, gates, traders, buyer, chain, cash } = ground;
  const entries: Entry[] = [];
  let fee = 0n;
  for (const { name, address, wallet } of traders) {
    const admitted = () => isAdmitted(handle, gates.policy, address);
    const before = await admitted();
    await claimPlace(wallet, gates.allowList, gates.list, address);
    const listed = await admitted();
    const due = await readEntryFee(handle, gates.feePolicy, address);
    await payEntryFee(handle, wallet, due, address);
    fee = due.fee;
    entries.push({ name, before, listed, paid: await admitted() });
  }
  const outsider = await refusalOf(claimPlace(buyer, gates.allowList, gates.list, buyer.address));
  const had = await cash.token.balanceOf(chain.organiser.address);
  await collectFees(chain.organiser, gates.vault, chain.organiser.address);
  const collected = (await cash.token.balanceOf(chain.organiser.address)) - had;
  return { fee, entries, outsider, collected };
}

/** What lets a maker in: its sponsor stakes for it. */
export function stakeFor({ gates }: Ground, handle: SessionHandle) {
  return async (maker: string, sponsor: Wallet): Promise<void> => {
    await stakeCapital(handle, sponsor, gates.capital, maker, STAKE);
  };
}

/** From t2 on the stake comes back. @returns how much, smallest units of cash */
export async function takeStakeBack({ handle, gates, cash }: Ground, sponsor: Wallet, maker: Place): Promise<bigint> {
  const had = await cash.token.balanceOf(sponsor.address);
  await unstakeCapital(handle, sponsor, gates.capital, maker.address);
  return (await cash.token.balanceOf(sponsor.address)) - had;
}
