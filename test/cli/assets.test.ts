import { expect } from "chai";
import fc from "fast-check";

import { basketOf, formatQuantity, parseQuantity, printable, readAsset, readToken } from "../../src/bindings/assets.js";
import { LyingAsset__factory, TestAsset__factory } from "../../typechain-types/index.js";
import { expectClientError } from "../client/support.js";
import { expectRuleError, FIXED } from "../protocol/support.js";
import { mint, openWorld, type World } from "./world.js";

describe("assets of a basket", function () {
  let world: World;

  before(async function () {
    world = await openWorld();
  });

  const named = async (symbol: string, decimals = 18): Promise<string> => {
    const address = await mint(world.organiser, "Any", symbol, decimals);
    return (await readAsset(address, world.provider)).symbol;
  };

  describe("what they are called", function () {
    it("is their own word, and their own decimals", async function () {
      const [gold, silver] = world.assets;
      expect(await readAsset(gold, world.provider)).to.deep.equal({ address: gold, symbol: "AU", decimals: 18 });
      expect(await readAsset(silver, world.provider)).to.deep.equal({ address: silver, symbol: "AG", decimals: 6 });
    });

    it("is the short address, and they are counted in smallest units, if the token says nothing", async function () {
      const silent = await (await new LyingAsset__factory(world.organiser).deploy()).getAddress();
      const symbol = `${silent.slice(0, 6)}…${silent.slice(-4)}`;
      expect(await readAsset(silent, world.provider)).to.deep.equal({ address: silent, symbol, decimals: 0 });
      const { address } = world.carol; // no contract at all
      expect((await readAsset(address, world.provider)).decimals).to.equal(0);
    });

    it("are tokens, where something is to be made with them: what has no supply is none", async function () {
      const [gold] = world.assets;
      expect(await readToken(gold, world.provider)).to.deep.equal(await readAsset(gold, world.provider));
      for (const address of [world.carol.address, world.handle.bookAddress, world.factory])
        await expectClientError(readToken(address, world.provider), "Client_NotAToken", { address });
    });

    it("lets no token speak to the terminal", async function () {
      expect(await named("\u001b[31mGOLD\u001b[0m")).to.equal("[31mGOLD[0m");
      expect(await named("AU\n\rAG")).to.equal("AUAG");
      expect(await named("\u0000\u0007")).to.equal("?");
      expect(await named("")).to.equal("?");
      expect(await named("x".repeat(200))).to.equal("x".repeat(16));
    });
  });

  describe("text that is printed", function () {
    it("has letters, digits, signs and spaces, and nothing that turns or hides the line", function () {
      expect(printable("\u001b[31mGOLD\u202e", 16)).to.equal("[31mGOLD");
      expect(printable("\u0007", 16)).to.equal("?");
      expect(printable("x".repeat(40), 16)).to.have.length(16);
      expect(printable("  Ærø-Gold №1 €  ", 20)).to.equal("Ærø-Gold №1 €");
      expect(printable("a\u200bb\u2028c\u00add", 16)).to.equal("abcd");
    });

    it("is never longer than asked, never empty, and has no control sign in it", function () {
      const anyText = fc.string({ unit: "binary" });
      fc.assert(
        fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, most) => {
          const shown = printable(text, most);
          expect(shown.length).to.be.within(1, most);
          // eslint-disable-next-line no-control-regex -- these are what must not be there
          expect(shown).to.not.match(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
        }),
        FIXED,
      );
    });
  });

  describe("how they are counted", function () {
    const silver = { address: "0x", symbol: "AG", decimals: 6 };
    const whole = { address: "0x", symbol: "ONE", decimals: 0 };

    it("is in whole assets with as many decimals as the token has", function () {
      expect(parseQuantity(silver, "200.5")).to.equal(200_500_000n);
      expect(parseQuantity(whole, "7")).to.equal(7n);
      expect(formatQuantity(silver, 200_500_000n)).to.equal("200.5 AG");
      expect(formatQuantity(whole, 7n)).to.equal("7 ONE");
      expect(formatQuantity(silver, 1n)).to.equal("0.000001 AG");
    });

    it("never rounds, and never goes below zero", function () {
      expectRuleError(() => parseQuantity(silver, "0.0000001"), "AMOUNT_NOT_EXACT", {
        text: "0.0000001",
        unitsPerOne: 1_000_000n,
      });
      expectRuleError(() => parseQuantity(whole, "0.5"), "AMOUNT_NOT_EXACT", { text: "0.5", unitsPerOne: 1n });
      expectRuleError(() => parseQuantity(silver, "-1"), "AMOUNT_OUT_OF_RANGE", {
        what: "assetUnits",
        value: -1_000_000n,
        least: 0n,
        most: 2n ** 128n - 1n,
      });
    });

    it("comes back from its own text", function () {
      const anyUnits = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
      fc.assert(
        fc.property(anyUnits, fc.integer({ min: 0, max: 36 }), (units, decimals) => {
          const asset = { address: "0x", symbol: "X", decimals };
          expect(parseQuantity(asset, formatQuantity(asset, units).replace(" X", ""))).to.equal(units);
        }),
        FIXED,
      );
    });
  });

  it("are those of the session, in its order, with what it holds of each", async function () {
    const { handle, assets } = world;
    expect(await basketOf(handle)).to.deep.equal([
      { address: assets[0], quantity: 100n * 10n ** 18n, symbol: "AU", decimals: 18 },
      { address: assets[1], quantity: 200_500_000n, symbol: "AG", decimals: 6 },
    ]);
    const gold = TestAsset__factory.connect(assets[0], world.provider);
    expect(await gold.balanceOf(handle.address)).to.equal(100n * 10n ** 18n);
  });
});
