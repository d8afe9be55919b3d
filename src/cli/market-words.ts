/** What the markets of a session are about, for views that show amounts in their units. */
import { readDescriptions, type RootDescription } from "../bindings/descriptions.js";
import type { SessionHandle } from "../bindings/session.js";
import { read } from "../bindings/transact.js";
import { ProtocolError } from "../protocol/amounts/errors.js";
import type { MarketHead } from "../protocol/market/description.js";
import { BASKET_ROOT_ID } from "../protocol/signing/package.js";
import type { CliContext } from "./context.js";
import { readSettings, type SettingOptions } from "./input/settings.js";

/** By root; the basket has none, and neither has a root whose owner wrote a text without a head. */
export type Heads = ReadonlyMap<number, MarketHead>;

/** @param marketRootId the only root that is looked at; all by default */
export async function readHeads(
  context: CliContext,
  handle: SessionHandle,
  options: SettingOptions,
  marketRootId?: number,
): Promise<Heads> {
  return headsIn((await readWords(context, handle, options, marketRootId)) ?? new Map());
}

export function headsIn(words: ReadonlyMap<number, RootDescription>): Heads {
  return new Map([...words].flatMap(([root, { head }]) => (head === undefined ? [] : [[root, head] as const])));
}

/**
 * A view is worth more in ticks than not at all: a node that has no old logs is named, and the command goes on.
 * @returns undefined where the node did not give the logs: then nobody knows what the markets are about
 */
export async function readWords(
  context: CliContext,
  handle: SessionHandle,
  options: SettingOptions,
  marketRootId?: number,
): Promise<ReadonlyMap<number, RootDescription> | undefined> {
  const isBasket = marketRootId === BASKET_ROOT_ID;
  if (isBasket || (await read(handle.book.createdRoots())) === 0n) return new Map();
  const { fromBlock } = readSettings(context, options, "fromBlock");
  try {
    return await readDescriptions(handle, fromBlock);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    context.progress(`The descriptions of the markets cannot be read (${error.code}): amounts are in ticks`);
    return undefined;
  }
}
