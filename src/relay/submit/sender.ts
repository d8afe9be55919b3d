/**
 * Signs transactions, stores them, and then sends them until their nonce is used. What was stored is sent again as it is, by
 * whichever relay submits then, so that nothing is lost between the two; with one nonce only one of them can land.
 */
import { computeAddress } from "ethers";

import type { BookCall } from "../../bindings/calls.js";
import type { Keccak } from "../../protocol/signing/hashing.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import { messageOf, RelayError } from "../errors.js";
import { type ChainNode, refusalText } from "../../node/node.js";
import type { Standing } from "../follow/standing.js";
import type { Log } from "../log.js";
import type { Ledger } from "../queue/ledger.js";
import type { LiveSubmission } from "../queue/ledger-state.js";
import type { Fence, SignedTransaction, SubmissionStore } from "../store/submissions.js";
import { type Fees, feesAt, GWEI, least, raisedFees } from "./fees.js";
import { createTransactionSigner, type TransactionSigner } from "./sign.js";

export interface Sender {
  readonly account: string;
  /** What a block's producer is offered, wei a unit of gas. Asked before `submit`, during which nobody is answered. */
  priorityFee(): Promise<bigint>;
  /** Stores a call under the next nonce, then sends it. @throws RelayError RELAY_LEASE_LOST, RELAY_STORE_UNAVAILABLE; then nothing is sent */
  submit(fence: Fence, call: PricedCall, at: Standing): Promise<LiveSubmission>;
  /** Sends again what a node has lost, and offers more for what waits too long. */
  tend(fence: Fence, at: Standing): Promise<void>;
}

export interface PricedCall extends BookCall {
  readonly gasLimit: bigint;
  readonly priorityFee: bigint;
  readonly links: readonly Hash[];
  readonly cancellations: readonly Hash[];
}

export interface SenderDependencies {
  readonly node: Pick<ChainNode, "priorityFee" | "send" | "senderOf">;
  readonly store: Pick<SubmissionStore, "add" | "addTransaction">;
  readonly ledger: Pick<Ledger, "openSubmissions" | "addSubmission">;
  readonly log: Log;
  /** Ms, of a clock that never jumps. */
  readonly now: () => number;
  readonly privateKey: string;
  readonly keccak: Keccak;
  readonly chainId: bigint;
  readonly book: string;
  readonly replaceAfterMs: number;
  /** Most that may be offered, wei a unit of gas. */
  readonly maxFee: bigint;
}

interface SenderState extends SenderDependencies {
  readonly account: string;
  readonly sign: TransactionSigner;
}

/** How long a node may take to know a transaction before it is sent again, ms. */
const RESEND_MS = 1_000;

export function createSender(dependencies: SenderDependencies): Sender {
  const { privateKey, keccak } = dependencies;
  const account = computeAddress(privateKey);
  const state: SenderState = { ...dependencies, account, sign: createTransactionSigner(privateKey, keccak) };
  return {
    account,
    priorityFee: () => priorityFee(state),
    submit: (fence, call, at) => submit(state, fence, call, at),
    tend: (fence, at) => tend(state, fence, at),
  };
}

async function priorityFee({ node, maxFee }: SenderState): Promise<bigint> {
  return least(await node.priorityFee().catch(() => GWEI), maxFee);
}

async function submit(state: SenderState, fence: Fence, call: PricedCall, at: Standing): Promise<LiveSubmission> {
  const { ledger, store, account, now, maxFee } = state;
  const open = ledger.openSubmissions().at(-1)?.nonce;
  const nonce = Math.max(at.nonce, open === undefined ? 0 : open + 1);
  const transaction = signed(state, { ...call, nonce }, feesAt(at.header, call.priorityFee, maxFee));
  const live = ledger.addSubmission(await store.add(fence, { ...call, account, nonce }, transaction), now());
  void send(state, live);
  return live;
}

async function tend(state: SenderState, fence: Fence, at: Standing): Promise<void> {
  for (const submission of state.ledger.openSubmissions()) {
    try {
      await lookAfter(state, fence, submission, at);
    } catch (error) {
      if (error instanceof RelayError && error.code === "RELAY_LEASE_LOST") throw error;
      state.log.warn({ reason: messageOf(error), nonce: submission.nonce }, "transaction not looked after");
    }
  }
}

async function lookAfter(state: SenderState, fence: Fence, submission: LiveSubmission, at: Standing): Promise<void> {
  const { node, now, replaceAfterMs } = state;
  const age = now() - submission.sentAt;
  const last = submission.transactions.at(-1);
  if (age < Math.min(RESEND_MS, replaceAfterMs) || last === undefined) return;
  if ((await node.senderOf(last.hash)) === undefined) await send(state, submission);
  else if (age >= replaceAfterMs && submission.nonce === at.nonce) await replace(state, fence, submission, at);
}

/** Offers more for a transaction that nobody takes. */
async function replace(state: SenderState, fence: Fence, submission: LiveSubmission, at: Standing): Promise<void> {
  const last = submission.transactions.at(-1);
  if (last === undefined) return;
  const { store, log, maxFee } = state;
  const { nonce } = submission;
  const fees = raisedFees(last, feesAt(at.header, await priorityFee(state), maxFee), maxFee);
  if (fees === undefined) log.warn({ nonce, maxFee }, "highest gas price reached");
  else {
    const transaction = signed(state, submission, fees);
    await store.addTransaction(fence, submission.id, transaction);
    submission.transactions.push(transaction);
    log.info({ hash: transaction.hash, replaces: last.hash, nonce, maxFee: fees.maxFee }, "transaction replaced");
  }
  await send(state, submission);
}

/** Whether the node takes it shows later: it is sent again until its nonce is used. */
async function send({ node, now, log, replaceAfterMs }: SenderState, submission: LiveSubmission): Promise<void> {
  const transaction = submission.transactions.at(-1);
  if (transaction === undefined) return;
  const { hash, raw } = transaction;
  const { nonce } = submission;
  submission.sentAt = now();
  try {
    await node.send(raw);
    log.debug({ hash, nonce }, "transaction sent");
  } catch (error) {
    const text = refusalText(error);
    if (/already known|already imported|already exists/.test(text)) return;
    if (text.includes("underpriced")) submission.sentAt = now() - replaceAfterMs;
    log.warn({ error, hash, nonce }, "transaction not taken by the node");
  }
}

function signed(
  { sign, chainId, book }: SenderState,
  { nonce, data, gasLimit }: Pick<LiveSubmission, "nonce" | "data" | "gasLimit">,
  { maxFee, priorityFee }: Fees,
): SignedTransaction {
  return { ...sign({ chainId, nonce, to: book, data, gasLimit, maxFee, priorityFee }), maxFee, priorityFee };
}
