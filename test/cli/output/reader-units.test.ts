import { expect } from "chai";

import { ClientError } from "../../../src/bindings/errors.js";
import { explain } from "../../../src/cli/errors.js";
import { createReaderUnits, knowRoot } from "../../../src/cli/output/reader-units.js";
import { RelayRequestError } from "../../../src/client/relay/errors.js";
import { parseTokenWei, ticks } from "../../../src/protocol/amounts/units.js";
import { parseDescription } from "../../../src/protocol/market/description.js";
import { Refusal } from "../../../src/protocol/market/refusal.js";
import { between, intervalOf, intervalTable } from "../../protocol/markets.js";

const TRADER = `0x${"a1".repeat(20)}`;
const told = (error: unknown, units = createReaderUnits()): string => explain(error, units).error.message;

describe("a refusal, to whoever reads it", function () {
  it("has amounts in tokens, to the last digit, and programs have wei", function () {
    const refusal = new Refusal("Book_Uncovered", {
      trader: TRADER,
      shortfall: 1_500_000_000_000_000_001n,
      bindingOutcome: 2n,
    });
    expect(told(refusal)).to.equal(
      `Book_Uncovered(trader: ${TRADER}, shortfall: 1.500000000000000001 tokens, bindingOutcome: 2). Deposit at least the shortfall, or trade less: it is what the account would lack if every market ended worst for it.`,
    );
    expect(explain(refusal).error.values).to.deep.include({ shortfall: "1500000000000000001" });
  });

  it("has times as times", function () {
    const late = new ClientError("Book_DeadlineExpired", { deadline: 1_700_000_000n, timestamp: 1_700_000_060n });
    expect(told(late)).to.contain("deadline: 2023-11-14T22:13:20Z, timestamp: 2023-11-14T22:14:20Z");
  });

  it("has prices in the unit of the market that it is about, else in ticks", function () {
    const root = intervalOf(intervalTable(between(0, 3_000), []));
    const { head } = parseDescription("title: Rain\nunit: mm\nticksPerUnit: 10");
    const units = createReaderUnits();
    const refusal = new Refusal("Book_PriceOutOfBounds", {
      price: 3_001n,
      marketMin: ticks(0n),
      marketMax: ticks(3_000n),
    });
    expect(told(refusal)).to.contain("price: 3001 ticks, marketMin: 0 ticks");
    knowRoot(units, { root, head: undefined });
    expect(told(refusal, units)).to.contain("price: 3001 ticks");
    knowRoot(units, { root, head });
    expect(told(refusal, units)).to.contain("price: 300.1 mm, marketMin: 0 mm, marketMax: 300 mm");
    const other = { ...root, marketRootId: 7 };
    knowRoot(units, { root: other, head: undefined }, false);
    const settles = { marketRootId: 7, marketBranchId: 1, saidLower: 12n };
    expect(told(new ClientError("Client_RecordSettles", settles), units)).to.contain("saidLower: 12 ticks");
  });

  it("has an asset's amounts with its decimals, if they are known", function () {
    const short = new ClientError("Client_AssetShort", { asset: TRADER, balance: 1_500_000n, required: 2_000_000n });
    expect(told(short)).to.contain("balance: 1500000 smallest units");
    const units = createReaderUnits();
    units.assets.set(TRADER, { address: TRADER, decimals: 6, symbol: "AG" });
    expect(told(short, units)).to.contain("balance: 1.5 AG, required: 2 AG");
  });

  it("has what is paid in the token that the command is about, else in that token's smallest units", function () {
    const prices = new ClientError("Sale_Prices", { startPrice: 1_500_000n, endPrice: 0n });
    expect(told(prices)).to.contain("startPrice: 1500000 smallest units, endPrice: 0 smallest units");
    const units = createReaderUnits();
    units.money = { address: TRADER, decimals: 6, symbol: "USD" };
    expect(told(prices, units)).to.contain("startPrice: 1.5 USD, endPrice: 0 USD");
    const short = new ClientError("ERC20InsufficientBalance", { sender: TRADER, balance: 1n, needed: 2_500_000n });
    expect(told(short, units)).to.contain("balance: 0.000001 USD, needed: 2.5 USD");
    expect(told(short)).to.contain("needed: 0.0000000000025 tokens");
    const dear = new ClientError("Window_TooDear", { leg: 1n, cost: 3_000_000n, maxCost: 2_000_000n });
    expect(told(dear, units)).to.contain("leg: 1, cost: 3 USD, maxCost: 2 USD");
    const stale = new ClientError("Fixing_Stale", { leg: 1n, age: 90n, maxAge: 60n });
    expect(told(stale)).to.contain("age: 90 seconds, maxAge: 60 seconds");
  });

  it("names the outcome that it is about: of the basket, of an event, and of an interval", function () {
    const refusal = new Refusal("Book_Uncovered", { trader: TRADER, shortfall: 1n, bindingOutcome: 2n });
    const about = (named: Parameters<typeof knowRoot>[1]): string => {
      const units = createReaderUnits();
      knowRoot(units, named);
      return told(refusal, units);
    };
    const weights = { kind: "simplex", scale: ticks(100n) } as const;
    expect(about({ root: { ...weights, marketRootId: 1 }, head: undefined })).to.contain("bindingOutcome: leg 2)");
    const { head: event } = parseDescription("title: Who wins\noutcomes: red | green");
    const [named, unnamed] = [event, undefined].map((head) => about({ root: { ...weights, marketRootId: 3 }, head }));
    expect(named).to.contain("bindingOutcome: outcome 2 (green))");
    expect(unnamed).to.contain("bindingOutcome: outcome 2)");
    const { head: rain } = parseDescription("title: Rain\nunit: mm\nticksPerUnit: 10");
    expect(about({ root: { kind: "interval", marketRootId: 2 }, head: rain })).to.contain(
      "bindingOutcome: y = 0.2 mm)",
    );
    const fallback = new Refusal("Book_FallbackOutOfRange", { fallbackOutcome: 5_000n, minimum: 0n, maximum: 3_000n });
    const units = createReaderUnits();
    knowRoot(units, { root: { kind: "interval", marketRootId: 0 }, head: rain });
    expect(told(fallback, units)).to.contain("fallbackOutcome: y = 500 mm, minimum: y = 0 mm, maximum: y = 300 mm");
  });

  it("names no branch of a root that is not there", function () {
    const unknown = (marketBranchId: bigint): string =>
      told(new Refusal("Book_MarketUnknown", { marketRootId: 9n, marketBranchId }));
    expect(unknown(1n)).to.contain("Book_MarketUnknown(marketRootId: 9). ");
    expect(unknown(2n)).to.contain("Book_MarketUnknown(marketRootId: 9, marketBranchId: 2). ");
  });

  it("is told alike when a relay says it, whose numbers are text", function () {
    const refusal = {
      code: "Book_Uncovered",
      message: "raw",
      advice: "Deposit.",
      retryable: false,
      values: { shortfall: "500000000000000000" },
    };
    expect(told(new RelayRequestError(refusal, 422))).to.equal("Book_Uncovered(shortfall: 0.5 tokens). Deposit.");
    const own = {
      code: "RELAY_BUSY",
      message: "RELAY_BUSY. Wait.",
      advice: "Wait.",
      retryable: true,
      values: { limit: "5" },
    };
    expect(told(new RelayRequestError(own, 503))).to.equal("RELAY_BUSY. Wait.");
  });

  it("has the range of an amount in the unit in which the amount was given", function () {
    let thrown: unknown;
    try {
      parseTokenWei("1".repeat(40));
    } catch (error) {
      thrown = error;
    }
    expect(told(thrown)).to.match(
      /^AMOUNT_OUT_OF_RANGE\(value: 1{40} tokens, least: -\d+\.\d+ tokens, most: \d+\.\d+ tokens\)\. /,
    );
  });
});
