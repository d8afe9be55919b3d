import { expect } from "chai";

import {
  forecastError,
  natsOfTrade,
  oneLotQuote,
  oneLotSpread,
  priceAfter,
  probabilityOf,
} from "../../../src/measures/theory/glosten-milgrom.js";

/** μ; spread at ½; bid and ask at 0.3; spread at 0.1; nats of a trade. Computed outside this project. */
const QUOTES = [
  [0.1, 0.1, 0.259615, 0.34375, 0.036232, 0.020067],
  [0.2, 0.2, 0.222222, 0.391304, 0.073892, 0.081093],
  [0.5, 0.5, 0.125, 0.5625, 0.214286, 0.549306],
  [0.7, 0.7, 0.070313, 0.708333, 0.367133, 1.214221],
] as const;

/** μ, T, B, I; likewise. */
const ERRORS = [
  [0.05, 1, 0.2494, 0.002], [0.05, 10, 0.2439, 0.024], [0.05, 100, 0.1989, 0.204],
  [0.1, 20, 0.2074, 0.17], [0.1, 50, 0.162, 0.352], [0.1, 100, 0.1119, 0.552],
  [0.2, 1, 0.24, 0.04], [0.2, 10, 0.1742, 0.303], [0.2, 100, 0.0163, 0.935],
  [0.5, 10, 0.0327, 0.869], [0.5, 50, 0.0001, 1], [0.7, 10, 0.0035, 0.986],
] as const; // prettier-ignore
const LOG_SCORES = [
  [0.05, 10, 0.6808], [0.1, 20, 0.6015], [0.2, 10, 0.5221], [0.5, 20, 0.0222], [0.7, 20, 0.0003],
] as const; // prettier-ignore

describe("Glosten and Milgrom's quotes", function () {
  it("are those of the table", function () {
    for (const [informed, half, bid, ask, tenth, nats] of QUOTES) {
      expect(oneLotSpread(0.5, informed)).to.be.closeTo(half, 1e-12);
      expect(oneLotQuote(0.3, informed).bid).to.be.closeTo(bid, 5.1e-7);
      expect(oneLotQuote(0.3, informed).ask).to.be.closeTo(ask, 5.1e-7);
      expect(oneLotSpread(0.1, informed)).to.be.closeTo(tenth, 5.1e-7);
      expect(natsOfTrade(informed)).to.be.closeTo(nats, 5.1e-7);
    }
  });

  it("are apart by the spread, and their mean by who comes is the price", function () {
    for (const price of [0.03, 0.3, 0.5, 0.88]) {
      for (const informed of [0.01, 0.4, 0.95]) {
        const { bid, ask } = oneLotQuote(price, informed);
        expect(ask - bid).to.be.closeTo(oneLotSpread(price, informed), 1e-12);
        const buys = (price * (1 + informed) + (1 - price) * (1 - informed)) / 2;
        expect(buys * ask + (1 - buys) * bid).to.be.closeTo(price, 1e-12);
      }
    }
  });

  it("follow each other as Bayes has it, whatever the order of trades", function () {
    const path = [true, true, false, true, false];
    const price = path.reduce((now, buys) => oneLotQuote(now, 0.3)[buys ? "ask" : "bid"], 0.5);
    expect(price).to.be.closeTo(priceAfter(0.3, 5, 3), 1e-12);
  });
});

describe("the forecast's error", function () {
  it("is that of the table", function () {
    for (const [informed, trades, brier, information] of ERRORS) {
      const error = forecastError(informed, trades);
      expect(error.brier, `${informed}, ${trades}`).to.be.closeTo(brier, 5.1e-5);
      expect(error.information, `${informed}, ${trades}`).to.be.closeTo(information, 5.1e-4);
    }
    for (const [informed, trades, logScore] of LOG_SCORES) {
      expect(forecastError(informed, trades).logScore, `${informed}, ${trades}`).to.be.closeTo(logScore, 5.1e-5);
    }
  });

  it("is what a sum over every path gives", function () {
    const [informed, trades] = [0.35, 8];
    let brier = 0;
    for (let path = 0; path < 2 ** trades; path += 1) {
      let [price, chance] = [0.5, 1];
      for (let k = 0; k < trades; k += 1) {
        const buys = ((path >> k) & 1) === 1;
        price = oneLotQuote(price, informed)[buys ? "ask" : "bid"];
        chance *= buys ? (1 + informed) / 2 : (1 - informed) / 2;
      }
      brier += chance * (1 - price) ** 2;
    }
    expect(forecastError(informed, trades).brier).to.be.closeTo(brier, 1e-12);
  });

  it("weighs with probabilities that sum to one, for hundreds of trades too", function () {
    for (const trades of [1, 30, 400]) {
      const all = Array.from({ length: trades + 1 }, (_, buys) => probabilityOf(0.2, trades, buys));
      expect(all.reduce((sum, one) => sum + one, 0)).to.be.closeTo(1, 1e-9);
    }
  });
});
