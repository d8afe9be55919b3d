import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { nextTime } from "../../../src/cli/chain.js";
import { readTerms, type Terms, type TermsOptions } from "../../../src/cli/input/terms.js";
import { silentContext } from "../context.js";
import { expectCliRefusal, ONE } from "../support.js";
import { openWorld, type World } from "../world.js";

describe("the terms of a new session", function () {
  let world: World;
  /** All that is needed, as flags. */
  let flags: TermsOptions;

  before(async function () {
    world = await openWorld();
    const [gold, silver] = world.assets;
    flags = {
      name: "Metals",
      symbol: "MTL",
      supply: "1000",
      t1: "1900000000",
      t2: "1900003600",
      asset: [`${gold}=100`, `${silver}=200.5`],
    };
  });

  const read = (options: TermsOptions): Promise<Terms> =>
    readTerms(silentContext({ cwd: world.folder }), world.provider, options);

  async function readFileOf(content: object, options: TermsOptions = {}): Promise<Terms> {
    await writeFile(join(world.folder, "terms.json"), JSON.stringify(content));
    return read({ file: "terms.json", ...options });
  }

  async function problemsOf(attempt: Promise<unknown>, code: "SETTINGS_INVALID" | "FILE_INVALID" = "SETTINGS_INVALID") {
    const { values } = await expectCliRefusal(attempt, code);
    return values["problems"] as string[];
  }

  const asFile = (): Record<string, unknown> => {
    const assets = [
      { address: world.assets[0], quantity: "100" },
      { address: world.assets[1], quantity: "200.5" },
    ];
    return { name: "Metals", symbol: "MTL", supply: "1000", t1: 1_900_000_000, t2: "1900003600", assets };
  };

  describe("from flags", function () {
    it("are the params that the factory takes, amounts by the decimals of each", async function () {
      const { params, basket } = await read(flags);
      expect(params).to.deep.equal({
        name: "Metals",
        symbol: "MTL",
        supply: 1_000n * ONE,
        t1: 1_900_000_000,
        t2: 1_900_003_600,
        assets: [...world.assets],
        quantities: [100n * ONE, 200_500_000n],
      });
      expect(basket).to.equal("100 AU + 200.5 AG");
    });

    it("have whatever else is given, and leave out what is not: the client knows its defaults", async function () {
      const { params } = await read({
        ...flags,
        policy: world.carol.address.toLowerCase(),
        settleLimit: "1900007200",
        openMarkets: true,
        chainWindow: "256",
        maxOpenOrders: "255",
        maxLots: "5000",
        basketScale: "100",
        basketTickValue: "10000000000000",
      });
      expect(params).to.deep.include({
        policy: world.carol.address,
        settleLimit: 1_900_007_200,
        openMarkets: true,
        chainWindow: 256,
        maxOpenOrders: 255,
        maxLots: 5_000n,
        basketScale: 100,
        basketTickValue: 10_000_000_000_000n,
      });
    });

    it("count times from the chain's next second on", async function () {
      const now = Number(await nextTime(world.provider));
      const { params } = await read({ ...flags, t1: "+1h", t2: "+2d" });
      expect(Number(params.t1) - now).to.be.within(3_600, 3_660);
      expect(Number(params.t2) - Number(params.t1)).to.equal(2 * 86_400 - 3_600);
    });

    it("that are none of the terms are not looked at", async function () {
      const { params } = await read({ ...flags, rpc: "http://x", json: true } as TermsOptions);
      expect(params).to.not.have.any.keys("rpc", "json");
    });
  });

  describe("from a file", function () {
    it("are the same as from flags", async function () {
      expect(await readFileOf(asFile())).to.deep.equal(await read(flags));
    });

    it("are overruled by a flag each, and the basket by any asset", async function () {
      const [gold] = world.assets;
      const { params, basket } = await readFileOf(asFile(), { supply: "7.5", name: "Gold", asset: [`${gold}=1`] });
      expect(params).to.deep.include({ supply: (15n * ONE) / 2n, name: "Gold", symbol: "MTL" });
      expect(params.assets).to.deep.equal([gold]);
      expect(basket).to.equal("1 AU");
    });

    it("may take counts and times as numbers or text, amounts as text alone", async function () {
      const { params } = await readFileOf({ ...asFile(), chainWindow: 5, maxOpenOrders: "6", basketScale: 100 });
      expect(params).to.deep.include({ chainWindow: 5, maxOpenOrders: 6, basketScale: 100 });
      const problems = await problemsOf(readFileOf({ ...asFile(), supply: 1_000, t1: 1.5 }), "FILE_INVALID");
      expect(problems.map((problem) => problem.split(":")[0])).to.deep.equal(["supply", "t1"]);
    });

    it("have no field that nobody knows: a mistyped one would be left out", async function () {
      const [problem] = await problemsOf(readFileOf({ ...asFile(), sybmol: "X" }), "FILE_INVALID");
      expect(problem).to.match(/^file: .*sybmol/);
      const assets = [{ address: world.assets[0], quantity: "1", weight: "2" }];
      const [inside] = await problemsOf(readFileOf({ ...asFile(), assets }), "FILE_INVALID");
      expect(inside).to.match(/^assets\.0: .*weight/);
    });

    it("name every place that is wrong", async function () {
      const assets = [{ address: 7, quantity: "1" }, { address: world.assets[0] }]; // prettier-ignore
      const problems = await problemsOf(readFileOf({ ...asFile(), assets, openMarkets: "yes" }), "FILE_INVALID");
      expect(problems.map((problem) => problem.split(":")[0])).to.deep.equal([
        "assets.0.address",
        "assets.1.quantity",
        "openMarkets",
      ]);
    });

    it("are refused if it is not there, or no object", async function () {
      await expectCliRefusal(read({ file: "none.json" }), "FILE_UNREADABLE", { file: "none.json" });
      for (const content of [[], "terms", null]) {
        await expectCliRefusal(readFileOf(content as object), "FILE_INVALID", { file: "terms.json" });
      }
    });
  });

  describe("that are wrong", function () {
    it("are said all at once, what is missing too", async function () {
      expect(await problemsOf(read({}))).to.deep.equal([
        "--asset: is missing",
        "--name: is missing",
        "--symbol: is missing",
        "--supply: is missing",
        "--t1: is missing",
        "--t2: is missing",
      ]);
    });

    it("are each named by their flag", async function () {
      const problems = await problemsOf(
        read({
          ...flags,
          asset: ["gold=1"],
          supply: "1e3",
          t1: "soon",
          policy: "nobody",
          settleLimit: "later",
          chainWindow: "257",
          maxOpenOrders: "0",
          maxLots: "0",
          basketScale: "2147483648",
          basketTickValue: "0.5",
        }),
      );
      const named = problems.map((problem) => problem.split(":")[0]!);
      expect(named).to.deep.equal([
        "--asset",
        "--supply",
        "--t1",
        "--policy",
        "--settle-limit",
        "--chain-window",
        "--max-open-orders",
        "--max-lots",
        "--basket-scale",
        "--basket-tick-value",
      ]);
    });

    it("are quantities that the asset cannot have, by its symbol", async function () {
      const [gold, silver] = world.assets;
      const asset = [`${gold}=1.${"0".repeat(18)}1`, `${silver}=0.0000001`, `${silver}=-1`, gold, `${gold}=1=2`];
      const problems = await problemsOf(read({ ...flags, asset }));
      expect(problems.map((problem) => problem.split("(")[0]).sort()).to.deep.equal([
        "--asset AG: AMOUNT_NOT_EXACT",
        "--asset AG: AMOUNT_OUT_OF_RANGE",
        "--asset AU: AMOUNT_MALFORMED",
        "--asset AU: AMOUNT_MALFORMED",
        "--asset AU: AMOUNT_NOT_EXACT",
      ]);
    });
  });
});
