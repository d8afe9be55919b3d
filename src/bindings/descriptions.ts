/** What the owners of roots have published with them: only the log has the text, the signed record its hash. */
import { id } from "ethers";

import { IOrderBook__factory } from "../../typechain-types/index.js";
import { type Description, parseDescription } from "../protocol/market/description.js";
import { marketLink } from "../protocol/signing/typed-data.js";
import { ClientError } from "./errors.js";
import { logsByRange } from "./logs.js";
import { recordsOf } from "./records.js";
import type { SessionHandle } from "./session.js";
import { read } from "./transact.js";

export interface RootDescription extends Description {
  readonly marketRootId: number;
  readonly text: string;
  /** As the owner signed it. */
  readonly descriptionHash: string;
  /** Of the record that made the root: `rootMadeBy` of the book names the root for it. */
  readonly link: string;
}

const TOPIC = IOrderBook__factory.createInterface().getEvent("MarketRecorded").topicHash;

/**
 * The descriptions of all roots, by number; those whose text has not the hash that was signed are left out: no book takes one.
 * @param fromBlock first block; the session's own suffices
 * @throws ClientError Client_NoProvider, or what the node says
 */
export async function readDescriptions(
  handle: SessionHandle,
  fromBlock = 0,
  toBlock?: number,
): Promise<ReadonlyMap<number, RootDescription>> {
  const { provider } = handle.runner;
  if (provider === null) throw new ClientError("Client_NoProvider");
  const last = toBlock ?? (await read(provider.getBlockNumber()));
  const filters = [{ address: handle.bookAddress, topics: [TOPIC] }];
  const found = new Map<number, RootDescription>();
  for await (const { logs } of logsByRange(provider, filters, fromBlock, last)) {
    for (const record of recordsOf(handle, logs)) {
      if (record.kind !== "marketRecorded" || record.record.marketRootId === record.marketRootId) continue;
      const { marketRootId, description: text, link } = record;
      const { descriptionHash } = record.record;
      if (id(text) !== descriptionHash || marketLink(record.record) !== link) continue;
      found.set(marketRootId, { marketRootId, text, descriptionHash, link, ...parseDescription(text) });
    }
  }
  return found;
}
