import { expect } from "chai";
import hre from "hardhat";

import type { KeyWallet } from "../../../typechain-types/index.js";
import { type OrderSpec, sign, submit, submitAll } from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { storyOf } from "../../../stage/contracts/story.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const MANNERS = [
  "reverts",
  "burns all its gas",
  "answers another word",
  "answers the magic value in the wrong place",
  "answers four bytes only",
  "answers nothing",
  "answers 100 kB",
  "reverts with 100 kB",
  "writes to its storage",
] as const;

interface Fixture {
  readonly w: World;
  readonly good: KeyWallet;
  readonly goodAddress: string;
  readonly hostile: readonly string[];
}

async function open(): Promise<Fixture> {
  const w = await openWorld(connection);
  const good = await ethers.deployContract("KeyWallet", [w.dave.address]);
  const hostile: string[] = [];
  for (const manner of MANNERS.keys()) {
    const wallet = await ethers.deployContract("HostileWallet", [manner]);
    hostile.push(await wallet.getAddress());
  }
  const goodAddress = await good.getAddress();
  await bankroll(w, 10n * TOKEN, w.alice, w.bob, { address: goodAddress });
  await bankroll(w, 10n * TOKEN, ...hostile.map((address) => ({ address })));
  return { w, good, goodAddress, hostile };
}

describe("Contract wallets (ERC-1271)", () => {
  let f: Fixture;
  let w: World;
  beforeEach(async () => {
    f = await networkHelpers.loadFixture(open);
    w = f.w;
  });
  afterEach(() => expectSound(w));

  describe("a good one", () => {
    it("trades with what its key signs", async () => {
      await submit(w, { trader: w.alice, lots: 10n, price: 5_000n });
      const tx = submit(w, { trader: { address: f.goodAddress }, key: w.dave, lots: -10n, price: 5_000n });
      expect(await storyOf(w, tx)).to.deep.equal([
        "created 2",
        "approved 2",
        "matched 1 2: 10 at 5000",
        "checkpoint 2",
      ]);
    });

    it("is refused when it says no", async () => {
      const order = await sign(w, { trader: { address: f.goodAddress }, key: w.erin, lots: -10n, price: 5_000n });
      const { digest } = await w.book.linksOf(order.tradePackage);
      await expect(submit(w, order))
        .to.be.revertedWithCustomError(w.book, "Book_SignatureInvalid")
        .withArgs(f.goodAddress, digest);
    });

    it("cancels and withdraws as itself", async () => {
      await submit(w, { trader: { address: f.goodAddress }, key: w.dave, lots: 10n, price: 5_000n });
      const offset = w.book.interface.encodeFunctionData("offset", [[1]]);
      await expect(f.good.connect(w.dave).act(w.book, offset)).to.emit(w.book, "TradeOffset").withArgs(1, 10, 0);
      const withdraw = w.book.interface.encodeFunctionData("withdraw", [10n * TOKEN, w.erin.address, 0]);
      await f.good.connect(w.dave).act(w.book, withdraw);
      expect(await w.session.balanceOf(w.erin)).to.equal(10n * TOKEN);
    });
  });

  for (const [manner, what] of MANNERS.entries()) {
    it(`one that ${what} is refused by name, within bounded gas`, async () => {
      const trader = { address: f.hostile[manner]! };
      const order = await sign(w, { trader, key: w.dave, lots: 10n, price: 5_000n });
      const { digest } = await w.book.linksOf(order.tradePackage);
      await expect(w.book.createTrade(order, 10, 10, { gasLimit: 1_000_000 }))
        .to.be.revertedWithCustomError(w.book, "Book_SignatureInvalid")
        .withArgs(trader.address, digest);
    });
  }

  it("are not asked with too little gas to answer: the call fails, and the order is good afterwards", async () => {
    const order = await sign(w, { trader: { address: f.goodAddress }, key: w.dave, lots: 10n, price: 5_000n });
    const errors = await ethers.getContractAt("OrderBook", w.bookAddress);
    await expect(w.book.createTrade(order, 10, 10, { gasLimit: 500_000 })).to.be.revertedWithCustomError(
      errors,
      "Signatures_OutOfGas",
    );
    await expect(submit(w, order)).to.emit(w.book, "TradeCreated");
  });

  describe("all the bad ones in one batch with good orders", () => {
    it("are skipped one by one; the others match as if they were alone, and nothing is lost", async () => {
      const bad: OrderSpec[] = f.hostile.map((address) => ({
        trader: { address },
        key: w.dave,
        lots: 1n,
        price: 9_000n,
      }));
      const first: OrderSpec = { trader: w.alice, lots: 10n, price: 5_000n };
      const second: OrderSpec = { trader: { address: f.goodAddress }, key: w.dave, lots: -10n, price: 5_000n };
      const story = await storyOf(w, submitAll(w, [...bad.slice(0, 4), first, ...bad.slice(4), second]));
      expect(story.filter((line) => !line.startsWith("skipped"))).to.deep.equal([
        "created 1",
        "created 2",
        "approved 2",
        "matched 1 2: 10 at 5000",
        "checkpoint 1",
      ]);
      const skipped = story.filter((line) => line.startsWith("skipped"));
      expect(skipped.length).to.equal(MANNERS.length);
      expect(skipped.every((line) => line.includes("Book_SignatureInvalid"))).to.equal(true);
      for (const address of f.hostile) {
        expect([...(await w.book.accountOf(address))]).to.deep.equal([10n * TOKEN, 0n, 0n, 0n]);
        expect([...(await w.book.noncesOf(address))]).to.deep.equal([0n, 0n]);
      }
    });

    it("cost the batch no more than half a million gas each", async () => {
      const bad: OrderSpec[] = [1, 1, 1].map((manner) => ({
        trader: { address: f.hostile[manner]! },
        key: w.dave,
        lots: 1n,
        price: 9_000n,
      }));
      const good: OrderSpec = { trader: w.alice, lots: 10n, price: 5_000n };
      const alone = await submitAll(w, [good]).then((tx) => tx.wait());
      const together = await submitAll(w, [...bad, good]).then((tx) => tx.wait());
      expect(together!.gasUsed - alone!.gasUsed).to.be.lessThan(3n * 550_000n);
    });
  });
});
