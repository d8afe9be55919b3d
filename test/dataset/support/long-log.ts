/**
 * Writes a long log, for measuring: `node --import tsx/esm test/dataset/support/long-log.ts RECORDS FILE`. The records of a book, each as
 * the contract would log it, made one after the other in constant memory; nobody has signed them, and no token moves.
 */
import { closeSync, openSync, writeSync } from "node:fs";

import { id } from "ethers";

import { fastCrypto } from "../../../src/bindings/fast-crypto.js";
import { Book } from "../../../src/protocol/book/book.js";
import type { BookEvent } from "../../../src/protocol/book/events.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import { tradePackage } from "../../../src/protocol/signing/package.js";
import { isInLog } from "../../../src/verify/events.js";
import { bookTermsOf, printHeader } from "../../../src/verify/log-header.js";
import { Checksum, type LogRecord, printRecord, printSeal } from "../../../src/verify/session-log.js";
import { createRandom } from "../../../stage/rng.js";
import { makeHeader, ONE, T1 } from "../../verify/support/header.js";
import { encoded, saidOf } from "../../verify/support/lines.js";
import { addressOf } from "../../verify/support/people.js";

const TRADERS = 30;
const ORDERS_PER_CALL = 3;
const SIGNATURE = `0x${"11".repeat(32)}${"22".repeat(32)}`;
const ORGANISER = addressOf("long organiser");

const [wanted = "1000000", file = "long.log"] = process.argv.slice(2);
const { hashing } = await fastCrypto();
const T2 = T1 + 10_000_000n;
const header = { ...makeHeader({ t2: T2, settleLimit: T2, maxOpenOrders: 255 }), toBlock: 100_000_000 };
const book = new Book(bookTermsOf(header), { ...TRUSTING, signedBy: () => "key" }, hashing);
const random = createRandom(1n, "long");
const traders = Array.from({ length: TRADERS }, (_, k) => ({ address: addressOf(`long ${k}`), nonce: 0n }));
const handle = openSync(file, "w");
const checksum = new Checksum(header);
let [call, records, text] = [0, 0, `${printHeader(header)}\n`];

function log(events: readonly BookEvent[]): void {
  const said = events.flatMap((event) => (isInLog(event) ? [saidOf(event)] : []));
  said.forEach((one, logIndex) => {
    const record: LogRecord = {
      ...{ blockNumber: header.fromBlock + call, timestamp: Number(T1) + call, logIndex },
      ...{ transactionHash: id(`${call}`), byWallet: false },
      ...encoded(header, one),
    };
    checksum.add(record);
    text += `${printRecord(record)}\n`;
    records += 1;
  });
  call += 1;
  if (text.length < 1 << 20) return;
  writeSync(handle, text);
  text = "";
}

const context = () => ({
  caller: ORGANISER,
  timestamp: T1 + BigInt(call),
  blockNumber: BigInt(header.fromBlock + call),
});

function order() {
  const trader = traders[random.integer(0, TRADERS - 1)]!;
  const order = tradePackage({
    ...{ marketRootId: 1, marketBranchId: 1, trader: trader.address, previousLink: book.link },
    priceTicks: 5_000n + random.bell(60n),
    quantityLots: BigInt(random.integer(1, 200)) * (random.chance(50) ? 1n : -1n),
    nonce: (trader.nonce += 1n) - 1n,
    deadline: T1 + BigInt(call + random.integer(1, 400)),
    timeInForce: random.chance(20) ? 1 : 0,
  });
  return { package: order, signature: SIGNATURE, insertAfter: 0, place: 0 };
}

/** Once in a while a trader makes room, so that books do not only grow. */
function sweep(): void {
  const { queues, traders: known } = book.state;
  const { timestamp } = context();
  const over = [...queues.orders()].filter(({ deadline }) => deadline < timestamp).slice(0, 200);
  if (over.length === 0) return;
  log(
    book.offset(
      context(),
      over.map(({ tradeRootId, place }) => ({ tradeRootId, place })),
    ).events,
  );
  if (known.count !== TRADERS) throw new Error("unreachable: all have registered");
}

for (const { address } of traders) log(book.deposit({ ...context(), timestamp: T1 - 1n }, address, 30n * ONE).events);
while (records < Number(wanted)) {
  const orders = Array.from({ length: ORDERS_PER_CALL }, order);
  log(book.createTrades(context(), { orders }, { maxMatches: 1_000, maxWalk: 100_000 }).events);
  if (call % 50 === 0) sweep();
}
writeSync(handle, `${text}${printSeal(records, checksum.value())}\n`);
closeSync(handle);
process.stdout.write(`${records} records in ${call} calls\n`);
