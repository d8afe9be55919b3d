/** What packages burn that come to nothing, by the contracts themselves, and what a relay reckons with for them. */
import { expect } from "chai";
import { id, Wallet } from "ethers";
import hre from "hardhat";

import { packBatch } from "../../../stage/contracts/batches.js";
import { openMaker } from "../../../stage/contracts/makers.js";
import { eventRoot, intervalRoot, subMarket } from "../../../stage/contracts/markets.js";
import { type OrderSpec, sign, submit } from "../../../stage/contracts/orders.js";
import { openRouter } from "../../../stage/contracts/router.js";
import { TICK_VALUE, TIME_IN_FORCE, TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";
import { lots, ticks } from "../../../src/protocol/amounts/units.js";
import type { BookState } from "../../../src/protocol/book/state.js";
import type { House } from "../../../src/protocol/book/houses.js";
import { CALL_GAS, SKIPPED_GAS } from "../../../src/relay/queue/accounts.js";
import {
  type Burning,
  burnGas,
  leastBurnGas,
  mostKilledGas,
  triedInVainGas,
} from "../../../src/relay/queue/burning.js";

const connection = await hre.network.create();
const { fillOrKill } = TIME_IN_FORCE;
const LIMIT = 16;
/** A relay may reckon with so much more than is burned: half as much again, and what a step or two may take. */
const MOST = (burned: number): number => 1.5 * burned + 100_000;

/** Gas of a transaction with it, of which nothing lands. */
async function burnedBy(world: World, to: string, data: string): Promise<number> {
  const { provider } = world.connection.ethers;
  const transaction = { from: world.submitter.address, to, data, gas: `0x${16_000_000n.toString(16)}` };
  const before = (await world.book.chainState()).trades;
  await provider.send("eth_sendTransaction", [transaction]).catch(() => undefined); // mined all the same
  const block = await provider.getBlock("latest");
  const receipt = await provider.getTransactionReceipt(block?.transactions[0] ?? "");
  expect([(await world.book.chainState()).trades, receipt?.to], "nothing lands").to.deep.equal([before, to]);
  return Number(receipt?.gasUsed);
}

const inBatch = async (world: World, spec: OrderSpec): Promise<number> => {
  const batch = packBatch([await sign(world, spec)], { maxMatches: LIMIT, maxWalk: LIMIT });
  return burnedBy(world, world.bookAddress, world.book.interface.encodeFunctionData("createTrades", [batch]));
};

/** Orders of as many traders, none of whom has traded. */
async function quotes(world: World, count: number, spec: Omit<OrderSpec, "trader">): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    const trader = new Wallet(id(`quoter ${spec.root} ${spec.leg} ${spec.price} ${i}`));
    await bankroll(world, TOKEN, trader);
    await submit(world, { trader, ...spec });
  }
}

/** What a relay would reckon with, from what its mirror foresees. */
function reckoned(
  { root = 1, branches }: { readonly root?: number; readonly branches: number },
  foreseen: {
    readonly timeInForce?: number;
    readonly steps?: number;
    readonly through?: House;
    readonly ownFirst?: number;
  },
): number {
  const { timeInForce = 0, steps = 0, through, ownFirst = 0 } = foreseen;
  const legs = { kind: "simplex", marketRootId: root, weights: Array<number>(branches).fill(0) };
  const markets = { find: () => legs } as unknown as BookState["markets"]; // of a root nothing else is looked at
  const signed = { package: { marketRootId: root, marketBranchId: 1, timeInForce } } as Burning["signed"]; // nor of a package
  return Number(CALL_GAS + SKIPPED_GAS + burnGas({ markets }, { signed, steps, through, ownFirst }));
}

function expectBorne(what: string, burned: number, told: number): void {
  expect(told >= burned && told <= MOST(burned), `${what}: ${told} reckoned with, ${burned} burned`).to.equal(true);
}

describe("Gas that a package burns if it comes to nothing", () => {
  describe("given a fill-or-kill order that is killed in a batch", () => {
    const COUNTS = [0, 1, 2, 4, 15];

    async function kill(world: World, root: number, top: bigint, branches: number): Promise<void> {
      const order = { trader: world.alice, root, lots: 1_000n, price: top - 1n, timeInForce: fillOrKill };
      let there = 0;
      for (const steps of COUNTS) {
        await quotes(world, steps - there, { root, leg: 1, lots: -1n, price: 1n + BigInt(there) });
        there = steps;
        const burned = await inBatch(world, order);
        expectBorne(`${steps} steps`, burned, reckoned({ root, branches }, { timeInForce: fillOrKill, steps }));
      }
    }

    for (const legs of [2, 3, 8, 16]) {
      it(`it is each step of matching that is undone, in a basket of ${legs}`, async () => {
        const world = await openWorld(connection, { assetCount: legs });
        await bankroll(world, 100n * TOKEN, world.alice);
        await kill(world, 1, 10_000n, legs);
      });
    }

    it("it is that, in an event of 16 outcomes and an interval root of 32 branches, too", async () => {
      const world = await openWorld(connection);
      await bankroll(world, 100n * TOKEN, world.alice);
      await kill(world, await eventRoot(world, { outcomes: 16 }), 100n, 16);
      const root = await intervalRoot(world);
      for (let i = 1; i < 32; i += 1) await subMarket(world, root, BigInt(i), BigInt(i + 40));
      await kill(world, root, 100n, 32);
      expect(Number(mostKilledGas(LIMIT))).to.be.greaterThan(
        (await inBatch(world, { trader: world.alice, root, lots: 1_000n, price: 99n, timeInForce: fillOrKill })) -
          Number(CALL_GAS + SKIPPED_GAS),
      );
    });
  });

  describe("given a call of a maker that fails", () => {
    for (const legs of [2, 3, 8, 16]) {
      it(`it is what it computes and its own order, with ${legs} legs, and what of the trader's was matched`, async () => {
        const world = await openWorld(connection, { assetCount: legs });
        await bankroll(world, 100n * TOKEN, world.alice);
        const prior = Array<number>(legs).fill(1);
        const maker = await openMaker(world, { liquidity: 10_000n, prior });
        const to = await maker.getAddress();
        const through: House = {
          kind: "maker",
          address: to,
          marketRootId: 1,
          liquidity: lots(10_000n),
          prior: prior.map(BigInt),
          points: [],
        };
        const burned = async (spec: OrderSpec) =>
          burnedBy(world, to, maker.interface.encodeFunctionData("trade", [await sign(world, spec), LIMIT, LIMIT]));
        const order = { trader: world.alice, lots: 10n, price: 9_990n };
        await submit(world, { trader: world.alice, lots: 1n, price: 1n });
        const used = await burned({ ...order, nonce: 0n });
        expectBorne("a nonce that is used", used, reckoned({ branches: legs }, { through, ownFirst: 1 }));
        expect(Number(CALL_GAS + SKIPPED_GAS + leastBurnGas(through, legs))).to.equal(
          reckoned({ branches: legs }, { through, ownFirst: 1 }),
        );
        await quotes(world, 14, { leg: 1, lots: -10n, price: 1n });
        const killed = await burned({ ...order, lots: 5_000n, timeInForce: fillOrKill });
        const foreseen = { through, ownFirst: 1, steps: 15, timeInForce: fillOrKill };
        expectBorne("killed", killed, reckoned({ branches: legs }, foreseen));
      });
    }

    for (const count of [4, 16]) {
      it(`it is a search for lots besides, with ${count} breakpoints`, async () => {
        const world = await openWorld(connection);
        await bankroll(world, 100n * TOKEN, world.alice);
        const root = await intervalRoot(world);
        const points = Array.from({ length: count }, (_, i) =>
          i === count - 1 ? 100n : BigInt(Math.floor(96 / count) * i),
        );
        const rootLink = (await world.book.rootOf(root)).tip;
        for (let i = 1; i < count; i += 1) await subMarket(world, root, points[i - 1] ?? 0n, points[i] ?? 0n);
        const prior = Array<number>(count).fill(1);
        const maker = await openMaker(world, { root, rootLink, liquidity: 100n, prior, points });
        const to = await maker.getAddress();
        await submit(world, { trader: world.alice, lots: 1n, price: 1n });
        for (let leg = 2; leg <= count; leg += 2) {
          const price = (points[leg - 1] ?? 1n) - 1n;
          await maker.trade(await sign(world, { trader: world.alice, root, leg, lots: 2n, price }), LIMIT, LIMIT);
        }
        const order = { trader: world.alice, root, lots: 10_000n, price: 60n, nonce: 0n };
        const burned = await burnedBy(
          world,
          to,
          maker.interface.encodeFunctionData("trade", [await sign(world, order), LIMIT, LIMIT]),
        );
        const through: House = {
          kind: "maker",
          address: to,
          marketRootId: root,
          liquidity: lots(100n),
          prior: prior.map(BigInt),
          points: points.map(ticks),
        };
        expectBorne("a nonce that is used", burned, reckoned({ root, branches: count }, { through, ownFirst: 1 }));
      });
    }
  });

  describe("given a call of a router that fails", () => {
    for (const legs of [2, 3, 8, 16]) {
      for (const rungs of [1, 3]) {
        it(`it is two tries, each with its plan and ${rungs} own orders, in a basket of ${legs}`, async () => {
          const world = await openWorld(connection, { assetCount: legs });
          await bankroll(world, 100n * TOKEN, world.alice);
          const router = await openRouter(world, 100n * TOKEN);
          const to = await router.getAddress();
          await submit(world, { trader: world.alice, lots: 1n, price: 1n });
          const link = String(
            (await sign(world, { trader: world.alice, lots: 1n, price: 1n })).tradePackage.previousLink,
          );
          for (let leg = 2; leg <= legs; leg += 1) {
            for (let k = 0; k < rungs; k += 1) {
              await quotes(world, 1, { leg, lots: 10n, price: BigInt(Math.floor((8_000 - k * 100) / (legs - 1))) });
            }
          }
          const through: House = { kind: "set", address: to };
          const burned = async (spec: OrderSpec) =>
            burnedBy(
              world,
              to,
              router.interface.encodeFunctionData("buyThroughSet", [await sign(world, spec), LIMIT, LIMIT]),
            );
          const order = { trader: world.alice, lots: 10n * BigInt(rungs), price: 9_990n, link };
          const used = await burned({ ...order, nonce: 0n });
          expectBorne("a nonce that is used", used, reckoned({ branches: legs }, { through, ownFirst: rungs }));
          const least = Number(CALL_GAS + SKIPPED_GAS + leastBurnGas(through, legs));
          if (rungs === 1) expect(least).to.equal(reckoned({ branches: legs }, { through, ownFirst: 1 }));
          const killed = await burned({ ...order, lots: 10n * BigInt(rungs) + 1n, timeInForce: fillOrKill });
          const foreseen = { through, ownFirst: rungs, steps: rungs * legs, timeInForce: fillOrKill };
          expect(reckoned({ branches: legs }, foreseen), `${killed} burned by one that was killed`).to.be.greaterThan(
            killed,
          );
        });
      }
    }
  });

  describe("given an order that lands through a router", () => {
    const LOTS = 960n;
    const STEPS = 100;

    /** What its call took, and left. @param makersBear what they bid: else one maker stands behind all legs, and bears one of them */
    async function landed(legs: number, rungs: number, makersBear: boolean) {
      const world = await openWorld(connection, { assetCount: legs });
      await bankroll(world, 100n * TOKEN, world.alice);
      const router = await openRouter(world, 100n * TOKEN);
      const price = BigInt(Math.floor(8_000 / (legs - 1)));
      const cost = price * LOTS * TICK_VALUE;
      const one = new Wallet(id("one for all legs"));
      if (!makersBear) await bankroll(world, cost + cost / 200n, one);
      for (let leg = 2; leg <= legs; leg += 1) {
        for (let k = 0; k < rungs; k += 1) {
          const trader = makersBear ? new Wallet(id(`maker ${leg} ${k}`)) : one;
          if (makersBear) await bankroll(world, 2n * cost, trader);
          await submit(world, { trader, leg, lots: LOTS / BigInt(rungs), price: price - BigInt(k) });
        }
      }
      const order = { trader: world.alice, lots: LOTS, price: 9_000n, timeInForce: TIME_IN_FORCE.immediateOrCancel };
      const call = await router.buyThroughSet(await sign(world, order), STEPS, STEPS, { gasLimit: 16_700_000n });
      const receipt = await call.wait();
      return { gasUsed: receipt?.gasUsed ?? 0n, logs: receipt?.logs.length ?? 0 };
    }

    for (const legs of [3, 8, 16]) {
      it(`it is none if the first try stands, and most of what tries have undone if legs do not come together, with ${legs} legs`, async () => {
        for (const rungs of [1, 3, 7]) {
          expect(triedInVainGas(await landed(legs, rungs, true), STEPS), `${rungs} rungs`).to.equal(0n);
        }
        const good = await landed(legs, 1, true);
        const late = await landed(legs, 1, false);
        const undone = Number(late.gasUsed - good.gasUsed);
        const told = Number(triedInVainGas(late, STEPS));
        expect(undone, "tries").to.be.greaterThan(600_000);
        expect(told >= undone / 2 && told <= 1.2 * undone, `${told} told, ${undone} undone`).to.equal(true);
      });
    }

    it("no more is believed of a receipt than tries can take", () => {
      const [most, more] = [10n ** 12n, 10n ** 13n].map((gasUsed) => triedInVainGas({ gasUsed, logs: 3 }, 16));
      expect(most).to.equal(more);
    });
  });
});
