/**
 * Random histories of a chain and its relays: blocks, orders of others, reorganisations, lost transactions, rivals for a nonce,
 * takings back, restarts, takeovers. Whatever happened, in the end every relay has the chain's book, and what was acknowledged
 * has landed, or is refused by the book's own words, or was taken back.
 */
import { expect } from "chai";
import fc from "fast-check";

import type { SignedPackage } from "../../../src/bindings/packages.js";
import { isNonceUsed } from "../../../src/protocol/book/nonces.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { flush, learn, learnCancellations, load } from "../../../src/relay/engine/stored.js";
import { RelayError } from "../../../src/relay/errors.js";
import { CREDIT_PLAN, type CreditPlan } from "../../../src/relay/queue/credit.js";
import { isRefusal } from "../../../src/protocol/market/refusal.js";
import type { Standing } from "../../../src/relay/follow/standing.js";
import type { Fence } from "../../../src/relay/store/submissions.js";
import { cancelDigest } from "../../../src/wire/cancellation.js";
import { ordersOf, PaperChain } from "../paper/chain.js";
import { engineState } from "../paper/engine.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

const DEPTH = 6;

type Step =
  | {
      readonly kind: "offer";
      readonly trader: number;
      readonly price: number;
      readonly lots: number;
      readonly to: 0 | 1;
    }
  | { readonly kind: "cancel"; readonly which: number }
  | { readonly kind: "cancelAll"; readonly trader: number; readonly from: number; readonly raise: number }
  | { readonly kind: "mine" | "tick" | "tend" | "follow" | "learn" | "flush" | "forget" | "handOver" | "restart" }
  | { readonly kind: "others"; readonly trader: number; readonly price: number; readonly lots: number }
  | { readonly kind: "copy"; readonly which: number }
  | { readonly kind: "rewind"; readonly blocks: number; readonly forget: boolean };

const order = {
  trader: fc.integer({ min: 0, max: 2 }),
  price: fc.integer({ min: 4_990, max: 5_010 }),
  lots: fc.constantFrom(-17, -3, -1, 1, 3, 17),
};
const plain = fc.constantFrom(
  "mine",
  "tick",
  "tend",
  "follow",
  "learn",
  "flush",
  "forget",
  "handOver",
  "restart" as const,
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant("offer" as const), to: fc.constantFrom(0, 1), ...order }) },
  { weight: 12, arbitrary: fc.record({ kind: plain }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancel" as const), which: fc.nat(20) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("cancelAll" as const),
      trader: fc.integer({ min: 0, max: 2 }),
      from: fc.integer({ min: 1, max: 6 }),
      raise: fc.integer({ min: 0, max: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("others" as const), ...order }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("copy" as const), which: fc.nat(20) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("rewind" as const),
      blocks: fc.integer({ min: 1, max: DEPTH - 1 }),
      forget: fc.boolean(),
    }),
  },
);

/** Two relays of one database, with one account, of which one submits at a time. */
class World {
  public readonly chain = new PaperChain({ chainWindow: 40, funds: 20n });
  public readonly taken: { readonly signed: SignedPackage; isBack: boolean }[] = [];
  #relays: readonly PaperRelay[] = [];
  #submitter = 0;
  #nonces = [0n, 0n, 0n];

  public constructor(private readonly credit: CreditPlan) {}

  public async open(): Promise<void> {
    const { chain, credit } = this;
    const first = await paperRelay({ chain, reorgDepth: DEPTH, credit });
    const second = await paperRelay({ chain, reorgDepth: DEPTH, rows: first.rows, credit });
    this.#relays = [first, second];
    for (const relay of this.#relays) await relay.follow();
  }

  public get relays(): readonly PaperRelay[] {
    return this.#relays;
  }

  public async take(one: Step): Promise<void> {
    const submitter = this.#relays[this.#submitter]!;
    switch (one.kind) {
      case "offer":
        return this.#offer(this.#relays[one.to]!, one.trader, one.price, one.lots);
      case "cancel":
        return this.#cancel(one.which);
      case "cancelAll":
        return this.#cancelAll(submitter, one.trader, one.from, one.raise);
      case "copy": {
        const known = this.taken[one.which % Math.max(1, this.taken.length)];
        if (known !== undefined) this.chain.mine(ordersOf(known.signed));
        return;
      }
      case "others":
        this.chain.mine(ordersOf(this.#sign(one.trader, one.price, one.lots)));
        return;
      case "mine":
        this.chain.mine();
        return;
      case "rewind":
        this.#rewind(one.blocks, one.forget);
        return;
      case "forget":
        this.chain.pool = [];
        return;
      case "tick":
        return quietly(submitter.dispatcher.tick(await this.#fence(submitter)));
      case "tend":
        submitter.time.ms += 20_000;
        if (submitter.tracker.standing === undefined) return;
        return tend(submitter, await this.#fence(submitter), submitter.tracker.standing);
      case "follow":
        for (const relay of this.#relays) await followed(relay);
        return;
      case "learn":
        for (const relay of this.#relays) await learn(this.#stateOf(relay));
        for (const relay of this.#relays) await learnCancellations(this.#stateOf(relay));
        return;
      case "flush":
        return flush(this.#stateOf(submitter));
      case "handOver":
        this.#submitter = 1 - this.#submitter;
        return load(this.#stateOf(this.#relays[this.#submitter]!));
      case "restart":
        return submitter.tracker.restart("a step of the history");
    }
  }

  /** Everything quiet: blocks come, and the relays do what they do, until nothing is left to do. */
  public async settle(): Promise<void> {
    for (let rounds = 0; rounds < 60; rounds += 1) {
      if (rounds > DEPTH && this.#isAtRest()) break;
      for (const kind of ["follow", "learn", "tick", "tend", "mine", "flush"] as const) await this.take({ kind });
    }
    for (const relay of this.#relays) await followed(relay);
    for (const relay of this.#relays) await learn(this.#stateOf(relay));
  }

  #isAtRest(): boolean {
    return this.#relays.every(
      ({ ledger, tracker }) => tracker.isReady && ledger.unlanded() === 0 && ledger.openSubmissions().length === 0,
    );
  }

  /** Whether the chain has the package, or another with its nonce. */
  public isUsed({ package: { trader, nonce } }: SignedPackage): boolean {
    const { traders } = this.#relays[0]!.tracker.mirror.book.state;
    return isNonceUsed(traders.find(trader)!.nonces, nonce);
  }

  #sign(trader: number, price: number, lots: number): SignedPackage {
    const nonce = this.#nonces[trader]!;
    this.#nonces[trader] = nonce + 1n;
    return this.chain.sign(trader, { priceTicks: BigInt(price), quantityLots: BigInt(lots), nonce });
  }

  async #offer(relay: PaperRelay, trader: number, price: number, lots: number): Promise<void> {
    const signed = this.#sign(trader, price, lots);
    try {
      await relay.intake.offer(signed);
      this.taken.push({ signed, isBack: false });
    } catch (error) {
      if (!(error instanceof RelayError) && !isRefusal(error)) throw error;
    }
  }

  async #cancel(which: number): Promise<void> {
    const known = this.taken[which % Math.max(1, this.taken.length)];
    if (known === undefined) return;
    const link = primaryLink(known.signed.package);
    const { key } = this.chain.traders.find(({ address }) => address === known.signed.package.trader)!;
    const signature = key.sign(cancelDigest(this.chain.terms.domain, link)).serialized;
    const { canceller } = this.#relays[which % 2]!;
    await canceller.cancel(link, signature).then(
      () => (known.isBack = true),
      (error: unknown) => {
        if (!(error instanceof RelayError)) throw error;
      },
    );
  }

  /** Packages whose nonces it makes void are taken back. */
  async #cancelAll(relay: PaperRelay, trader: number, fromTradeRootId: number, raise: number): Promise<void> {
    const nonceFloor = this.#nonces[trader]! - BigInt(raise);
    if (nonceFloor < 0n) return;
    const signed = this.chain.signCancellation(trader, { fromTradeRootId, toTradeRootId: 1_000, nonceFloor });
    try {
      const { withdrawn } = await relay.cancelDesk.cancel(signed);
      for (const one of this.taken) if (withdrawn.includes(primaryLink(one.signed.package))) one.isBack = true;
    } catch (error) {
      if (!(error instanceof RelayError) && !isRefusal(error)) throw error;
    }
  }

  #rewind(blocks: number, forget: boolean): void {
    const ancestor = Math.max(1, this.chain.tip.number - blocks);
    const missing = this.chain.tip.number - ancestor;
    this.chain.rewind(ancestor, forget);
    for (let mined = 0; mined <= missing; mined += 1) this.chain.mine();
  }

  #fence(relay: PaperRelay) {
    return relay.fence(); // both have one account, and by its name one lease
  }

  #stateOf(relay: PaperRelay) {
    const known = states.get(relay) ?? engineState(relay);
    states.set(relay, known);
    return known;
  }
}

const states = new WeakMap<PaperRelay, ReturnType<typeof engineState>>();

/** As the engine's loop: a fault is over some time later. */
async function followed(relay: PaperRelay): Promise<void> {
  for (let looks = 0; looks < 12; looks += 1) await relay.follow().catch(() => undefined);
}

async function quietly(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof RelayError)) throw error;
  });
}

/** @returns what became of each package that was acknowledged */
async function endsOf(steps: readonly Step[], credit: CreditPlan): Promise<string[]> {
  const world = new World(credit);
  await world.open();
  for (const one of steps) await world.take(one);
  await world.settle();
  for (const { tracker, ledger } of world.relays) {
    expect(tracker.mirror.confirmed.link, "the book").to.equal(world.chain.link);
    expect(ledger.unlanded(), "what is left").to.equal(0);
    expect(ledger.openSubmissions(), "what is on its way").to.deep.equal([]);
  }
  const ends: string[] = [];
  for (const { signed, isBack } of world.taken) {
    const { fate } = (await world.relays[0]!.packages.find(primaryLink(signed.package)))!;
    expect(fate.status, "as it is stored").to.be.oneOf(["onChain", "refused", "withdrawn"]);
    if (fate.status === "onChain") expect(world.isUsed(signed)).to.equal(true);
    expect(fate.status === "withdrawn", "taken back, and never else").to.equal(isBack);
    ends.push(fate.status);
  }
  return ends;
}

describe("given any history of a chain and two relays, when it has come to rest", function () {
  for (const [how, credit] of [
    ["at once", CREDIT_PLAN],
    ["as late as can be", { share: 0, most: 0 }],
  ] as const) {
    it(`both have the chain's book, and all that was acknowledged has come to its end, laid anew ${how}`, async () => {
      const ends: string[] = [];
      const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        ends.push(...(await endsOf(steps, credit)));
      });
      await fc.assert(property, { seed: 3, numRuns: 10 });
      expect(new Set(ends), "these histories have something of everything").to.include.keys("onChain", "withdrawn");
    });
  }
});

async function tend({ sender, dispatcher }: PaperRelay, fence: Fence, at: Standing): Promise<void> {
  for (const hopeless of await sender.tend(fence, at)) await dispatcher.remake(fence, hopeless);
}
