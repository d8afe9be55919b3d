import { expect } from "chai";
import hre from "hardhat";

import type { KeyWallet } from "../../../typechain-types/index.js";
import { at, type OrderSpec, sign, submit, submitAll } from "../../../stage/contracts/orders.js";
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
      const offset = w.book.interface.encodeFunctionData("offset", [at(1), 0]);
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

  describe("bad ones in a batch with good orders", () => {
    const first = (): OrderSpec => ({ trader: w.alice, lots: 10n, price: 5_000n });
    const second = (): OrderSpec => ({ trader: { address: f.goodAddress }, key: w.dave, lots: -10n, price: 5_000n });
    const badOrder = (address: string): OrderSpec => ({ trader: { address }, key: w.dave, lots: 1n, price: 9_000n });
    // At most eight wallets are asked in one batch.
    const halves: [string, () => readonly string[]][] = [
      [MANNERS.slice(0, 5).join(", "), () => f.hostile.slice(0, 5)],
      [MANNERS.slice(5).join(", "), () => f.hostile.slice(5)],
    ];

    for (const [manners, addresses] of halves) {
      it(`are skipped one by one, nothing is lost, and the others match as if they were alone: ${manners}`, async () => {
        const bad = addresses().map(badOrder);
        const specs = [...bad.slice(0, 2), first(), ...bad.slice(2), second()];
        const wallets = new Set(specs.keys());
        wallets.delete(2); // Alice has a key
        const story = await storyOf(w, submitAll(w, specs, { wallets }));
        const skipped = (index: number): string => `skipped ${index}: Book_SignatureInvalid`;
        expect(story).to.deep.equal([
          skipped(0),
          skipped(1),
          "created 1",
          ...bad.slice(2).map((_, i) => skipped(3 + i)),
          "created 2",
          "approved 2",
          "matched 1 2: 10 at 5000",
          "checkpoint 1",
        ]);
        for (const address of addresses()) {
          expect([...(await w.book.accountOf(address))]).to.deep.equal([10n * TOKEN, 0n, 0n, 0n]);
          expect([...(await w.book.noncesOf(address))]).to.deep.equal([0n, 0n]);
        }
      });
    }

    it("cost the batch no more than half a million gas each", async () => {
      const bad = [1, 1, 1].map((manner) => badOrder(f.hostile[manner]!));
      const alone = await submitAll(w, [first()]).then((tx) => tx.wait());
      const together = await submitAll(w, [...bad, first()], { wallets: new Set([0, 1, 2]) }).then((tx) => tx.wait());
      expect(together!.gasUsed - alone!.gasUsed).to.be.lessThan(3n * 550_000n);
    });
  });
});
