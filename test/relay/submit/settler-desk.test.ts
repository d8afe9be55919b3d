/** What a relay finds for settlers to record, on a node that is told what to say. */
import { expect } from "chai";
import { getAddress, toBeHex } from "ethers";

import { assertedTopics, recordAssertionCall, recordPriceCall } from "../../../src/bindings/settlers.js";
import { NodeError, Reverted } from "../../../src/node/errors.js";
import type { BlockHeader, ChainLog, LogQuery, NodeCall } from "../../../src/node/node.js";
import { createRanges } from "../../../src/node/ranges.js";
import { createLog } from "../../../src/relay/reporting/log.js";
import { createMetrics } from "../../../src/relay/reporting/metrics.js";
import { createPurse } from "../../../src/relay/submit/purse.js";
import {
  createSettlerDesk,
  MOST_ASSERTIONS,
  MOST_GAS,
  openRoots,
  type OpenRoot,
  SEARCHES_AT_ONCE,
  TRIES_AT_ONCE,
} from "../../../src/relay/submit/settler-desk.js";
import { Book } from "../../../src/protocol/book/book.js";
import { TRUSTING } from "../../../src/protocol/book/outside.js";
import { boundsRecord, intervalRecord } from "../../../src/protocol/market/market-drafts.js";
import { settlerCode } from "../../bindings/settler-code.js";
import { bookTerms } from "../../protocol/book-terms.js";
import { tick } from "../../protocol/support.js";

const address = (byte: string): string => getAddress(`0x${byte.repeat(20)}`);
const [BOOK, OTHER, UMA, CHAINLINK, PERSON] = ["b0", "cc", "5e", "5c", "aa"].map(address) as [
  ...[string, string, string, string, string],
];
const ACCOUNT = address("ac");
const [TIP, CLOSES_AT, SECONDS] = [1_000, 6_000n, 12n]; // the root closed in block 500, a block every 12 s
const MINUTE = 60_000;
const id = (k: number): string => toBeHex(k, 32);

interface Plan {
  readonly perDay?: bigint;
  /** What a call takes, or what it is refused with. */
  readonly gas?: bigint | Error | ((data: string) => bigint | Error);
  /** Numbers of assertions of root 2, and the block of each. */
  readonly assertions?: readonly (readonly [number, number])[];
  readonly spans?: number;
}

async function open({ perDay = 10_000_000n, gas = 200_000n, assertions = [], spans = 10_000 }: Plan = {}) {
  const time = { ms: 0 };
  const asked: string[] = [];
  const tries: NodeCall[] = [];
  const faults: (Error | undefined)[] = [];
  const said = { gas, assertions };
  const codes = new Map([
    [UMA, await settlerCode("UmaSettler", { BOOK, ORACLE: OTHER })],
    [CHAINLINK, await settlerCode("ChainlinkSettler", { BOOK, FIXING: OTHER })],
    [OTHER, await settlerCode("UmaSettler", { BOOK: OTHER, ORACLE: OTHER })],
  ]);
  const answer = <T>(word: string, value: T): Promise<T> => {
    asked.push(word);
    const fault = faults.shift();
    return fault === undefined ? Promise.resolve(value) : Promise.reject(fault);
  };
  const node = {
    ranges: createRanges(spans),
    block: (tag: number | "latest") => answer("block", headerAt(tag === "latest" ? TIP : tag)),
    codeOf: (of: string) => answer(`code ${of}`, codes.get(of) ?? "0x"),
    logs: ({ address: of, topics = [], fromBlock = 0, toBlock = 0 }: LogQuery) => {
      expect([of, topics]).to.deep.equal([UMA, assertedTopics(2)]);
      const found = said.assertions.filter(([, block]) => block >= fromBlock && block <= toBlock);
      return answer(
        `logs ${fromBlock} ${toBlock}`,
        found.map(([k]) => ({ topics: [...topics, id(k)] }) as unknown as ChainLog), // no more of it is read
      );
    },
    estimateGas: (call: NodeCall) => {
      tries.push(call);
      const told = typeof said.gas === "function" ? said.gas(call.data) : said.gas;
      return told instanceof Error ? Promise.reject(told) : answer("gas", told);
    },
  };
  const [metrics, now] = [createMetrics("0x"), () => time.ms];
  const purse = createPurse(perDay, now);
  const rest = { purse, metrics, now, log: createLog("silent"), book: BOOK, account: ACCOUNT, reorgDepth: 10 };
  const desk = createSettlerDesk({ node, ...rest });
  const outcomes = async (): Promise<Record<string, number>> => {
    const { values } = await metrics.settlerCalls.get();
    return Object.fromEntries(values.map(({ labels, value }) => [String(labels.outcome), value]));
  };
  return { desk, time, asked, tries, faults, said, purse, metrics, outcomes };
}

const headerAt = (number: number): BlockHeader => ({
  ...{ number, hash: id(number), parentHash: id(number - 1), baseFee: 1n },
  timestamp: BigInt(number) * SECONDS,
});
const thrownBy = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );
const refusal = new Reverted("eth_estimateGas", "not yet", "0x");
const root = (owner: string, marketRootId = 2): OpenRoot => ({ marketRootId, owner, closesAt: CLOSES_AT });

describe("given a root that a price settles", () => {
  it("has it recorded once that would succeed: from the account, within a bound of gas, and a quarter more than it takes", async () => {
    const { desk, tries, purse } = await open();
    const chore = await desk.next([root(CHAINLINK)]);
    expect(chore).to.deep.equal({ call: recordPriceCall(CHAINLINK, 2), gas: 250_000n });
    const { to, data } = recordPriceCall(CHAINLINK, 2);
    expect(tries).to.deep.equal([{ from: ACCOUNT, to, data, gas: MOST_GAS }]);
    expect(purse.left()).to.equal(9_750_000n);
  });

  it("looks again a minute after a refusal, and not before", async () => {
    const { desk, time, tries, said, outcomes } = await open({ gas: refusal });
    for (const ms of [0, MINUTE - 1, MINUTE]) {
      time.ms = ms;
      expect(await desk.next([root(CHAINLINK)])).to.equal(undefined);
    }
    expect(tries.length).to.equal(2);
    said.gas = 1n;
    time.ms = 2 * MINUTE;
    expect((await desk.next([root(CHAINLINK)]))?.gas).to.equal(1n);
    expect(await outcomes()).to.deep.equal({ sent: 1 });
  });

  it("waits longer each time for one that is sent and settles nothing, up to a day", async () => {
    const { desk, time, outcomes } = await open({ perDay: 1_000_000_000n });
    const sentAt: number[] = [];
    for (; time.ms < 6_000 * MINUTE; time.ms += MINUTE) {
      if ((await desk.next([root(CHAINLINK)])) !== undefined) sentAt.push(time.ms / MINUTE);
    }
    expect(sentAt).to.deep.equal([0, 10, 30, 70, 150, 310, 630, 1_270, 2_550, 3_990, 5_430]);
    expect(await outcomes()).to.deep.equal({ sent: 11, again: 10 });
  });

  it("begins anew with a root that was settled, and is open again after a reorganisation", async () => {
    const { desk } = await open();
    await desk.next([root(CHAINLINK)]);
    expect(await desk.next([root(CHAINLINK)])).to.equal(undefined);
    await desk.next([]);
    expect(await desk.next([root(CHAINLINK)])).to.not.equal(undefined);
  });
});

describe("given a root that assertions settle", () => {
  it("searches for them from the block in which it closed, each block once, but for what may be reorganised", async () => {
    const { desk, time, asked, said } = await open({ gas: refusal, assertions: [[1, 700]] });
    await desk.next([root(UMA)]);
    expect(asked.filter((word) => word.startsWith("logs"))).to.deep.equal([`logs 500 ${TIP}`]);
    expect(asked.filter((word) => word === "block").length, "a search by halves").to.be.at.most(12);
    said.gas = 100n;
    time.ms += MINUTE;
    const chore = await desk.next([root(UMA)]);
    expect(chore).to.deep.equal({ call: recordAssertionCall(UMA, id(1)), gas: 125n });
    expect(asked.filter((word) => word.startsWith("logs")).at(-1)).to.equal(`logs ${TIP - 9} ${TIP}`);
  });

  it("tries few at a time, in turn, and takes the first that would be recorded", async () => {
    const assertions = Array.from({ length: 6 }, (_, k) => [k + 1, 600 + k] as const);
    const gas = (data: string): bigint | Error => (data === recordAssertionCall(UMA, id(6)).data ? 80n : refusal);
    const { desk, time, tries } = await open({ gas, assertions });
    expect(await desk.next([root(UMA)])).to.equal(undefined);
    expect(tries.map(({ data }) => data)).to.deep.equal([1, 2, 3, 4].map((k) => recordAssertionCall(UMA, id(k)).data));
    expect(tries.length).to.equal(TRIES_AT_ONCE);
    time.ms += MINUTE;
    expect((await desk.next([root(UMA)]))?.call).to.deep.equal(recordAssertionCall(UMA, id(6)));
    expect(tries.length, "5, 6").to.equal(TRIES_AT_ONCE + 2);
  });

  it("keeps no more than so many of them, and one that is found twice once", async () => {
    const assertions = Array.from({ length: MOST_ASSERTIONS + 5 }, (_, k) => [k + 1, TIP] as const);
    const { desk, time, tries } = await open({ gas: refusal, assertions });
    for (let k = 0; k < 2 * (MOST_ASSERTIONS / TRIES_AT_ONCE); k += 1) {
      await desk.next([root(UMA)]);
      time.ms += MINUTE;
    }
    expect(new Set(tries.map(({ data }) => data)).size).to.equal(MOST_ASSERTIONS);
    expect(tries.length).to.equal(2 * MOST_ASSERTIONS);
  });

  it("searches so many ranges at once, and goes on where it was", async () => {
    const { desk, time, asked } = await open({ gas: refusal, assertions: [[1, 999]], spans: 10 });
    await desk.next([root(UMA)]);
    const searched = asked.filter((word) => word.startsWith("logs"));
    expect([searched.length, searched.at(-1)]).to.deep.equal([SEARCHES_AT_ONCE, "logs 570 579"]);
    time.ms += MINUTE;
    await desk.next([root(UMA)]);
    expect(asked.filter((word) => word.startsWith("logs"))[SEARCHES_AT_ONCE]).to.equal("logs 580 589");
  });
});

describe("given roots of others", () => {
  it("asks once what an owner is, and never calls what is no settler of this book", async () => {
    const { desk, time, asked, tries } = await open();
    const roots = [root(PERSON), root(OTHER, 3)];
    for (let k = 0; k < 6; k += 1) {
      expect(await desk.next(roots)).to.equal(undefined);
      time.ms += 10 * MINUTE;
    }
    expect(asked).to.deep.equal([`code ${PERSON}`, `code ${OTHER}`]);
    expect(tries).to.deep.equal([]);
  });

  it("comes to each in turn", async () => {
    const { desk } = await open();
    const roots = [root(CHAINLINK), root(PERSON, 3), root(CHAINLINK, 4)];
    const sent: (number | undefined)[] = [];
    for (let k = 0; k < 4; k += 1) {
      const data = (await desk.next(roots))?.call.data;
      sent.push(roots.find((one) => recordPriceCall(CHAINLINK, one.marketRootId).data === data)?.marketRootId);
    }
    expect(sent).to.deep.equal([2, undefined, 4, undefined]);
  });
});

describe("given a settler whose oracle is hostile", () => {
  it("leaves what would take more gas than a call may have, or what a node does not run", async () => {
    const notRun = new NodeError("NODE_REFUSED", { reason: "gas required exceeds allowance" });
    for (const gas of [MOST_GAS + 1n, notRun, refusal]) {
      const { desk, purse } = await open({ gas });
      expect(await desk.next([root(CHAINLINK)])).to.equal(undefined);
      expect(purse.left()).to.equal(10_000_000n);
    }
    const { desk } = await open({ gas: MOST_GAS - 1n });
    expect((await desk.next([root(CHAINLINK)]))?.gas).to.equal(MOST_GAS);
  });

  it("spends what the purse has and no more, however many roots there are, and goes on when it fills", async () => {
    const { desk, time, outcomes, purse } = await open({ gas: MOST_GAS, perDay: 10_000_000n });
    const roots = Array.from({ length: 50 }, (_, k) => root(CHAINLINK, k + 2));
    let sent = 0;
    for (let k = 0; k < 100; k += 1) if ((await desk.next(roots)) !== undefined) sent += 1;
    expect([sent, purse.left()]).to.deep.equal([3, 1_000_000n]);
    expect((await outcomes())["unpaid"]).to.equal(47);
    time.ms += 86_400_000 / 5;
    for (let k = 0; k < 100; k += 1) if ((await desk.next(roots)) !== undefined) sent += 1;
    expect(sent).to.equal(4);
  });
});

describe("given a node that fails", () => {
  it("says so, and comes to the others before it tries again", async () => {
    const away = new NodeError("NODE_UNREACHABLE");
    // Of the first root: its owner's code, the newest block, one of those between, the logs, the call.
    for (const good of [0, 1, 2, 11, 12]) {
      const { desk, time, faults, asked } = await open({ assertions: [[1, 700]] });
      const roots = [root(UMA), root(CHAINLINK, 3)];
      const answers = Array.from({ length: good }, () => undefined);
      faults.push(...answers, away);
      expect(await thrownBy(desk.next(roots)), `after ${asked.join(", ")}`).to.equal(away);
      expect((await desk.next(roots))?.call).to.deep.equal(recordPriceCall(CHAINLINK, 3));
      expect(await desk.next(roots), "the first one waits").to.equal(undefined);
      time.ms += MINUTE;
      expect((await desk.next(roots))?.call).to.deep.equal(recordAssertionCall(UMA, id(1)));
    }
  });

  it("goes on with what was found before it failed", async () => {
    const { desk, time, said, asked } = await open({ gas: refusal, assertions: [[1, 700]] });
    said.gas = new NodeError("NODE_TIMEOUT");
    await desk.next([root(UMA)]).catch(() => undefined);
    said.gas = 200_000n;
    time.ms += MINUTE;
    expect((await desk.next([root(UMA)]))?.call).to.deep.equal(recordAssertionCall(UMA, id(1)));
    expect(asked.filter((word) => word.startsWith("logs")).length).to.equal(2);
  });
});

describe("openRoots", () => {
  it("are those that have closed and are not settled; the basket is none", () => {
    const book = new Book(bookTerms({ t1: 1_000n, t2: 2_000n }), TRUSTING);
    book.createUser(PERSON);
    const spec = { bounds: { lower: tick(0), upper: tick(50) }, fallbackOutcome: tick(10), tickValue: 10n ** 14n };
    for (const closesAt of [1_600n, 1_700n]) {
      const times = { closesAt, settleBy: 1_800n, description: "rain" };
      const record = intervalRecord({ owner: PERSON, previousLink: book.link }, { ...spec, ...times });
      book.createMarket({ caller: PERSON, timestamp: 1_500n }, { record, signature: "0x", description: "rain" });
    }
    const ids = (at: bigint): number[] => openRoots(book, at).map(({ marketRootId }) => marketRootId);
    expect([ids(1_599n), ids(1_600n), ids(1_700n)]).to.deep.equal([[], [2], [2, 3]]);
    const from = { owner: PERSON, marketRootId: 2, previousLink: book.rootOf(2).tip };
    const record = boundsRecord(from, 1, { lower: tick(7), upper: tick(7) });
    book.createMarket({ caller: PERSON, timestamp: 1_710n }, { record, signature: "0x", description: "" });
    expect(ids(1_720n)).to.deep.equal([3]);
  });
});
