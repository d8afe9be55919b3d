import { expect } from "chai";

import { readBookTerms } from "../../../src/bindings/market-terms.js";
import type { SignedPackage } from "../../../src/bindings/packages.js";
import { PLAIN_HASHING } from "../../../src/protocol/signing/hashing.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import type { FollowedBlock } from "../../../src/relay/follow/follower.js";
import { callOf } from "../../../src/relay/submit/batch-call.js";
import { createMirror, type Mirror } from "../../../src/relay/follow/mirror.js";
import { chain, type Market, networkHelpers, ONE, openTwo } from "../../client/support.js";

const LIMITS = { maxMatches: 16, maxWalk: 64 };
const ALL_KEYS = { isOwnKey: () => true, isOwnCancellation: () => true };

/** The book as it is and as it will be, over the logs of the real contract. */
describe("createMirror", () => {
  let market: Market;
  let mirror: Mirror;

  beforeEach(async () => {
    market = await networkHelpers.loadFixture(openTwo);
    const terms = await readBookTerms(market.handle);
    mirror = createMirror({ terms, limits: LIMITS, depth: 50, hashing: PLAIN_HASHING });
    await follow();
  });

  async function blockAt(number: number): Promise<FollowedBlock> {
    const { provider } = chain.ethers;
    const block = (await provider.getBlock(number))!;
    const logs = await provider.getLogs({ address: market.handle.bookAddress, fromBlock: number, toBlock: number });
    const { hash, parentHash } = block;
    const header = { number, hash: hash!, parentHash, timestamp: BigInt(block.timestamp), baseFee: undefined };
    return { header, logs: logs.map((log) => ({ ...plainLog(log) })) };
  }

  async function follow(): Promise<ReturnType<Mirror["apply"]>[]> {
    const newest = await chain.ethers.provider.getBlockNumber();
    const applied = [];
    for (let number = (mirror.tip?.number ?? -1) + 1; number <= newest; number += 1) {
      applied.push(mirror.apply(await blockAt(number)));
    }
    return applied;
  }

  const now = async (): Promise<bigint> => BigInt(await networkHelpers.time.latest()) + 1n;

  async function lay(...packages: readonly SignedPackage[]): Promise<void> {
    for (const signed of packages) mirror.append({ link: primaryLink(signed.package), signed }, await now());
  }

  async function send(batch: NonNullable<ReturnType<Mirror["close"]>>): Promise<void> {
    const relayer = (await chain.ethers.getSigners())[9]!;
    const { data } = callOf(batch, { limits: LIMITS, signers: ALL_KEYS, newest: 0 });
    await (await relayer.sendTransaction({ to: market.handle.bookAddress, data, gasLimit: 10_000_000n })).wait();
  }

  const order = (trader: "alice" | "bob", price: bigint, quantity: bigint): Promise<SignedPackage> =>
    market[trader].signOrder({ leg: 1, price, quantity });

  const newestLink = async (): Promise<string> => (await market.handle.book.chainState()).link;

  it("given blocks alone, when they are applied, is at the chain's checkpoint", async () => {
    expect(mirror.confirmed.link).to.equal(await newestLink());
    expect(mirror.book.accountOf(market.alice.address).claim).to.equal(100n * ONE);
  });

  it("given a batch, when a block brings just that, takes it as expected", async () => {
    await lay(await order("alice", 5_000n, -50n), await order("bob", 5_100n, 70n));
    const before = mirror.confirmed.link;
    const batch = mirror.close()!;
    expect(batch.expected.map(({ outcome, fills, steps }) => [outcome, fills.length, steps])).to.deep.equal([
      [1, 0, 0],
      [2, 1, 1],
    ]);
    expect(mirror.confirmed.link, "nothing has landed yet").to.equal(before);
    await send(batch);
    const [applied] = await follow();
    expect([applied!.asExpected, applied!.skipped]).to.deep.equal([true, []]);
    expect(applied!.landed).to.deep.equal(batch.expected.map(({ link }, index) => ({ link, tradeRootId: index + 1 })));
    expect(applied!.records().map(({ kind }) => kind)).to.deep.equal([
      "tradeCreated",
      "tradeCreated",
      "matched",
      "checkpoint",
    ]);
    const link = await newestLink();
    expect(mirror.confirmed).to.deep.equal({ link, linkToSign: link, checkpoints: 1n });
    expect(mirror.batches).to.deep.equal([]);
  });

  it("given a batch on its way, when a block brings something else, takes what is expected off and replays", async () => {
    await lay(await order("alice", 5_000n, -50n));
    mirror.close();
    await lay(await order("bob", 4_000n, 10n));
    await market.submitter.submitBatch([await order("bob", 4_500n, 20n)]);
    const applied = (await follow()).at(-1)!;
    expect(applied.asExpected).to.equal(false);
    expect(applied.landed.map(({ tradeRootId }) => tradeRootId)).to.deep.equal([1]);
    expect([mirror.batches.length, mirror.open.length]).to.deep.equal([0, 0]);
    expect(mirror.book.link).to.equal(await newestLink());
  });

  it("given a package that the chain refuses, when its block is applied, says so with the reason", async () => {
    const late = await market.alice.signOrder({ leg: 1, price: 5_000n, quantity: 1n, nonce: 0n });
    const first = await market.alice.signOrder({ leg: 1, price: 5_001n, quantity: 1n, nonce: 0n });
    await market.submitter.submitBatch([first, late]);
    const applied = (await follow()).at(-1)!;
    expect(applied.skipped.map(({ index, nonce, code }) => [index, nonce, code])).to.deep.equal([
      [1, late.package.nonce, "Book_NonceUsed"],
    ]);
  });

  it("given several blocks, when some are taken off, is where it was before them, and takes them again", async () => {
    const heads: string[] = [];
    for (const price of [4_000n, 4_100n, 4_200n]) {
      heads.push(mirror.confirmed.link);
      await market.submitter.submitOne(await order("bob", price, 5n));
      await follow();
    }
    const newest = mirror.tip!.number;
    await lay(await order("alice", 4_100n, -5n));
    expect(mirror.takeOff(newest - 2)).to.equal(true);
    expect([mirror.confirmed.link, mirror.book.link, mirror.open.length]).to.deep.equal([heads[1], heads[1], 0]);
    expect(mirror.tip!.number).to.equal(newest - 2);
    await follow();
    expect(mirror.confirmed.link).to.equal(await newestLink());
  });

  it("given more blocks than it keeps, when one below is asked for, says that it cannot", () => {
    expect(mirror.takeOff(mirror.blocks[0]!.number - 1)).to.equal(false);
  });

  it("given logs of which one is missing, when they are applied, refuses and is as before", async () => {
    const before = mirror.confirmed.link;
    await market.submitter.submitBatch([await order("alice", 5_000n, -5n), await order("bob", 5_000n, 5n)]);
    const good = await blockAt(mirror.tip!.number + 1);
    for (const missing of good.logs.keys()) {
      const bad = { ...good, logs: good.logs.filter((_, index) => index !== missing) };
      expect(() => mirror.apply(bad), `log ${missing}`).to.throw();
      expect([mirror.confirmed.link, mirror.book.link]).to.deep.equal([before, before]);
    }
    mirror.apply(good);
    expect(mirror.confirmed.link).to.equal(await newestLink());
  });

  it("given a block that it has already, when that is applied again, refuses and is at its tip without what was expected", async () => {
    const before = mirror.confirmed;
    await lay(await order("alice", 5_000n, -5n));
    const batch = mirror.close()!;
    await send(batch);
    const block = await blockAt(mirror.tip!.number + 1);
    const again = { ...block, header: { ...block.header, number: mirror.tip!.number } };
    const refusal = `block ${again.header.number} does not come after block ${again.header.number}`;
    expect(() => mirror.apply(again)).to.throw(RangeError, refusal);
    expect([mirror.confirmed, mirror.book.link]).to.deep.equal([before, before.link]);
    expect(mirror.batches).to.deep.equal([]);
    expect(mirror.apply(block).asExpected).to.equal(false);
    expect(mirror.confirmed.link).to.equal(await newestLink());
  });

  it("given a package that is taken back, when it is undone, leaves nothing behind", async () => {
    await lay(await order("alice", 5_000n, -5n));
    const head = mirror.book.link;
    const link = `0x${"00".repeat(32)}`;
    const expected = mirror.append({ link, signed: await order("bob", 5_000n, 5n) }, await now());
    mirror.undoFrom(expected);
    expect([mirror.book.link, mirror.open.length]).to.deep.equal([head, 1]);
  });
});

interface RawLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockNumber: number;
  readonly blockHash: string;
  readonly transactionHash: string;
  readonly index: number;
}

/** A log without what the library hangs on it. */
function plainLog({ address, topics, data, blockNumber, blockHash, transactionHash, index }: RawLog): RawLog {
  return { address: address.toLowerCase(), topics, data, blockNumber, blockHash, transactionHash, index };
}
