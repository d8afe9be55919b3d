/** Logs that are odd but true, and logs that are false in one particular way. */
import { expect } from "chai";
import hre from "hardhat";

import { readSessionLog } from "../../src/verify/read-session-log.js";
import { type LogRecord, sealed, type SessionLog } from "../../src/verify/session-log.js";
import { IOrderBook__factory } from "../../typechain-types/index.js";
import { place } from "../../stage/contracts/orders.js";
import { TOKEN } from "../../stage/contracts/units.js";
import { bankroll, closeTrading, openWorld, type World } from "../../stage/contracts/world.js";
import { expectFails, expectHolds } from "./support/expect.js";
import { logOf, openStory, provider as storyProvider, settledStory } from "./support/story.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { provider } = ethers;

const logOfWorld = async (w: World): Promise<SessionLog> => readSessionLog(await w.session.getAddress(), provider);

/** Alice offers 200 at 0.4 and 2 000 at 0.5, Carol bids for 4 000 without steps; then Carol spends what she has elsewhere. */
async function crossed(): Promise<World> {
  const w = await openWorld(connection, { assetCount: 3 });
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, w.carol, w.dave);
  await place(w, { trader: w.dave, lots: 11_000n, price: 1_000n });
  await place(w, { trader: w.alice, lots: -200n, price: 4_000n });
  await place(w, { trader: w.alice, lots: -2_000n, price: 5_000n });
  await place(w, { trader: w.carol, lots: 4_000n, price: 5_000n }, { maxMatches: 0 });
  return w;
}

describe("verifySession, given a market that is left crossed", function () {
  it("holds when another order of it is evicted before the matching goes on", async function () {
    const w = await networkHelpers.loadFixture(crossed);
    await place(w, { trader: w.bob, lots: -12_000n, price: 8_000n, leg: 2 });
    await place(w, { trader: w.dave, lots: 12_000n, price: 8_000n, leg: 2 }); // order 1 is uncovered now
    await w.book.offset([{ tradeRootId: 1, place: 1 }], 0);
    await w.book.matchTrades(1, 1, 1, 0);
    await w.book.matchTrades(1, 1, 10, 0);
    const { counts } = await expectHolds(await logOfWorld(w), { provider });
    expect(counts.evictions).to.equal(1);
    expect(counts.fills).to.equal(3);
  });

  it("holds when the order that was cut off turns out uncovered, or is evicted by somebody", async function () {
    for (const goOn of [
      (w: World) => w.book.matchTrades(1, 1, 10, 0),
      (w: World) => w.book.offset([{ tradeRootId: 4, place: 4 }], 0),
    ]) {
      const w = await networkHelpers.loadFixture(crossed);
      await place(w, { trader: w.bob, lots: -12_000n, price: 8_000n, leg: 2 });
      await place(w, { trader: w.carol, lots: 12_000n, price: 8_000n, leg: 2 });
      await goOn(w);
      const { counts } = await expectHolds(await logOfWorld(w), { provider });
      expect(counts.evictions).to.equal(1);
    }
  });

  it("does not hold when matching goes on after t2", async function () {
    const w = await networkHelpers.loadFixture(crossed);
    await w.book.matchTrades(1, 1, 10, 0);
    const log = await logOfWorld(w);
    const { blockNumber } = log.records.at(-1)!;
    const late = log.records.map((one) => (one.blockNumber < blockNumber ? one : { ...one, timestamp: w.t2 }));
    const { actual } = await expectFails(sealed(log.header, late), ["R27"]);
    expect(actual).to.include({ timestamp: BigInt(w.t2), t2: BigInt(w.t2) });
  });
});

describe("verifySession, given assets with manners of their own", function () {
  it("holds when one calls back into tokens and book while it is paid out", async function () {
    const asset = await ethers.deployContract("ReentrantAsset");
    const honest = await ethers.deployContract("TestAsset", ["Honest", "HON", 18]);
    const w = await openWorld(connection, { assets: [await asset.getAddress(), await honest.getAddress()] });
    await w.session.transfer(asset, 10n * TOKEN);
    await asset.act(w.session, w.session.interface.encodeFunctionData("approve", [w.bookAddress, TOKEN]));
    await bankroll(w, 10n * TOKEN, w.alice);
    const gift = w.session.interface.encodeFunctionData("transfer", [w.frank.address, TOKEN]);
    await closeTrading(w);
    await asset.aim(w.session, gift, false);
    await w.book.connect(w.alice).exit(w.alice, true);
    await w.session.redeem(TOKEN, w.organiser);
    const user = w.book.interface.encodeFunctionData("createUser", [w.erin.address]);
    await asset.aim(w.book, user, false);
    await w.session.redeem(TOKEN, w.organiser);
    const { tokens } = await expectHolds(await logOfWorld(w), { provider });
    expect(tokens.vault[0]).to.equal(await asset.balanceOf(w.session));
  });

  it("says that it cannot follow an asset that logs nothing", async function () {
    const asset = await ethers.deployContract("SilentAsset");
    const w = await openWorld(connection, { assets: [await asset.getAddress()] });
    const { expected } = await expectFails(await logOfWorld(w), ["R2"]);
    expect(expected).to.deep.equal({ next: "a transfer of asset 1" });
  });
});

describe("verifySession, given another header", function () {
  let log: SessionLog;
  before(async function () {
    log = await logOf("settled", settledStory);
  });
  const withHeader = (changes: Partial<SessionLog["header"]>): SessionLog =>
    sealed({ ...log.header, ...changes }, log.records);

  it("holds without a salt, and says that the terms are taken for granted", async function () {
    const { granted } = await expectHolds(withHeader({ clones: { ...log.header.clones, salt: undefined } }));
    expect(granted).to.include("TERMS_FROM_FILE");
  });

  it("does not hold with another salt, other code or another factory", async function () {
    const { clones, session } = log.header;
    const other = clones.orderBook;
    await expectFails(withHeader({ clones: { ...clones, salt: `0x${"11".repeat(32)}` } }), ["R8"]);
    await expectFails(withHeader({ clones: { ...clones, session: other } }), ["R8"]);
    await expectFails(withHeader({ clones: { ...clones, legToken: other } }), ["R8"]);
    await expectFails(withHeader({ factory: session }), ["log", "R8"]);
  });

  it("does not hold with other terms than in the log of the creation", async function () {
    const { terms, organiser, session } = log.header;
    const { expected, actual, index } = await expectFails(withHeader({ terms: { ...terms, t2: terms.t2 + 1n } }), [
      "R8",
    ]);
    expect([index, expected, actual]).to.deep.equal([0, { t2: terms.t2 + 1n }, { t2: terms.t2 }]);
    await expectFails(withHeader({ organiser: session }), ["R8"]);
    await expectFails(withHeader({ terms: { ...terms, marketCreator: session } }), ["R36"]);
    await expectFails(withHeader({ terms: { ...terms, marketCreator: `0x${"00".repeat(20)}` } }), ["R8"]);
    expect(organiser).to.equal(terms.marketCreator);
  });

  it("does not hold on another chain, for the signatures are for that one", async function () {
    const { rule, record } = await expectFails(withHeader({ chainId: 1n }), ["R25", "R21", "R23"]);
    expect(record, rule).to.not.equal(undefined);
  });

  it("does not hold if blocks were searched that the records are not of", async function () {
    await expectFails(withHeader({ toBlock: log.records.at(-1)!.blockNumber - 1 }), ["log"]);
    await expectFails(withHeader({ fromBlock: log.records[0]!.blockNumber + 1 }), ["log"]);
  });

  it("does not hold with a node whose code is other", async function () {
    const { handle } = await openStory();
    const true_ = await readSessionLog(handle.address, storyProvider);
    const { clones, terms } = true_.header;
    const other = sealed(
      { ...true_.header, clones: { ...clones, salt: undefined, orderBook: clones.session }, terms },
      true_.records,
    );
    await expectHolds(other); // nothing but the salt ties the code to the addresses
    await expectFails(other, ["R8"], { provider: storyProvider });
  });
});

describe("verifySession, given signatures that no key has made", function () {
  let log: SessionLog;
  let wallet: number;
  before(async function () {
    log = await logOf("settled", settledStory);
    wallet = log.records.findIndex(({ byWallet }) => byWallet);
  });
  const withRecord = (index: number, change: (record: LogRecord) => LogRecord): SessionLog =>
    sealed(log.header, log.records.with(index, change(log.records[index]!)));

  it("refuses them unless the log says that a wallet was asked", async function () {
    const { index, record } = await expectFails(
      withRecord(wallet, (one) => ({ ...one, byWallet: false })),
      ["R21"],
    );
    expect([index, record?.kind]).to.deep.equal([wallet, "tradeApproved"]);
  });

  it("refuses to believe in a wallet where a key has signed", async function () {
    for (const name of ["TradeCreated", "MarketRecorded", "Checkpoint"] as const) {
      const { topicHash } = IOrderBook__factory.createInterface().getEvent(name);
      const at = log.records.findLastIndex(({ topics, byWallet }) => topics[0] === topicHash && !byWallet);
      const { index } = await expectFails(
        withRecord(at, (one) => ({ ...one, byWallet: true })),
        ["log"],
      );
      expect(index).to.equal(at);
    }
  });

  it("asks the node, and refuses what the wallet refuses", async function () {
    const { handle } = await settledStory();
    const own = await readSessionLog(handle.address, storyProvider);
    const at = own.records.findIndex(({ byWallet }) => byWallet);
    const record = own.records[at]!;
    const last = record.data.lastIndexOf("1", record.data.length - 64);
    const altered = { ...record, data: `${record.data.slice(0, last)}2${record.data.slice(last + 1)}` };
    const forged = sealed(own.header, own.records.with(at, altered));
    expect((await expectHolds(forged)).granted).to.include("WALLET_APPROVED");
    const { index } = await expectFails(forged, ["R21"], { provider: storyProvider });
    expect(index).to.equal(at);
  });
});
