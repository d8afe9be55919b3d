/**
 * Whose packages and cancellations cost the relay gas without landing, and how much more of that it bears for each trader. Who signs
 * with a key begins with a quota that is about what its deposit has cost it, and gets an eighth of it back in a window: half a quota
 * in all, and an eighth of the gas of what lands. So whoever lands nothing burns one quota and a half, once. A contract wallet can burn far more, and without a transaction of its own: it begins with nothing, and may do so
 * once, for which transactions that brought its orders, and that the relay did not send, must have taken more than half as much.
 * So whoever makes packages void pays more than half of what the relay does. What has changed is written to the database later, and
 * restored from there at a start.
 */
import { RelayError } from "../errors.js";
import type { KeptAccount } from "../store/gas-accounts.js";

export interface GasAccounts {
  /** Gas that may still be burned for a trader. */
  left(trader: string, byWallet: boolean): bigint;
  /** @throws RelayError RELAY_QUOTA while the relay has burned as much for the trader's key as it bears */
  requireQuota(trader: string): void;
  /**
   * @param signature of what the wallet is to be asked about, 0x-hex
   * @throws RelayError RELAY_WALLET_NEW until its orders have cost others enough, RELAY_QUOTA once it has burned gas
   */
  requireWallet(wallet: string, signature: string): void;
  /** Whether a wallet has to bring orders by itself before the relay brings any. */
  isNew(wallet: string): boolean;
  /** Whether time alone gives the account of a key not enough back for one more package. */
  isSpent(trader: string): boolean;
  /**
   * Others have paid for so much gas to bring an order of a wallet, or of a trader whose account is spent, in that block; the latter's
   * comes back at once. What was counted before a restart counts no more.
   */
  pay(trader: string, byWallet: boolean, gas: bigint, block: number): void;
  /** Something of a wallet was acknowledged before this process began. */
  trust(wallet: string): void;
  /** A transaction took so much gas for packages of a trader: those that did not land, and those that did. */
  charge(trader: string, gas: GasTaken): void;

  /** As they were kept. Of what is known here too, the worse for the trader counts. */
  restore(kept: readonly KeptAccount[]): void;
  /** What has to be written; it is handed out once. */
  takeChanges(): readonly KeptAccount[];
  /** They could not be written. */
  giveBack(changes: readonly KeptAccount[]): void;
}

export interface GasTaken {
  readonly burned: bigint;
  readonly landed: bigint;
  readonly byWallet: boolean;
}

export interface QuotaSettings {
  /** Gas; 0 for no quotas. */
  readonly burnQuota: bigint;
  readonly windowMs: number;
}

/** A transaction of which nothing lands, besides what is in it. */
export const CALL_GAS = 60_000n;
/** What the book takes to skip a package or a cancellation, its bytes and its log with it. */
export const SKIPPED_GAS = 17_000n;
/** What a contract wallet may burn besides (R21), and what asking it takes. */
export const WALLET_BURN_GAS = 540_000n;
/** Most that a byte of a signature costs whoever sends it (EIP-7623). */
const SIGNATURE_BYTE_GAS = 40n;

/** Least quota with which anything is brought: one package in a transaction of its own. */
export const LEAST_QUOTA = CALL_GAS + SKIPPED_GAS;
/** What a wallet may burn in all: once, in a transaction of its own, with a signature of up to 2 kB. */
export const WALLET_QUOTA = 700_000n;
/** What bringing its orders must have taken before, of others than the relay: more than half of that. */
export const WALLET_MUST_PAY = 360_000n;

/** Share of the quota that comes back in a window: making packages void costs a trader about that much again. */
const REFILL = 8n;
/** Share of the gas of what landed that is added, up to half as much again as the quota: less than twice a first deposit. */
const GROWTH = 8n;
const MOST = [3n, 2n] as const;
/** Share of the gas of what landed that time may give back besides, up to the first of these shares of the quota; it begins with that. */
const CREDIT = 8n;
const MOST_CREDIT = [1n, 2n] as const;
/** So long after burning there is no growth. */
const GROWTH_PAUSE_WINDOWS = 24;
/** There is no quota. */
const ANY = 2n ** 64n;

interface Account {
  level: bigint;
  /** Gas that time may still give back. */
  credit: bigint;
  /** When the level was last brought up to date. */
  at: number;
  burnedAt: number;
  /** The last block of which something was paid, and that up to which all was counted before a restart. */
  paidBlock: number;
  knownTo: number;
}

interface WalletAccount {
  /** Gas that others have paid for. */
  paid: bigint;
  /** Gas that it may still burn once that is enough. */
  left: bigint;
  /** The last block of which something was paid, and that up to which all was counted before a restart. */
  paidBlock: number;
  knownTo: number;
}

interface AccountsState extends QuotaSettings {
  readonly now: () => number;
  readonly keys: Map<string, Account>;
  readonly wallets: Map<string, WalletAccount>;
  /** Traders whose accounts have changed since they were last written: of keys, and of wallets. */
  readonly changed: { readonly keys: Set<string>; readonly wallets: Set<string> };
}

/** Gas that is lost if what a trader signed does not land. @param signature of a contract wallet, 0x-hex; undefined if a key signed */
export function riskOf(signature: string | undefined): bigint {
  if (signature === undefined) return SKIPPED_GAS;
  return SKIPPED_GAS + WALLET_BURN_GAS + BigInt(signature.length / 2 - 1) * SIGNATURE_BYTE_GAS;
}

/** @param now ms of a clock that never jumps */
export function createGasAccounts(settings: QuotaSettings, now: () => number): GasAccounts {
  const changed = { keys: new Set<string>(), wallets: new Set<string>() };
  const state: AccountsState = { ...settings, now, keys: new Map(), wallets: new Map(), changed };
  const isNew = (wallet: string): boolean =>
    settings.burnQuota > 0n && (state.wallets.get(wallet)?.paid ?? 0n) < WALLET_MUST_PAY;
  return {
    left: (trader, byWallet) => left(state, trader, byWallet),
    requireQuota(trader) {
      requireQuota(state, trader);
    },
    requireWallet(wallet, signature) {
      requireWallet(state, wallet, signature);
    },
    isNew,
    isSpent: (trader) => settings.burnQuota > 0n && state.keys.has(trader) && isSpent(refilled(state, trader)),
    pay(trader, byWallet, gas, block) {
      pay(state, { trader, byWallet }, gas, block);
    },
    trust(wallet) {
      if (!isNew(wallet)) return;
      walletOf(state, wallet).paid = WALLET_MUST_PAY;
      changed.wallets.add(wallet);
    },
    charge(trader, gas) {
      charge(state, trader, gas);
    },
    restore(kept) {
      for (const one of kept) (one.byWallet ? restoreWallet : restoreKey)(state, one);
    },
    takeChanges: () => takeChanges(state),
    giveBack(changes) {
      for (const { trader, byWallet } of changes) (byWallet ? changed.wallets : changed.keys).add(trader);
    },
  };
}

function pay(
  state: AccountsState,
  { trader, byWallet }: Pick<KeptAccount, "trader" | "byWallet">,
  gas: bigint,
  block: number,
): void {
  const account = byWallet ? walletOf(state, trader) : refilled(state, trader);
  if (block <= account.knownTo) return;
  if ("paid" in account) account.paid += gas;
  else if (account.level < state.burnQuota) account.level = least(account.level + gas, state.burnQuota);
  account.paidBlock = Math.max(account.paidBlock, block);
  (byWallet ? state.changed.wallets : state.changed.keys).add(trader);
}

function isSpent({ level, credit }: Account): boolean {
  return level + credit < LEAST_QUOTA;
}

function restoreKey(state: AccountsState, { trader, age, burnedAge, paidBlock, ...of }: KeptAccount): void {
  const { keys, now, burnQuota } = state;
  const at = now() - age;
  const burnedAt = burnedAge === undefined ? -Infinity : now() - burnedAge;
  const known = keys.has(trader) ? refilled(state, trader) : undefined;
  const [level, credit] = [least(of.level, mostOf(burnQuota)), least(of.credit, mostCreditOf(burnQuota))];
  keys.set(trader, { level, credit, at, burnedAt, paidBlock, knownTo: paidBlock });
  const kept = refilled(state, trader);
  if (known === undefined) return;
  kept.level = least(kept.level, known.level);
  kept.credit = least(kept.credit, known.credit);
  kept.paidBlock = Math.max(paidBlock, known.paidBlock);
  kept.knownTo = Math.max(paidBlock, known.knownTo);
  kept.burnedAt = Math.max(burnedAt, known.burnedAt);
}

function restoreWallet({ wallets }: AccountsState, { trader, level, paid, paidBlock }: KeptAccount): void {
  const known = wallets.get(trader);
  wallets.set(trader, {
    paid: known !== undefined && known.paid > paid ? known.paid : paid,
    left: least(level, known?.left ?? level),
    paidBlock: Math.max(paidBlock, known?.paidBlock ?? -1),
    knownTo: Math.max(paidBlock, known?.knownTo ?? -1),
  });
}

function takeChanges(state: AccountsState): readonly KeptAccount[] {
  const { changed, now } = state;
  const keys = [...changed.keys].map((trader): KeptAccount => {
    const { level, credit, at, burnedAt, paidBlock } = refilled(state, trader);
    const burnedAge = burnedAt === -Infinity ? undefined : now() - burnedAt;
    return { trader, byWallet: false, level, credit, age: now() - at, burnedAge, paid: 0n, paidBlock };
  });
  const wallets = [...changed.wallets].map((trader): KeptAccount => {
    const { paid, left: level, paidBlock } = walletOf(state, trader);
    return { trader, byWallet: true, level, credit: 0n, age: 0, burnedAge: undefined, paid, paidBlock };
  });
  changed.keys.clear();
  changed.wallets.clear();
  return [...keys, ...wallets];
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function mostOf(burnQuota: bigint): bigint {
  return (burnQuota * MOST[0]) / MOST[1];
}

function mostCreditOf(burnQuota: bigint): bigint {
  return (burnQuota * MOST_CREDIT[0]) / MOST_CREDIT[1];
}

function walletOf({ wallets }: AccountsState, wallet: string): WalletAccount {
  const account = wallets.get(wallet) ?? { paid: 0n, left: WALLET_QUOTA, paidBlock: -1, knownTo: -1 };
  wallets.set(wallet, account);
  return account;
}

function left(state: AccountsState, trader: string, byWallet: boolean): bigint {
  if (state.burnQuota === 0n) return ANY;
  if (!byWallet) return refilled(state, trader).level;
  const account = state.wallets.get(trader);
  return account === undefined || account.paid < WALLET_MUST_PAY ? 0n : account.left;
}

function requireQuota(state: AccountsState, trader: string): void {
  const { burnQuota, windowMs, keys } = state;
  if (burnQuota === 0n || !keys.has(trader)) return;
  const account = refilled(state, trader);
  const { level } = account;
  if (level >= LEAST_QUOTA) return;
  if (isSpent(account))
    throw new RelayError("RELAY_QUOTA", { trader, quota: burnQuota, left: level, risk: LEAST_QUOTA });
  const missing = Number(LEAST_QUOTA - level);
  const retryAfterSeconds = Math.ceil((missing * windowMs) / (Number(burnQuota) / Number(REFILL)) / 1000);
  throw new RelayError("RELAY_QUOTA", { trader, quota: burnQuota, left: level, retryAfterSeconds });
}

function requireWallet(state: AccountsState, wallet: string, signature: string): void {
  if (state.burnQuota === 0n) return;
  const { paid, left } = state.wallets.get(wallet) ?? { paid: 0n, left: WALLET_QUOTA };
  if (paid < WALLET_MUST_PAY) throw new RelayError("RELAY_WALLET_NEW", { wallet, paid, wanted: WALLET_MUST_PAY });
  const risk = riskOf(signature) + CALL_GAS;
  if (left < risk) throw new RelayError("RELAY_QUOTA", { trader: wallet, quota: WALLET_QUOTA, left, risk });
}

function charge(state: AccountsState, trader: string, { burned, landed, byWallet }: GasTaken): void {
  const { burnQuota, windowMs, now, changed } = state;
  if (burnQuota === 0n) return;
  if (byWallet) {
    walletOf(state, trader).left -= burned;
    if (burned > 0n) changed.wallets.add(trader);
    return;
  }
  const account = refilled(state, trader);
  const { level, credit } = account;
  account.level -= burned;
  account.credit = least(credit + landed / CREDIT, mostCreditOf(burnQuota));
  if (burned > 0n) account.burnedAt = now();
  else if (now() - account.burnedAt >= windowMs * GROWTH_PAUSE_WINDOWS) {
    account.level = least(level + landed / GROWTH, mostOf(burnQuota));
  }
  if (account.level !== level || account.credit !== credit) changed.keys.add(trader);
}

/** A share of the quota comes back in a window, up to the quota, as long as there is credit for it. */
function refilled(state: AccountsState, trader: string): Account {
  const { keys, burnQuota, windowMs, now } = state;
  const account = keys.get(trader) ?? newAccount(state);
  keys.set(trader, account);
  const back = (burnQuota * BigInt(Math.floor(now() - account.at))) / (REFILL * BigInt(windowMs));
  if (back === 0n) return account;
  account.at = now();
  if (account.level >= burnQuota) return account;
  const given = least(least(back, burnQuota - account.level), account.credit);
  account.level += given;
  account.credit -= given;
  return account;
}

function newAccount({ burnQuota, now }: AccountsState): Account {
  const credit = mostCreditOf(burnQuota);
  return { level: burnQuota, credit, at: now(), burnedAt: -Infinity, paidBlock: -1, knownTo: -1 };
}
