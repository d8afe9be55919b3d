/** Gates: what an organiser deploys to say who may take part, and what a trader does to be admitted (see contracts/periphery/policies). */
import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { type ContractRunner, type Signer, type TransactionReceipt } from "ethers";

import {
  AllowList__factory,
  Attested__factory,
  FeePolicy__factory,
  FeeVault__factory,
  IParticipationPolicy__factory,
  MinCapital__factory,
  TrackRecord__factory,
} from "../../typechain-types/index.js";
import { ClientError } from "../bindings/errors.js";
import type { SessionHandle } from "../bindings/session.js";
import { read, readAs, transact } from "../bindings/transact.js";
import { pay } from "./tokens.js";

/** What is known of a table by its root: which lines are in it, and how that is shown. */
export interface MerkleTable<Line> {
  /** 32 bytes, 0x-hex. */
  readonly root: string;
  readonly lines: readonly Line[];
  /** @returns undefined for an address that has no line */
  readonly proofOf: (trader: string) => readonly string[] | undefined;
}

/** A line of a table of track records, in millionths. */
export interface RecordLine {
  readonly trader: string;
  readonly profitPpm: bigint;
  readonly informationPpm: bigint;
}

/** The list of an allow-list. Sequence does not matter. @param traders in their checksum form, each once, at least one */
export function allowListOf(traders: readonly string[]): MerkleTable<string> {
  const tree = StandardMerkleTree.of(
    traders.map((trader): [string] => [trader]),
    ["address"],
  );
  return {
    root: tree.root,
    lines: traders,
    proofOf: (trader) => (traders.includes(trader) ? tree.getProof([trader]) : undefined),
  };
}

/** The table of a policy of track records. Sequence does not matter. @param lines with addresses in checksum form, each once, at least one */
export function recordTableOf(lines: readonly RecordLine[]): MerkleTable<RecordLine> {
  const rowOf = ({ trader, profitPpm, informationPpm }: RecordLine): [string, bigint, bigint] => [
    trader,
    profitPpm,
    informationPpm,
  ];
  const tree = StandardMerkleTree.of(lines.map(rowOf), ["address", "int256", "int256"]);
  return {
    root: tree.root,
    lines,
    proofOf: (trader) => {
      const line = lines.find((one) => one.trader === trader);
      return line === undefined ? undefined : tree.getProof(rowOf(line));
    },
  };
}

/** Whether a policy would admit the trader to the session now, asked as the book asks: whatever is no yes is a no. */
export async function isAdmitted(
  { bookAddress, runner }: SessionHandle,
  policy: string,
  trader: string,
): Promise<boolean> {
  try {
    return await read(IParticipationPolicy__factory.connect(policy, runner).admits(bookAddress, trader));
  } catch (error) {
    if (error instanceof ClientError) return false;
    throw error;
  }
}

/** Claims the place of `trader` on an allow-list. @throws ClientError AllowList_NotOnList */
export async function claimPlace(
  signer: Signer,
  policy: string,
  list: MerkleTable<string>,
  trader: string,
): Promise<TransactionReceipt> {
  const contract = AllowList__factory.connect(policy, signer);
  return transact(signer, contract.claim.populateTransaction(trader, [...(list.proofOf(trader) ?? [])]));
}

/** Shows the record of `trader`. @throws ClientError TrackRecord_NotInTable, TrackRecord_NotEnough, Client_NoRecord */
export async function claimRecord(
  signer: Signer,
  policy: string,
  table: MerkleTable<RecordLine>,
  trader: string,
): Promise<TransactionReceipt> {
  const line = table.lines.find((one) => one.trader === trader);
  if (line === undefined) throw new ClientError("Client_NoRecord", { trader });
  const proof = [...(table.proofOf(trader) ?? [])];
  const contract = TrackRecord__factory.connect(policy, signer);
  return transact(signer, contract.claim.populateTransaction(trader, line.profitPpm, line.informationPpm, proof));
}

/** What a fee policy asks for. */
export interface EntryFee {
  readonly vault: string;
  readonly token: string;
  /** Smallest units of the token. */
  readonly fee: bigint;
  readonly beneficiary: string;
  readonly isPaid: boolean;
}

/** @param policy a FeePolicy. @throws ClientError Client_NotAPolicy */
export async function readEntryFee(
  { bookAddress, runner }: SessionHandle,
  policy: string,
  trader: string,
): Promise<EntryFee> {
  const none = new ClientError("Client_NotAPolicy", { address: policy });
  const vault = await readAs(none, FeePolicy__factory.connect(policy, runner).VAULT());
  const contract = FeeVault__factory.connect(vault, runner);
  const [token, fee, beneficiary, isPaid] = await readAs(
    none,
    Promise.all([contract.TOKEN(), contract.FEE(), contract.BENEFICIARY(), contract.paid(bookAddress, trader)]),
  );
  return { vault, token, fee, beneficiary, isPaid };
}

/** Approves the fee exactly, and pays it for `trader`. @throws ClientError FeeVault_AlreadyPaid, Gate_NotOpen */
export async function payEntryFee(
  { address }: SessionHandle,
  signer: Signer,
  { vault, token, fee }: EntryFee,
  trader: string,
): Promise<TransactionReceipt> {
  const contract = FeeVault__factory.connect(vault, signer);
  return pay(signer, { token, spender: vault, amount: fee }, () => contract.pay.populateTransaction(address, trader));
}

/** The beneficiary takes what was paid. @throws ClientError FeeVault_NotBeneficiary */
export function collectFees(signer: Signer, vault: string, to: string): Promise<TransactionReceipt> {
  return transact(signer, FeeVault__factory.connect(vault, signer).collect.populateTransaction(to));
}

/** The token of which a policy asks for a stake. @param policy a MinCapital. @throws ClientError Client_NotAPolicy */
export function readStakeToken(runner: ContractRunner, policy: string): Promise<string> {
  const none = new ClientError("Client_NotAPolicy", { address: policy });
  return readAs(none, MinCapital__factory.connect(policy, runner).TOKEN());
}

/** Approves exactly, and locks `amount` smallest units for `trader` until t2. @throws ClientError Gate_NotOpen, Client_NotAPolicy */
export async function stakeCapital(
  { address }: SessionHandle,
  signer: Signer,
  policy: string,
  trader: string,
  amount: bigint,
): Promise<TransactionReceipt> {
  const contract = MinCapital__factory.connect(policy, signer);
  const token = await readStakeToken(signer, policy);
  return pay(signer, { token, spender: policy, amount }, () =>
    contract.stake.populateTransaction(address, trader, amount),
  );
}

/** From t2 on: takes back all that the signer has staked for `trader`. @throws ClientError MinCapital_Locked, MinCapital_NothingStaked */
export async function unstakeCapital(
  { bookAddress }: SessionHandle,
  signer: Signer,
  policy: string,
  trader: string,
): Promise<TransactionReceipt> {
  const contract = MinCapital__factory.connect(policy, signer);
  return transact(signer, contract.withdraw.populateTransaction(bookAddress, trader, await signer.getAddress()));
}

/** Shows an attestation; its recipient is admitted from then on. @throws ClientError Attested_Revoked and the like */
export function presentAttestation(signer: Signer, policy: string, uid: string): Promise<TransactionReceipt> {
  return transact(signer, Attested__factory.connect(policy, signer).present.populateTransaction(uid));
}
