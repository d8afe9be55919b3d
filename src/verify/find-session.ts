/** A session's contracts and the log of its making, from a node: what everything else of it is read by. */
import type { Log, Provider } from "ethers";

import { ISession__factory } from "../../typechain-types/index.js";
import { readClone } from "../bindings/clones.js";
import { logsByRange } from "../bindings/logs.js";
import { read } from "../bindings/transact.js";
import { nodeErrorOf } from "../node/classify.js";
import { readTerms } from "./clone.js";
import { SessionLogError } from "./errors.js";
import { logFilters } from "./events.js";
import type { LogHeader } from "./log-header.js";

/** Where a session was made, and by which factory. */
export interface Creation {
  readonly factory: string;
  readonly blockNumber: number;
}

/**
 * The first block that has anything of a session, from its factory's own log.
 * @param fromBlock first block to search; must not be after the session's creation
 * @throws SessionLogError LOG_NOT_A_SESSION, LOG_NO_CREATION; NodeError
 */
export async function readCreation(address: string, provider: Provider, fromBlock = 0): Promise<Creation> {
  const toBlock = await read(provider.getBlockNumber());
  const contracts = await readContracts(address, provider, { fromBlock, toBlock });
  const { blockNumber } = await findCreation(contracts, provider);
  return { factory: contracts.factory, blockNumber };
}

/** The session's contracts and terms, from their code. @throws SessionLogError LOG_NOT_A_SESSION; NodeError */
export async function readContracts(
  address: string,
  provider: Provider,
  blocks: Pick<LogHeader, "fromBlock" | "toBlock">,
): Promise<LogHeader> {
  const session = ISession__factory.connect(address, provider);
  const [{ chainId }, vaultCode] = await read(Promise.all([provider.getNetwork(), provider.getCode(address)]));
  const vault = readClone(vaultCode);
  if (vault === undefined) throw new SessionLogError("LOG_NOT_A_SESSION", { address });
  try {
    const [assets] = await session.basket();
    const legs = await Promise.all(assets.map((_, k) => session.legToken(k + 1)));
    const book = await session.orderBook();
    const [bookCode, legCode] = await Promise.all([provider.getCode(book), provider.getCode(legs[0] ?? address)]);
    const [bookClone, legClone] = [readClone(bookCode), readClone(legCode)];
    if (bookClone === undefined || legClone === undefined) {
      throw new SessionLogError("LOG_NOT_A_SESSION", { address });
    }
    const clones = {
      salt: undefined,
      session: vault.implementation,
      legToken: legClone.implementation,
      orderBook: bookClone.implementation,
    };
    const terms = readTerms(vault.args, bookClone.args);
    return { chainId, session: await session.getAddress(), book, legs: [...legs], ...terms, clones, ...blocks };
  } catch (error) {
    const failure = nodeErrorOf(error);
    if (failure !== undefined) throw failure; // it says nothing about the address
    throw new SessionLogError("LOG_NOT_A_SESSION", { address }, error);
  }
}

/** @throws SessionLogError LOG_NO_CREATION; ClientError what the node says */
export async function findCreation(header: LogHeader, provider: Provider, signal?: AbortSignal): Promise<Log> {
  const [creation] = logFilters(header);
  if (creation !== undefined) {
    for await (const { logs } of logsByRange(provider, [creation], header.fromBlock, header.toBlock, signal)) {
      const [found] = logs;
      if (found !== undefined) return found;
    }
  }
  const { session, factory, fromBlock, toBlock } = header;
  throw new SessionLogError("LOG_NO_CREATION", { session, factory, fromBlock, toBlock });
}
