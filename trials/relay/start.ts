/**
 * How long a relay takes to be ready on a session of a million records. The records are made by the library's own book, from random
 * orders; the node is a stand-in that has the blocks' headers, the book's head and what it holds. The snapshot is kept and read as
 * any other, and the relay is a whole one. Its index is off: that would have to be made first, from a chain.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { getAddress, id, toBeHex, ZeroAddress } from "ethers";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

import { makeEmptyDatabase } from "../../stage/database.js";
import { fastCrypto } from "../../src/bindings/fast-crypto.js";
import { type AssetUnits, assetUnits, type Ticks, tokenWei } from "../../src/protocol/amounts/units.js";
import { Book } from "../../src/protocol/book/book.js";
import { TRUSTING } from "../../src/protocol/book/outside.js";
import { reserveShiftOf } from "../../src/protocol/book/reserve.js";
import { snapshotOf } from "../../src/protocol/book/snapshot.js";
import { isRefusal } from "../../src/protocol/market/refusal.js";
import { tradePackage } from "../../src/protocol/signing/package.js";
import { bookDomain } from "../../src/protocol/signing/typed-data.js";
import { readConfig } from "../../src/relay/config/config.js";
import type { RelayTerms } from "../../src/relay/config/session.js";
import { createLog } from "../../src/relay/reporting/log.js";
import { startRelay } from "../../src/relay/running/relay.js";
import { keyOf } from "../../src/relay/store/books.js";
import { openDatabase } from "../../src/relay/store/open.js";
import { createSnapshotStore } from "../../src/relay/store/snapshots.js";
import { IOrderBook__factory } from "../../typechain-types/index.js";
import { EXIT, readWords, report, tell, wholeNumbers } from "../trial.js";
import { pause } from "./load-generator.js";

const [T1, T2] = [1_000_000n, 2_000_000n];
const ONE = 10n ** 18n;
const LOT = 10n ** 15n;
const AIM_MS = 10_000;
/** Blocks of the stand-in's chain behind the snapshot. */
const MORE_BLOCKS = 100;
const addressOf = (what: string): string => getAddress(id(what).slice(0, 42));

const TERMS: RelayTerms = {
  assets: 2,
  basketScale: 10_000n as Ticks,
  basketTickValue: tokenWei(10n ** 11n),
  t1: T1,
  t2: T2,
  settleLimit: T2 + 1_000n,
  marketCreator: ZeroAddress,
  domain: bookDomain(31_337n, addressOf("book")),
  session: addressOf("session"),
  policy: ZeroAddress,
  chainWindow: 256,
  maxOpenOrders: 255,
  reserveShift: reserveShiftOf(10n ** 9n * ONE),
  maxLots: 0n,
  basket: { quantities: [assetUnits(ONE), assetUnits(ONE)] as AssetUnits[], supply: tokenWei(10n ** 9n * ONE) },
  basketTokens: [1, 2].map((leg) => ({ asset: addressOf(`asset ${leg}`), leg: addressOf(`leg ${leg}`) })),
  houses: [],
};

export async function run(words: readonly string[]): Promise<number> {
  const values = readWords(words, {
    records: { type: "string", default: "1000000" },
    traders: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
  });
  const { records, traders, seed } = wholeNumbers(values, ["records", "traders", "seed"], 1);
  const { hashing } = await fastCrypto();
  const began = performance.now();
  const { book, made } = trade(new Book(TERMS, TRUSTING, hashing), { records, traders, seed });
  const { orders, text, block } = { orders: book.state.queues.size, text: snapshotOf(book), block: made.block };
  tell(`${made.records} records made in ${Math.round(performance.now() - began)} ms, ${orders} orders rest`);
  const startMs = await measure(book, text, block);
  const figures = { records: made.records, traders, orders, snapshotBytes: text.length, startMs };
  if (values.json) console.log(JSON.stringify(figures));
  const line = `ready after ${startMs} ms on a session of ${made.records} records: ${orders} orders rest, the snapshot has ${text.length} bytes`;
  return report(line, startMs > AIM_MS ? [`the aim is ${AIM_MS} ms`] : []) ? EXIT.held : EXIT.failed;
}

interface TradePlan {
  readonly records: number;
  readonly traders: number;
  readonly seed: number;
}

/** Random orders around one price, a batch a block, until there are so many records. */
function trade(book: Book, { records, traders, seed }: TradePlan) {
  const random = xoroshiro128plus(seed);
  const who = Array.from({ length: traders }, (_, index) => addressOf(`trader ${index}`));
  const nonces = new Map<string, bigint>();
  const made = { records: 0, block: 1 };
  for (const trader of who) {
    book.deposit({ caller: trader, timestamp: T1 }, trader, 100_000n * LOT);
    made.records += 2;
  }
  while (made.records < records) {
    made.block += 1;
    const trader = who[uniformInt(random, 0, traders - 1)] ?? "";
    const nonce = nonces.get(trader) ?? 0n;
    const side = uniformInt(random, 0, 1) === 0 ? 1n : -1n;
    const order = tradePackage({
      ...{ marketRootId: 1, marketBranchId: uniformInt(random, 1, 2), trader, nonce, timeInForce: 0 },
      priceTicks: 5_000n + side * BigInt(uniformInt(random, -40, 15)),
      quantityLots: side * BigInt(uniformInt(random, 1, 20)),
      previousLink: book.link,
      deadline: T2 - 1n,
    });
    try {
      const signed = { package: order, signature: `0x${"11".repeat(65)}`, insertAfter: 0, place: 0 };
      const limits = { maxMatches: 16, maxWalk: 1_000_000 };
      made.records += book.createTrade(
        { timestamp: T1, blockNumber: BigInt(made.block) },
        signed,
        limits,
      ).events.length;
      nonces.set(trader, nonce + 1n);
    } catch (error) {
      if (!isRefusal(error)) throw error; // somebody's orders or money are used up
    }
  }
  return { book, made };
}

/** Starts a whole relay on a database that has the snapshot. @returns ms until it is ready */
async function measure(book: Book, text: string, block: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "relay-start-"));
  const location = join(folder, "database");
  const node = await standIn(book, block);
  try {
    await makeEmptyDatabase(location);
    const key = keyOf({ chainId: 31_337n, book: TERMS.domain.verifyingContract });
    const first = await openDatabase(location, () => undefined);
    await createSnapshotStore(first, key).put(
      { block: { number: block, hash: hashOf(block) }, sharesMarks: false },
      text,
    );
    await first.close();
    const settings = { rpc: node.url, session: TERMS.session, database: location, port: 0, index: "off" };
    const config = readConfig(settings, { RELAY_PRIVATE_KEY: id("relay") });
    const [began, used] = [performance.now(), process.cpuUsage()];
    const database = await openDatabase(location, () => undefined);
    const relay = await startRelay(config, [TERMS], database, createLog("silent"));
    const [session] = relay.sessions.all;
    if (session === undefined) throw new Error("unreachable: it serves the one that it was given");
    while (!session.isReady()) await pause(5);
    const took = Math.round(performance.now() - began);
    const { user, system } = process.cpuUsage(used);
    tell(`${Math.round((user + system) / 1_000)} ms of processor time to be ready`);
    if (session.served.live?.book().link !== book.link) throw new Error("the relay has another book");
    await relay.stop();
    return took;
  } finally {
    node.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const hashOf = (number: number): string => id(`block ${number}`);

/** A node whose chain has the book at that block, and nothing after it. */
async function standIn(book: Book, block: number): Promise<{ readonly url: string; readonly close: () => void }> {
  const views = IOrderBook__factory.createInterface();
  const { link, checkpoints, trades } = book.chainState();
  const tokens = [TERMS.session, ...TERMS.basketTokens.map(({ leg }) => leg)].map((token) => token.toLowerCase());
  const headerAt = (tag: string): object => {
    const number = tag.startsWith("0x") ? Number(tag) : block + MORE_BLOCKS;
    const hashes = { hash: hashOf(number), parentHash: hashOf(number - 1) };
    return {
      number: toQuantity(number),
      ...hashes,
      timestamp: toQuantity(T1),
      gasLimit: "0x1c9c380",
      baseFeePerGas: "0x7",
    };
  };
  const answers: Readonly<Record<string, (params: readonly unknown[]) => unknown>> = {
    eth_chainId: () => "0x7a69",
    eth_getBlockByNumber: ([tag]) => headerAt(String(tag)),
    eth_getLogs: () => [],
    eth_getBalance: () => toQuantity(ONE),
    eth_getTransactionCount: () => "0x0",
    eth_call: ([call]) => {
      const { to } = call as { readonly to: string }; // as the relay asks
      const token = tokens.indexOf(to.toLowerCase());
      if (token !== -1) return toBeHex(book.state.pool.held(token), 32);
      return views.encodeFunctionResult("chainState", [link, checkpoints, trades]);
    },
  };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      const { id: number, method, params } = JSON.parse(body) as { id: number; method: string; params: unknown[] }; // as the relay asks
      const answer = answers[method];
      const told = answer === undefined ? { error: { code: -32_601, message: method } } : { result: answer(params) };
      response.end(JSON.stringify({ jsonrpc: "2.0", id: number, ...told }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function toQuantity(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}
