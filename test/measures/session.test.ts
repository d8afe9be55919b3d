/** Measures of whole sessions: what a study has played is found again from the log alone. */
import { expect } from "chai";

import { runSequences } from "../../lab/kyle/sequential.js";
import { auction, MAKER } from "../../lab/laboratory/auction.js";
import { libraryGround } from "../../lab/laboratory/library-ground.js";
import { type Laboratory, openLaboratory } from "../../lab/laboratory/laboratory.js";
import { makerOf } from "../../lab/laboratory/lmsr.js";
import { decomposed } from "../../src/measures/forecasts.js";
import { observe } from "../../src/measures/observation.js";
import { measureSession, type SessionInput, type SessionMeasures } from "../../src/measures/session.js";
import type { LoggedEvent } from "../../src/protocol/book/rebuild.js";
import { TimeInForce } from "../../src/protocol/signing/package.js";
import { createRandom } from "../../stage/rng.js";

interface Played {
  readonly laboratory: Laboratory;
  readonly logged: LoggedEvent[];
  readonly people: readonly string[];
  readonly measure: (more?: Partial<SessionInput>) => SessionMeasures;
}

/** @param seconds between two calls */
async function open(people: number, seconds = 1n): Promise<Played> {
  let now = 1_000n;
  const ground = await libraryGround(people, () => (now += seconds));
  const logged: LoggedEvent[] = [];
  const laboratory = openLaboratory(ground, (one) => logged.push(one));
  const measure: Played["measure"] = (more) => measureSession({ terms: ground.terms, logged, until: now, ...more });
  return { laboratory, logged, people: ground.people, measure };
}

describe("measures of a session", function () {
  it("find Kyle's λ in a log of auctions, and how much was learned", async function () {
    const { laboratory, measure } = await open(3, 0n);
    await runSequences(laboratory, 4, 16, createRandom(1n, "measures"));
    const { impacts, information, known, open: left } = measure();
    expect(left).to.deep.equal([]);
    expect(known).to.have.length(32);
    // The maker's price moves by λ_n a lot from one auction to the next, .76 .74 .66 of 0.4 ticks: so a line through three of them.
    const slopes = impacts.map(({ line }) => line!.slope);
    expect(slopes.reduce((sum, one) => sum + one, 0) / slopes.length).to.be.within(0.24, 0.32);
    // Σ₄ = 0.2206 of the variance is left.
    expect(information.at(-1)!.information).to.be.closeTo(1 - 0.220582, 0.002);
  });

  it("count the nats that a maker bought, and find what it paid for them", async function () {
    const { laboratory, people, measure } = await open(2);
    const market = { marketRootId: await laboratory.openEvent(2, 1_000_000n), marketBranchId: 1 };
    const maker = makerOf(laboratory, 100_000n, []);
    for (const lots of [150_000n, -40_000n]) await maker.trade(market, 1, lots);
    await laboratory.settle(market, 1_000_000n);
    const terms = {
      trader: people[MAKER]!.toLowerCase(),
      marketRootId: market.marketRootId,
      liquidity: 100_000n,
      prior: [],
    };
    const [nats] = measure({ makers: [terms] }).makers;
    const wanted = Math.LN2 - Math.log(1 + Math.exp(-1.1)); // log-odds of 1.1 from 0
    for (const value of [nats!.learned, nats!.bought, nats!.paid])
      expect(Number(value) / 1e18).to.be.closeTo(wanted, 2e-5);
    expect([nats!.news, nats!.fills]).to.deep.equal([0n, 2]);
    const lopsided = measure({ makers: [{ ...terms, prior: [3n, 1n] }] }).makers[0]!;
    expect(Number(lopsided.learned) / 1e18).to.be.closeTo(-Math.log(0.75) - Math.log(1 + Math.exp(-1.1) / 3), 2e-5);
    expect(measure({ makers: [{ ...terms, marketRootId: 99 }] }).makers).to.deep.equal([undefined]);
  });

  it("take nine prices of each outcome as forecasts, evenly apart until it is known", async function () {
    const { laboratory, measure } = await open(2, 10n);
    const market = { marketRootId: await laboratory.openEvent(2, 100n), marketBranchId: 1 }; // made at 1 010
    await auction(laboratory, market, { low: 0n, high: 100n }, [{ person: 1, lots: 5n }], () => 80n); // at 1 020
    expect(measure().forecasts).to.deep.equal([]); // not settled
    await laboratory.settle(market, 100n); // at 1 030: moments are 1 012, 1 014 … 1 028
    const { forecasts } = measure();
    expect(forecasts).to.deep.equal(Array.from({ length: 5 }, () => ({ price: { numerator: 160n, denominator: 200n }, happened: true }))); // prettier-ignore
    expect(decomposed(forecasts)!.uncertainty.numerator).to.equal(0n);
  });

  it("look at a market after a call, not in its middle: the middle of both sides, else the last trade", async function () {
    const { laboratory, logged } = await open(2);
    const market = { marketRootId: await laboratory.openInterval(0n, 100n), marketBranchId: 1 };
    const rest = { market, timeInForce: TimeInForce.GoodTillCancelled };
    const { terms } = await libraryGround(2);
    await laboratory.bring([{ ...rest, person: 0, price: 40n, lots: 4n }]);
    await laboratory.bring([{ ...rest, person: 0, price: 61n, lots: -4n }]);
    await laboratory.bring([{ ...rest, person: 1, price: 61n, lots: 4n }]);
    await laboratory.clear(0, market);
    const seen = observe(terms, logged).moments.map(({ before, after, flow, volume }) => [before, after, flow, volume]);
    expect(seen).to.deep.equal([
      [undefined, undefined, 0n, 0n], // one side is no price
      [undefined, 101n, 0n, 0n], // 40 and 61, doubled
      [101n, 122n, 4n, 4n], // a bid is left: the last trade
      [122n, 122n, 0n, 0n],
    ]);
  });

  it("of a session in which nothing was traded are none, and say so", async function () {
    const { measure } = await open(2);
    const nothing = measure();
    expect(nothing).to.deep.include({ fills: 0, isOver: false, finalWeights: undefined });
    const lists = [nothing.open, nothing.known, nothing.information, nothing.forecasts, nothing.impacts];
    expect(lists).to.deep.equal([[], [], [], [], []]);
    expect(nothing.foresight.every(({ line }) => line === undefined)).to.equal(true);
    expect(measure({ until: 2_000n })).to.deep.include({ isOver: true, finalWeights: undefined, weightErrors: [] });
  });

  it("leave markets out that never were settled, and name them", async function () {
    const { laboratory, measure } = await open(2);
    const market = { marketRootId: await laboratory.openInterval(0n, 100n), marketBranchId: 1 };
    await auction(laboratory, market, { low: 0n, high: 100n }, [{ person: 1, lots: 5n }], () => 80n);
    const { open: left, known, information } = measure({ until: 2_000n });
    expect([left, known, information]).to.deep.equal([[market], [], []]);
  });

  it("know the basket's final weights once it is over: by prices elsewhere, else by what it was traded at", async function () {
    const { laboratory, measure } = await open(2);
    const market = { marketRootId: 1, marketBranchId: 1 };
    await auction(laboratory, market, { low: 0n, high: 10_000n }, [{ person: 1, lots: 5n }], () => 6_000n);
    expect(measure().open).to.deep.equal([market]);
    const over = measure({ until: 2_000n });
    expect(over.finalWeights!.from).to.equal("trades");
    expect(over.finalWeights!.weights.map(({ numerator, denominator }) => Number(numerator) / Number(denominator))).to.deep.equal([0.6, 0.4]); // prettier-ignore
    expect(over.weightErrors.at(-1)!.ticks).to.be.closeTo(0, 1e-9);
    const rows = [{ timestamp: 1_990n, weights: [7n, 3n].map((numerator) => ({ numerator, denominator: 10n })) }];
    const told = measure({ until: 2_000n, reference: rows });
    expect([told.finalWeights!.from, told.weightErrors.at(-1)!.ticks]).to.deep.equal(["reference", 1_000]);
    expect(told.information.at(-1)!.information).to.be.closeTo(1 - 0.1 ** 2 / 0.2 ** 2, 1e-9);
    expect(measure({ until: 2_000n, reference: rows, maxAge: 5n }).finalWeights!.from).to.equal("trades");
  });

  it("refuse a log that ends in the middle of a call, or that no book writes", async function () {
    const { laboratory, logged, measure } = await open(2);
    await laboratory.openInterval(0n, 100n);
    const whole = [...logged];
    expect(() => measure({ logged: whole.slice(0, -1) })).to.throw("RECORD_IMPOSSIBLE(index: ");
    expect(() => measure({ logged: [whole.at(-1)!] })).to.throw("RECORD_IMPOSSIBLE");
  });
});
