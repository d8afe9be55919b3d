/** The typed client of automated makers: where they lie, what they ask, what becomes of the sponsors' money. */
import { expect } from "chai";
import { ZeroHash } from "ethers";

import { makerAddress } from "../../src/bindings/maker-terms.js";
import {
  closeMaker,
  collectFromMaker,
  depositNeeded,
  fundMaker,
  type MakerRequest,
  openMaker,
  planMaker,
  pricesOf,
  quoteMaker,
  readMaker,
  tradeThroughMaker,
} from "../../src/client/maker.js";
import { ClientError } from "../../src/bindings/errors.js";
import { read } from "../../src/bindings/transact.js";
import { MAX_LOTS } from "../../src/protocol/amounts/limits.js";
import { readRoot } from "../../src/client/market-views.js";
import { type Lots, lots, ticks } from "../../src/protocol/amounts/units.js";
import { TimeInForce } from "../../src/protocol/signing/package.js";
import { ILmsrMaker__factory, LmsrMakerFactory__factory } from "../../typechain-types/index.js";
import { between, event, openRain, rain, type RainMarket } from "./market-support.js";
import { expectClientError, networkHelpers, ONE } from "./support.js";

interface WithFactory extends RainMarket {
  readonly factory: string;
}

/** Root 1 of two legs, root 2 an interval with strips, root 3 an event; and a factory of makers. */
async function openMakers(): Promise<WithFactory> {
  const market = await openRain();
  const factory = await new LmsrMakerFactory__factory(market.organiser).deploy();
  return { ...market, factory: await factory.getAddress() };
}

/** Made and funded. */
async function openFunded(market: WithFactory, marketRootId: number, liquidity: bigint) {
  const { handle, organiser, factory } = market;
  const plan = await planMaker(handle, { marketRootId, liquidity });
  const { address } = await openMaker(handle, organiser, factory, plan);
  const made = await readMaker(handle, factory, address);
  await fundMaker(handle, organiser, made, made.needed);
  return { address, now: () => readMaker(handle, factory, address) };
}

describe("client of makers", function () {
  let market: WithFactory;
  beforeEach(async function () {
    market = await networkHelpers.loadFixture(openMakers);
  });

  it("plans one for each kind of root: uniform, and with all strikes as breakpoints", async function () {
    const { handle } = market;
    const basket = await planMaker(handle, { liquidity: 1_000n });
    expect(basket).to.deep.equal({ rootLink: ZeroHash, liquidity: 1_000n, prior: [1n, 1n], points: [] });
    const ofRain = await planMaker(handle, { marketRootId: 2, liquidity: 5n });
    expect(ofRain.points).to.deep.equal([0n, 10n, 20n, 30n, 40n, 50n]);
    expect(ofRain.prior).to.deep.equal([1n, 1n, 1n, 1n, 1n, 1n]);
    expect(await handle.book.rootMadeBy(ofRain.rootLink)).to.equal(2n);
    const ofEvent = await planMaker(handle, { marketRootId: 3, liquidity: 5n, prior: [1n, 2n, 3n] });
    expect([ofEvent.prior, ofEvent.points]).to.deep.equal([[1n, 2n, 3n], []]);
    expect(await handle.book.rootMadeBy(ofEvent.rootLink)).to.equal(3n);
  });

  it("finds the record that made the root, whatever has been said since", async function () {
    const { handle, owner } = market;
    const before = await planMaker(handle, { marketRootId: 3, liquidity: 5n });
    await owner.eliminate(3, 2);
    expect(await planMaker(handle, { marketRootId: 3, liquidity: 5n })).to.deep.equal(before);
  });

  it("computes the address as the factory does, before there is anything", async function () {
    const { handle, organiser, factory } = market;
    const points = [0n, 10n, 50n];
    for (const request of [
      { liquidity: 1_000n, prior: [65_535n, 1_000n] },
      { marketRootId: 2, liquidity: 7n, points },
      { marketRootId: 3, liquidity: 2n ** 35n },
    ]) {
      const plan = await planMaker(handle, request);
      const { address, receipt } = await openMaker(handle, organiser, factory, plan);
      expect(address).to.equal(makerAddress(factory, handle.bookAddress, plan));
      expect(receipt?.status).to.equal(1);
      expect(await openMaker(handle, organiser, factory, plan), "made already").to.deep.equal({ address });
      const read = await readMaker(handle, factory, address);
      expect([read.rootLink, read.liquidity, read.prior, read.points]).to.deep.equal(Object.values(plan));
      expect(read.marketRootId).to.equal(request.marketRootId ?? 1);
    }
  });

  it("packs breakpoints below zero, and more than eight of them", async function () {
    const { handle, organiser, owner, factory } = market;
    const root = { tickValue: 1n, closesAt: BigInt(handle.t2), settleBy: BigInt(handle.t2), description: "deep" };
    const { marketRootId } = await owner.createInterval({
      ...root,
      bounds: between(-90, 90),
      fallbackOutcome: ticks(0n),
    });
    const points = Array.from({ length: 10 }, (_, i) => BigInt(-90 + 20 * i));
    const plan = await planMaker(handle, { marketRootId, liquidity: 3n, points });
    const { address } = await openMaker(handle, organiser, factory, plan);
    expect((await readMaker(handle, factory, address)).points).to.deep.equal(points);
  });

  it("asks for what the contract asks: deposit, cost, price, on each kind of root, before and after trades", async function () {
    const { handle, organiser, alice } = market;
    for (const [marketRootId, liquidity, place] of [
      [1, 10_000n, { marketRootId: 1, marketBranchId: 2 }],
      [2, 500n, rain(3)],
      [3, 400n, event(2)],
    ] as const) {
      const { address, now } = await openFunded(market, marketRootId, liquidity);
      const contract = ILmsrMaker__factory.connect(address, organiser);
      expect((await now()).needed).to.equal(await contract.depositNeeded());
      for (const quantity of [30n, -12n]) {
        const maker = await now();
        const prices = pricesOf(maker);
        for (let branch = 1; branch <= prices.length; branch += 1) {
          for (const size of [1n, 25n, -25n]) {
            const { cost, price, before } = quoteMaker(maker, branch, lots(size))!;
            expect(cost).to.equal(await contract.cost(branch, size));
            expect(price).to.equal(await contract.quote(branch, size));
            expect(before).to.equal(await contract.priceOf(branch));
          }
        }
        const { marketMin, marketMax } = await handle.book.marketOf(marketRootId, place.marketBranchId);
        const wanted = quoteMaker(maker, place.marketBranchId, lots(quantity))!;
        const order = {
          market: place,
          price: quantity > 0n ? marketMax - 1n : marketMin + 1n,
          quantity,
          timeInForce: TimeInForce.ImmediateOrCancel,
        };
        const { records } = await tradeThroughMaker(handle, organiser, address, await alice.signOrder(order));
        const fills = records.flatMap((record) => (record.kind === "matched" ? [record] : []));
        expect(fills.map((fill) => [fill.priceTicks, fill.lots])).to.deep.equal([
          [wanted.price, quantity > 0n ? quantity : -quantity],
        ]);
        expect(pricesOf(await now())[place.marketBranchId - 1]).to.equal(wanted.after);
      }
    }
  });

  it("has no price for a branch with a strike between its breakpoints", async function () {
    const { handle, organiser, factory } = market;
    const plan = await planMaker(handle, { marketRootId: 2, liquidity: 10n, points: [0n, 10n, 20n, 50n] });
    const { address } = await openMaker(handle, organiser, factory, plan);
    const maker = await readMaker(handle, factory, address);
    expect(pricesOf(maker).map((price) => price !== undefined)).to.deep.equal([true, true, false, false, false]);
    expect(quoteMaker(maker, 3, lots(1n))).to.equal(undefined);
    expect(quoteMaker(maker, 9, lots(1n))).to.equal(undefined);
    const contract = ILmsrMaker__factory.connect(address, organiser);
    await expectClientError(read(contract.cost(3, 1)), "Maker_StrikeBetweenPoints", {
      marketBranchId: 3n,
      strike: 30n,
    });
  });

  it("is paid for by sponsors, and pays back what is left", async function () {
    const { handle, organiser, alice, owner, factory } = market;
    const plan = await planMaker(handle, { marketRootId: 3, liquidity: 100n });
    expect(depositNeeded(plan, await readRoot(handle, 3))).to.equal(10_987n * (ONE / 1_000n)); // 100 · 100 · ln 3, rounded up
    const { address } = await openMaker(handle, organiser, factory, plan);
    const unfunded = await alice.signOrder({ market: event(1), price: 60n, quantity: 5n });
    await expectClientError(tradeThroughMaker(handle, organiser, address, unfunded), "Maker_NotFunded", { paid: 0n });

    const first = await fundMaker(handle, organiser, await readMaker(handle, factory, address), 4n * ONE);
    expect(first.taken).to.equal(4n * ONE);
    const more = await readMaker(handle, factory, address);
    const second = await fundMaker(handle, organiser, more, 1_000n * ONE);
    expect(second.taken).to.equal(more.needed - 4n * ONE);
    await expectClientError(
      fundMaker(handle, organiser, await readMaker(handle, factory, address), 1n),
      "Maker_Funded",
    );

    await tradeThroughMaker(handle, organiser, address, unfunded);
    await expectClientError(closeMaker(organiser, address), "Maker_StillOpen", { marketRootId: 3n });
    await owner.award(3, 1);
    const { held } = await readMaker(handle, factory, address);
    expect(held).to.deep.equal([-5n, 0n, 0n]);
    const paid = quoteMaker({ ...more, held: [lots(0n), lots(0n), lots(0n)] }, 1, lots(5n))!;
    await closeMaker(organiser, address);
    const { sessionTokens, legTokens } = await collectFromMaker(organiser, address);
    expect(sessionTokens).to.equal(more.needed + (5n * paid.price - 5n * 100n) * (ONE / 1_000n));
    expect(legTokens).to.deep.equal([0n, 0n]);
    await expectClientError(collectFromMaker(market.aliceSigner, address), "Maker_NotASponsor");
  });

  it("refuses what is no maker of this factory, and factories that are none", async function () {
    const { handle, organiser, factory, alice } = market;
    const plan = await planMaker(handle, { liquidity: 10n });
    await expectClientError(openMaker(handle, organiser, alice.address, plan), "Client_NoMakerFactory");
    for (const address of [alice.address, handle.address, factory]) {
      await expectClientError(readMaker(handle, factory, address), "Client_NotAMaker", { address, factory });
    }
    const { address } = await openMaker(handle, organiser, factory, plan);
    await expectClientError(readMaker(handle, handle.address, address), "Client_NotAMaker");
    await expectClientError(planMaker(handle, { marketRootId: 9, liquidity: 1n }), "Book_MarketUnknown");
    await expectClientError(
      openMaker(handle, organiser, factory, { ...plan, prior: [1n, 1_000n] }),
      "Maker_PriorTooLopsided",
      { least: 1n, total: 1_001n },
    );
  });

  it("refuses terms when they are planned, with the values that the factory would refuse them with", async function () {
    const { handle, organiser, factory } = market;
    const contract = LmsrMakerFactory__factory.connect(factory, organiser);
    const requests: readonly MakerRequest[] = [
      { liquidity: 0n },
      { liquidity: 2n ** 35n + 1n },
      { liquidity: 1n, prior: [1n] },
      { liquidity: 1n, prior: Array<bigint>(17).fill(1n) },
      { liquidity: 1n, prior: [1n, 1n, 1n] },
      { liquidity: 1n, points: [0n, 1n] },
      { liquidity: 1n, points: [0n, 1n, 2n] },
      { liquidity: 1n, prior: [0n, 1n] },
      { liquidity: 1n, prior: [1n, 128n] },
      { marketRootId: 2, liquidity: 1n, prior: [1n, 1n], points: [] },
      { marketRootId: 2, liquidity: 1n, points: [1n, 50n] },
      { marketRootId: 2, liquidity: 1n, points: [0n, 49n] },
      { marketRootId: 2, liquidity: 1n, points: [0n, 50n, 50n] },
      { marketRootId: 2, liquidity: 1n, points: [0n, 30n, 20n, 50n] },
      { marketRootId: 2, liquidity: 1n, points: [0n, 60n, 50n] },
    ];
    const good = {
      basket: await planMaker(handle, { liquidity: 1n }),
      ofRain: await planMaker(handle, { marketRootId: 2, liquidity: 1n }),
    };
    for (const request of requests) {
      const { marketRootId, liquidity, points = [] } = request;
      const prior = request.prior ?? Array<bigint>(marketRootId === undefined ? 2 : points.length).fill(1n);
      const { rootLink } = marketRootId === undefined ? good.basket : good.ofRain;
      const terms = { book: handle.bookAddress, rootLink, liquidity, prior: [...prior], points: [...points] };
      const told = await read(contract.create.staticCall(terms)).catch((error: unknown) => error as ClientError);
      if (!(told instanceof ClientError))
        throw new Error(`the factory takes ${JSON.stringify(request, (_, one) => String(one))}`);
      await expectClientError(planMaker(handle, request), told.code, told.args);
    }
    const heavy = { index: 1, weight: 65_536n, maximum: 65_535n };
    await expectClientError(
      planMaker(handle, { liquidity: 1n, prior: [65_535n, 65_536n] }),
      "Client_MakerWeight",
      heavy,
    );
    await planMaker(handle, { liquidity: 2n ** 35n, prior: [1n, 127n] });
  });

  it("has no price for lots that no order can have, as the contract has none", async function () {
    const { address, now } = await openFunded(market, 1, 100n);
    const contract = ILmsrMaker__factory.connect(address, market.organiser);
    for (const size of [0n, MAX_LOTS + 1n, -MAX_LOTS - 1n]) {
      const refused = { lots: size, maximum: MAX_LOTS };
      await expectClientError(read(contract.cost(1, size)), "Maker_LotsOutOfRange", refused);
      const maker = await now();
      expect(() => quoteMaker(maker, 1, size as Lots))
        .to.throw(ClientError)
        .with.property("code", "Maker_LotsOutOfRange");
    }
  });
});
