/** Says whose packages took which gas, once a transaction's nonce is used: from its receipt, and what became of its packages. */
import type { ChainNode, GasReceipt } from "../../node/node.js";
import type { Log } from "../log.js";
import type { Metrics } from "../metrics.js";
import { type GasAccounts, SKIPPED_GAS, WALLET_BURN_GAS } from "../queue/accounts.js";
import type { Ledger } from "../queue/ledger.js";
import type { Entry, LiveSubmission } from "../queue/ledger-state.js";
import type { Signers } from "../queue/signers.js";

export interface Accountant {
  /** Looks at transactions that have been settled since. */
  look(): Promise<void>;
}

export interface AccountantDependencies {
  readonly node: Pick<ChainNode, "gasOf">;
  readonly ledger: Pick<Ledger, "settledSubmissions" | "find">;
  readonly accounts: Pick<GasAccounts, "charge">;
  readonly signers: Pick<Signers, "isOwnKey">;
  readonly metrics: Pick<Metrics, "gasSpent" | "gasBurned" | "feesSpent">;
  readonly log: Log;
}

/** What an order that lands takes, about, and the call. A wallet that takes more than this besides is charged for it. */
const GAS = { call: 60_000n, landed: 130_000n, wallet: 100_000n } as const;
const GWEI = 1e9;

export function createAccountant(dependencies: AccountantDependencies): Accountant {
  const done = new Set<number>();
  return {
    async look() {
      const settled = dependencies.ledger.settledSubmissions();
      const known = new Set(settled.map(({ id }) => id));
      for (const id of done) if (!known.has(id)) done.delete(id);
      for (const submission of settled) {
        if (done.has(submission.id)) continue;
        const receipts = await Promise.all(submission.transactions.map(({ hash }) => dependencies.node.gasOf(hash)));
        const receipt = receipts.find((one) => one !== undefined);
        done.add(submission.id);
        if (receipt !== undefined) account(dependencies, submission, receipt);
      }
    },
  };
}

function account(dependencies: AccountantDependencies, submission: LiveSubmission, receipt: GasReceipt): void {
  const { metrics, log, accounts } = dependencies;
  const { gasUsed, gasPrice } = receipt;
  metrics.gasSpent.inc(Number(gasUsed));
  metrics.feesSpent.inc(Number(gasUsed * gasPrice) / GWEI);
  let whole = 0n;
  for (const { trader, byWallet, burned, landed } of sharesOf(dependencies, submission, receipt)) {
    accounts.charge(trader, { burned, landed, byWallet });
    whole += burned;
  }
  metrics.gasBurned.inc(Number(whole));
  if (whole > 0n) log.info({ nonce: submission.nonce, gasUsed, burned: whole }, "gas was spent on what did not land");
}

interface Share {
  readonly trader: string;
  readonly byWallet: boolean;
  readonly burned: bigint;
  readonly landed: bigint;
}

/** What is beyond the usual is that of wallets: first of those whose packages were skipped, up to what each can burn. */
function sharesOf(
  { ledger, signers }: AccountantDependencies,
  { links }: LiveSubmission,
  { gasUsed, succeeded }: GasReceipt,
): Share[] {
  const entries = links.map((link) => ledger.find(link)).filter((entry) => entry !== undefined);
  if (entries.length === 0) return [];
  const share = gasUsed / BigInt(entries.length);
  const traderOf = ({ signed }: Entry): string => signed.package.trader;
  if (!succeeded) {
    return entries.map((one) => ({
      trader: traderOf(one),
      byWallet: !signers.isOwnKey(one),
      burned: share,
      landed: 0n,
    }));
  }
  const isLanded = ({ fate }: Entry): boolean => fate.status === "onChain";
  const usual = entries.reduce<bigint>((sum, one) => sum + (isLanded(one) ? GAS.landed : SKIPPED_GAS), GAS.call);
  let besides = gasUsed > usual ? gasUsed - usual : 0n;
  const wallets = entries.filter((one) => !signers.isOwnKey(one));
  const extra = new Map<Entry, bigint>();
  for (const group of [wallets.filter((one) => !isLanded(one)), wallets.filter(isLanded)]) {
    group.forEach((one, index) => {
      const even = besides / BigInt(group.length - index);
      const taken = even < WALLET_BURN_GAS ? even : WALLET_BURN_GAS;
      extra.set(one, taken);
      besides -= taken;
    });
  }
  return entries.map((one) => {
    const more = extra.get(one) ?? 0n;
    const [trader, byWallet] = [traderOf(one), !signers.isOwnKey(one)];
    if (!isLanded(one)) return { trader, byWallet, burned: SKIPPED_GAS + more, landed: 0n };
    return { trader, byWallet, burned: more > GAS.wallet ? more - GAS.wallet : 0n, landed: GAS.landed };
  });
}
