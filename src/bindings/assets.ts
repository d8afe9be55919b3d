/** What a basket's assets are called, and how they are counted. */
import { Contract, isError, type Provider } from "ethers";

import { asClientError, ClientError } from "./errors.js";
import type { BasketAsset, SessionHandle } from "./session.js";
import { revertOf } from "../node/classify.js";
import { type AssetUnits, formatAssetUnits, parseAssetUnits } from "../protocol/amounts/units.js";

export interface AssetInfo {
  readonly address: string;
  /** Decimals of a whole unit; 0 if the token does not say. */
  readonly decimals: number;
  /** The token's own word, or the short address if it has none. */
  readonly symbol: string;
}

/** An asset of the basket, and what it is called. */
export type NamedAsset = BasketAsset & AssetInfo;

export async function basketOf(handle: SessionHandle): Promise<NamedAsset[]> {
  const provider = handle.runner.provider;
  if (provider === null) throw new Error("unreachable: a session is opened on a provider");
  return Promise.all(handle.assets.map(async (asset) => ({ ...asset, ...(await readAsset(asset.address, provider)) })));
}

const ABI = [
  "function symbol() view returns (string)",
  "function decimals() view returns (uint8)",
  "function totalSupply() view returns (uint256)",
];

/**
 * ERC-20 leaves both optional: a token that has none is counted in its smallest units.
 * @throws NodeError if the node did not ask it: that says nothing about the token
 */
export async function readAsset(address: string, provider: Provider): Promise<AssetInfo> {
  const token = new Contract(address, ABI, provider);
  const [symbol, decimals] = await Promise.all([
    ask<string>(token, "symbol", `${address.slice(0, 6)}…${address.slice(-4)}`),
    ask<bigint>(token, "decimals", 0n),
  ]);
  return { address, symbol: printable(symbol, MAX_SYMBOL), decimals: Number(decimals) };
}

/**
 * As `readAsset`, of what somebody names as a token before anything is made with it: amounts of another contract would be counted in what
 * it does not have.
 * @throws ClientError Client_NotAToken; NodeError
 */
export async function readToken(address: string, provider: Provider): Promise<AssetInfo> {
  const supply = await ask<bigint | undefined>(new Contract(address, ABI, provider), "totalSupply", undefined);
  if (supply === undefined) throw new ClientError("Client_NotAToken", { address });
  return readAsset(address, provider);
}

async function ask<T>(token: Contract, method: string, otherwise: T): Promise<T> {
  try {
    return (await token.getFunction(method)()) as T; // its type in the ABI above
  } catch (error) {
    // It reverts, or answers with something else than a number or a text.
    if (revertOf(error) !== undefined || isError(error, "BAD_DATA")) return otherwise;
    throw asClientError(error);
  }
}

const MAX_SYMBOL = 16;

/** A hostile token may call itself anything: only what a terminal shows as it is, and not too much of it. */
export function printable(text: string, most: number): string {
  return (
    text
      .replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "")
      .trim()
      .slice(0, most)
      .replace(/[\ud800-\udbff]$/, "") || "?" // half of a letter
  );
}

export function parseQuantity({ decimals }: AssetInfo, text: string): AssetUnits {
  return parseAssetUnits(text, decimals);
}

export function formatQuantity({ decimals, symbol }: AssetInfo, units: bigint): string {
  return `${formatAssetUnits(units as AssetUnits, decimals)} ${symbol}`; // formatting takes any whole number
}
