/**
 * Signs transactions, stores them, and then sends them until their nonce is used. What was stored is sent again as it is, by
 * whichever relay submits then, so that nothing is lost between the two; with one nonce only one of them can land. What no node
 * takes as it is, is made anew under its nonce.
 */
import type { BookCall } from "../../bindings/calls.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import { messageOf } from "../../protocol/amounts/errors.js";
import { RelayError } from "../errors.js";
import { type ChainNode, refusalText } from "../../node/node.js";
import type { Standing } from "../follow/standing.js";
import type { Log } from "../reporting/log.js";
import type { Ledger } from "../queue/ledger.js";
import type { LiveSubmission } from "../queue/ledger-state.js";
import type { Fence, RemadeCall, SignedTransaction, SubmissionStore } from "../store/submissions.js";
import { type Fees, feesAt, feesWithin, GWEI, isLegacy, least, type Pricing, raisedFees } from "./fees.js";
import type { PayingAccount } from "./account.js";
import type { Budget } from "./budget.js";
import { feeCapIn, type SendRefusal, sendRefusalOf } from "../../node/send-words.js";
import type { GasRoom } from "./room.js";

export interface Sender {
  /** Address of the account that pays. */
  readonly account: string;
  /** Whether that may have another transaction on its way. */
  readonly hasRoom: boolean;
  /** Most that is offered, wei a unit of gas. */
  readonly maxFee: bigint;
  /**
   * What a block's producer is offered, wei a unit of gas; without EIP-1559 the whole price. Asked before `submit`, during which
   * nobody is answered.
   */
  priorityFee(behind: Pricing): Promise<bigint>;
  /** Stores a call under the next nonce, then sends it. @throws RelayError RELAY_LEASE_LOST, RELAY_STORE_UNAVAILABLE, RELAY_SESSION_BUDGET; then nothing is sent */
  submit(fence: Fence, call: PricedCall, at: Standing): Promise<LiveSubmission>;
  /**
   * Sends again what a node has lost, and offers more for what waits too long.
   * @returns what no node takes as it is
   */
  tend(fence: Fence, at: Standing): Promise<LiveSubmission[]>;
  /** Makes one anew at today's price. @throws as `submit`; then it is as it was */
  remake(fence: Fence, submission: LiveSubmission, remade: RemadeCall, at: Standing): Promise<void>;
  /** Its account has nothing to do with this book any more. */
  leave(): void;
  /** What keeps transactions from being taken at the moment. */
  fault(at: Standing): RelayError | undefined;
}

export interface PricedCall extends BookCall {
  readonly gasLimit: bigint;
  readonly priorityFee: bigint;
  readonly links: readonly Hash[];
  readonly cancellations: readonly Hash[];
}

export interface SenderDependencies {
  readonly node: Pick<ChainNode, "gasPrice" | "priorityFee" | "send" | "senderOf">;
  readonly store: Pick<SubmissionStore, "add" | "addTransaction" | "remake">;
  readonly ledger: Pick<Ledger, "openSubmissions" | "addSubmission" | "remake" | "unlanded">;
  readonly room: GasRoom;
  readonly log: Log;
  /** Ms, of a clock that never jumps. */
  readonly now: () => number;
  readonly account: PayingAccount;
  /** What may be spent on this book. */
  readonly budget: Pick<Budget, "take" | "giveBack">;
  /** Where the account stands at the newest block, as this book has followed it; undefined as long as that is not known. */
  readonly standing: () => Standing | undefined;
  readonly chainId: bigint;
  readonly book: string;
  readonly replaceAfterMs: number;
  /** Most that may be offered, wei a unit of gas. */
  readonly maxFee: bigint;
}

/** How long a node may take to know a transaction before it is sent again, ms. */
const RESEND_MS = 1_000;
/** After so many refusals for a reason that is not known here, a transaction is made anew. */
const PUZZLED = 5;

export function createSender(state: SenderDependencies): Sender {
  const { account, ledger, standing, maxFee } = state;
  const leave = account.join({ open: () => ledger.openSubmissions(), standing: () => standing()?.nonce });
  return {
    account: account.address,
    maxFee,
    get hasRoom() {
      return account.hasRoom;
    },
    leave,
    priorityFee: (behind) => priorityFee(state, behind),
    submit: (fence, call, at) => submit(state, fence, call, at),
    tend: (fence, at) => tend(state, fence, at),
    remake: (fence, submission, remade, at) => remake(state, fence, submission, remade, at),
    fault: (at) => fault(state, at),
  };
}

/** A node that does not say is no reason to wait: what is too little is raised later. */
async function priorityFee({ node, maxFee }: SenderDependencies, behind: Pricing): Promise<bigint> {
  const asked = isLegacy(behind) ? node.gasPrice() : node.priorityFee();
  return least(await asked.catch(() => GWEI), maxFee);
}

async function submit(
  state: SenderDependencies,
  fence: Fence,
  call: PricedCall,
  at: Standing,
): Promise<LiveSubmission> {
  const { ledger, store, account, budget, now, maxFee, room } = state;
  const fees = feesWithin(feesAt(at.header, call.priorityFee, maxFee), call.gasLimit, room.feeCap);
  room.offered(fees.maxFee);
  const { gasLimit } = call;
  if (!budget.take(gasLimit)) throw new RelayError("RELAY_SESSION_BUDGET", { gasLimit });
  try {
    const live = await account.withNext(at.nonce, async (nonce) => {
      const transaction = signed(state, { ...call, nonce }, fees, at);
      const stored = await store.add(fence, { ...call, account: account.address, nonce }, transaction);
      return ledger.addSubmission(stored, now());
    });
    void send(state, live);
    return live;
  } catch (error) {
    budget.giveBack(gasLimit);
    throw error;
  }
}

async function remake(
  state: SenderDependencies,
  fence: Fence,
  submission: LiveSubmission,
  remade: RemadeCall,
  at: Standing,
): Promise<void> {
  const { store, ledger, maxFee, room, log } = state;
  const { nonce, transactions } = submission;
  const fees = feesWithin(feesAt(at.header, await priorityFee(state, at.header), maxFee), remade.gasLimit, room.feeCap);
  const transaction = signed(state, { nonce, ...remade }, fees, at);
  await store.remake(fence, submission.id, remade, transaction);
  ledger.remake(submission, remade);
  if (transactions.at(-1)?.hash !== transaction.hash) transactions.push(transaction);
  const { gasLimit, links } = remade;
  log.warn({ nonce, gasLimit, packages: links.length, hash: transaction.hash }, "transaction made anew");
  await send(state, submission);
}

async function tend(state: SenderDependencies, fence: Fence, at: Standing): Promise<LiveSubmission[]> {
  const hopeless: LiveSubmission[] = [];
  for (const submission of state.ledger.openSubmissions()) {
    try {
      if (!(await lookAfter(state, fence, submission, at))) hopeless.push(submission);
    } catch (error) {
      if (error instanceof RelayError && error.code === "RELAY_LEASE_LOST") throw error;
      state.log.warn({ reason: messageOf(error), nonce: submission.nonce }, "transaction not looked after");
    }
  }
  return hopeless;
}

/** @returns false if it has to be made anew */
async function lookAfter(
  state: SenderDependencies,
  fence: Fence,
  submission: LiveSubmission,
  at: Standing,
): Promise<boolean> {
  const { node, now, replaceAfterMs } = state;
  const age = now() - submission.sentAt;
  const last = submission.transactions.at(-1);
  if (age < Math.min(RESEND_MS, replaceAfterMs) || last === undefined) return true;
  const isKnown = (await node.senderOf(last.hash)) !== undefined;
  if (isKnown) submission.notTaken = undefined;
  if (!isKnown && isHopeless(state, submission, last, at)) return false;
  const isNext = submission.nonce === at.nonce;
  if (isKnown ? age >= replaceAfterMs && isNext : submission.notTaken?.kind === "price" && isNext) {
    await replace(state, fence, submission, at);
  } else if (!isKnown) await send(state, submission);
  return true;
}

/** Whether sending it again as it is would be in vain: for what the node said, or for what has been set since it was signed. */
function isHopeless(
  { room, maxFee }: SenderDependencies,
  { gasLimit, notTaken }: LiveSubmission,
  last: SignedTransaction,
  { header }: Standing,
): boolean {
  if (gasLimit > room.most() || last.maxFee > maxFee) return true;
  if (notTaken === undefined) return false;
  const { kind, times } = notTaken;
  // At a price that has fallen the account may be able to pay.
  if (kind === "funds") return feesAt(header, last.priorityFee, maxFee).maxFee < last.maxFee;
  return kind === "gas" || kind === "feeCap" || (kind === "other" && times % PUZZLED === 0);
}

/** Offers more for a transaction that nobody takes. */
async function replace(
  state: SenderDependencies,
  fence: Fence,
  submission: LiveSubmission,
  at: Standing,
): Promise<void> {
  const last = submission.transactions.at(-1);
  if (last === undefined) return;
  const { store, log, maxFee } = state;
  const { nonce } = submission;
  const fees = raisedFees(last, feesAt(at.header, await priorityFee(state, at.header), maxFee), maxFee);
  if (fees === undefined) log.warn({ nonce, maxFee }, "highest gas price reached");
  else {
    const transaction = signed(state, submission, fees, at);
    await store.addTransaction(fence, submission.id, transaction);
    submission.transactions.push(transaction);
    log.info({ hash: transaction.hash, replaces: last.hash, nonce, maxFee: fees.maxFee }, "transaction replaced");
  }
  await send(state, submission);
}

/** Whether the node takes it shows later: it is sent again until its nonce is used. */
async function send(state: SenderDependencies, submission: LiveSubmission): Promise<void> {
  const transaction = submission.transactions.at(-1);
  if (transaction === undefined) return;
  const { node, now, log } = state;
  const { hash, raw } = transaction;
  const { nonce } = submission;
  submission.sentAt = now();
  try {
    await node.send(raw);
    submission.notTaken = undefined;
    log.debug({ hash, nonce }, "transaction sent");
  } catch (error) {
    const isDone = kindOf(error) === "used" && (await isKnownOf(state, submission));
    if (isDone) submission.notTaken = undefined;
    else heed(state, submission, transaction, error);
  }
}

/** Whether the node has one of a submission's transactions: if the nonce is used then, it was that one that used it. */
async function isKnownOf({ node }: SenderDependencies, { transactions }: LiveSubmission): Promise<boolean> {
  const senders = await Promise.all(transactions.map(({ hash }) => node.senderOf(hash).catch(() => undefined)));
  return senders.some((sender) => sender !== undefined);
}

function kindOf(error: unknown): SendRefusal {
  return sendRefusalOf(refusalText(error));
}

/** What a node said that did not take it. */
function heed(
  state: SenderDependencies,
  submission: LiveSubmission,
  { hash, maxFee }: SignedTransaction,
  error: unknown,
): void {
  const { room, log, now, replaceAfterMs } = state;
  const { nonce, gasLimit, notTaken } = submission;
  const text = refusalText(error);
  const kind = kindOf(error);
  if (kind === "known") {
    submission.notTaken = undefined;
    return;
  }
  const times = (notTaken?.kind === kind ? notTaken.times : 0) + 1;
  submission.notTaken = { kind, reason: text === "" ? messageOf(error) : text, times };
  if (kind === "price") submission.sentAt = now() - replaceAfterMs;
  if (kind === "gas") room.tooMuchGas(gasLimit);
  if (kind === "feeCap") room.tooMuchFee(gasLimit * maxFee, feeCapIn(text));
  log[times === 1 ? "warn" : "debug"]({ error, hash, nonce, kind, times }, "transaction not taken by the node");
}

function fault({ ledger, maxFee }: SenderDependencies, { header }: Standing): RelayError | undefined {
  const open = ledger.openSubmissions();
  const refused = open.find(({ notTaken }) => notTaken !== undefined);
  if (refused?.notTaken !== undefined) {
    const { nonce, notTaken } = refused;
    return new RelayError("RELAY_SEND_REFUSED", { nonce, reason: notTaken.reason, transactions: open.length });
  }
  const { baseFee = 0n } = header;
  if (baseFee <= maxFee || ledger.unlanded() + open.length === 0) return undefined;
  return new RelayError("RELAY_PRICE_ABOVE_CAP", { baseFee, maxFee });
}

function signed(
  { account, chainId, book }: SenderDependencies,
  { nonce, to = book, data, gasLimit }: Pick<LiveSubmission, "nonce" | "to" | "data" | "gasLimit">,
  { maxFee, priorityFee }: Fees,
  { header }: Pick<Standing, "header">,
): SignedTransaction {
  const offered = { maxFee, priorityFee, isLegacy: isLegacy(header) };
  return { ...account.sign({ chainId, nonce, to, data, gasLimit, ...offered }), maxFee, priorityFee };
}
