/**
 * What a relay has laid on, changed by cancellations and takings back one by one, against all of it laid anew on a book that was read
 * from the chain's start: the plain way is the judge of the quick one.
 */
import { expect } from "chai";
import fc from "fast-check";

import { isRefusal, type Refusal } from "../../../src/protocol/market/refusal.js";
import { PLAIN_HASHING } from "../../../src/protocol/signing/hashing.js";
import { cancellationHash, primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { RelayError } from "../../../src/relay/errors.js";
import { createMirror, type Mirror } from "../../../src/relay/follow/mirror.js";
import { type BatchPlan, createBatchPlan, DOUBT_MS } from "../../../src/relay/queue/batch-plan.js";
import type { Foresight } from "../../../src/relay/queue/foresight.js";
import { cancelDigest } from "../../../src/wire/cancellation.js";
import { ordersOf, PaperChain } from "../paper/chain.js";
import { expectRefused } from "../paper/expect.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

const DEPTH = 6;
const NO_CREDIT = { share: 0, most: 0 };

interface Order {
  readonly trader: number;
  readonly price: number;
  readonly lots: number;
}
interface Range {
  readonly trader: number;
  readonly from: number;
  readonly to: number;
  readonly raise: number;
}
type Step =
  | ({ readonly kind: "offer" | "others" } & Order)
  | ({ readonly kind: "cancel" } & Range)
  | ({ readonly kind: "replace"; readonly price: number } & Range)
  | { readonly kind: "takeBack"; readonly which: number }
  | { readonly kind: "send" | "mine" | "rewind" | "wait" };

const trader = fc.integer({ min: 0, max: 2 });
const price = fc.integer({ min: 4_990, max: 5_010 });
const order = { trader, price, lots: fc.constantFrom(-17, -3, -1, 1, 3, 17) };
const range = { trader, from: fc.integer({ min: 0, max: 20 }), to: fc.integer({ min: 0, max: 40 }), raise: fc.nat(3) };
const of = <Kind extends string>(...kinds: readonly Kind[]): fc.Arbitrary<Kind> => fc.constantFrom(...kinds);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: of("offer"), ...order }) },
  { weight: 5, arbitrary: fc.record({ kind: of("cancel"), ...range }) },
  { weight: 2, arbitrary: fc.record({ kind: of("replace"), price, ...range }) },
  { weight: 2, arbitrary: fc.record({ kind: of("takeBack"), which: fc.nat(40) }) },
  { weight: 4, arbitrary: fc.record({ kind: of("send", "mine", "wait") }) },
  { weight: 1, arbitrary: fc.record({ kind: of("others"), ...order }) },
  { weight: 1, arbitrary: fc.record({ kind: of("rewind") }) },
);

/** Counts packages that are laid onto a relay's mirror. */
function counted({ tracker }: PaperRelay): { count: number } {
  const work = { count: 0 };
  const plain = { ...tracker.mirror };
  const counting: Mirror["append"] = (...given) => {
    work.count += 1;
    return plain.append(...given);
  };
  Object.assign(tracker.mirror, { append: counting });
  return work;
}

class World {
  public readonly chain = new PaperChain({ chainWindow: 60, funds: 20n });
  public readonly seen = new Map<string, number>();
  /** Cancellations that came with packages: once these are taken back they go before all, and so before others of their trader. */
  public readonly replacing = new Set<string>();
  readonly #nonces = [0n, 0n, 0n];

  private constructor(private relay: PaperRelay | undefined) {}

  public static async open(): Promise<World> {
    const world = new World(undefined);
    // Batches of three, so that there are many; two of them on their way.
    const options = { chain: world.chain, reorgDepth: DEPTH, batchSize: 3, maxInFlight: 2, credit: NO_CREDIT };
    world.relay = await paperRelay(options);
    for (const side of [1, -1]) {
      for (const one of [0, 1, 2])
        world.chain.mine(ordersOf(world.#sign({ trader: one, price: 5_000 - side * (4 + one), lots: 3 * side })));
    }
    await world.of.follow();
    return world;
  }

  public get of(): PaperRelay {
    return this.relay!;
  }

  public async take(one: Step): Promise<void> {
    const { of: relay, chain } = this;
    switch (one.kind) {
      case "offer":
        return this.#tell("offered", relay.intake.offer(this.#sign(one)));
      case "cancel":
        return this.#tell("cancelled", relay.cancelDesk.cancel(this.#cancellation(one)));
      case "replace": {
        const instead = [1, 2].map((lots) => this.#sign({ ...one, lots }));
        const signed = this.#cancellation(one);
        this.replacing.add(cancellationHash(signed.cancellation));
        return this.#tell("replaced", relay.cancelDesk.replace(signed, instead));
      }
      case "takeBack":
        return this.#takeBack(one.which);
      case "send":
        return relay.dispatcher.tick(await relay.fence());
      case "mine":
        chain.mine();
        return relay.follow();
      case "others":
        chain.mine(ordersOf(this.#sign(one)));
        return relay.follow();
      case "wait":
        relay.time.ms += DOUBT_MS;
        return;
      case "rewind":
        chain.rewind(chain.tip.number - 1);
        chain.mine();
        chain.mine();
        return relay.follow();
    }
  }

  /** A plan over the same ledgers, on a book of its own. */
  public judge(): { readonly plan: BatchPlan; readonly mirror: Mirror } {
    const { ledger, cancels, planned, limits, tracker, clock } = this.of;
    const { terms } = this.chain;
    const mirror = createMirror({ terms, limits, depth: DEPTH + 1, hashing: PLAIN_HASHING });
    for (let number = 0; number <= tracker.mirror.tip!.number; number += 1) mirror.apply(this.chain.blockAt(number)!);
    const plan = createBatchPlan(ledger, cancels, planned);
    plan.lay(mirror, clock.now());
    return { plan, mirror };
  }

  #sign({ trader: by, price: at, lots }: Order) {
    const nonce = this.#nonces[by]!;
    this.#nonces[by] = nonce + 1n;
    return this.chain.sign(by, { priceTicks: BigInt(at), quantityLots: BigInt(lots), nonce });
  }

  #cancellation({ trader: by, from, to, raise }: Range) {
    const next = this.#nonces[by]! - BigInt(raise);
    const nonceFloor = next < 0n ? 0n : next;
    return this.chain.signCancellation(by, { fromTradeRootId: Math.min(from, to), toTradeRootId: to, nonceFloor });
  }

  async #takeBack(which: number): Promise<void> {
    const { ledger, canceller } = this.of;
    const waiting = ledger.waiting();
    const entry = waiting[which % Math.max(1, waiting.length)];
    if (entry === undefined) return;
    const { key } = this.chain.traders.find(({ address }) => address === entry.signed.package.trader)!;
    const signature = key.sign(cancelDigest(this.chain.terms.domain, entry.link)).serialized;
    return this.#tell("taken back", canceller.cancel(entry.link, signature));
  }

  async #tell(what: string, work: Promise<unknown>): Promise<void> {
    const code = await work.then(
      () => what,
      (error: unknown) => {
        if (error instanceof RelayError || isRefusal(error)) return error.code;
        throw error;
      },
    );
    this.seen.set(code, (this.seen.get(code) ?? 0) + 1);
  }
}

const saidOf = (laid: Foresight | Refusal | undefined): unknown =>
  laid === undefined || isRefusal(laid)
    ? laid?.code
    : laid.orders.map(({ tradeRootId }) => tradeRootId).sort((a, b) => a - b);
const packagesOf = ({ batches, open }: Mirror): unknown[] =>
  [...batches.flatMap(({ expected }) => expected), ...open].map(({ link, outcome, fills }) => [
    link,
    isRefusal(outcome) ? outcome.code : outcome,
    fills,
  ]);

describe("given any history of a queue that is laid anew as late as can be", () => {
  it("cancellations do what they do on a book that was laid anew after every step, and so does what is sent", async () => {
    const seen = new Map<string, number>();
    let [stale, compared] = [0, 0];
    const property = fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 50 }), async (steps) => {
      const world = await World.open();
      const { plan, cancels, tracker } = world.of;
      for (const one of steps) {
        await world.take(one);
        const judge = world.judge();
        const replacing = cancels.waiting().filter(({ hash }) => world.replacing.has(hash));
        const replacers = new Set(replacing.map(({ signed }) => signed.cancellation.trader));
        for (const { hash, signed } of cancels.waiting()) {
          if (replacers.has(signed.cancellation.trader)) continue;
          expect(saidOf(plan.laidAs(hash)), `${hash} after ${one.kind}`).to.deep.equal(saidOf(judge.plan.laidAs(hash)));
          compared += 1;
        }
        if (plan.isStale()) stale += 1;
        else if (replacing.length === 0) {
          expect(packagesOf(tracker.mirror), `after ${one.kind}`).to.deep.equal(packagesOf(judge.mirror));
        }
      }
      for (const [code, times] of world.seen) seen.set(code, (seen.get(code) ?? 0) + times);
    });
    await fc.assert(property, { seed: 11, numRuns: 8 });
    expect([...seen.keys()], "something of everything").to.include.members([
      "offered",
      "cancelled",
      "replaced",
      "taken back",
    ]);
    expect(Math.min(stale, compared)).to.be.above(30);
  });
});

describe("given many packages that wait, when traders cancel, take back and are refused", () => {
  const CREDIT = { share: 4, most: 40 };
  const WAITING = 120;
  let chain: PaperChain;
  let relay: PaperRelay;

  /** Bids of three traders, far from each other's. */
  async function fill(credit: { share: number; most: number }): Promise<void> {
    chain = new PaperChain();
    relay = await paperRelay({ chain, batchSize: 8, credit });
    await relay.follow();
    chain.mine(ordersOf(chain.sign(0, { nonce: 0n }), chain.sign(1, { nonce: 0n })));
    await relay.follow();
    const offers = Array.from({ length: WAITING }, (_, index) =>
      chain.sign(index % 3, { nonce: BigInt(1 + Math.floor(index / 3)), priceTicks: 4_000n, quantityLots: 1n }),
    );
    for (let first = 0; first < WAITING; first += 40)
      await Promise.all(offers.slice(first, first + 40).map((one) => relay.intake.offer(one)));
  }
  const takeBack = (index: number): Promise<void> => {
    const entry = relay.ledger.waiting()[index]!;
    const { key } = chain.traders.find(({ address }) => address === entry.signed.package.trader)!;
    return relay.canceller.cancel(entry.link, key.sign(cancelDigest(chain.terms.domain, entry.link)).serialized);
  };

  it("lays so many packages anew for each as it has earned, and not all that wait", async () => {
    await fill(CREDIT);
    relay.plan.lay(relay.tracker.mirror, relay.clock.now());
    const work = counted(relay);
    let changes = 0;
    for (let times = 0; times < 6; times += 1) {
      await takeBack(0);
      await relay.cancelDesk.cancel(
        chain.signCancellation(times % 3, { fromTradeRootId: 0, toTradeRootId: 0, nonceFloor: BigInt(2 + times) }),
      );
      const nothing = chain.signCancellation(2, { fromTradeRootId: 0, toTradeRootId: 0, nonceFloor: 0n });
      const refused: unknown = await relay.cancelDesk.cancel(nothing).catch((error: unknown) => error);
      expect(refused).to.include({ code: "Book_OrderNotMeant" });
      changes += 2;
    }
    expect(work.count, "a laying for each would be above a thousand").to.be.at.most(
      CREDIT.most + CREDIT.share * changes,
    );
  });

  it("lays all of it once before the next transaction, whatever was changed since the last", async () => {
    await fill(NO_CREDIT);
    const work = counted(relay);
    for (let times = 0; times < 10; times += 1) await takeBack(3 * times);
    await relay.cancelDesk.cancel(chain.signCancellation(1, { toTradeRootId: 2 }));
    expect([work.count, relay.plan.isStale()]).to.deep.equal([0, true]);
    await relay.dispatcher.tick(await relay.fence());
    expect(relay.plan.isStale()).to.equal(false);
    expect(work.count).to.equal(WAITING - 10);
    chain.mine();
    await relay.follow();
    expect(chain.resting, "the cancellation went first").to.include(1);
    expect(chain.resting).not.to.include(2);
  });

  it("refuses nobody for what was taken back: that is looked at again a second later at the latest", async () => {
    await fill(NO_CREDIT);
    const entry = relay.ledger.waiting()[30]!;
    await takeBack(30);
    const again = chain.sign(0, { nonce: entry.signed.package.nonce, priceTicks: 4_100n, quantityLots: 1n });
    const { trader: by } = again.package;
    const soon = { trader: by, retryAfterSeconds: 1 };
    await expectRefused(relay.intake.offer(again), "RELAY_QUEUE_CHANGING", soon);
    const work = counted(relay);
    await expectRefused(relay.intake.offer(again), "RELAY_QUEUE_CHANGING", soon);
    expect(work.count).to.equal(0);
    relay.time.ms += DOUBT_MS;
    expect((await relay.intake.offer(again)).link).to.equal(primaryLink(again.package));
    expect(work.count).to.equal(WAITING);
  });

  it("takes out at once what whoever cancels has waiting: its collateral and its place are free", async () => {
    await fill(NO_CREDIT);
    const { address } = chain.traders[0]!;
    const before = relay.tracker.mirror.book.accountOf(address).openOrders;
    await relay.cancelDesk.cancel(chain.signCancellation(0, { toTradeRootId: 1, nonceFloor: 60n }));
    expect(before).to.equal(WAITING / 3 + 1);
    expect(relay.tracker.mirror.book.accountOf(address).openOrders).to.equal(0);
    await relay.intake.offer(chain.sign(0, { nonce: 60n, priceTicks: 4_000n, quantityLots: 1n }));
    expect(relay.plan.isStale()).to.equal(true);
  });

  it("gives a cancellation the orders that packages which wait would have filled, and those of a replacement that waits; once", async () => {
    await fill(NO_CREDIT);
    relay.plan.lay(relay.tracker.mirror, relay.clock.now());
    await relay.intake.offer(chain.sign(2, { nonce: 41n, quantityLots: -10n }));
    const filled = relay.tracker.mirror.open.at(-1)!.fills.map(({ makerRootId }) => makerRootId);
    expect(filled, "the best bids").to.deep.equal([1]);
    const own = { fromTradeRootId: 1, toTradeRootId: 2 };
    const taken = await relay.cancelDesk.cancel(chain.signCancellation(0, { ...own, nonceFloor: 0n }));
    expect(taken.tradeRootIds).to.deep.equal([1]);
    const again = await relay.cancelDesk.cancel(chain.signCancellation(0, { ...own, nonceFloor: 50n }));
    expect(again.tradeRootIds, "it is the first one's").to.deep.equal([]);
    const quote = chain.sign(1, { nonce: 50n, priceTicks: 4_000n, quantityLots: 1n });
    await relay.cancelDesk.replace(chain.signCancellation(1, { ...own, nonceFloor: 0n }), [quote]);
    const all = await relay.cancelDesk.cancel(chain.signCancellation(1, { ...own, nonceFloor: 50n }));
    expect(all.tradeRootIds).to.deep.equal([2]);
    relay.plan.lay(relay.tracker.mirror, relay.clock.now());
    expect(saidOf(relay.plan.laidAs(all.hash)), "before the replacement that waits").to.deep.equal([2]);
    expect(saidOf(relay.plan.laidAs(again.hash))).to.deep.equal([]);
  });

  it("does not lay all anew for a package that is offered again after it was taken back", async () => {
    await fill(NO_CREDIT);
    const { signed } = relay.ledger.waiting().at(-1)!;
    await takeBack(WAITING - 1);
    relay.time.ms += DOUBT_MS;
    const work = counted(relay);
    for (let times = 0; times < 3; times += 1) await relay.intake.offer(signed).catch(() => undefined);
    expect(work.count).to.be.at.most(WAITING + 3);
  });
});
