/** Whose account is looked at: an address that is given, else the one of the key. */
import { openSession, type SessionHandle } from "../bindings/session.js";
import { read } from "../bindings/transact.js";
import { connect } from "./chain.js";
import type { CliContext } from "./context.js";
import { openWallet } from "./input/keys.js";
import { parseAddress } from "./input/parse.js";
import { readSettings, type SettingOptions } from "./input/settings.js";

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

/** No key is needed, and no password asked for, if the address is given. */
export async function openSubject(context: CliContext, options: WhoOptions): Promise<Subject> {
  const named = options.trader === undefined ? undefined : parseAddress("--trader", options.trader);
  if (named !== undefined) {
    const { rpc, session } = readSettings(context.env, options, "rpc", "session");
    return subjectOf(await openSession(session, await connect(context, rpc)), named);
  }
  const { rpc, session, key } = readSettings(context.env, options, "rpc", "session", "key");
  const provider = await connect(context, rpc);
  const handle = await openSession(session, provider);
  return subjectOf(handle, (await openWallet(context, key, provider)).address);
}

async function subjectOf(handle: SessionHandle, trader: string): Promise<Subject> {
  return { handle, trader, traderId: Number(await read(handle.book.traderIdOf(trader))) };
}
