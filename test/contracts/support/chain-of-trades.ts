/** The chain of trades, folded from the logs alone by the words of R22 and R23: no state machine has a say in it. */
import { expect } from "chai";
import { type Log, type LogDescription, ZeroHash } from "ethers";

import { checkpointLink, countsOf, genesisLink } from "../../../src/protocol/book/checkpoint.js";
import {
  foldCall,
  foldedWords,
  marketWords,
  recordWord,
  TradeBranch,
} from "../../../src/protocol/book/record-words.js";
import { type TradePackage, tradePackage } from "../../../src/protocol/signing/package.js";
import { bookDomain, domainSeparator, type Hash, primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { lots, ticks } from "../../../src/protocol/amounts/units.js";
import type { World } from "../../../stage/contracts/world.js";

/** An order in the chain, and what is neither filled nor offset of it, signed as the order's. */
interface FoldedOrder {
  readonly order: TradePackage;
  open: bigint;
  /** Where it rests if it does: at its own number, unless the logs name another place. */
  place: number;
}

/** What the logs make of the chain. */
interface FoldedChain {
  /** The newest checkpoint. */
  link: Hash;
  /** Folded since then. */
  words: Hash[];
  /** By tradeRootId. */
  readonly orders: Map<number, FoldedOrder>;
  /** "1.1", "2.1", "1.2" and so on: the records in the order of the chain. */
  readonly records: string[];
  /** What the quotes of the set that began last have in common (R44), as its event says it. */
  set: Record<string, unknown> | undefined;
}

export async function logsOf(world: World): Promise<Log[]> {
  return world.connection.ethers.provider.getLogs({ address: world.bookAddress, fromBlock: 0 });
}

/** Each checkpoint in the logs must be what was folded up to it, marked with the number of its block. */
export async function foldLogs(world: World): Promise<FoldedChain> {
  const { chainId } = await world.connection.ethers.provider.getNetwork();
  const link = genesisLink(domainSeparator(bookDomain(chainId, world.bookAddress)));
  const chain: FoldedChain = { link, words: [], orders: new Map(), records: [], set: undefined };
  for (const log of await logsOf(world)) fold(chain, world.book.interface.parseLog(log), log.blockNumber);
  expect(chain.words, "records without a checkpoint").to.deep.equal([]);
  return chain;
}

/** "1.1 2.1 1.2 1.3 2.2 2.3": the records in the order of the chain, as the papers write them. */
export async function bookOfRecords(world: World): Promise<string> {
  return (await foldLogs(world)).records.join(" ");
}

/** The contract's OffsetReason. */
const UNCOVERED = 2;

function fold(chain: FoldedChain, event: LogDescription | null, blockNumber: number): void {
  const args: Record<string, unknown> = event?.args.toObject() ?? {};
  // As the ABI says.
  const number = (name: string): number => Number(args[name]);
  const amount = (name: string): bigint => args[name] as bigint;
  switch (event?.name) {
    case "TradeCreated":
      append(chain, number("tradeRootId"), packageIn(args));
      break;
    case "TradePlaced":
      orderIn(chain, number("tradeRootId")).place = number("place");
      break;
    case "QuoteSetCreated":
      chain.set = args;
      break;
    case "QuoteCreated":
      append(chain, number("tradeRootId"), quoteIn(chain, args));
      orderIn(chain, number("tradeRootId")).place = number("place");
      break;
    case "TradesMatched":
      expectMeeting(chain, number("makerRootId"), number("takerRootId"), amount("priceTicks"));
      for (const tradeRootId of [number("makerRootId"), number("takerRootId")]) {
        const signed = promoteOffset(chain, tradeRootId, amount("lots"));
        promote(chain, tradeRootId, TradeBranch.Match, amount("priceTicks"), signed);
      }
      break;
    case "TradeOffset":
      promoteOffset(chain, number("tradeRootId"), amount("lots"));
      // One that is uncovered keeps what its trader can bear.
      if (number("reason") === UNCOVERED) break;
      expect(orderIn(chain, number("tradeRootId")).open, "left of an order that is out of the book").to.equal(0n);
      break;
    case "MarketRecorded": {
      const [marketRootId, marketBranchId] = [number("marketRootId"), number("marketBranchId")];
      const link = String(args["link"]);
      chain.words.push(...marketWords({ marketRootId, marketBranchId, link, outcome: ticks(0n) }));
      break;
    }
    case "FallbackApplied": {
      const [marketRootId, outcome] = [number("marketRootId"), ticks(amount("fallbackOutcome"))];
      chain.words.push(...marketWords({ marketRootId, marketBranchId: 0, link: ZeroHash, outcome }));
      break;
    }
    case "Checkpoint":
      endCall(chain, String(args["head"]), String(args["link"]), BigInt(blockNumber));
      break;
    default: // about money, or about nothing that changed
  }
}

/** R24: one checkpoint for each block, which another call of it overwrites. */
function endCall(chain: FoldedChain, head: string, link: string, mark: bigint): void {
  const before = countsOf(chain.link);
  const number = before.number + (before.mark === mark ? 0 : 1);
  expect(head, `head of checkpoint ${number}`).to.equal(foldCall(chain.link, chain.words));
  expect(link, `checkpoint ${number}`).to.equal(checkpointLink(head, { mark, trades: chain.orders.size, number }));
  chain.link = link;
  chain.words = [];
}

function append(chain: FoldedChain, tradeRootId: number, order: TradePackage): void {
  expect(tradeRootId, "number of an order").to.equal(chain.orders.size + 1);
  const { priceTicks: price, quantityLots: quantity } = order;
  const word = recordWord({ tradeRootId, tradeBranchId: TradeBranch.Primary, price, lots: quantity });
  chain.words.push(...foldedWords(word, primaryLink(order)));
  chain.records.push(`${tradeRootId}.${TradeBranch.Primary}`);
  chain.orders.set(tradeRootId, { order, open: quantity, place: tradeRootId });
}

/** Two traders' orders in one market whose limits cross, at the price of the one that was there first. */
function expectMeeting(chain: FoldedChain, makerRootId: number, takerRootId: number, price: bigint): void {
  const [maker, taker] = [orderIn(chain, makerRootId).order, orderIn(chain, takerRootId).order];
  const [bid, ask] = maker.quantityLots > 0n ? [maker, taker] : [taker, maker];
  const meet =
    makerRootId < takerRootId &&
    maker.trader !== taker.trader &&
    maker.marketRootId === taker.marketRootId &&
    maker.marketBranchId === taker.marketBranchId &&
    bid.quantityLots > 0n &&
    ask.quantityLots < 0n &&
    bid.priceTicks >= ask.priceTicks;
  expect(meet, `orders ${makerRootId} and ${takerRootId} meet`).to.equal(true);
  expect(price, `price between ${makerRootId} and ${takerRootId}`).to.equal(maker.priceTicks);
}

/** @returns the lots, signed as the order's */
function promoteOffset(chain: FoldedChain, tradeRootId: number, size: bigint): bigint {
  const found = orderIn(chain, tradeRootId);
  const signed = found.order.quantityLots > 0n ? size : -size;
  found.open -= signed;
  expect(size > 0n && found.open * signed >= 0n, `order ${tradeRootId} has the ${size} lots that go`).to.equal(true);
  promote(chain, tradeRootId, TradeBranch.Offset, found.order.priceTicks, -signed);
  return signed;
}

function promote(chain: FoldedChain, tradeRootId: number, branch: TradeBranch, price: bigint, signed: bigint): void {
  const record = { tradeRootId, tradeBranchId: branch, price: ticks(price), lots: lots(signed) };
  chain.words.push(...foldedWords(recordWord(record)));
  chain.records.push(`${tradeRootId}.${branch}`);
}

function orderIn({ orders }: FoldedChain, tradeRootId: number): FoldedOrder {
  const found = orders.get(tradeRootId);
  if (found === undefined) throw new Error(`the logs name order ${tradeRootId} before it was created`);
  return found;
}

function quoteIn({ set }: FoldedChain, fields: Record<string, unknown>): TradePackage {
  if (set === undefined) throw new Error("the logs name a quote before its set");
  return packageIn({ ...set, ...fields });
}

/** What an event says of a package: what it has of the package's names. */
function packageIn(fields: Record<string, unknown>): TradePackage {
  return tradePackage({
    marketRootId: Number(fields["marketRootId"]),
    marketBranchId: Number(fields["marketBranchId"]),
    trader: String(fields["trader"]),
    priceTicks: fields["priceTicks"] as bigint,
    quantityLots: fields["quantityLots"] as bigint,
    previousLink: String(fields["previousLink"]),
    nonce: fields["nonce"] as bigint,
    deadline: fields["deadline"] as bigint,
    timeInForce: Number(fields["timeInForce"]),
  });
}
