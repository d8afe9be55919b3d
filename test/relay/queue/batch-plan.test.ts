import { expect } from "chai";

import type { NamedPackage, SignedPackage } from "../../../src/bindings/packages.js";
import { PLAIN_HASHING } from "../../../src/protocol/signing/hashing.js";
import { cancellationHash, primaryLink } from "../../../src/protocol/signing/typed-data.js";
import type { Expected } from "../../../src/relay/follow/batch.js";
import { createMirror } from "../../../src/relay/follow/mirror.js";
import { createBatchPlan } from "../../../src/relay/queue/batch-plan.js";
import { createCancelLedger } from "../../../src/relay/queue/cancel-ledger.js";
import type { GasEstimate } from "../../../src/relay/queue/gas.js";
import type { Signers } from "../../../src/relay/queue/signers.js";
import { createLedger } from "../../../src/relay/queue/ledger.js";
import type { StoredSubmission } from "../../../src/relay/store/submissions.js";
import { ordersOf, PaperChain, traderAt } from "../paper/chain.js";

const ALL_KEYS: Signers["isOwnKey"] = () => true;
const ALL_CANCELLATIONS: Signers["isOwnCancellation"] = () => true;
const stepsOf = ({ steps }: Pick<Expected, "steps">): bigint => BigInt(steps) + 1n;
/** A package needs as much gas as it has steps, and one; a cancellation as it has orders, and one. */
const GAS: GasEstimate = {
  of: stepsOf,
  ofCancellation: (orders) => BigInt(orders) + 1n,
  wanted: ({ cancellations, expected }) =>
    cancellations.reduce((sum, { orders }) => sum + BigInt(orders.length) + 1n, 0n) +
    expected.reduce((sum, one) => sum + stepsOf(one), 0n),
  limitOf: (_contents, cap) => cap,
  withEstimate: (_contents, _estimate, cap) => cap,
  fittingIn: (batch) => batch,
  mostPlaces: (cap) => Number(cap) - 1,
};

/** A ledger and a mirror that has read the chain, and a plan over them. */
function open({ batchSize = 3, gasCap = 1_000n, isOwnKey = ALL_KEYS, isOwnCancellation = ALL_CANCELLATIONS } = {}) {
  const chain = new PaperChain();
  const mirror = createMirror({
    terms: chain.terms,
    limits: { maxMatches: 16, maxWalk: 64 },
    depth: 9,
    hashing: PLAIN_HASHING,
  });
  for (let number = 0; number <= chain.tip.number; number += 1) mirror.apply(chain.blockAt(number)!);
  const ledger = createLedger();
  const cancels = createCancelLedger(ledger);
  const plan = createBatchPlan(ledger, cancels, {
    batchSize,
    gasCap: () => gasCap,
    now: () => 0,
    accounts: { left: () => 2n ** 64n },
    gas: GAS,
    signers: { isOwnKey, isOwnCancellation },
  });
  const now = chain.tip.timestamp + 1n;
  return { chain, mirror, ledger, cancels, plan, now };
}

type World = ReturnType<typeof open>;

const named = (signed: SignedPackage) => ({ link: primaryLink(signed.package), signed });
const draft = ({ chain }: World, nonce: number): SignedPackage =>
  chain.sign(0, { nonce: BigInt(nonce), priceTicks: 4_000n, quantityLots: 1n });

/** Packages of one trader, as they were acknowledged. */
function take(world: World, count: number): SignedPackage[] {
  const signed = Array.from({ length: count }, (_, nonce) => draft(world, nonce));
  signed.forEach((one, index) => {
    world.ledger.add(named(one), index + 1);
  });
  return signed;
}

/** A stored transaction with packages of the ledger. */
function submission(id: number, signed: readonly SignedPackage[]): StoredSubmission {
  const links = signed.map((one) => primaryLink(one.package));
  const call = { account: "0xac", nonce: id, kind: "batch", data: "0x", gasLimit: 1n } as const;
  return { id, ...call, links, cancellations: [], transactions: [] };
}

const layout = ({ mirror }: World): number[][] =>
  [...mirror.batches.map(({ expected }) => expected), mirror.open].map((expected) =>
    expected.map(({ signed }) => Number(signed.package.nonce)),
  );

describe("createBatchPlan", () => {
  describe("when packages are laid", () => {
    it("puts as many into a batch as go there, in the order of their acknowledgement", () => {
      const world = open();
      take(world, 7);
      world.plan.lay(world.mirror, world.now);
      expect(layout(world)).to.deep.equal([[0, 1, 2], [3, 4, 5], [6]]);
    });

    it("puts at most 8 orders of contract wallets into one, and others beside them", () => {
      const isOwnKey = ({ signed }: NamedPackage): boolean => signed.package.nonce % 4n === 3n;
      const world = open({ batchSize: 20, isOwnKey });
      take(world, 24); // three of four are wallets'
      world.plan.lay(world.mirror, world.now);
      const ordersOf = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);
      // 0 to 9 hold eight wallets' and two others, 10 is the ninth; 10 to 20 eight and three.
      expect(layout(world)).to.deep.equal([ordersOf(0, 9), ordersOf(10, 20), ordersOf(21, 23)]);
    });

    it("keeps what was sent as it was sent, and lays what waits behind it", () => {
      const world = open();
      const signed = take(world, 6);
      world.ledger.addSubmission(submission(1, [signed[4]!, signed[2]!]), 0);
      world.plan.lay(world.mirror, world.now);
      expect(layout(world)).to.deep.equal([[4, 2], [0, 1, 3], [5]]);
      expect(world.plan.next(world.mirror, false)!.expected.map(({ link }) => link)).to.deep.equal(
        [0, 1, 3].map((nonce) => primaryLink(signed[nonce]!.package)),
      );
    });

    it("lays them once, however often it is asked to", () => {
      const world = open();
      take(world, 4);
      for (let times = 0; times < 3; times += 1) world.plan.lay(world.mirror, world.now);
      expect(layout(world)).to.deep.equal([[0, 1, 2], [3]]);
    });

    it("passes over a transaction whose packages have all landed", () => {
      const world = open();
      const signed = take(world, 2);
      world.ledger.addSubmission(submission(1, [signed[0]!]), 0);
      world.ledger.settle(
        primaryLink(signed[0]!.package),
        { kind: "landed", tradeRootId: 1 },
        { number: 9, hash: "0x" },
      );
      world.plan.lay(world.mirror, world.now);
      expect(layout(world)).to.deep.equal([[1]]);
    });
  });

  describe("when a package is pushed", () => {
    const push = (world: World, signed: SignedPackage) => world.plan.push(world.mirror, named(signed), world.now);

    it("tells what is expected of it, behind what is laid already", () => {
      const world = open();
      const maker = push(world, world.chain.sign(0, { quantityLots: -4n, priceTicks: 5_000n }));
      const taker = push(world, world.chain.sign(1, { quantityLots: 3n, priceTicks: 5_100n }));
      expect([maker.outcome, taker.outcome, taker.steps]).to.deep.equal([1, 2, 1]);
      expect(taker.fills).to.deep.equal([{ makerRootId: 1, priceTicks: 5_000n, lots: 3n }]);
    });

    it("opens another batch for it if the open one is full", () => {
      const world = open({ batchSize: 2 });
      for (let nonce = 0; nonce < 3; nonce += 1) push(world, draft(world, nonce));
      expect(layout(world)).to.deep.equal([[0, 1], [2]]);
    });

    it("opens another batch for it if the gas of both were too much, and is right about it there", () => {
      const world = open({ gasCap: 3n });
      push(world, world.chain.sign(0, { quantityLots: -1n, priceTicks: 5_000n, nonce: 0n }));
      push(world, world.chain.sign(0, { quantityLots: -1n, priceTicks: 5_000n, nonce: 1n }));
      const taker = push(world, world.chain.sign(1, { quantityLots: 2n, priceTicks: 5_000n, nonce: 0n }));
      expect(layout(world)).to.deep.equal([[0, 1], [0]]);
      expect([taker.outcome, taker.steps, taker.fills.length]).to.deep.equal([3, 2, 2]);
    });

    it("lets one that needs too much alone go alone", () => {
      const world = open({ gasCap: 1n });
      push(world, world.chain.sign(0, { quantityLots: -1n, priceTicks: 5_000n }));
      push(world, world.chain.sign(1, { quantityLots: 1n, priceTicks: 5_000n }));
      expect(layout(world)).to.deep.equal([[0], [0]]);
      expect(world.mirror.open[0]!.steps).to.equal(1);
    });
  });

  describe("when the next batch is asked for", () => {
    it("gives the oldest that was not sent, and closes the open one only if it is due", () => {
      const world = open();
      take(world, 4);
      world.plan.lay(world.mirror, world.now);
      const first = world.plan.next(world.mirror, false)!;
      expect(first.expected.length).to.equal(3);
      expect(world.plan.next(world.mirror, true), "it was not sent yet").to.equal(first);
      world.plan.markSent(first);
      expect(world.plan.next(world.mirror, false)).to.equal(undefined);
      expect(world.plan.next(world.mirror, true)!.expected.length).to.equal(1);
    });

    it("has none if nothing waits", () => {
      const world = open();
      expect(world.plan.next(world.mirror, true)).to.equal(undefined);
    });
  });

  describe("when batches come to nothing", () => {
    const laid = (world: World, change?: "shrink" | "grow"): number[] => {
      if (change !== undefined) world.plan[change]();
      world.plan.lay(world.mirror, world.now);
      return layout(world).map(({ length }) => length);
    };

    it("puts half as many into each, down to one, and one more after each that goes", () => {
      const world = open({ batchSize: 4 });
      take(world, 5);
      expect(laid(world)).to.deep.equal([4, 1]);
      expect(laid(world, "shrink")).to.deep.equal([2, 2, 1]);
      for (let times = 0; times < 3; times += 1) world.plan.shrink();
      expect(laid(world)).to.deep.equal([1, 1, 1, 1, 1]);
      expect(laid(world, "grow")).to.deep.equal([2, 2, 1]);
      for (let times = 0; times < 9; times += 1) world.plan.grow();
      expect(laid(world), "never more than at first").to.deep.equal([4, 1]);
    });
  });

  describe("when cancellations wait", () => {
    /** Each trader has an order that rests. */
    function withOrders(options: Parameters<typeof open>[0] = {}) {
      const world = open(options);
      const { chain, mirror } = world;
      chain.mine(ordersOf(...chain.traders.map((_, index) => chain.sign(index, { priceTicks: 3_000n, nonce: 30n }))));
      mirror.apply(chain.blockAt(chain.tip.number)!);
      return { ...world, now: chain.tip.timestamp + 1n };
    }
    const cancellation = ({ chain }: World, trader: number, nonceFloor = 0n) => {
      const signed = chain.signCancellation(trader, { nonceFloor });
      return { hash: cancellationHash(signed.cancellation), signed };
    };
    const shape = ({ mirror }: World): number[][] => [
      ...mirror.batches.map(({ cancellations, expected }) => [cancellations.length, expected.length]),
      [mirror.openCancellations.length, mirror.open.length],
    ];

    it("puts them at the head of the first batch, before packages that came earlier", () => {
      const world = withOrders();
      take(world, 4);
      world.cancels.add(cancellation(world, 1), 1);
      world.cancels.add(cancellation(world, 2), 2);
      world.plan.lay(world.mirror, world.now);
      expect(shape(world)).to.deep.equal([
        [2, 3],
        [0, 1],
      ]);
    });

    it("puts one of each trader into a batch, and as many as there is gas for", () => {
      const world = withOrders({ gasCap: 4n });
      [cancellation(world, 1), cancellation(world, 2), cancellation(world, 1, 40n), cancellation(world, 0)].forEach(
        (one, index) => {
          world.cancels.add(one, index + 1);
        },
      );
      world.plan.lay(world.mirror, world.now);
      expect(shape(world)).to.deep.equal([
        [2, 0],
        [2, 0],
      ]);
    });

    it("gives a wallet's a batch of its own", () => {
      const world = withOrders({
        isOwnCancellation: ({ signed }) => signed.cancellation.trader !== traderAt(1).address,
      });
      take(world, 1);
      [0, 1, 2].forEach((trader) => {
        world.cancels.add(cancellation(world, trader), trader + 1);
      });
      world.plan.lay(world.mirror, world.now);
      expect(shape(world)).to.deep.equal([
        [1, 0],
        [1, 0],
        [1, 1],
      ]);
    });

    it("says why one is in no batch, and what the others do", () => {
      const world = withOrders();
      const [good, empty] = [cancellation(world, 1), cancellation(world, 1)];
      const nothing = { ...empty.signed, cancellation: { ...empty.signed.cancellation, toTradeRootId: 1 } };
      const void_ = { hash: cancellationHash(nothing.cancellation), signed: nothing };
      world.cancels.add(good, 1);
      world.cancels.add(void_, 2);
      world.plan.lay(world.mirror, world.now);
      expect(world.plan.laidAs(good.hash)).to.deep.include({ orders: [{ tradeRootId: 2, place: 2 }], isWhole: true });
      expect(world.plan.laidAs(void_.hash)).to.include({ code: "Book_OrderNotMeant" });
      expect(world.plan.laidAs("0x00")).to.equal(undefined);
    });

    it("lays a replacement's before its packages, and not before", () => {
      const world = withOrders();
      take(world, 4);
      const { hash, signed } = cancellation(world, 1);
      world.cancels.add({ hash, signed }, 1);
      const instead = world.chain.sign(1, { nonce: 31n, priceTicks: 3_001n });
      world.ledger.add(named(instead), 5, hash);
      world.plan.lay(world.mirror, world.now);
      expect(shape(world)).to.deep.equal([
        [0, 3],
        [1, 2],
      ]);
    });

    it("lays those of a transaction where they were sent", () => {
      const world = withOrders();
      const { hash, signed } = cancellation(world, 1);
      world.cancels.add({ hash, signed }, 1);
      const [first] = take(world, 1);
      world.ledger.addSubmission({ ...submission(1, [first!]), cancellations: [hash] }, 0);
      world.plan.lay(world.mirror, world.now);
      expect(world.mirror.batches.map(({ cancellations }) => cancellations.length)).to.deep.equal([1]);
      expect(world.plan.next(world.mirror, true)).to.equal(undefined);
    });
  });
});
