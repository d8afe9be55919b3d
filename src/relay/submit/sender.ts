/**
 * Signs transactions, stores them, and then sends them until their nonce is used. What was stored is sent again as it is, by
 * whichever relay submits then, so that nothing is lost between the two; with one nonce only one of them can land.
 */
import { computeAddress } from "ethers";

import type { BlockHeader, ChainNode } from "../follow/node.js";
import { refusalText } from "../follow/node.js";
import type { Standing } from "../follow/standing.js";
import { messageOf, RelayError } from "../errors.js";
import type { Ledger, LiveSubmission } from "../queue/ledger.js";
import type { Log } from "../log.js";
import type { Keccak } from "../../protocol/signing/hashing.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import type { Fence, SignedTransaction, SubmissionStore } from "../store/submissions.js";
import type { BookCall } from "../../bindings/calls.js";
import { createTransactionSigner } from "./sign.js";

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
}

export interface SenderDependencies {
  readonly node: ChainNode;
  readonly store: SubmissionStore;
  readonly ledger: Ledger;
  readonly log: Log;
  /** Ms, of a clock that never jumps. */
  readonly now: () => number;
  readonly privateKey: string;
  readonly keccak: Keccak;
  readonly chainId: bigint;
  readonly book: string;
  readonly replaceAfterMs: number;
  /** Wei a unit of gas. */
  readonly maxFee: bigint;
}

interface Fees {
  readonly maxFee: bigint;
  readonly priorityFee: bigint;
}

const GWEI = 10n ** 9n;
/** Nodes take a replacement if it offers a tenth more; an eighth is safely above that. */
const RAISE_DIVISOR = 8n;
/** How long a node may take to know a transaction before it is sent again, ms. */
const RESEND_MS = 1_000;

export function createSender(dependencies: SenderDependencies): Sender {
  const { node, store, ledger, log, now, chainId, book, replaceAfterMs } = dependencies;
  const sign = createTransactionSigner(dependencies.privateKey, dependencies.keccak);
  const account = computeAddress(dependencies.privateKey);

  function signed(
    nonce: number,
    { data, gasLimit }: { data: string; gasLimit: bigint },
    fees: Fees,
  ): SignedTransaction {
    return { ...sign({ chainId, nonce, to: book, data, gasLimit, ...fees }), ...fees };
  }

  const priorityFee = async (): Promise<bigint> =>
    least(await node.priorityFee().catch(() => GWEI), dependencies.maxFee);

  function feesAt({ baseFee }: BlockHeader, priorityFee: bigint): Fees {
    const maxFee = (baseFee ?? GWEI) * 2n + priorityFee;
    return { maxFee: least(maxFee, dependencies.maxFee), priorityFee };
  }

  async function send(submission: LiveSubmission): Promise<void> {
    const transaction = submission.transactions.at(-1);
    if (transaction === undefined) return;
    const { hash, raw } = transaction;
    submission.sentAt = now();
    try {
      await node.send(raw);
      log.debug({ hash, nonce: submission.nonce }, "transaction sent");
    } catch (error) {
      const text = refusalText(error);
      if (/already known|already imported|already exists/.test(text)) return;
      if (text.includes("underpriced")) submission.sentAt = now() - replaceAfterMs;
      log.warn({ error, hash, nonce: submission.nonce }, "transaction not taken by the node");
    }
  }

  async function replace(fence: Fence, submission: LiveSubmission, { header }: Standing): Promise<void> {
    const last = submission.transactions.at(-1);
    if (last === undefined) return;
    const market = feesAt(header, await priorityFee());
    const maxFee = greatest(raised(last.maxFee), market.maxFee);
    if (maxFee > dependencies.maxFee) {
      log.warn({ nonce: submission.nonce, maxFee: dependencies.maxFee }, "highest gas price reached");
      await send(submission);
      return;
    }
    const tip = least(greatest(raised(last.priorityFee), market.priorityFee), maxFee);
    const transaction = signed(submission.nonce, submission, { maxFee, priorityFee: tip });
    await store.addTransaction(fence, submission.id, transaction);
    submission.transactions.push(transaction);
    log.info({ hash: transaction.hash, replaces: last.hash, nonce: submission.nonce, maxFee }, "transaction replaced");
    await send(submission);
  }

  return {
    account,
    priorityFee,
    async submit(fence, call, at) {
      const open = ledger.openSubmissions().at(-1)?.nonce;
      const nonce = Math.max(at.nonce, open === undefined ? 0 : open + 1);
      const transaction = signed(nonce, call, feesAt(at.header, call.priorityFee));
      const stored = await store.add(fence, { ...call, account, nonce }, transaction);
      const live = ledger.addSubmission(stored, now());
      void send(live);
      return live;
    },
    async tend(fence, at) {
      for (const submission of ledger.openSubmissions()) {
        const age = now() - submission.sentAt;
        const last = submission.transactions.at(-1);
        if (age < Math.min(RESEND_MS, replaceAfterMs) || last === undefined) continue;
        try {
          if ((await node.senderOf(last.hash)) === undefined) await send(submission);
          else if (age >= replaceAfterMs && submission.nonce === at.nonce) await replace(fence, submission, at);
        } catch (error) {
          if (error instanceof RelayError && error.code === "RELAY_LEASE_LOST") throw error;
          log.warn({ reason: messageOf(error), nonce: submission.nonce }, "transaction not looked after");
        }
      }
    },
  };
}

function raised(fee: bigint): bigint {
  return fee + fee / RAISE_DIVISOR + 1n;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function greatest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
