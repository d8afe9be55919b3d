/**
 * Says who has cost how much gas: of the relay's own transactions, once their nonces are used, from their receipts and what became of
 * what was in them; and of those of others that brought orders of contract wallets, or of keys whose accounts are spent.
 */
import type { ChainRecord } from "../../bindings/records.js";
import type { ChainNode, GasReceipt } from "../../node/node.js";
import type { House } from "../../protocol/book/houses.js";
import type { Hash } from "../../protocol/signing/typed-data.js";
import { TimeInForce } from "../../protocol/signing/package.js";
import type { Log } from "../reporting/log.js";
import type { Metrics } from "../reporting/metrics.js";
import { CALL_GAS, type GasAccounts, riskOf, SKIPPED_GAS } from "../queue/accounts.js";
import { mostKilledGas, triedInVainGas } from "../queue/burning.js";
import type { CancelLedger } from "../queue/cancel-ledger.js";
import type { Ledger } from "../queue/ledger.js";
import type { LiveSubmission } from "../queue/ledger-state.js";
import type { Signers } from "../queue/signers.js";
import type { CancellationFate } from "../store/cancellations.js";
import type { Fate } from "../store/packages.js";
import type { SubmissionStore } from "../store/submissions.js";
import type { ChainNews } from "../tracker/state.js";
import type { Budget } from "./budget.js";
import { inGwei, least } from "./fees.js";

export interface Accountant {
  /** Hears of what blocks brought. */
  hear(news: ChainNews): void;
  /** Looks at transactions that have been settled since, and at those of others. */
  look(): Promise<void>;
  /** Ids of submissions that were charged, to be written with the accounts; they are handed out once. */
  takeCharged(): readonly number[];
  /** They could not be written. */
  giveBack(charged: readonly number[]): void;
}

export interface AccountantDependencies {
  readonly node: Pick<ChainNode, "gasOf" | "senderOf">;
  /** Accounts that the relay pays from. */
  readonly payers: readonly string[];
  readonly ledger: Pick<Ledger, "settledSubmissions" | "find" | "linksOf">;
  readonly cancels: Pick<CancelLedger, "find">;
  readonly submissions: Pick<SubmissionStore, "linksOf">;
  readonly accounts: Pick<GasAccounts, "charge" | "pay" | "isNew" | "isSpent">;
  readonly budget: Pick<Budget, "giveBack">;
  readonly signers: Pick<Signers, "isOwnKey" | "isOwnCancellation">;
  readonly metrics: Pick<Metrics, "gasSpent" | "gasBurned" | "feesSpent">;
  /** Steps of matching that an order has. */
  readonly maxMatches: number;
  /** Through which packages are brought. */
  readonly houses: readonly House[];
  readonly log: Log;
}

/**
 * What an order that lands takes, about; and what whatever leaves a record takes besides, at most. A wallet that takes more than
 * `wallet` beyond is charged for it.
 */
const GAS = { landed: 130_000n, record: 65_000n, wallet: 100_000n } as const;
/** A transaction is not looked at again for so many blocks, should it come in another one. */
const REMEMBERED_BLOCKS = 1_024;

/** A transaction that brought orders that speak for their traders. */
interface Brought {
  readonly hash: Hash;
  readonly orders: number;
  /** Once for each of their orders. */
  readonly traders: readonly { readonly trader: string; readonly byWallet: boolean }[];
  readonly block: number;
}

interface AccountantState extends AccountantDependencies {
  /** Not looked at yet. */
  brought: Brought[];
  /** The block of each transaction that was heard of. */
  readonly heard: Map<Hash, number>;
  /** Submissions that were charged since that was last written. */
  charged: number[];
}

export function createAccountant(dependencies: AccountantDependencies): Accountant {
  const state: AccountantState = { ...dependencies, brought: [], heard: new Map(), charged: [] };
  return {
    hear(news) {
      if (news.kind === "block") hear(state, news.header.number, news.records());
    },
    async look() {
      for (const submission of state.ledger.settledSubmissions()) {
        if (submission.isCharged) continue;
        const receipts = await Promise.all(submission.transactions.map(({ hash }) => state.node.gasOf(hash)));
        const receipt = receipts.find((one) => one !== undefined);
        submission.isCharged = true;
        state.charged.push(submission.id);
        state.budget.giveBack(submission.gasLimit - least(receipt?.gasUsed ?? 0n, submission.gasLimit));
        if (receipt !== undefined) account(state, submission, receipt);
      }
      for (let one = state.brought[0]; one !== undefined; one = state.brought[0]) {
        await credit(state, one);
        state.brought.shift();
      }
    },
    takeCharged() {
      const taken = state.charged;
      state.charged = [];
      return taken;
    },
    giveBack(charged) {
      state.charged.push(...charged);
    },
  };
}

// ------------------------------------------------------------------ what others have paid

function hear(state: AccountantState, number: number, records: readonly ChainRecord[]): void {
  const { heard, brought, accounts } = state;
  for (const [hash, block] of heard) if (block < number - REMEMBERED_BLOCKS) heard.delete(hash);
  const created = records.flatMap((one) => (one.kind === "tradeCreated" ? [one] : []));
  for (const hash of new Set(created.map(({ transactionHash }) => transactionHash))) {
    if (heard.has(hash)) continue;
    const of = records.filter((one) => one.transactionHash === hash);
    const approved = new Set(of.flatMap((one) => (one.kind === "tradeApproved" ? [one.tradeRootId] : [])));
    const orders = created.filter(({ transactionHash }) => transactionHash === hash);
    const traders = orders
      .map((one) => ({ trader: one.package.trader, byWallet: approved.has(one.tradeRootId) }))
      .filter(({ trader, byWallet }) => (byWallet ? accounts.isNew(trader) : accounts.isSpent(trader)));
    if (traders.length === 0) continue;
    heard.set(hash, number);
    brought.push({ hash, orders: orders.length, traders, block: number });
  }
}

/** Each order has cost its share of the transaction, so that all together have cost no more than that. */
async function credit(state: AccountantState, { hash, orders, traders, block }: Brought): Promise<void> {
  const { ledger, submissions, node, payers, accounts } = state;
  if ((ledger.linksOf(hash) ?? (await submissions.linksOf(hash))) !== undefined) return; // the relay has paid
  const [receipt, sender] = await Promise.all([node.gasOf(hash), node.senderOf(hash)]);
  if (receipt === undefined || sender === undefined || payers.includes(sender)) return; // or it has, long ago: that is archived
  for (const { trader, byWallet } of traders) accounts.pay(trader, byWallet, receipt.gasUsed / BigInt(orders), block);
}

// ------------------------------------------------------------------ what the relay has paid

function account(state: AccountantState, submission: LiveSubmission, receipt: GasReceipt): void {
  const { metrics, log, accounts } = state;
  const { gasUsed, gasPrice } = receipt;
  metrics.gasSpent.inc(Number(gasUsed));
  metrics.feesSpent.inc(inGwei(gasUsed * gasPrice));
  let whole = 0n;
  const items = itemsOf(state, submission, receipt.block);
  const tried = isRouted(state, submission) ? triedInVainGas(receipt, state.maxMatches) : 0n;
  for (const { trader, byWallet, burned, landed } of sharesOf(items, receipt, tried)) {
    accounts.charge(trader, { burned, landed, byWallet });
    whole += burned;
  }
  metrics.gasBurned.inc(Number(whole));
  if (whole > 0n) log.info({ nonce: submission.nonce, gasUsed, burned: whole }, "gas was spent on what did not land");
}

/** What goes through a house is one package, and nothing else. */
function isRouted({ houses }: AccountantState, { to }: Pick<LiveSubmission, "to">): boolean {
  return to !== undefined && houses.some(({ kind, address }) => kind === "set" && address === to);
}

/** A package or a cancellation in a transaction. */
interface Item {
  readonly trader: string;
  /** Of a contract wallet; undefined if a key signed. */
  readonly signature: string | undefined;
  readonly isPackage: boolean;
  /** Gas that it may have taken beyond the usual, if it was skipped: its wallet's, and of an order that was killed its matching's. */
  readonly most: bigint;
  readonly isLanded: boolean;
  /** It landed in the block of the transaction. */
  readonly isLandedThere: boolean;
}

function itemsOf(
  { ledger, cancels, signers, maxMatches }: AccountantState,
  { links, cancellations }: Pick<LiveSubmission, "links" | "cancellations">,
  block: number,
): Item[] {
  const packages = links.flatMap((link): Item[] => {
    const entry = ledger.find(link);
    if (entry === undefined) return [];
    const { trader, timeInForce } = entry.signed.package;
    const signature = signers.isOwnKey(entry) ? undefined : entry.signed.signature;
    const killed = timeInForce === TimeInForce.FillOrKill ? mostKilledGas(maxMatches) : 0n;
    const most = riskOf(signature) - SKIPPED_GAS + killed;
    return [{ trader, signature, isPackage: true, most, ...whereLanded(entry.fate, block) }];
  });
  const cancelling = cancellations.flatMap((hash): Item[] => {
    const entry = cancels.find(hash);
    if (entry === undefined) return [];
    const { trader } = entry.signed.cancellation;
    const signature = signers.isOwnCancellation(entry) ? undefined : entry.signed.signature;
    const most = riskOf(signature) - SKIPPED_GAS;
    return [{ trader, signature, isPackage: false, most, ...whereLanded(entry.fate, block) }];
  });
  return [...cancelling, ...packages];
}

function whereLanded(fate: Fate | CancellationFate, block: number): Pick<Item, "isLanded" | "isLandedThere"> {
  if (fate.status !== "onChain") return { isLanded: false, isLandedThere: false };
  return { isLanded: true, isLandedThere: fate.block.number === block };
}

interface Share {
  readonly trader: string;
  readonly byWallet: boolean;
  readonly burned: bigint;
  readonly landed: bigint;
}

/**
 * A transaction of which nothing lands is lost whole. Else what is beyond the usual is that of wallets and of orders that were killed, first
 * of what was skipped; and what a router has tried in vain before an order landed is that order's.
 * Logs are proved by what they chain to, a receipt is the word of a node: what has landed in its block did not fail.
 */
function sharesOf(items: readonly Item[], { gasUsed, logs, ...receipt }: GasReceipt, tried: bigint): Share[] {
  const count = BigInt(items.length);
  if (count === 0n) return [];
  const succeeded = receipt.succeeded || items.some(({ isLandedThere }) => isLandedThere);
  const isLost = !succeeded || items.every(({ isLanded }) => !isLanded);
  const landed = succeeded ? items.filter(({ isLanded }) => isLanded).length : 0;
  const skipped = items.length - landed;
  const records = BigInt(Math.max(0, logs - skipped));
  const usual = CALL_GAS + BigInt(skipped) * SKIPPED_GAS + records * GAS.record;
  const extra = succeeded ? beyond(items, gasUsed > usual ? gasUsed - usual : 0n) : new Map<Item, bigint>();
  const even = succeeded ? CALL_GAS / count : gasUsed / count;
  return items.map((one) => {
    const { trader, signature, isPackage, isLanded } = one;
    const [byWallet, more] = [signature !== undefined, extra.get(one) ?? 0n];
    if (!succeeded) return { trader, byWallet, burned: even, landed: 0n };
    if (!isLanded) return { trader, byWallet, burned: SKIPPED_GAS + more + (isLost ? even : 0n), landed: 0n };
    const answered = more > GAS.wallet ? more - GAS.wallet : 0n;
    const burned = answered + (one.isLandedThere ? tried : 0n);
    return { trader, byWallet, burned, landed: isPackage ? GAS.landed : 0n };
  });
}

/** First what was skipped, then the wallets of what has landed: each up to what it can burn. */
function beyond(items: readonly Item[], besides: bigint): ReadonlyMap<Item, bigint> {
  const skipped = items.filter((one) => !one.isLanded && one.most > 0n);
  const wallets = items.filter((one) => one.isLanded && one.signature !== undefined);
  const extra = new Map<Item, bigint>();
  let left = besides;
  for (const group of [skipped, wallets]) {
    group.forEach((one, index) => {
      const even = left / BigInt(group.length - index);
      const taken = even < one.most ? even : one.most;
      extra.set(one, taken);
      left -= taken;
    });
  }
  return extra;
}
