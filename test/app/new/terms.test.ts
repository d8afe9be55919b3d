/** A new session as it is typed. */
import { expect } from "chai";

import {
  type AssetFacts,
  checkDraft,
  type Draft,
  EMPTY_DRAFT,
  readDraft,
  unitsSentence,
} from "../../../app/views/new/terms.js";

const NOW = 1_796_000_000;
const GOLD = "0x00000000000000000000000000000000000000A1";
const SILVER = "0x00000000000000000000000000000000000000A2";
const facts = (address: string, symbol: string, more: Partial<AssetFacts> = {}): [string, AssetFacts] => [
  address.toLowerCase(),
  { address, symbol, decimals: 2, isContract: true, balance: 100_000n, ...more },
];
const ASSETS = new Map([facts(GOLD, "AU"), facts(SILVER, "AG", { balance: 500n })]);
const GOOD: Draft = {
  ...EMPTY_DRAFT,
  name: "Metals",
  symbol: "MTL",
  assets: [
    { address: GOLD, quantity: "100" },
    { address: SILVER.toLowerCase(), quantity: "4.5" },
  ],
};
const problemsOf = (change: Partial<Draft>, assets = ASSETS): Record<string, string> =>
  Object.fromEntries(checkDraft({ ...GOOD, ...change }, { assets, now: NOW }).problems);

describe("checkDraft", () => {
  it("given good terms, then it gives the parameters in the contract's units", () => {
    const { problems, params, lotValue, warnings } = checkDraft(GOOD, { assets: ASSETS, now: NOW });
    expect([...problems]).to.deep.equal([]);
    expect(warnings).to.deep.equal([]);
    expect(lotValue).to.equal(10n ** 15n);
    expect(params).to.deep.equal({
      name: "Metals",
      symbol: "MTL",
      assets: [GOLD, SILVER].map((address) =>
        params!.assets.find((one) => one.toLowerCase() === address.toLowerCase()),
      ),
      quantities: [10_000n, 450n],
      supply: 1_000n * 10n ** 18n,
      t1: NOW + 86_400,
      t2: NOW + 31 * 86_400,
      openMarkets: false,
      maxLots: 0n,
      basketScale: 10_000n,
      basketTickValue: 10n ** 11n,
      chainWindow: 64,
      maxOpenOrders: 255,
    });
  });

  for (const [what, change, field, text] of [
    ["no name", { name: "" }, "name", "1 to 31 bytes; it has 0."],
    ["a name of 32 bytes in 16 letters", { name: "é".repeat(16) }, "name", "1 to 31 bytes; it has 32."],
    ["trade that has begun", { t1: String(NOW) }, "t1", "Trading has to begin in the future."],
    ["an end before the beginning", { t2: "+1h" }, "t2", "Settlement comes after trading begins."],
    ["30 February", { t2: "2027-02-30T00:00:00Z" }, "t2", "A date like 2026-12-01T00:00:00Z, or from now on +2h, +7d."],
    ["a limit before t2", { settleLimit: "+2d" }, "settleLimit", "Not before settlement begins."],
    ["less than a lot", { supply: "0.0001" }, "supply", "At least one lot, 0.001."],
    [
      "a policy that is none",
      { policy: "0x12" },
      "policy",
      "An address is 0x and 40 hex digits, with its checksum right if it has one.",
    ],
    [
      "a policy with a wrong checksum",
      { policy: "0x157bFBEcd023fD6384daD2Bded5DAD7e27Bf92e4" },
      "policy",
      "An address is 0x and 40 hex digits, with its checksum right if it has one.",
    ],
    ["a window of one", { chainWindow: "1" }, "chainWindow", "A whole number from 2 to 256."],
    ["256 open orders", { maxOpenOrders: "256" }, "maxOpenOrders", "A whole number from 1 to 255."],
    ["a scale of zero", { basketScale: "0" }, "basketScale", "A whole number from 1 to 2147483647."],
    ["no asset", { assets: [] }, "assets", "A basket has 1 to 16 assets."],
  ] as const) {
    it(`given ${what}, then it says so`, () => {
      expect(problemsOf(change)[field]).to.equal(text);
    });
  }

  it("given an asset twice, none, or no contract, then it says at which place", () => {
    const assets = [GOLD, GOLD, "0x1", SILVER].map((address) => ({ address, quantity: "1" }));
    const known = new Map([facts(GOLD, "AU"), facts(SILVER, "AG", { isContract: false })]);
    const problems = problemsOf({ assets }, known);
    expect(problems["asset 2"]).to.equal("This is asset 1 already.");
    expect(problems["asset 3"]).to.equal("An address is 0x and 40 hex digits, with its checksum right if it has one.");
    expect(problems["asset 4"]).to.equal("There is no contract at this address on this chain.");
  });

  it("given more digits than the token has, or none, then it says so", () => {
    const assets = [
      { address: GOLD, quantity: "1.234" },
      { address: SILVER, quantity: "0" },
    ];
    const problems = problemsOf({ assets });
    expect(problems["quantity 1"]).to.contain("1.234");
    expect(problems["quantity 2"]).to.equal("More than none.");
  });

  it("given too little of an asset, or two of one balance, then it warns, and goes on", () => {
    const known = new Map([facts(GOLD, "AU", { balance: 7n }), facts(SILVER, "AG", { balance: 7n })]);
    const { params, warnings } = checkDraft(GOOD, { assets: known, now: NOW });
    expect(params).to.not.equal(undefined);
    expect(warnings).to.have.length(3);
    expect(warnings[0]).to.contain("enough AU");
    expect(warnings.join()).to.contain("two addresses of one token");
  });
});

describe("readDraft", () => {
  it("gives back what was kept", () => {
    expect(readDraft(JSON.stringify(GOOD))).to.deep.equal(GOOD);
  });

  for (const text of [null, "", "no", "7", "null", '{"assets":7,"name":{},"openMarkets":"yes"}']) {
    it(`given ${text ?? "nothing"}, then it begins anew`, () => {
      expect(readDraft(text)).to.deep.equal(EMPTY_DRAFT);
    });
  }
});

describe("unitsSentence", () => {
  it("says what a tick and a lot are", () => {
    expect(unitsSentence("10000", 10n ** 15n, "MTL")).to.equal("One tick is 0.01 % of weight, one lot is 0.001 MTL.");
    expect(unitsSentence("x", 10n ** 15n, "MTL")).to.equal("");
  });
});
