/** Doing something as the account that is connected: with its wallet's signer, and the session as the chain has it. */
import type { Trader, TradingSigner } from "../../src/client/trader.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import type { Connection } from "./wallets.js";
import { signerOf } from "./wallets.js";
import { useQuery } from "@tanstack/react-query";
import { type BookDomain, bookDomain } from "../../src/protocol/signing/typed-data.js";
import { type OpenedSession, useSession } from "../data/session.js";

export type Connected = Extract<Connection, { status: "connected" }>;

export interface Actor {
  readonly handle: SessionHandle;
  readonly signer: TradingSigner;
  readonly trader: Trader;
}

/** Reads with the page's own node where there is one, so that a wallet's node need not be trusted with more than it has to. */
export async function actorOf({ address, sources }: OpenedSession, account: Connected): Promise<Actor> {
  const [{ openSession }, { createTrader }, signer] = await Promise.all([
    import("../../src/bindings/session.js"),
    import("../../src/client/trader.js"),
    signerOf(account),
  ]);
  const handle = await openSession(address, sources.rpcUrl ?? signer);
  return { handle, signer, trader: createTrader(handle, signer) };
}

/**
 * What signatures are bound to: this chain, and the book that the session itself names where a node is there to ask. A relay that names
 * another one is not believed then.
 */
export function useDomain(): BookDomain | undefined {
  const { chain, source, chainId, address } = useSession();
  const asked = chain ?? source;
  const { data } = useQuery({
    queryKey: [asked.url, address, "book"],
    queryFn: async () => (await asked.facts()).orderBook,
    staleTime: Infinity,
  });
  return data === undefined ? undefined : bookDomain(BigInt(chainId), data);
}

/**
 * What a wallet is asked, unless its user stops waiting: one that never answers is left alone, and its late answer is not heard.
 * @throws the signal's reason
 */
export async function patiently<Value>(asked: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  return new Promise<Value>((resolve, reject) => {
    signal.addEventListener(
      "abort",
      () => {
        reject(new Error("You stopped waiting for the wallet. If it still asks, decline there."));
      },
      { once: true },
    );
    asked.then(resolve, reject);
  });
}
