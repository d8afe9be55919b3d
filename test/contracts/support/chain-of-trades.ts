/** The chain of trades, read from the logs alone. */
import { type Log, type LogDescription, type Result, ZeroHash } from "ethers";

import { tradePackage } from "../../../src/protocol/signing/package.js";
import { type BookRecord, type Replay, replayChain } from "../../../src/protocol/book/replay.js";
import { bookDomain, domainSeparator } from "../../../src/protocol/signing/typed-data.js";
import { lots, ticks } from "../../../src/protocol/amounts/units.js";
import type { World } from "../../../stage/contracts/world.js";

export async function logsOf(world: World): Promise<Log[]> {
  return world.connection.ethers.provider.getLogs({ address: world.bookAddress, fromBlock: 0 });
}

export async function recordsOf(world: World): Promise<BookRecord[]> {
  const logs = await logsOf(world);
  return logs.flatMap((log) => recordsIn(world.book.interface.parseLog(log)));
}

/** What the logs make of the book, by the rules of the protocol library. It throws where the two do not agree. */
export async function replayLogs(world: World): Promise<Replay> {
  const { chainId } = await world.connection.ethers.provider.getNetwork();
  return replayChain(domainSeparator(bookDomain(chainId, world.bookAddress)), await recordsOf(world));
}

/** "1.1 2.1 1.2 1.3 2.2 2.3": the records in the order of the chain, as the seeds write them. */
export async function bookOfRecords(world: World): Promise<string> {
  const names = (await recordsOf(world)).flatMap((record) => {
    if (record.kind === "primary") return [`${record.tradeRootId}.1`];
    if (record.kind === "offset") return [`${record.tradeRootId}.2`];
    if (record.kind === "checkpoint" || record.kind === "market") return [];
    return [record.makerRootId, record.takerRootId].flatMap((rootId) => [`${rootId}.2`, `${rootId}.3`]);
  });
  return names.join(" ");
}

function recordsIn(event: LogDescription | null): BookRecord[] {
  const args: Record<string, unknown> = event?.args.toObject() ?? {};
  // As the ABI says.
  const number = (name: string): number => Number(args[name]);
  const amount = (name: string): bigint => args[name] as bigint;
  switch (event?.name) {
    case "TradeCreated":
      return [{ kind: "primary", tradeRootId: number("tradeRootId"), order: packageIn(event.args[2] as Result) }];
    case "TradesMatched":
      return [
        {
          kind: "fill",
          makerRootId: number("makerRootId"),
          takerRootId: number("takerRootId"),
          price: ticks(amount("price")),
          lots: lots(amount("lots")),
        },
      ];
    case "TradeOffset":
      return [{ kind: "offset", tradeRootId: number("tradeRootId"), lots: lots(amount("lots")) }];
    case "MarketRecorded": {
      const [marketRootId, marketBranchId] = [number("marketRootId"), number("marketBranchId")];
      return [{ kind: "market", marketRootId, marketBranchId, link: String(args["link"]), outcome: ticks(0n) }];
    }
    case "FallbackApplied": {
      const outcome = ticks(amount("fallbackOutcome"));
      return [{ kind: "market", marketRootId: number("marketRootId"), marketBranchId: 0, link: ZeroHash, outcome }];
    }
    case "Checkpoint":
      return [{ kind: "checkpoint", number: amount("number"), head: String(args["head"]) }];
    default:
      return [];
  }
}

function packageIn(fields: Result): ReturnType<typeof tradePackage> {
  const [root, branch, trader, price, quantity, previousLink, nonce, deadline, timeInForce] = fields.toArray() as [
    bigint,
    bigint,
    string,
    bigint,
    bigint,
    string,
    bigint,
    bigint,
    bigint,
  ];
  return tradePackage({
    marketRootId: Number(root),
    marketBranchId: Number(branch),
    trader,
    price,
    quantity,
    previousLink,
    nonce,
    deadline,
    timeInForce: Number(timeInForce),
  });
}
