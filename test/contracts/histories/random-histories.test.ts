/** Random histories of all kinds of orders, markets and money, judged after every call by a book that is said plainly. */
import { expect } from "chai";
import { concat, id, keccak256, recoverAddress, Signature, toBeHex, TypedDataEncoder, Wallet, ZeroHash } from "ethers";
import hre from "hardhat";

import { askedTogether } from "../../../stage/contracts/asking.js";
import { packBatch } from "../../../stage/contracts/batches.js";
import { type SignedOrder, TRADE_PACKAGE_TYPES } from "../../../stage/contracts/orders.js";
import { MARKET_TYPES } from "../../../stage/contracts/markets.js";
import { packQuoteSet, QUOTE_SET_TYPES } from "../../../stage/contracts/quote-sets.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { openWorld, type World } from "../../../stage/contracts/world.js";
import type { TradePackageStruct } from "../../../typechain-types/interfaces/IOrderBook.sol/IOrderBook.js";
import { PlainBook, type PlainOrder, type PlainSet } from "./plain-book.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

const SCALE = 100n;
const TICK = 10n ** 13n;
const SHIFT = 54n; // of a supply of 1 000 tokens, which is below 2^70
const STEPS = Number(process.env["HISTORY_STEPS"] ?? 60);
const SEEDS = (process.env["HISTORY_SEEDS"] ?? "1,2").split(",").map(Number);

/** A small generator of its own, so that a seed says all. */
function randomOf(seed: number): (below: number) => number {
  let state = BigInt(seed) * 7919n + 13n;
  return (below) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & ((1n << 64n) - 1n);
    return Number((state >> 33n) % BigInt(below));
  };
}

/** Of a quote set, what the log has said once, and the links of its quotes so far. */
interface LoggedSet {
  readonly common: Record<string, unknown>;
  readonly links: string[];
}

class History {
  private readonly plain: PlainBook;
  private readonly wallets: Wallet[];
  private readonly asked: World;
  private readonly links: { number: bigint; link: bigint }[] = [];
  private places = new Map<number, number>();
  private readonly usedPlaces: number[] = [];
  private readonly markets: { root: number; branches: number }[] = [];
  private readonly tips = new Map<number, string>();
  private readonly hits = new Map<string, number>();

  public constructor(
    private readonly w: World,
    private readonly random: (below: number) => number,
    seed: number,
    terms: { maxOpen: number; maxLots: bigint },
    private readonly legs: number,
  ) {
    this.plain = new PlainBook({ ...terms, shift: SHIFT });
    this.asked = askedTogether(w);
    this.wallets = Array.from({ length: 5 }, (_, i) => new Wallet(id(`history ${seed} trader ${i}`)));
    this.plain.roots.set(1, {
      kind: "basket",
      tick: TICK,
      strikes: [],
      lo: 0n,
      hi: SCALE,
      weights: Array.from({ length: legs }, () => [0n, SCALE]),
    });
    this.markets.push({ root: 1, branches: legs });
  }

  public async run(steps: number): Promise<Map<string, number>> {
    await this.begin();
    for (let step = 0; step < steps; step += 1) {
      await this.step(step);
      await this.judge(step);
    }
    return this.hits;
  }

  private async begin(): Promise<void> {
    for (const wallet of this.wallets) {
      await connection.provider.request({ method: "hardhat_impersonateAccount", params: [wallet.address] });
      await connection.provider.request({
        method: "hardhat_setBalance",
        params: [wallet.address, toBeHex(10n ** 20n)],
      });
      const amount = BigInt(2 + this.random(8)) * TOKEN;
      await this.w.book.connect(this.w.organiser).deposit(wallet.address, amount);
      this.plain.trader(wallet.address).cash += amount;
    }
    await this.w.session.connect(this.w.organiser).split(50n * TOKEN);
    for (let k = 1; k <= this.legs; k += 1) {
      await this.w
        .leg(k)
        .connect(this.w.organiser)
        .approve(this.w.book, 50n * TOKEN);
    }
    await this.makeInterval();
    await this.makeEvent();
    await this.judge(-1);
  }

  // ---------------------------------------------------------------- markets

  private async record(given: object, description = ""): Promise<void> {
    const { w } = this;
    const record = {
      marketRootId: 0,
      marketBranchId: 1,
      parentBranchId: 0,
      owner: w.organiser.address,
      marketMin: 0n,
      marketMax: 0n,
      kind: 0,
      outcomes: 0,
      tickValue: 0n,
      closesAt: 0,
      settleBy: 0,
      fallbackOutcome: 0,
      descriptionHash: ZeroHash,
      previousLink: ZeroHash,
      ...given,
    };
    const digestLink = TypedDataEncoder.hashStruct("Market", MARKET_TYPES, record);
    const number = await w.book.connect(w.organiser).createMarket.staticCall(record, "0x", "0x", description);
    const tx = await w.book.connect(w.organiser).createMarket(record, "0x", "0x", description);
    await this.noteCheckpoint(tx);
    this.tips.set(Number(number), digestLink);
  }

  private async newRoot(kind: number, given: object): Promise<void> {
    const description = `root ${this.markets.length}`;
    await this.record(
      {
        kind,
        tickValue: TICK,
        closesAt: this.w.t2,
        settleBy: this.w.t2,
        descriptionHash: id(description),
        previousLink: await this.w.book.linkToSign({ blockTag: "pending" }),
        ...given,
      },
      description,
    );
  }

  private async makeInterval(): Promise<void> {
    await this.newRoot(2, { marketMin: -20n, marketMax: 80n, fallbackOutcome: 5 });
    const strikes: [bigint, bigint][] = [[-20n, 80n]];
    this.plain.roots.set(2, { kind: "interval", tick: TICK, strikes, lo: -20n, hi: 80n, weights: [] });
    for (let b = 2; b <= 5; b += 1) {
      const k1 = BigInt(this.random(90) - 18);
      const k2 = k1 + BigInt(1 + this.random(40));
      const given = { marketRootId: 2, marketBranchId: b, parentBranchId: 1, marketMin: k1, marketMax: k2 };
      await this.record({ ...given, previousLink: this.tips.get(2)! });
      strikes.push([k1 < 80n ? k1 : 80n, k2 < 80n ? k2 : 80n]);
    }
    this.markets.push({ root: 2, branches: 5 });
  }

  private async makeEvent(): Promise<void> {
    await this.newRoot(1, { marketMin: 0n, marketMax: 50n, outcomes: 4, fallbackOutcome: 1 });
    const weights = Array.from({ length: 4 }, (): [bigint, bigint] => [0n, 50n]);
    this.plain.roots.set(3, { kind: "event", tick: TICK, strikes: [], lo: 0n, hi: 50n, weights });
    this.markets.push({ root: 3, branches: 4 });
  }

  /** A bound that is a little tighter, and never settles. */
  private async tighten(): Promise<void> {
    const root = this.random(2) + 2;
    const of = this.plain.roots.get(root)!;
    if (root === 2) {
      if (of.hi - of.lo < 40n) return;
      const [min, max] = this.random(2) === 0 ? [of.lo + 1n, of.hi] : [of.lo, of.hi - 1n];
      const given = { marketRootId: 2, marketBranchId: 1, marketMin: min, marketMax: max };
      await this.record({ ...given, previousLink: this.tips.get(2)! });
      ((of.lo = min), (of.hi = max));
      return;
    }
    const k = this.random(4);
    const [low, high] = of.weights[k]!;
    if (high - low < 20n) return;
    const [min, max]: [bigint, bigint] = this.random(2) === 0 ? [low + 2n, high] : [low, high - 2n];
    const sums = of.weights.map((span, i) => (i === k ? [min, max] : span));
    if (sums.reduce((sum, [l]) => sum + l!, 0n) > 40n || sums.reduce((sum, [, u]) => sum + u!, 0n) < 60n) return;
    const given = { marketRootId: 3, marketBranchId: k + 1, marketMin: min, marketMax: max };
    await this.record({ ...given, previousLink: this.tips.get(3)! });
    of.weights[k] = [min, max];
  }

  // ---------------------------------------------------------------- steps

  private async step(step: number): Promise<void> {
    const isCrossed = [...this.plain.queues.values()].some(({ crossing }) => crossing !== undefined);
    const kind = this.random(20);
    // What is crossed is finished by the next order as a rule.
    if (isCrossed && kind < 12) await this.matchTrades();
    else if (kind < 9) await this.batch();
    else if (kind < 11) await this.single();
    else if (kind < 13) await this.offset();
    else if (kind === 13) await this.matchTrades();
    else if (kind === 14) await this.money();
    else if (kind === 15) await this.legMoney();
    else if (kind === 16) await this.tighten();
    else if (kind === 17) await this.refresh();
    else if (kind === 18) await networkHelpers.time.increase(1 + this.random(200));
    else await this.cancel();
    if (step % 7 === 0) await networkHelpers.mine(1);
  }

  /** The time of the block that comes next. */
  private async nextTime(): Promise<bigint> {
    const next = (await networkHelpers.time.latest()) + 1;
    await networkHelpers.time.setNextBlockTimestamp(next);
    return BigInt(next);
  }

  /** Market, price and lots, as an order or a quote may have them. */
  private limit(): { root: number; branch: number; price: bigint; lots: bigint } {
    const { random } = this;
    const resting = this.allOrders();
    if (random(3) === 0 && resting.length > 0) {
      // Within reach of one that rests.
      const { root, branch, price, lots } = resting[random(resting.length)]!;
      return { root, branch, price, lots: -lots * BigInt(1 + random(3)) };
    }
    const market = this.markets[random(3)]!;
    const branch = 1 + random(market.branches);
    const [low, high] = this.plain.boundsOf(market.root, branch);
    const middle = (low + high) / 2n;
    let price = middle + BigInt(random(9) - 4);
    if (random(12) === 0) price = low + BigInt(random(Number(high - low) + 3)) - 1n;
    const size = [5, 40, 400, 3_000][random(4)]!;
    let lots = BigInt(1 + random(size)) * (random(2) === 0 ? 1n : -1n);
    if (random(60) === 0) lots = 0n;
    return { root: market.root, branch, price, lots };
  }

  /** What an order has besides, and quotes of a set have in common. */
  private terms(now: bigint): {
    wallet: Wallet;
    key: Wallet;
    nonce: bigint;
    deadline: bigint;
    named: { number: bigint; link: bigint };
    timeInForce: number;
  } {
    const { random } = this;
    const wallet = this.wallets[random(this.wallets.length)]!;
    const trader = this.plain.traders.get(wallet.address)!;
    let nonce = trader.floor;
    while (trader.used.has(nonce)) nonce += 1n;
    if (random(15) === 0) nonce += BigInt(random(70));
    if (random(40) === 0 && nonce > 0n) nonce -= 1n;
    const deadline = random(4) === 0 ? now + BigInt(random(300)) - 10n : BigInt(this.w.t2);
    const back = random(10) === 0 ? random(20) : random(2);
    const named = this.links[this.links.length - 1 - back] ?? this.newest();
    const timeInForce = [0, 0, 0, 0, 1, 1, 2, 3][random(8)]!;
    const key = random(40) === 0 ? this.wallets[(this.wallets.indexOf(wallet) + 1) % 5]! : wallet;
    return { wallet, key, nonce, deadline, named, timeInForce };
  }

  private hints(): { insertAfter: number; place: number } {
    const { random } = this;
    return {
      insertAfter: random(3) === 0 ? 0 : ([...this.places.values()][random(Math.max(this.places.size, 1))] ?? 0),
      place: random(2) === 0 ? 0 : (this.usedPlaces[random(Math.max(this.usedPlaces.length, 1))] ?? 0),
    };
  }

  private newest(): { number: bigint; link: bigint } {
    return this.links[this.links.length - 1]!;
  }

  private packageOf(limit: ReturnType<History["limit"]>, terms: ReturnType<History["terms"]>): TradePackageStruct {
    return {
      marketRootId: limit.root,
      marketBranchId: limit.branch,
      trader: terms.wallet.address,
      priceTicks: limit.price,
      quantityLots: limit.lots,
      previousLink: toBeHex(terms.named.link, 32),
      nonce: terms.nonce,
      deadline: terms.deadline,
      timeInForce: terms.timeInForce,
    };
  }

  private async order(now: bigint): Promise<{ signed: SignedOrder; expected: Parameters<PlainBook["accept"]>[0] }> {
    const [limit, terms] = [this.limit(), this.terms(now)];
    const { wallet, key, named, nonce, deadline, timeInForce } = terms;
    const tradePackage = this.packageOf(limit, terms);
    const signature = await key.signTypedData(this.w.domain, TRADE_PACKAGE_TYPES, tradePackage);
    return {
      signed: { tradePackage, signature, ...this.hints(), newest: Number(this.newest().number) },
      expected: {
        ...limit,
        trader: this.plain.traders.get(wallet.address)!,
        linkIsGood: this.isInWindow(named) && this.knowsRoot(named, limit.root),
        nonce,
        deadline,
        timeInForce,
        signatureIsGood: key === wallet,
      },
    };
  }

  private async quoteSet(now: bigint): Promise<{ packed: string; expected: PlainSet }> {
    const terms = this.terms(now);
    const { wallet, key, named, nonce, deadline, timeInForce } = terms;
    const limits = Array.from({ length: 1 + this.random(5) }, () => this.limit());
    const quotes = limits.map((limit) => ({ tradePackage: this.packageOf(limit, terms), ...this.hints() }));
    const value = { quotes: quotes.map(({ tradePackage }) => tradePackage) };
    const signature = await key.signTypedData(this.w.domain, QUOTE_SET_TYPES, value);
    return {
      packed: packQuoteSet({ quotes, signature }),
      expected: {
        trader: this.plain.traders.get(wallet.address)!,
        quotes: limits.map((limit) => ({ ...limit, linkIsGood: this.knowsRoot(named, limit.root) })),
        linkIsGood: this.isInWindow(named),
        nonce,
        deadline,
        timeInForce,
        signatureIsGood: key === wallet,
      },
    };
  }

  private isInWindow(named: { number: bigint }): boolean {
    return this.newest().number - named.number < 8n;
  }

  private knowsRoot(named: { number: bigint }, root: number): boolean {
    return root === 1 || named.number >= this.createdAt(root);
  }

  private createdAt(root: number): bigint {
    return this.created.get(root) ?? 0n;
  }

  private readonly created = new Map<number, bigint>();

  private async batch(): Promise<void> {
    const now = await this.nextTime();
    const maxMatches = [0, 1, 2, 5, 30][this.random(5)]!;
    const orders: SignedOrder[] = [];
    const refusals: (string | undefined)[] = [];
    const setCount = this.random(3);
    const count = this.random(5) + (setCount === 0 ? 1 : 0);
    this.plain.events = [];
    for (let i = 0; i < count; i += 1) {
      const { signed, expected } = await this.order(now);
      orders.push(signed);
      const refusal = this.accept(expected, maxMatches, now, expected.timeInForce === 2);
      refusals.push(refusal);
    }
    const sets: string[] = [];
    const refusalsOfSets: (string | undefined)[] = [];
    for (let i = 0; i < setCount; i += 1) {
      const { packed, expected } = await this.quoteSet(now);
      sets.push(packed);
      const refusal = this.plain.acceptSet(expected, maxMatches, now);
      this.hit(refusal === undefined ? `set accepted ${expected.timeInForce}` : `set ${refusal}`);
      refusalsOfSets.push(refusal);
    }
    const newest = this.random(3) === 0 ? 0 : Number(this.newest().number);
    const data = packBatch(orders, { maxMatches, maxWalk: 300, newest, sets });
    const tx = await this.w.book.createTrades(data, { gasLimit: 15_000_000n });
    const seen = await this.noteCheckpoint(tx);
    expect(seen.events, "events").to.deep.equal(this.plain.events.map(String));
    const named = (list: readonly (string | undefined)[], kind: string): string[] =>
      list.flatMap((name, i) => (name === undefined ? [] : [`${kind} ${i} ${name}`]));
    expect(seen.skipped, "refusals").to.deep.equal([...named(refusals, "order"), ...named(refusalsOfSets, "set")]);
  }

  private accept(
    expected: Parameters<PlainBook["accept"]>[0],
    maxMatches: number,
    now: bigint,
    undoes: boolean,
  ): string | undefined {
    const saved = undoes ? this.plain.save() : {};
    const trader = this.plain.traders.get(expected.trader!.address);
    const refusal = this.plain.accept({ ...expected, trader }, maxMatches, now);
    if (refusal !== undefined && undoes) this.plain.restore(saved);
    this.hit(refusal ?? `accepted ${expected.timeInForce}`);
    return refusal;
  }

  private async single(): Promise<void> {
    const now = await this.nextTime();
    const { signed, expected } = await this.order(now);
    const maxMatches = [0, 1, 5, 30][this.random(4)]!;
    this.plain.events = [];
    const refusal = this.accept(expected, maxMatches, now, true);
    const call = this.w.book.createTrade(signed, maxMatches, 300, { gasLimit: 15_000_000n });
    if (refusal !== undefined) {
      await expect(call).to.be.revertedWithCustomError(this.w.book, refusal);
      return;
    }
    const seen = await this.noteCheckpoint(await call);
    expect(seen.events, "events").to.deep.equal(this.plain.events.map(String));
  }

  private allOrders(): PlainOrder[] {
    return [...this.plain.queues.values()].flatMap(({ bids, asks }) => [...bids, ...asks]);
  }

  private async offset(): Promise<void> {
    const orders = this.allOrders();
    if (orders.length === 0) return;
    const now = await this.nextTime();
    const order = orders[this.random(orders.length)]!;
    const own = this.random(2) === 0;
    const caller = own ? await connection.ethers.getSigner(order.trader.address) : this.w.submitter;
    this.plain.events = [];
    const refusal = this.plain.offset(order, own ? order.trader : undefined, now);
    this.hit(refusal ?? "offset");
    const named = { tradeRootId: order.id, place: this.places.get(order.id)! };
    const call = this.w.book
      .connect(caller)
      .offset([named], this.random(2) === 0 ? 0 : Number(this.newest().number), { gasLimit: 5_000_000n });
    if (refusal !== undefined) {
      await expect(call).to.be.revertedWithCustomError(this.w.book, refusal);
      return;
    }
    const seen = await this.noteCheckpoint(await call);
    expect(seen.events, "events").to.deep.equal(this.plain.events.map(String));
  }

  private async matchTrades(): Promise<void> {
    const crossed = [...this.plain.queues].filter(([, { crossing }]) => crossing !== undefined);
    const [key] = crossed[this.random(Math.max(crossed.length, 1))] ?? ["1/1"];
    const [root, branch] = key.split("/").map(Number) as [number, number];
    const now = await this.nextTime();
    const steps = this.random(4);
    this.plain.events = [];
    this.plain.resume(root, branch, steps, now);
    this.hit(crossed.length === 0 ? "nothing crossed" : "resumed");
    const tx = await this.w.book.matchTrades(root, branch, steps, 0, { gasLimit: 5_000_000n });
    const seen = await this.noteCheckpoint(tx);
    expect(seen.events, "events").to.deep.equal(this.plain.events.map(String));
  }

  private async cancel(): Promise<void> {
    const wallet = this.wallets[this.random(5)]!;
    const trader = this.plain.traders.get(wallet.address)!;
    const orders = this.allOrders().filter((order) => order.trader === trader);
    const now = await this.nextTime();
    const range = { from: this.random(this.plain.trades + 1), to: this.random(2 * this.plain.trades + 5) };
    const nonceFloor = this.random(2) === 0 ? 0n : trader.floor + BigInt(this.random(3));
    const unsigned = {
      trader: wallet.address,
      fromTradeRootId: range.from,
      toTradeRootId: range.to,
      nonceFloor,
      deadline: now + 10n,
    };
    const signature = await wallet.signTypedData(
      this.w.domain,
      {
        CancelTrades: [
          { name: "trader", type: "address" },
          { name: "fromTradeRootId", type: "uint32" },
          { name: "toTradeRootId", type: "uint32" },
          { name: "nonceFloor", type: "uint64" },
          { name: "deadline", type: "uint40" },
        ],
      },
      unsigned,
    );
    const places = this.allOrders().map((order) => this.places.get(order.id)!);
    const isVoid = range.to > this.plain.trades && trader.floor > nonceFloor;
    const meant = orders.filter((order) => order.id >= range.from && order.id <= range.to);
    const doesNothing = meant.length === 0 && nonceFloor <= trader.floor;
    this.plain.events = [];
    if (!isVoid) {
      for (const order of meant) this.plain.takeOut(order, 0);
      if (nonceFloor > trader.floor) {
        trader.floor = nonceFloor;
        while (trader.used.has(trader.floor)) trader.floor += 1n;
      }
    }
    this.hit(isVoid ? "cancellation void" : "cancellation");
    if (this.random(2) === 0) {
      const call = this.w.book.cancelTrades(unsigned, signature, places, 0, { gasLimit: 10_000_000n });
      if (isVoid) {
        await expect(call).to.be.revertedWithCustomError(this.w.book, "Book_CancellationVoid");
        return;
      }
      if (doesNothing) {
        const error = places.length === 0 ? "Book_NonceFloorNotHigher" : "Book_OrderNotMeant";
        await expect(call).to.be.revertedWithCustomError(this.w.book, error);
        return;
      }
      const seen = await this.noteCheckpoint(await call);
      expect(seen.events, "events").to.deep.equal(this.plain.events.map(String));
      return;
    }
    const cancellations = [
      { ...range, trader: wallet.address, nonceFloor, deadline: Number(now) + 10, signature, places },
    ];
    const tx = await this.w.book.createTrades(packBatch([], { cancellations }), { gasLimit: 10_000_000n });
    const seen = await this.noteCheckpoint(tx);
    expect(seen.events, "events").to.deep.equal(this.plain.events.map(String));
  }

  private async money(): Promise<void> {
    const wallet = this.wallets[this.random(5)]!;
    const trader = this.plain.traders.get(wallet.address)!;
    const amount = BigInt(1 + this.random(3)) * (TOKEN / 2n);
    if (this.random(2) === 0) {
      await this.w.book.connect(this.w.organiser).deposit(wallet.address, amount);
      trader.cash += amount;
      return;
    }
    const signer = await connection.ethers.getSigner(wallet.address);
    const free = this.plain.slack(trader);
    const call = this.w.book.connect(signer).withdraw(amount, this.w.outsider, 0);
    if (amount > free) {
      await expect(call).to.be.revertedWithCustomError(this.w.book, "Book_WithdrawalTooLarge");
    } else if (free - amount < trader.reserve << SHIFT) {
      await expect(call).to.be.revertedWithCustomError(this.w.book, "Book_WithdrawalUncoversOrders");
    } else {
      await call;
      trader.cash -= amount;
      this.hit("withdrawn");
    }
  }

  private async legMoney(): Promise<void> {
    const wallet = this.wallets[this.random(5)]!;
    const trader = this.plain.traders.get(wallet.address)!;
    const leg = 1 + this.random(this.legs);
    const lots = BigInt(1 + this.random(300));
    if (this.random(2) === 0) {
      await this.w.book.connect(this.w.organiser).depositLeg(wallet.address, leg, lots);
      this.plain.move(trader, 1, leg, lots, 0n);
      return;
    }
    const signer = await connection.ethers.getSigner(wallet.address);
    const free = this.plain.claims(trader)[leg - 1]!;
    const amount = lots * SCALE * TICK;
    const call = this.w.book.connect(signer).withdrawLeg(leg, lots, this.w.outsider, 0);
    if (amount > free) {
      await expect(call).to.be.revertedWithCustomError(this.w.book, "Book_WithdrawalTooLarge");
    } else if (free - amount < trader.reserve << SHIFT) {
      await expect(call).to.be.revertedWithCustomError(this.w.book, "Book_WithdrawalUncoversOrders");
    } else {
      await call;
      this.plain.move(trader, 1, leg, -lots, 0n);
      this.hit("leg withdrawn");
    }
  }

  private async refresh(): Promise<void> {
    const root = 2 + this.random(2);
    const wallet = this.wallets[this.random(5)]!;
    const trader = this.plain.traders.get(wallet.address)!;
    await this.w.book.refresh(root, [wallet.address]);
    trader.worst.set(root, this.plain.worstOf(root, this.plain.lotsOf(trader, root)));
  }

  // ---------------------------------------------------------------- what is seen

  private hit(what: string): void {
    this.hits.set(what, (this.hits.get(what) ?? 0) + 1);
  }

  /** Reads a call's events; its checkpoint must be the hash of the records that they stand for. */
  private async noteCheckpoint(tx: {
    wait(): Promise<{ readonly logs: readonly unknown[]; readonly blockNumber: number } | null>;
  }): Promise<{ events: string[]; skipped: string[] }> {
    const receipt = (await tx.wait())!;
    const logs = receipt.logs as { topics: string[]; data: string }[];
    const before = this.links[this.links.length - 1]?.link ?? (await this.genesis());
    const events: string[] = [];
    const skipped: string[] = [];
    const words: bigint[] = [];
    let trades = (before >> 32n) & 0xffffffffn;
    let set: LoggedSet | undefined;
    for (const log of logs) {
      const parsed = this.w.book.interface.parseLog(log);
      if (parsed === null) continue;
      const { name, args } = parsed;
      if (name === "TradeCreated") {
        trades += 1n;
        events.push(`${name},${args[0]}`);
        const [rootId, trader, , , price, lots] = args as unknown as [bigint, string, bigint, bigint, bigint, bigint];
        expect(rootId).to.equal(trades);
        this.signed.set(Number(rootId), { price, lots });
        words.push(this.word(rootId, 1n, price, lots), BigInt(this.linkOf(args, trader)));
      } else if (name === "TradesMatched") {
        events.push([name, ...args].map(String).join(","));
        const [maker, taker, price, size] = args as unknown as [bigint, bigint, bigint, bigint];
        for (const order of [maker, taker]) {
          const own = this.signed.get(Number(order))!;
          const lots = own.lots > 0n ? size : -size;
          words.push(this.word(order, 2n, own.price, -lots), this.word(order, 3n, price, lots));
        }
      } else if (name === "TradeOffset") {
        events.push([name, ...args].map(String).join(","));
        const own = this.signed.get(Number(args[0]))!;
        words.push(
          this.word(args[0] as bigint, 2n, own.price, own.lots > 0n ? -(args[1] as bigint) : (args[1] as bigint)),
        );
      } else if (name === "MarketRecorded") {
        words.push(((args[0] as bigint) << 104n) | (args[1] as bigint), BigInt(args[2] as string));
        if (Number((args[3] as unknown as { kind: bigint }).kind) !== 0) this.pendingRoot = Number(args[0]);
      } else if (name === "PackageSkipped") {
        const reason = this.w.book.interface.getError(args[3] as string)!;
        skipped.push(`order ${args[0]} ${reason.name}`);
      } else if (name === "QuoteSetSkipped") {
        const reason = this.w.book.interface.getError(args["reason"] as string)!;
        skipped.push(`set ${args["index"]} ${reason.name}`);
      } else if (name === "QuoteSetCreated") {
        events.push(`${name},${args[0]}`);
        set = { common: args.toObject(), links: [] };
      } else if (name === "QuoteCreated") {
        trades += 1n;
        const { tradeRootId, priceTicks, quantityLots, place } = args.toObject() as Record<string, bigint>;
        events.push(`${name},${tradeRootId}`);
        expect(tradeRootId).to.equal(trades);
        this.signed.set(Number(tradeRootId), { price: priceTicks!, lots: quantityLots! });
        this.announced.set(Number(tradeRootId), Number(place));
        const link = this.hashStruct({ ...set!.common, ...args.toObject() });
        words.push(this.word(tradeRootId!, 1n, priceTicks!, quantityLots!), BigInt(link));
        this.noteLink(set!, link);
      } else if (name === "QuoteSkipped") {
        const reason = this.w.book.interface.getError(args["reason"] as string)!;
        events.push(`${name},${args["quote"]},${reason.name}`);
        this.noteLink(set!, args["primaryLink"] as string);
      } else if (name === "TradePlaced") {
        this.hit("placed again");
        this.announced.set(Number(args[0]), Number(args[1]));
      } else if (name === "Checkpoint") {
        const head = keccak256(concat([before, ...words].map((word) => toBeHex(word, 32))));
        const sameBlock = (before >> 64n) % (1n << 32n) === BigInt(receipt.blockNumber);
        const number = (before & 0xffffffffn) + (sameBlock ? 0n : 1n);
        const link = ((BigInt(head) >> 96n) << 96n) | (BigInt(receipt.blockNumber) << 64n) | (trades << 32n) | number;
        expect([args[0], args[1]]).to.deep.equal([head, toBeHex(link, 32)]);
        this.links.push({ number, link });
        if (this.pendingRoot !== 0) this.created.set(this.pendingRoot, number);
        this.pendingRoot = 0;
      }
    }
    if (words.length === 0) expect(events).to.deep.equal([]);
    return { events, skipped };
  }

  /** Once the links of all quotes are known, what was signed is. */
  private noteLink({ common, links }: LoggedSet, link: string): void {
    links.push(link);
    if (links.length < Number(common["quotes"])) return;
    const typehash = id(TypedDataEncoder.from(QUOTE_SET_TYPES).encodeType("QuoteSet"));
    const hash = keccak256(concat([typehash, keccak256(concat(links))]));
    const digest = keccak256(concat(["0x1901", TypedDataEncoder.hashDomain(this.w.domain), hash]));
    const signature = Signature.from(concat([common["r"] as string, common["vs"] as string]));
    expect(recoverAddress(digest, signature), "who has signed the set").to.equal(common["trader"]);
  }

  /** Places other than an order's number, as the log has them. */
  private readonly announced = new Map<number, number>();
  private pendingRoot = 0;
  private readonly signed = new Map<number, { price: bigint; lots: bigint }>();

  private async genesis(): Promise<bigint> {
    const link = BigInt(await this.w.book.checkpointAt(0));
    this.links.push({ number: 0n, link });
    return link;
  }

  private word(order: bigint, branch: bigint, price: bigint, lots: bigint): bigint {
    return (order << 104n) | (branch << 96n) | (BigInt.asUintN(32, price) << 64n) | BigInt.asUintN(64, lots);
  }

  private linkOf(args: Readonly<Record<number, unknown>>, trader: string): string {
    const names = [
      "marketRootId",
      "marketBranchId",
      "priceTicks",
      "quantityLots",
      "previousLink",
      "nonce",
      "deadline",
      "timeInForce",
    ];
    const value = Object.fromEntries(names.map((name, i) => [name, args[i + 2]]));
    return this.hashStruct({ ...value, trader });
  }

  private hashStruct(value: Record<string, unknown>): string {
    return TypedDataEncoder.hashStruct("TradePackage", TRADE_PACKAGE_TYPES, value);
  }

  /** The contract must say of every trader and every queue what the plain book says. */
  private async judge(step: number): Promise<void> {
    this.places = new Map();
    await Promise.all([
      ...this.wallets.map(({ address }) => this.judgeTrader(address, step)),
      ...[...this.plain.queues.keys()].map((key) => this.judgeQueue(key, step)),
    ]);
    expect(new Set(this.places.values()).size, "one order a place").to.equal(this.places.size);
  }

  private async judgeTrader(address: string, step: number): Promise<void> {
    const { book } = this.asked;
    const trader = this.plain.traders.get(address)!;
    const [account, claims, nonces, ...positions] = await Promise.all([
      book.accountOf(address),
      book.claimsOf(address),
      book.noncesOf(address),
      ...this.markets.map(({ root }) => book.positionOf(address, root)),
    ]);
    expect([...claims], `claims at ${step}`).to.deep.equal(this.plain.claims(trader));
    expect(account.claim + account.worst, `slack at ${step}`).to.equal(this.plain.slack(trader));
    expect([account.openOrders, account.reserved >> SHIFT], `open at ${step}`).to.deep.equal([
      BigInt(trader.open),
      trader.reserve,
    ]);
    expect(nonces.nonceFloor, `nonces at ${step}`).to.equal(trader.floor);
    const ahead = [...trader.used].filter((nonce) => nonce >= trader.floor);
    expect(nonces.used).to.equal(ahead.reduce((bits, nonce) => bits | (1n << (nonce - trader.floor)), 0n));
    for (const [index, { root }] of this.markets.entries()) {
      const lots = this.plain.lotsOf(trader, root);
      const shown = root === 1 ? lots.map((held) => held - lots[lots.length - 1]!) : lots;
      expect([...positions[index]!], `lots at ${step}`).to.deep.equal(shown);
    }
    expect(this.plain.slack(trader) >= 0n, "R11").to.equal(true);
  }

  private async judgeQueue(key: string, step: number): Promise<void> {
    const { book } = this.asked;
    const queue = this.plain.queues.get(key)!;
    const [root, branch] = key.split("/").map(Number) as [number, number];
    const [bids, asks, market] = await Promise.all([
      book.depthOf(root, branch, true, 1_000),
      book.depthOf(root, branch, false, 1_000),
      book.marketOf(root, branch),
    ]);
    for (const [depth, side] of [
      [bids, queue.bids],
      [asks, queue.asks],
    ] as const) {
      expect(
        depth.orders.map(({ tradeRootId }) => Number(tradeRootId)),
        `${key} at ${step}`,
      ).to.deep.equal(side.map((order) => order.id));
      expect([...depth.lots]).to.deep.equal(side.map((order) => order.lots));
      expect([...depth.prices]).to.deep.equal(side.map((order) => order.price));
      for (const { tradeRootId, place } of depth.orders) {
        this.places.set(Number(tradeRootId), Number(place));
        expect(Number(place), "place").to.equal(this.announced.get(Number(tradeRootId)) ?? Number(tradeRootId));
        if (!this.usedPlaces.includes(Number(place))) this.usedPlaces.push(Number(place));
      }
    }
    expect(market.crossed, `crossed at ${step}`).to.equal(queue.crossing !== undefined);
  }
}

describe("Random histories against a plain book", () => {
  for (const seed of SEEDS) {
    for (const [legs, terms] of [
      [2, { maxOpen: 6, maxLots: 0n }],
      [2, { maxOpen: 50, maxLots: 500n }],
      [3, { maxOpen: 50, maxLots: 0n }],
      [5, { maxOpen: 8, maxLots: 700n }],
    ] as const) {
      it(`agree: seed ${seed}, ${legs} legs, maxLots ${terms.maxLots}`, async function () {
        this.timeout(3_600_000);
        const w = await openWorld(connection, {
          assetCount: legs,
          basketScale: SCALE,
          basketTickValue: TICK,
          maxOpenOrders: terms.maxOpen,
          maxLots: terms.maxLots,
          chainWindow: 8,
        });
        const hits = await new History(w, randomOf(seed * 100 + legs), seed * 100 + legs, terms, legs).run(STEPS);
        // The rarest things are drawn at all.
        if (STEPS >= 200)
          expect([...hits.keys()]).to.include.members([
            "resumed",
            "placed again",
            "offset",
            "set accepted 0",
            "set accepted 3",
            "set Book_StillCrossed",
          ]);
      });
    }
  }
});
