/** Which session, and who: somebody who only looks, who acts, or whose account is looked at. */
import type { JsonRpcProvider, Wallet } from "ethers";

import { openSession, type SessionHandle } from "../bindings/session.js";
import { read } from "../bindings/transact.js";
import { connect } from "./chain.js";
import type { CliContext } from "./context.js";
import { openWallet } from "./input/keys.js";
import { parseAddress } from "./input/parse.js";
import { readSettings, type SettingOptions } from "./input/settings.js";

/** A session to look at. */
export async function openReader(context: CliContext, options: SettingOptions): Promise<SessionHandle> {
  const { rpc, session } = readSettings(context, options, "rpc", "session");
  return openSession(session, await connect(context, rpc));
}

/** A session to act in, and who acts. */
export interface Actor {
  readonly handle: SessionHandle;
  readonly wallet: Wallet;
  readonly provider: JsonRpcProvider;
}

/** Settings are looked at before the chain, the chain before a password is asked for. */
export async function openActor(context: CliContext, options: SettingOptions): Promise<Actor> {
  const { rpc, session, key } = readSettings(context, options, "rpc", "session", "key");
  const provider = await connect(context, rpc);
  const handle = await openSession(session, provider);
  return { handle, wallet: await openWallet(context, key, provider), provider };
}

export interface WhoOptions extends SettingOptions {
  readonly trader?: string;
}

export const TRADER_FLAG = ["--trader <address>", "whose account (default: that of the key)"] as const;

export interface Subject {
  readonly handle: SessionHandle;
  readonly trader: string;
  /** 0 if the book does not know the trader. */
  readonly traderId: number;
}

/** An address that is given, else that of the key. No key is needed, and no password asked for, if there is one. */
export async function openSubject(context: CliContext, options: WhoOptions): Promise<Subject> {
  const named = options.trader === undefined ? undefined : parseAddress("--trader", options.trader);
  if (named !== undefined) return subjectOf(await openReader(context, options), named);
  const { handle, wallet } = await openActor(context, options);
  return subjectOf(handle, wallet.address);
}

async function subjectOf(handle: SessionHandle, trader: string): Promise<Subject> {
  return { handle, trader, traderId: Number(await read(handle.book.traderIdOf(trader))) };
}
