/** Batches in few bytes: their one form, wallets in them, and what happens when the gas runs low. */
import { anyValue } from "@nomicfoundation/hardhat-ethers-chai-matchers/withArgs";
import { expect } from "chai";
import { concat, dataLength, dataSlice, Signature, toBeHex } from "ethers";
import hre from "hardhat";

import { type BatchOptions, packBatch, type SignedCancellation } from "../../../stage/contracts/batches.js";
import { type OrderSpec, sign, signAll, type SignedOrder } from "../../../stage/contracts/orders.js";
import { TIME_IN_FORCE, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const GAS = { gasLimit: 12_000_000n };

async function open(): Promise<World> {
  const w = await openWorld(connection);
  await bankroll(w, 100n * TOKEN, w.alice, w.bob);
  return w;
}

describe("Packed batches", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });

  const pair = (price = 5_000n): OrderSpec[] => [
    { trader: w.alice, lots: 10n, price },
    { trader: w.bob, lots: -10n, price },
  ];
  const pack = async (specs: readonly OrderSpec[], options?: BatchOptions): Promise<string> =>
    packBatch(await signAll(w, specs), options);

  it("give number and place of each order", async () => {
    const specs = [...pair(), { trader: w.bob, lots: -7n, price: 6_000n }, { trader: w.bob, lots: 0n, price: 1n }];
    const answer = await w.book.createTrades.staticCall(await pack(specs), GAS);
    expect(answer.map(({ tradeRootId, place }) => [tradeRootId, place])).to.deep.equal([
      [1n, 1n], // rested until the second came
      [2n, 0n],
      [3n, 3n],
      [0n, 0n],
    ]);
  });

  it("have one form: no byte more or less, no bit that means nothing", async () => {
    const data = await pack(pair());
    const refused = async (changed: string): Promise<void> => {
      await expect(w.book.createTrades(changed, GAS)).to.be.revertedWithCustomError(w.book, "Book_BatchMalformed");
    };
    await refused("0x");
    await refused(dataSlice(data, 0, 13));
    await refused(concat([data, "0x00"]));
    await refused(dataSlice(data, 0, dataLength(data) - 1));
    await refused(dataSlice(data, 0, dataLength(data) - 113));
    await refused(concat(["0x02", dataSlice(data, 1)])); // a flag that there is not
    await refused(concat([dataSlice(data, 0, 9), "0x01", dataSlice(data, 10)])); // a cancellation that there is not
    await refused(concat([dataSlice(data, 0, 12), "0x01", dataSlice(data, 13)])); // a quote set that there is not
    await refused(concat([dataSlice(data, 0, 13), "0x01", dataSlice(data, 14)])); // a wallet that there is not
    const terms = 14 + 32 + 8;
    for (const wrong of ["0x04", "0x40", "0x84", "0x80"]) {
      await refused(concat([dataSlice(data, 0, terms), wrong, dataSlice(data, terms + 1)]));
    }
    await w.book.createTrades(data, GAS);
  });

  describe("that say that very many orders follow, which do not", () => {
    /** All the gas that a transaction may have (EIP-7825). */
    const gasLimit = 2n ** 24n;
    const saying = (orders: number): string => concat([dataSlice(packBatch([]), 0, 10), toBeHex(orders, 2), "0x0000"]);
    const callOf = (orders: number): string => w.book.interface.encodeFunctionData("createTrades", [saying(orders)]);

    /** The answer has room for each of them, and memory costs more the more of it there is. */
    it("are malformed, or take more gas than there is; either way nothing is done", async () => {
      await w.book.createTrades(await pack(pair()), GAS);
      const state = async (): Promise<unknown[]> =>
        Promise.all([w.alice, w.bob].map(async (who) => [await w.book.accountOf(who), await w.book.noncesOf(who)]));
      const before = [await w.book.chainState(), ...(await state())];
      for (const orders of [1, 1_000, 45_000]) {
        await expect(w.book.createTrades(saying(orders), { gasLimit }))
          .to.be.revertedWithCustomError(w.book, "Book_BatchMalformed")
          .withArgs(68);
      }
      for (const orders of [46_000, 65_535]) {
        const call = { to: w.bookAddress, data: callOf(orders), gasLimit };
        await expect(w.submitter.sendTransaction(call)).to.be.revertedWithoutReason(ethers);
      }
      expect([await w.book.chainState(), ...(await state())]).to.deep.equal(before);
    });
  });

  it("have no room for a deadline beyond 32 bits, which a call for one order takes as for ever", async () => {
    const order = await sign(w, { trader: w.alice, lots: 10n, price: 5_000n, deadline: 2n ** 32n });
    expect(() => packBatch([order])).to.throw("4294967296 does not fit 4 bytes");
    await w.book.createTrade(order, 20, 20);
    expect((await w.book.orderAt(1)).deadline).to.equal(2n ** 32n - 1n); // no session trades that long
    await networkHelpers.time.increaseTo(w.t2 - 5);
    await expect(w.book.createTrades(await pack([{ trader: w.bob, lots: -10n, price: 5_000n }]), GAS))
      .to.emit(w.book, "TradesMatched")
      .withArgs(1, 2, 5_000, 10);
  });

  it("that are strict are accepted whole or not at all", async () => {
    const specs = [...pair(), { trader: w.alice, lots: 1n, price: 20_000n }];
    await expect(w.book.createTrades(await pack(specs, { strict: true }), GAS))
      .to.be.revertedWithCustomError(w.book, "Book_PackageRefused")
      .withArgs(2, w.book.interface.getError("Book_PriceOutOfBounds")!.selector);
    await w.book.createTrades(await pack(pair(), { strict: true }), GAS);
    expect((await w.book.chainState()).trades).to.equal(2n);
  });

  describe("with orders of wallets", () => {
    /** A wallet whose key is Carol's, with money in the book. */
    async function walletOrder(spec: Partial<OrderSpec> = {}): Promise<{ address: string; order: OrderSpec }> {
      const wallet = await ethers.deployContract("KeyWallet", [w.carol]);
      const address = await wallet.getAddress();
      await bankroll(w, 10n * TOKEN, { address });
      return { address, order: { trader: { address }, key: w.carol, lots: 10n, price: 5_000n, ...spec } };
    }

    it("ask the wallet and log what it approved", async () => {
      const { address, order } = await walletOrder();
      const orders = [await sign(w, order), await sign(w, { trader: w.bob, lots: -10n, price: 5_000n })];
      const tx = w.book.createTrades(packBatch(orders, { wallets: new Set([0]) }), GAS);
      await expect(tx).to.emit(w.book, "TradeApproved").withArgs(1, orders[0]!.signature);
      await expect(tx).to.emit(w.book, "TradesMatched").withArgs(1, 2, 5_000, 10);
      const [lots] = await w.book.positionOf(address, 1);
      expect(lots).to.equal(10n);
    });

    it("skip what the wallet does not approve, and nothing else", async () => {
      const first = await walletOrder();
      const second = await walletOrder({ key: w.dave });
      const third = await walletOrder();
      const orders = [await sign(w, first.order), await sign(w, second.order), await sign(w, third.order)];
      const tx = w.book.createTrades(packBatch(orders, { wallets: new Set([0, 1, 2]) }), GAS);
      const selector = w.book.interface.getError("Book_SignatureInvalid")!.selector;
      await expect(tx).to.emit(w.book, "PackageSkipped").withArgs(1, second.address, 0, selector);
      await expect(tx).to.emit(w.book, "TradeApproved").withArgs(2, orders[2]!.signature);
      expect((await w.book.chainState()).trades).to.equal(2n);
    });

    it("do not take a key's signature for a wallet's, nor the other way round", async () => {
      const { order } = await walletOrder();
      const byKey = [await sign(w, order)]; // not flagged: the recovered key is Carol's, not the wallet's
      await w.book.createTrades(packBatch(byKey), GAS);
      const flagged = [await sign(w, { trader: w.alice, lots: 1n, price: 1n })];
      await w.book.createTrades(packBatch(flagged, { wallets: new Set([0]) }), GAS);
      expect((await w.book.chainState()).trades).to.equal(0n);
    });

    it("fill or kill a wallet's order", async () => {
      const { order } = await walletOrder({ timeInForce: TIME_IN_FORCE.fillOrKill });
      const maker = await sign(w, { trader: w.bob, lots: -10n, price: 5_000n });
      const killed = await sign(w, { ...order, lots: 11n });
      const filled = await sign(w, { ...order, nonce: 1n });
      const tx = w.book.createTrades(packBatch([maker, killed, filled], { wallets: new Set([1, 2]) }), GAS);
      await expect(tx).to.emit(w.book, "TradeApproved").withArgs(2, filled.signature);
      await expect(tx).to.emit(w.book, "TradesMatched").withArgs(1, 2, 5_000, 10);
      expect((await w.book.chainState()).trades).to.equal(2n);
    });

    it("ask at most eight", async () => {
      const { order } = await walletOrder();
      const orders: SignedOrder[] = [];
      for (let nonce = 0n; nonce < 9n; nonce += 1n) orders.push(await sign(w, { ...order, nonce }));
      const wallets = new Set(orders.keys());
      await expect(w.book.createTrades(packBatch(orders, { wallets }), GAS))
        .to.be.revertedWithCustomError(w.book, "Book_TooManyWallets")
        .withArgs(9, 8);
      wallets.delete(8);
      await w.book.createTrades(packBatch(orders.slice(0, 8), { wallets }), GAS);
      expect((await w.book.chainState()).trades).to.equal(8n);
    });
  });

  describe("that begin with cancellations", () => {
    const TYPES = {
      CancelTrades: [
        { name: "trader", type: "address" },
        { name: "fromTradeRootId", type: "uint32" },
        { name: "toTradeRootId", type: "uint32" },
        { name: "nonceFloor", type: "uint64" },
        { name: "deadline", type: "uint40" },
      ],
    };

    async function cancellation(to: number, places: number[], by = w.alice): Promise<SignedCancellation> {
      const deadline = w.t2 - 1;
      const value = { trader: w.alice.address, fromTradeRootId: 1, toTradeRootId: to, nonceFloor: 1n, deadline };
      const signature = await by.signTypedData(w.domain, TYPES, value);
      return { trader: w.alice.address, from: 1, to, nonceFloor: 1n, deadline, signature, places };
    }

    it("replace orders: what was taken out is gone before the first order comes", async () => {
      await w.book.createTrades(await pack([{ trader: w.alice, lots: 10n, price: 4_000n }]), GAS);
      const orders = await signAll(w, [{ trader: w.alice, lots: 5n, price: 4_100n, place: 1 }]);
      const cancellations = [await cancellation(1, [1, 9])];
      const tx = w.book.createTrades(packBatch(orders, { cancellations, strict: true }), GAS);
      const { r, yParityAndS } = Signature.from(cancellations[0]!.signature);
      await expect(tx)
        .to.emit(w.book, "TradesCancelled")
        .withArgs(w.alice.address, 1, 1, 1, w.t2 - 1, concat([r, yParityAndS]));
      await expect(tx).to.emit(w.book, "TradeOffset").withArgs(1, 10, 0);
      await expect(tx)
        .to.emit(w.book, "OffsetSkipped")
        .withArgs(0, w.book.interface.getError("Book_OrderUnknown")!.selector);
      await expect(tx).to.emit(w.book, "TradePlaced").withArgs(2, 1);
      const { orders: resting } = await w.book.depthOf(1, 1, true, 10);
      expect(resting.map(({ tradeRootId, place }) => [tradeRootId, place])).to.deep.equal([[2n, 1n]]);
    });

    it("skip one that is not signed by its trader, or refuse all if they are strict", async () => {
      await w.book.createTrades(await pack([{ trader: w.alice, lots: 10n, price: 4_000n }]), GAS);
      const cancellations = [await cancellation(1, [1], w.bob)];
      const { selector } = w.book.interface.getError("Book_SignatureInvalid")!;
      await expect(w.book.createTrades(packBatch([], { cancellations, strict: true }), GAS))
        .to.be.revertedWithCustomError(w.book, "Book_CancellationRefused")
        .withArgs(0, selector);
      await expect(w.book.createTrades(packBatch([], { cancellations }), GAS))
        .to.emit(w.book, "CancellationSkipped")
        .withArgs(w.alice.address, selector);
      expect((await w.book.orderAt(1)).lots).to.equal(10n);
    });

    it("take out nobody else's orders", async () => {
      await w.book.createTrades(await pack([{ trader: w.bob, lots: 10n, price: 4_000n }]), GAS);
      const cancellations = [await cancellation(1, [1])];
      await w.book.createTrades(packBatch([], { cancellations }), GAS); // its floor is raised all the same
      expect((await w.book.orderAt(1)).lots).to.equal(10n);
      expect((await w.book.noncesOf(w.alice)).nonceFloor).to.equal(1n);
      // Once more nothing would come of it.
      await expect(w.book.createTrades(packBatch([], { cancellations }), GAS))
        .to.emit(w.book, "CancellationSkipped")
        .withArgs(w.alice.address, w.book.interface.getError("Book_OrderNotMeant")!.selector);
    });
  });

  /** A hundred offers of one lot. */
  async function makers(): Promise<void> {
    for (let i = 0; i < 5; i += 1) {
      const specs = Array.from({ length: 20 }, (): OrderSpec => ({ trader: w.bob, lots: -1n, price: 5_000n }));
      await w.book.createTrades(await pack(specs, { maxWalk: 200 }), GAS);
    }
  }

  it("need gas for each order from the start, so that who estimates it does not find what skips them all", async () => {
    const data = await pack(pair());
    await expect(w.book.createTrades(data, { gasLimit: 840_000n })).to.be.revertedWithCustomError(
      w.book,
      "Book_OutOfGas",
    );
    expect(await w.book.createTrades.estimateGas(data)).to.be.greaterThan(820_000n);
    await w.book.createTrades(data);
    expect((await w.book.chainState()).trades).to.equal(2n);
  });

  it("end in good order when the gas runs low: the rest is skipped", async () => {
    await makers();
    const before = (await w.book.chainState()).trades;
    const specs = Array.from({ length: 5 }, (): OrderSpec => ({ trader: w.alice, lots: 20n, price: 5_000n }));
    const data = await pack(specs, { maxMatches: 200 });
    const tx = await w.book.createTrades(data, { gasLimit: 1_110_000n });
    const logs = (await tx.wait())!.logs.map((log) => w.book.interface.parseLog(log)!);
    const skipped = logs.filter(({ name }) => name === "PackageSkipped");
    const accepted = (await w.book.chainState()).trades - before;
    expect(skipped.map(({ args }): unknown[] => [args[0], args[3]])).to.deep.equal([
      [accepted, w.book.interface.getError("Book_OutOfGas")!.selector],
    ]);
    expect(accepted > 0n && accepted < 5n, `${accepted} of 5`).to.equal(true);
    expect((await w.book.positionOf(w.alice, 1))[0]).to.equal(20n * accepted);
  });

  it("keep enough gas to end with when a fill-or-kill order takes all that it gets", async () => {
    await makers();
    const before = (await w.book.chainState()).trades;
    const rests = Array.from({ length: 12 }, (): OrderSpec => ({ trader: w.alice, lots: 1n, price: 1n }));
    const kill: OrderSpec = { trader: w.alice, lots: 100n, price: 5_000n, timeInForce: TIME_IN_FORCE.fillOrKill };
    const data = await pack([...rests, kill], { maxMatches: 200 });
    const gasLimit = 1_800_000n;
    const receipt = (await (await w.book.createTrades(data, { gasLimit })).wait())!;
    const skipped = receipt.logs
      .map((log) => w.book.interface.parseLog(log)!)
      .filter(({ name }) => name === "PackageSkipped");
    expect(skipped.map(({ args }): unknown[] => [args[0], args[3]])).to.deep.equal([
      [12n, w.book.interface.getError("Book_OutOfGas")!.selector],
    ]);
    expect((await w.book.chainState()).trades).to.equal(before + 12n);
    expect(gasLimit - receipt.gasUsed).to.be.greaterThan(150_000n);
  });

  it("skip an order whose way to its place takes too much gas", async () => {
    w = await openWorld(connection, { maxOpenOrders: 255 });
    await bankroll(w, 100n * TOKEN, w.alice, w.bob);
    for (let i = 0; i < 24; i += 1) {
      const trader = i % 2 === 0 ? w.alice : w.bob;
      const insertAfter = 20 * i; // the last of those before
      const specs = Array.from({ length: 20 }, (): OrderSpec => ({ trader, lots: -1n, price: 5_000n, insertAfter }));
      await w.book.createTrades(await pack(specs, { maxWalk: 20 }), GAS);
    }
    const specs: OrderSpec[] = [
      { trader: w.bob, lots: 1n, price: 1n },
      { trader: w.bob, lots: -1n, price: 5_000n },
    ];
    const data = await pack(specs, { maxWalk: 65_535 });
    const [near, far] = await w.book.createTrades.staticCall(data, { gasLimit: 1_000_000n });
    expect([near!.tradeRootId, far!.tradeRootId]).to.deep.equal([481n, 0n]);
    await expect(w.book.createTrades(data, { gasLimit: 1_000_000n }))
      .to.emit(w.book, "PackageSkipped")
      .withArgs(1, w.bob.address, anyValue, w.book.interface.getError("Book_HintTooFar")!.selector);
    expect(
      (await w.book.createTrades.staticCall(await pack(specs, { maxWalk: 65_535 }), GAS))[1]!.tradeRootId,
    ).to.equal(483n);
  });

  it("leave a market crossed rather than fail when the gas runs low in the middle of a match", async () => {
    await makers();
    const taker = await pack([{ trader: w.alice, lots: 100n, price: 5_000n }], { maxMatches: 200 });
    await w.book.createTrades(taker, { gasLimit: 1_100_000n });
    expect((await w.book.marketOf(1, 1)).crossed).to.equal(true);
    await w.book.matchTrades(1, 1, 100, 0);
    expect((await w.book.marketOf(1, 1)).crossed).to.equal(false);
    expect((await w.book.positionOf(w.alice, 1))[0]).to.equal(100n);
  });
});
