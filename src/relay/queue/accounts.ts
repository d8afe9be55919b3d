/**
 * Whose packages cost the relay gas without landing, and how much more of that it bears for each trader. A trader begins with a
 * quota that is about what its deposit has cost it, gets half of it back in a window, and more as its packages land; so whoever
 * makes packages void pays about as much gas as the relay does. A contract wallet can burn gas without paying any: it may do so
 * once, and gets nothing back. Accounts are this process's own: a restart begins them anew.
 */
import type { NamedPackage } from "../../bindings/packages.js";
import { RelayError } from "../errors.js";
import type { Signers } from "./signers.js";

export interface GasAccounts {
  /** Gas that a package costs if it does not land. */
  riskOf(named: NamedPackage): bigint;
  /** Gas that may still be burned for a trader. */
  left(trader: string, byWallet: boolean): bigint;
  /** @throws RelayError RELAY_QUOTA while the relay has burned as much for the trader as it bears */
  requireQuota(trader: string): void;
  /** A transaction took so much gas for packages of a trader: those that did not land, and those that did. */
  charge(trader: string, gas: GasTaken): void;
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

/** What the book takes to skip a package, its bytes and its log with it. */
export const SKIPPED_GAS = 17_000n;
/** What a contract wallet may burn besides (R21), and what asking it takes. */
export const WALLET_BURN_GAS = 540_000n;

/** Share of the gas of what landed that is added, up to twice the quota. */
const GROWTH = 8n;
const MOST = 2n;
/** So long after burning there is no growth. */
const GROWTH_PAUSE_WINDOWS = 24;

interface Account {
  level: bigint;
  /** When the level was last brought up to date. */
  at: number;
  burnedAt: number;
}

interface AccountsState extends QuotaSettings {
  readonly now: () => number;
  readonly keys: Map<string, Account>;
  /** Gas that each wallet may still burn. */
  readonly wallets: Map<string, bigint>;
}

/** @param now ms of a clock that never jumps */
export function createGasAccounts(
  signers: Pick<Signers, "isOwnKey">,
  settings: QuotaSettings,
  now: () => number,
): GasAccounts {
  const state: AccountsState = { ...settings, now, keys: new Map(), wallets: new Map() };
  return {
    riskOf: (named) => (signers.isOwnKey(named) ? SKIPPED_GAS : SKIPPED_GAS + WALLET_BURN_GAS),
    left: (trader, byWallet) => left(state, trader, byWallet),
    requireQuota(trader) {
      requireQuota(state, trader);
    },
    charge(trader, gas) {
      charge(state, trader, gas);
    },
  };
}

function left(state: AccountsState, trader: string, byWallet: boolean): bigint {
  if (state.burnQuota === 0n) return 2n ** 64n;
  if (byWallet) return state.wallets.get(trader) ?? SKIPPED_GAS + WALLET_BURN_GAS;
  return refilled(state, trader).level;
}

function requireQuota(state: AccountsState, trader: string): void {
  const { burnQuota, windowMs, keys } = state;
  if (burnQuota === 0n) return;
  const wallet = state.wallets.get(trader);
  if (wallet !== undefined && wallet < SKIPPED_GAS + WALLET_BURN_GAS) {
    throw new RelayError("RELAY_QUOTA", { trader, quota: SKIPPED_GAS + WALLET_BURN_GAS, left: wallet });
  }
  if (!keys.has(trader)) return;
  const { level } = refilled(state, trader);
  if (level >= SKIPPED_GAS) return;
  const missing = Number(SKIPPED_GAS - level);
  const retryAfterSeconds = Math.ceil((missing * windowMs) / (Number(burnQuota) / 2) / 1000);
  throw new RelayError("RELAY_QUOTA", { trader, quota: burnQuota, left: level, retryAfterSeconds });
}

function charge(state: AccountsState, trader: string, { burned, landed, byWallet }: GasTaken): void {
  const { burnQuota, windowMs, wallets, now } = state;
  if (burnQuota === 0n) return;
  if (byWallet) {
    wallets.set(trader, left(state, trader, true) - burned);
    return;
  }
  const account = refilled(state, trader);
  account.level -= burned;
  if (burned > 0n) account.burnedAt = now();
  if (now() - account.burnedAt < windowMs * GROWTH_PAUSE_WINDOWS) return;
  const grown = account.level + landed / GROWTH;
  account.level = grown < burnQuota * MOST ? grown : burnQuota * MOST;
}

/** Half the quota comes back in a window, up to the quota. */
function refilled({ keys, burnQuota, windowMs, now }: AccountsState, trader: string): Account {
  const account = keys.get(trader) ?? { level: burnQuota, at: now(), burnedAt: -Infinity };
  keys.set(trader, account);
  const back = (burnQuota * BigInt(Math.floor(now() - account.at))) / BigInt(2 * windowMs);
  if (back === 0n) return account;
  account.at = now();
  if (account.level < burnQuota) account.level = account.level + back < burnQuota ? account.level + back : burnQuota;
  return account;
}
