/** Quote sets: many orders under one signature and one nonce (R44). */
import { expect } from "chai";
import {
  concat,
  type ContractTransactionResponse,
  dataLength,
  dataSlice,
  keccak256,
  type LogDescription,
  recoverAddress,
  Signature,
  TypedDataEncoder,
} from "ethers";
import fc from "fast-check";
import hre from "hardhat";

import { type BatchOptions, packBatch } from "../../../stage/contracts/batches.js";
import { type OrderSpec, sign, signAll, submit, TRADE_PACKAGE_TYPES } from "../../../stage/contracts/orders.js";
import {
  linksOfQuotes,
  packQuoteSet,
  QUOTE_SET_TYPES,
  type QuoteSetSpec,
  type QuoteSpec,
  type SignedQuoteSet,
  signQuotes,
} from "../../../stage/contracts/quote-sets.js";
import { TIME_IN_FORCE, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import vectors from "../../vectors/quote-sets.json" with { type: "json" };

const connection = await hre.network.create();
const { networkHelpers } = connection;
const GAS = { gasLimit: 12_000_000n };

async function open(): Promise<World> {
  const w = await openWorld(connection, { maxOpenOrders: 10 });
  await bankroll(w, 100n * TOKEN, w.alice, w.bob);
  return w;
}

describe("Quote sets", () => {
  let w: World;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  const bid = (price: bigint, more: Partial<QuoteSpec> = {}): QuoteSpec => ({ lots: 10n, price, ...more });
  const ask = (price: bigint, more: Partial<QuoteSpec> = {}): QuoteSpec => ({ lots: -10n, price, ...more });
  const ladder = (): QuoteSpec[] => [bid(4_000n), bid(4_100n), ask(6_000n), ask(5_900n)];

  const set = async (quotes: readonly QuoteSpec[], common: Partial<QuoteSetSpec> = {}): Promise<SignedQuoteSet> =>
    signQuotes(w, { trader: w.alice, ...common }, quotes);
  const batchOf = (sets: readonly SignedQuoteSet[], options: BatchOptions = {}): string =>
    packBatch([], { ...options, sets: sets.map(packQuoteSet) });
  const send = async (data: string, overrides: object = GAS): Promise<ContractTransactionResponse> =>
    w.book.createTrades(data, overrides);
  const selectorOf = (error: string): string => w.book.interface.getError(error)!.selector;
  const nonces = async (): Promise<readonly [bigint, bigint]> => {
    const { nonceFloor, used } = await w.book.noncesOf(w.alice);
    return [nonceFloor, used];
  };
  const logsOf = async (tx: ContractTransactionResponse): Promise<LogDescription[]> =>
    (await tx.wait())!.logs.map((log) => w.book.interface.parseLog(log)!);
  /** The primary link that a log entry of a set has, or says. */
  const linkOf = (common: Record<string, unknown>, { name, args }: LogDescription): string[] => {
    if (name === "QuoteSkipped") return [String(args["primaryLink"])];
    if (name !== "QuoteCreated") return [];
    const value = { ...common, ...args.toObject() };
    return [TypedDataEncoder.hashStruct("TradePackage", TRADE_PACKAGE_TYPES, value)];
  };
  const openOf = async (): Promise<bigint> => (await w.book.accountOf(w.alice)).openOrders;

  /** Refused whole: the nonce is kept, and nothing of the set is left. */
  async function expectRefused(data: string, reason: string, overrides: object = GAS): Promise<void> {
    const before = [await nonces(), await w.book.accountOf(w.alice), (await w.book.chainState()).trades];
    const tx = await send(data, overrides);
    await expect(tx)
      .to.emit(w.book, "QuoteSetSkipped")
      .withArgs(0, w.alice.address, (await w.book.noncesOf(w.alice)).nonceFloor, selectorOf(reason));
    expect((await logsOf(tx)).map(({ name }) => name)).to.deep.equal(["QuoteSetSkipped"]);
    expect([await nonces(), await w.book.accountOf(w.alice), (await w.book.chainState()).trades]).to.deep.equal(before);
  }

  /** Twenty offers of one lot. */
  async function twentyMakers(): Promise<void> {
    await bankroll(w, 10n * TOKEN, w.carol);
    for (const trader of [w.bob, w.carol]) {
      const makers = Array.from({ length: 10 }, (): OrderSpec => ({ trader, lots: -1n, price: 5_000n }));
      await send(packBatch(await signAll(w, makers)));
    }
  }

  it("are packed as frozen", () => {
    let first = 0;
    vectors.trader.forEach((trader, i) => {
      const [previousLink, nonce, deadline, timeInForce] = [
        vectors.previousLink[i]!,
        vectors.nonce[i]!,
        vectors.deadline[i]!,
        vectors.timeInForce[i]!,
      ];
      const quotes = Array.from({ length: Number(vectors.quotes[i]) }, (_, j) => ({
        tradePackage: {
          marketRootId: vectors.marketRootId[first + j]!,
          marketBranchId: vectors.marketBranchId[first + j]!,
          trader,
          priceTicks: vectors.priceTicks[first + j]!,
          quantityLots: vectors.quantityLots[first + j]!,
          ...{ previousLink, nonce, deadline, timeInForce },
        },
        insertAfter: Number(vectors.insertAfter[first + j]),
        place: Number(vectors.place[first + j]),
      }));
      expect(`0x${packQuoteSet({ quotes, signature: vectors.signature[i]! })}`).to.equal(vectors.packed[i]);
      first += quotes.length;
    });
  });

  describe("that are good", () => {
    it("append every quote in order, with one nonce", async () => {
      const signed = await set(ladder());
      const answer = await w.book.createTrades.staticCall(batchOf([signed]), GAS);
      expect(answer.map(({ tradeRootId, place }) => [tradeRootId, place])).to.deep.equal([
        [1n, 1n],
        [2n, 2n],
        [3n, 3n],
        [4n, 4n],
      ]);
      await send(batchOf([signed]));
      expect(await nonces()).to.deep.equal([1n, 0n]);
      const { orders, prices } = await w.book.depthOf(1, 1, true, 9);
      expect(orders.map(({ tradeRootId }) => tradeRootId)).to.deep.equal([2n, 1n]);
      expect(prices).to.deep.equal([4_100n, 4_000n]);
      expect((await w.book.depthOf(1, 1, false, 9)).prices).to.deep.equal([5_900n, 6_000n]);
    });

    it("are announced once, and each quote says what it has of its own", async () => {
      await submit(w, { trader: w.bob, lots: 1n, price: 100n });
      const signed = await set(ladder());
      const { r, yParityAndS } = Signature.from(signed.signature);
      const tx = await send(batchOf([signed]));
      const { previousLink, deadline } = signed.quotes[0]!.tradePackage;
      await expect(tx)
        .to.emit(w.book, "QuoteSetCreated")
        .withArgs(2, w.alice.address, previousLink, 0, deadline, 0, r, yParityAndS, 4);
      await expect(tx).to.emit(w.book, "QuoteCreated").withArgs(2, 1, 1, 4_000, 10, 2);
      await expect(tx).to.emit(w.book, "QuoteCreated").withArgs(5, 1, 1, 5_900, -10, 5);
    });

    it("can be verified by whoever has the log alone", async () => {
      await submit(w, { trader: w.bob, lots: -15n, price: 5_000n });
      const signed = await set([bid(5_000n), bid(20_000n), ask(6_000n), bid(5_000n)]);
      const logs = await logsOf(await send(batchOf([signed])));
      const common = logs.find(({ name }) => name === "QuoteSetCreated")!.args.toObject();
      const links = logs.flatMap((log) => linkOf(common, log));
      expect(links).to.deep.equal(linksOfQuotes(signed));
      expect(links).to.have.length(Number(common["quotes"]));
      const typehash = keccak256(Buffer.from(TypedDataEncoder.from(QUOTE_SET_TYPES).encodeType("QuoteSet")));
      const hash = keccak256(concat([typehash, keccak256(concat(links))]));
      const digest = keccak256(concat(["0x1901", TypedDataEncoder.hashDomain(w.domain), hash]));
      const signature = concat([common["r"] as string, common["vs"] as string]);
      expect(recoverAddress(digest, Signature.from(signature)))
        .to.equal(common["trader"])
        .and.equal(w.alice.address);
      const numbers = logs
        .filter(({ name }) => name === "QuoteCreated")
        .map(({ args }): unknown => args["tradeRootId"]);
      expect(numbers).to.deep.equal([2n, 3n, 4n]);
      expect(common["tradeRootId"]).to.equal(2n);
    });

    it("fold the primary link of each quote", async () => {
      const signed = await set([bid(4_000n), ask(6_000n)]);
      const before = (await w.book.chainState()).link;
      const words = linksOfQuotes(signed).map((link, i) => {
        const { priceTicks, quantityLots } = signed.quotes[i]!.tradePackage;
        const word =
          (BigInt(i + 1) << 104n) |
          (1n << 96n) |
          (BigInt(priceTicks) << 64n) |
          BigInt.asUintN(64, BigInt(quantityLots));
        return concat([`0x${word.toString(16).padStart(64, "0")}`, link]);
      });
      const head = keccak256(concat([before, ...words]));
      const tx = await send(batchOf([signed]));
      const { args } = (await logsOf(tx)).find(({ name }) => name === "Checkpoint")!;
      expect(args["head"]).to.equal(head);
    });

    it("match what rests, and what they leave rests", async () => {
      await submit(w, { trader: w.bob, lots: -15n, price: 5_000n });
      const tx = await send(batchOf([await set([bid(5_000n), bid(5_100n), ask(5_200n)])]));
      await expect(tx).to.emit(w.book, "TradesMatched").withArgs(1, 2, 5_000, 10);
      await expect(tx).to.emit(w.book, "TradesMatched").withArgs(1, 3, 5_000, 5);
      expect((await w.book.orderAt(3)).lots).to.equal(5n);
      expect(await openOf()).to.equal(2n);
    });

    it("go by places as orders do", async () => {
      await send(batchOf([await set(ladder())]));
      await w.book.connect(w.alice).offset(
        [1, 2, 3, 4].map((id) => ({ tradeRootId: id, place: id })),
        0,
      );
      const quotes = ladder().map((quote, i) => ({ ...quote, place: i + 1 }));
      const tx = await send(batchOf([await set(quotes)]));
      await expect(tx).to.emit(w.book, "QuoteCreated").withArgs(6, 1, 1, 4_100, 10, 2);
      await expect(tx).not.to.emit(w.book, "TradePlaced");
      for (const i of [1, 2, 3, 4]) expect((await w.book.orderAt(i)).tradeRootId).to.equal(BigInt(i + 4));
      const again = await send(batchOf([await set([bid(4_000n, { place: 1 }), bid(4_000n, { place: 99 })])]));
      await expect(again).to.emit(w.book, "QuoteCreated").withArgs(9, 1, 1, 4_000, 10, 9); // not free
      await expect(again).to.emit(w.book, "QuoteCreated").withArgs(10, 1, 1, 4_000, 10, 10); // never used
    });

    it("may be about markets of any root, each as it comes", async () => {
      const quotes = [bid(4_000n), bid(3_000n, { leg: 2 }), bid(4_100n), ask(7_200n, { leg: 2 })];
      await send(batchOf([await set(quotes)]));
      expect((await w.book.depthOf(1, 1, true, 9)).prices).to.deep.equal([4_100n, 4_000n]);
      expect((await w.book.depthOf(1, 2, true, 9)).prices).to.deep.equal([3_000n]);
      expect((await w.book.depthOf(1, 2, false, 9)).prices).to.deep.equal([7_200n]);
    });

    it("stand in a batch with cancellations, orders, wallets and other sets", async () => {
      await send(batchOf([await set([bid(4_000n)])]));
      const wallet = await connection.ethers.deployContract("KeyWallet", [w.carol]);
      const address = await wallet.getAddress();
      await bankroll(w, 10n * TOKEN, { address });
      const orders = [
        await sign(w, { trader: { address }, key: w.carol, lots: 4n, price: 5_000n }),
        await sign(w, { trader: w.bob, lots: -3n, price: 5_500n }),
      ];
      const value = {
        trader: w.alice.address,
        fromTradeRootId: 1,
        toTradeRootId: 1,
        nonceFloor: 0n,
        deadline: w.t2 - 1,
      };
      const types = {
        CancelTrades: [
          { name: "trader", type: "address" },
          { name: "fromTradeRootId", type: "uint32" },
          { name: "toTradeRootId", type: "uint32" },
          { name: "nonceFloor", type: "uint64" },
          { name: "deadline", type: "uint40" },
        ],
      };
      const signature = await w.alice.signTypedData(w.domain, types, value);
      const cancellation = { ...value, from: 1, to: 1, signature, places: [1] };
      const first = await set([bid(5_500n, { place: 1 }), ask(5_600n)], { nonce: 1n });
      const second = await signQuotes(w, { trader: w.bob, nonce: 1n }, [ask(5_000n), bid(4_000n)]);
      const data = packBatch(orders, {
        cancellations: [cancellation],
        sets: [first, second].map(packQuoteSet),
        wallets: new Set([0]),
        strict: true,
      });
      const answer = await w.book.createTrades.staticCall(data, GAS);
      expect(answer.map(({ tradeRootId, place }) => [tradeRootId, place])).to.deep.equal([
        [2n, 2n],
        [3n, 3n],
        [4n, 1n],
        [5n, 5n],
        [6n, 0n],
        [7n, 7n],
      ]);
      const tx = await send(data);
      await expect(tx).to.emit(w.book, "TradeOffset").withArgs(1, 10, 0);
      await expect(tx).to.emit(w.book, "TradeApproved").withArgs(2, orders[0]!.signature);
      await expect(tx).to.emit(w.book, "TradesMatched").withArgs(3, 4, 5_500, 3);
      await expect(tx).to.emit(w.book, "TradesMatched").withArgs(4, 6, 5_500, 7);
      await expect(tx).to.emit(w.book, "TradesMatched").withArgs(2, 6, 5_000, 3);
    });
  });

  describe("are refused whole, and keep their nonce,", () => {
    it("after their deadline", async () => {
      await expectRefused(batchOf([await set(ladder(), { deadline: w.t1 - 1 })]), "Book_DeadlineExpired");
    });

    it("over a link that is none", async () => {
      await expectRefused(batchOf([await set(ladder(), { link: `0x${"07".padStart(64, "0")}` })]), "Book_StaleLink");
    });

    it("if nobody has registered the trader", async () => {
      const signed = await signQuotes(w, { trader: w.carol }, ladder());
      const tx = await send(batchOf([signed]));
      await expect(tx)
        .to.emit(w.book, "QuoteSetSkipped")
        .withArgs(0, w.carol.address, 0, selectorOf("Book_TraderUnknown"));
    });

    it("if the nonce is used, by an order or by a set, or too far ahead", async () => {
      const skipped = async (nonce: bigint, reason: string): Promise<void> => {
        await expect(send(batchOf([await set(ladder(), { nonce })])))
          .to.emit(w.book, "QuoteSetSkipped")
          .withArgs(0, w.alice.address, nonce, selectorOf(reason));
      };
      await send(batchOf([await set([bid(4_000n)], { nonce: 3n })]));
      await skipped(3n, "Book_NonceUsed");
      await submit(w, { trader: w.alice, lots: 1n, price: 4_000n, nonce: 4n });
      await skipped(4n, "Book_NonceUsed");
      await skipped(64n, "Book_NonceTooFar");
      await skipped(2n ** 24n - 1n, "Book_NonceTooFar");
      const [order] = await signAll(w, [{ trader: w.alice, lots: 1n, price: 4_000n, nonce: 3n }]);
      await expect(w.book.createTrade(order!, 20, 20)).to.be.revertedWithCustomError(w.book, "Book_NonceUsed");
    });

    it("if anything else was signed than these quotes in this order", async () => {
      const good = await set(ladder());
      const bytes = `0x${packQuoteSet(good)}`;
      const quote = (i: number): string => dataSlice(bytes, 94 + 20 * i, 114 + 20 * i);
      const head = dataSlice(bytes, 0, 94);
      const count = (n: string): string => concat([dataSlice(head, 0, 29), n, dataSlice(head, 30)]);
      const changed = (at: number, by: string): string =>
        concat([dataSlice(bytes, 0, at), by, dataSlice(bytes, at + 1)]);
      const wrong = [
        concat([head, quote(1), quote(0), quote(2), quote(3)]),
        concat([count("0x03"), quote(0), quote(1), quote(2)]),
        concat([count("0x05"), quote(0), quote(1), quote(2), quote(3), quote(3)]),
        changed(94 + 2, "0x42"), // another leg
        changed(94 + 6, "0x00"), // another price
        changed(94 + 11, "0x0b"), // one lot more
        changed(23, "0x01"), // another nonce
        changed(28, "0x01"), // another time in force
        changed(27, "0x00"), // another deadline
      ];
      for (const data of wrong) {
        const tx = await send(packBatch([], { sets: [data.slice(2)] }));
        const [log] = await logsOf(tx);
        expect(log!.name).to.equal("QuoteSetSkipped");
        expect(log!.args["reason"]).to.equal(selectorOf("Book_SignatureInvalid"));
      }
      await expectRefused(batchOf([await set(ladder(), { key: w.bob })]), "Book_SignatureInvalid");
      await send(batchOf([good], { strict: true }));
    });

    it("if a wallet would have to say so: sets are signed by keys", async () => {
      const wallet = await connection.ethers.deployContract("KeyWallet", [w.carol]);
      const address = await wallet.getAddress();
      await bankroll(w, 10n * TOKEN, { address });
      const signed = await signQuotes(w, { trader: { address }, key: w.carol }, ladder());
      await expect(send(batchOf([signed])))
        .to.emit(w.book, "QuoteSetSkipped")
        .withArgs(0, address, 0, selectorOf("Book_SignatureInvalid"));
    });

    it("if the place of a quote is farther than maxWalk: a stranger cannot spend them so", async () => {
      for (const price of [4_050n, 4_060n, 4_070n]) await submit(w, { trader: w.bob, lots: 1n, price });
      const signed = await set([ask(6_000n), bid(4_000n)]);
      await expectRefused(batchOf([signed], { maxWalk: 0 }), "Book_HintTooFar");
      await send(batchOf([signed], { maxWalk: 3 }));
      expect(await openOf()).to.equal(2n);
    });

    for (const timeInForce of [TIME_IN_FORCE.goodTillCancelled, TIME_IN_FORCE.immediateOrCancel]) {
      it(`if steps run out while a quote crosses, time in force ${timeInForce}`, async () => {
        await submit(w, { trader: w.bob, lots: -5n, price: 5_000n });
        await submit(w, { trader: w.bob, lots: -5n, price: 5_000n });
        const signed = await set([bid(5_000n), bid(4_000n)], { timeInForce });
        await expectRefused(batchOf([signed], { maxMatches: 0 }), "Book_StillCrossed");
        await expectRefused(batchOf([signed], { maxMatches: 1 }), "Book_StillCrossed");
        const last = await set([bid(4_000n), bid(5_000n)], { timeInForce });
        await expectRefused(batchOf([last], { maxMatches: 1 }), "Book_StillCrossed");
        await send(batchOf([signed], { maxMatches: 2 }));
        expect((await w.book.positionOf(w.alice, 1))[0]).to.equal(10n);
      });
    }

    it("in a market that was left crossed, unless steps suffice to finish it", async () => {
      for (let i = 0; i < 3; i += 1) await submit(w, { trader: w.bob, lots: -5n, price: 5_000n });
      await bankroll(w, 10n * TOKEN, w.carol);
      await submit(w, { trader: w.carol, lots: 15n, price: 5_000n }, { maxMatches: 0 });
      const signed = await set([bid(4_000n), ask(6_000n)]);
      await expectRefused(batchOf([signed], { maxMatches: 2 }), "Book_StillCrossed");
      expect((await w.book.marketOf(1, 1)).crossed).to.equal(true); // what it did is undone
      await send(batchOf([signed], { maxMatches: 3 }));
      expect((await w.book.positionOf(w.carol, 1))[0]).to.equal(15n);
      expect(await openOf()).to.equal(2n);
    });

    it("if the gas does not suffice for all of them: a stranger cannot spend them so", async () => {
      await twentyMakers();
      const signed = await set([bid(5_000n, { lots: 20n }), bid(4_000n), bid(4_001n)]);
      const data = batchOf([signed], { maxMatches: 50 });
      // Enough to begin with, so that the call does not revert, and too little once the first quote has been filled.
      const least = await w.book.createTrades.estimateGas(data);
      await expectRefused(data, "Book_OutOfGas", { gasLimit: least + 1_000n });
      await send(data, { gasLimit: 2n * least });
      expect((await w.book.positionOf(w.alice, 1))[0]).to.equal(20n);
    });

    it("if none of their quotes is good, for the reason of the first", async () => {
      const signed = await set([bid(20_000n), bid(0n, { leg: 9 }), { lots: 0n, price: 1n }]);
      await expectRefused(batchOf([signed]), "Book_PriceOutOfBounds");
    });

    it("if the chain is over", async () => {
      await networkHelpers.time.increaseTo(w.t2);
      await expectRefused(batchOf([await set(ladder(), { deadline: w.t2 + 1_000 })]), "Book_NotTrading");
    });
  });

  describe("leave out a quote that is refused for anything else, and stand otherwise", () => {
    async function expectSkipped(
      quotes: readonly QuoteSpec[],
      skipped: readonly (readonly [number, string])[],
      common: Partial<QuoteSetSpec> = {},
    ): Promise<void> {
      const signed = await set(quotes, common);
      const links = linksOfQuotes(signed);
      const [floor] = await nonces();
      const limits = { maxMatches: 20, maxWalk: 20 };
      const logs = await logsOf(await send(batchOf([signed], limits)));
      const told = logs
        .filter(({ name }) => name === "QuoteSkipped")
        .map(({ args }): unknown[] => [args["trader"], args["quote"], args["primaryLink"], args["reason"]]);
      expect(told).to.deep.equal(
        skipped.map(([quote, reason]) => [w.alice.address, BigInt(quote), links[quote], selectorOf(reason)]),
      );
      expect(logs.filter(({ name }) => name === "QuoteCreated")).to.have.length(quotes.length - skipped.length);
      expect(await nonces()).to.deep.equal([floor + 1n, 0n]); // spent
    }

    it("market, price and quantity", async () => {
      await expectSkipped(
        [bid(10_001n), bid(4_000n), { lots: 0n, price: 1n }, bid(1n, { leg: 3 }), bid(1n, { root: 7 }), bid(-1n)],
        [
          [0, "Book_PriceOutOfBounds"],
          [2, "Book_QuantityOutOfRange"],
          [3, "Book_MarketUnknown"],
          [4, "Book_MarketUnknown"],
          [5, "Book_PriceOutOfBounds"],
        ],
      );
    });

    it("not covered", async () => {
      const lots = 200_000n; // 100 tokens at the middle
      await expectSkipped([{ lots: 2n * lots, price: 5_100n }, ask(6_000n)], [[0, "Book_Uncovered"]]);
    });

    it("not covered any more after the quotes before", async () => {
      await submit(w, { trader: w.bob, lots: -100_000n, price: 5_000n });
      const lots = 100_000n;
      await expectSkipped(
        [{ lots, price: 5_000n }, { lots: 2n * lots, price: 4_000n }, ask(6_000n)],
        [[1, "Book_Uncovered"]],
      );
    });

    it("post-only and would take", async () => {
      await submit(w, { trader: w.bob, lots: -5n, price: 5_000n });
      await expectSkipped(
        [bid(4_900n), bid(5_000n), ask(5_100n), bid(5_100n)],
        [
          [1, "Book_PostOnlyWouldTake"],
          [3, "Book_PostOnlyWouldTake"],
        ],
        { timeInForce: TIME_IN_FORCE.postOnly },
      );
    });

    it("more than maxOpenOrders", async () => {
      const quotes = Array.from({ length: 12 }, (_, i) => bid(4_000n + BigInt(i)));
      await expectSkipped(quotes, [
        [10, "Book_TooManyOpenOrders"],
        [11, "Book_TooManyOpenOrders"],
      ]);
    });

    it("but an own quote that stands in the way goes, as by R31", async () => {
      const logs = await logsOf(await send(batchOf([await set([bid(5_000n), ask(4_900n)])])));
      const { args } = logs.find(({ name }) => name === "TradeOffset")!;
      expect(args.toArray()).to.deep.equal([1n, 10n, 3n]);
      expect(await openOf()).to.equal(1n);
    });
  });

  describe("with other times in force", () => {
    it("immediate or cancel: what is not filled at once is offset", async () => {
      await submit(w, { trader: w.bob, lots: -5n, price: 5_000n });
      const signed = await set([bid(5_000n), bid(4_000n)], { timeInForce: TIME_IN_FORCE.immediateOrCancel });
      const tx = await send(batchOf([signed]));
      await expect(tx).to.emit(w.book, "TradeOffset").withArgs(2, 5, 4);
      await expect(tx).to.emit(w.book, "TradeOffset").withArgs(3, 10, 4);
      expect(await openOf()).to.equal(0n);
    });

    it("fill or kill: all quotes whole, or none", async () => {
      await submit(w, { trader: w.bob, lots: -10n, price: 5_000n });
      await submit(w, { trader: w.bob, lots: 9n, price: 2_000n, leg: 2 });
      const quotes = [bid(5_000n), ask(2_000n, { leg: 2 })];
      const timeInForce = TIME_IN_FORCE.fillOrKill;
      await expectRefused(batchOf([await set(quotes, { timeInForce })]), "Book_FillOrKillUnfilled");
      await submit(w, { trader: w.bob, lots: 1n, price: 2_000n, leg: 2 });
      const unpriced = [...quotes, bid(10_001n)];
      await expectRefused(batchOf([await set(unpriced, { timeInForce })]), "Book_PriceOutOfBounds");
      await expectRefused(batchOf([await set(quotes, { timeInForce })], { maxMatches: 1 }), "Book_FillOrKillUnfilled");
      const tx = await send(batchOf([await set(quotes, { timeInForce })]));
      await expect(tx).to.emit(w.book, "TradesMatched").withArgs(1, 4, 5_000, 10);
      await expect(tx).to.emit(w.book, "TradesMatched").withArgs(2, 5, 2_000, 9);
      await expect(tx).to.emit(w.book, "TradesMatched").withArgs(3, 5, 2_000, 1);
    });
  });

  describe("in a batch", () => {
    it("harm nothing else of it when they are refused", async () => {
      const orders = await signAll(w, [{ trader: w.bob, lots: -10n, price: 5_000n }]);
      const bad = await set(ladder(), { key: w.bob });
      const good = await set([bid(5_000n)]);
      const data = packBatch(orders, { sets: [bad, good].map(packQuoteSet) });
      const answer = await w.book.createTrades.staticCall(data, GAS);
      expect(answer.map(({ tradeRootId }) => tradeRootId)).to.deep.equal([1n, 0n, 0n, 0n, 0n, 2n]);
      const tx = await send(data);
      await expect(tx)
        .to.emit(w.book, "QuoteSetSkipped")
        .withArgs(0, w.alice.address, 0, selectorOf("Book_SignatureInvalid"));
      await expect(tx).to.emit(w.book, "TradesMatched").withArgs(1, 2, 5_000, 10);
    });

    it("that is strict refuse all of it, for one quote too", async () => {
      const refused = async (signed: SignedQuoteSet, reason: string): Promise<void> => {
        const orders = await signAll(w, [{ trader: w.bob, lots: -10n, price: 5_000n }]);
        await expect(send(packBatch(orders, { sets: [packQuoteSet(signed)], strict: true })))
          .to.be.revertedWithCustomError(w.book, "Book_QuoteSetRefused")
          .withArgs(0, selectorOf(reason));
      };
      await refused(await set(ladder(), { key: w.bob }), "Book_SignatureInvalid");
      await refused(await set([...ladder(), bid(10_001n)]), "Book_PriceOutOfBounds");
    });

    it("are skipped, all that are left, once the gas runs low", async () => {
      await twentyMakers();
      const takes = (nonce: bigint): QuoteSpec[] => [bid(nonce === 0n ? 5_000n : 4_000n, { lots: 20n })];
      const sets = await Promise.all([0n, 1n, 2n].map(async (nonce) => set(takes(nonce), { nonce })));
      const data = batchOf(sets, { maxMatches: 100 });
      // 700 000 for the batch and 60 000 for each quote; the first one takes more than that.
      const tx = await send(data, { gasLimit: (await w.book.createTrades.estimateGas(data)) + 1_000n });
      const { trades } = await w.book.chainState();
      const skipped = (await logsOf(tx)).filter(({ name }) => name === "QuoteSetSkipped");
      expect(skipped.map(({ args }): unknown => args["reason"])).to.deep.equal([selectorOf("Book_OutOfGas")]);
      expect(trades - 20n)
        .to.equal(skipped[0]!.args["index"])
        .and.equal(1n);
    });

    it("have one form: counts, lengths, times in force", async () => {
      const bytes = batchOf([await set(ladder())]);
      const refused = async (data: string): Promise<void> => {
        await expect(send(data)).to.be.revertedWithCustomError(w.book, "Book_BatchMalformed");
      };
      const changed = (at: number, by: string): string =>
        concat([dataSlice(bytes, 0, at), by, dataSlice(bytes, at + 1)]);
      const size = dataLength(bytes);
      await refused(concat([bytes, "0x00"]));
      await refused(dataSlice(bytes, 0, size - 1));
      await refused(dataSlice(bytes, 0, size - 20));
      await refused(dataSlice(bytes, 0, 14));
      await refused(changed(14 + 29, "0x00")); // no quotes
      await refused(changed(14 + 29, "0x03"));
      await refused(changed(14 + 29, "0x05"));
      await refused(changed(14 + 28, "0x04")); // a time in force that there is not
      await refused(changed(14 + 28, "0x80")); // a wallet's
      await refused(changed(12, "0x00")); // no sets
      await refused(changed(12, "0x02")); // two sets
      expect((await w.book.chainState()).trades).to.equal(0n);
      expect(await nonces()).to.deep.equal([0n, 0n]);
    });

    it("are accepted as they were signed or not at all, whatever byte is changed", async () => {
      const signed = await set(ladder());
      const bytes = batchOf([signed]);
      const links = new Set(linksOfQuotes(signed));
      const unsigned = (at: number): boolean => at < 14 || (at >= 14 + 94 && (at - 14 - 94) % 20 >= 12);
      await fc.assert(
        fc.asyncProperty(fc.nat({ max: dataLength(bytes) - 1 }), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
          const byte = Number(dataSlice(bytes, at, at + 1)) ^ flip;
          const data = concat([
            dataSlice(bytes, 0, at),
            `0x${byte.toString(16).padStart(2, "0")}`,
            dataSlice(bytes, at + 1),
          ]);
          const snapshot = await networkHelpers.takeSnapshot();
          const tx = await send(data).catch(() => undefined);
          const logs = tx === undefined ? [] : await logsOf(tx);
          const common = logs.find(({ name }) => name === "QuoteSetCreated")?.args.toObject() ?? {};
          const created = logs.filter(({ name }) => name === "QuoteCreated");
          for (const log of created) expect(links).to.include(linkOf(common, log)[0]);
          if (!unsigned(at)) expect(created).to.have.length(0);
          expect(await nonces()).to.deep.equal(created.length === 0 ? [0n, 0n] : [1n, 0n]);
          await snapshot.restore();
        }),
        { numRuns: 60 },
      );
    });

    it("and nobody but the book runs a part of one", async () => {
      for (const name of ["runApart", "cancelApart"]) {
        const selector = keccak256(Buffer.from(`${name}(uint256,uint256,uint256,uint256,uint256)`)).slice(0, 10);
        const data = concat([selector, `0x${"00".repeat(160)}`]);
        await expect(w.submitter.sendTransaction({ to: w.bookAddress, data }))
          .to.be.revertedWithCustomError(w.book, "Book_OnlySelf")
          .withArgs(w.submitter.address);
      }
    });
  });
});
