/** A session's book from its logs alone, by the rules of the protocol library. */
import type { Book } from "../protocol/book/book.js";
import { type LoggedEvent, rebuildBook } from "../protocol/book/rebuild.js";
import type { Hash } from "../protocol/signing/typed-data.js";
import { ClientError } from "./errors.js";
import { readBlockTimes } from "./logs.js";
import { readBookTerms } from "./market-terms.js";
import { type ChainRecord, eventOf } from "./records.js";
import type { SessionHandle } from "./session.js";

/**
 * The book that its records make; signatures, participants and transfers are taken as the chain took them.
 * @param records all of the book's, from its first, in log order (`readRecords`)
 * @throws RuleError RECORD_IMPOSSIBLE if they are not such a book's; ClientError Client_NoProvider, or what the node says
 */
export async function replayRecords(handle: SessionHandle, records: readonly ChainRecord[]): Promise<Book> {
  const { provider } = handle.runner;
  if (provider === null) throw new ClientError("Client_NoProvider");
  const terms = await readBookTerms(handle);
  const blocks = records.map(({ blockNumber }) => blockNumber);
  return rebuildBook(terms, loggedEvents(records, await readBlockTimes(provider, blocks)));
}

/** The checkpoint that a book's records lead to (R24). @throws as `replayRecords` */
export async function recomputeLink(handle: SessionHandle, records: readonly ChainRecord[]): Promise<Hash> {
  return (await replayRecords(handle, records)).state.chain.link;
}

/** @param times of every block that has a record (`readBlockTimes`) */
export function loggedEvents(records: readonly ChainRecord[], times: ReadonlyMap<number, bigint>): LoggedEvent[] {
  return records.map((record) => {
    const timestamp = times.get(record.blockNumber);
    if (timestamp === undefined) throw new RangeError(`no time is given of block ${record.blockNumber}`);
    return { event: eventOf(record), timestamp };
  });
}
