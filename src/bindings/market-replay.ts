/** A session's market table from its logs alone, by the rules of the protocol library. */
import { type MarketEntry, replayMarkets } from "../protocol/book/market-replay.js";
import type { MarketTable } from "../protocol/market/market-table.js";
import { ClientError } from "./errors.js";
import { readMarketTerms } from "./market-terms.js";
import type { ChainRecord } from "./records.js";
import type { SessionHandle } from "./session.js";
import { read } from "./transact.js";

/**
 * Applies every record of the market table again.
 * @param records all of the book's, from its first, in log order (`readRecords`)
 * @throws Refusal for a record that the book should have refused; RuleError RECORD_IMPOSSIBLE; ClientError what the node says
 */
export async function replayMarketTable(handle: SessionHandle, records: readonly ChainRecord[]): Promise<MarketTable> {
  const timestamps = await timestampsOf(handle, records);
  const registered = new Set<string>();
  const entries = records.flatMap((record): MarketEntry[] => {
    const timestamp = timestamps.get(record.blockNumber) ?? 0n; // read for every block with a market record
    switch (record.kind) {
      case "userCreated":
        registered.add(record.trader);
        return [];
      case "marketRecorded": {
        const { link, record: said, description } = record;
        const ownerRegistered = registered.has(said.owner);
        return [{ kind: "record", record: said, link, description, timestamp, ownerRegistered }];
      }
      case "fallbackApplied": {
        const { marketRootId, fallbackOutcome } = record;
        return [{ kind: "fallback", marketRootId, fallbackOutcome, timestamp }];
      }
      default:
        return [];
    }
  });
  return replayMarkets(await readMarketTerms(handle), entries);
}

async function timestampsOf({ runner }: SessionHandle, records: readonly ChainRecord[]): Promise<Map<number, bigint>> {
  const { provider } = runner;
  if (provider === null) throw new ClientError("Client_NoProvider");
  const ofMarkets = records.filter(({ kind }) => kind === "marketRecorded" || kind === "fallbackApplied");
  const numbers = [...new Set(ofMarkets.map(({ blockNumber }) => blockNumber))];
  const blocks = await read(Promise.all(numbers.map((number) => provider.getBlock(number))));
  return new Map(
    numbers.map((number, index) => {
      const block = blocks[index];
      if (block === null || block === undefined) throw new ClientError("Client_BlockUnknown", { blockNumber: number });
      return [number, BigInt(block.timestamp)];
    }),
  );
}
