import { expect } from "chai";

import { renderDocument } from "../../../lab/maker/document.js";
import { renderResult, renderStep } from "../../../lab/maker/report.js";
import { type MakerRun, runStory } from "../../../lab/maker/run.js";
import { proveMaker } from "../../../lab/maker/proof.js";
import { rainfallStory } from "../../../lab/maker/rainfall.js";
import type { Story } from "../../../lab/maker/story.js";
import { verdictsOf } from "../../../lab/maker/verdicts.js";
import { wettestMonthStory } from "../../../lab/maker/wettest-month.js";
import { readBookLogs } from "../../../src/bindings/mirror.js";
import { loggedEvents } from "../../../src/bindings/replay.js";
import { measureSession } from "../../../src/measures/session.js";
import { lots, type TickLots, tokenWei } from "../../../src/protocol/amounts/units.js";
import type { MakerOptions } from "../../../lab/maker/options.js";
import { keeping } from "../weather/support.js";

const OPTIONS: MakerOptions = { traders: 4, seed: 3n, json: true, dataset: undefined, markets: [] };

/** The first steps of a story, and its end. */
const shortened = (story: Story, scenes: number): Story => ({ ...story, scenes: story.scenes.slice(0, scenes) });

const run = (story: Story, seed = OPTIONS.seed): Promise<MakerRun> =>
  runStory(story, OPTIONS.traders, seed, { phase: () => undefined, step: () => undefined });

const failing = ({ proof }: Pick<MakerRun, "proof">): string[] =>
  Object.entries(proof).flatMap(([item, { ok }]) => (ok ? [] : [item]));

describe("study of makers", function () {
  const keep = keeping(run);

  describe("in an interval market", function () {
    let rain: MakerRun;
    before(async function () {
      rain = await keep(shortened(rainfallStory(), 4));
    });

    it("proves itself, with news that rules breakpoints out", function () {
      expect(failing(rain)).to.deep.equal([]);
      expect(rain.steps.some(({ news }) => news > 0n)).to.equal(true);
      expect(rain.proof.fillsAtCost.figures.fills).to.be.greaterThan(8);
    });

    it("has prices where both strikes are breakpoints, and no others", function () {
      const { points } = rain.story.maker;
      expect(points).to.have.length(16);
      const priced = rain.steps[0]!.prices.map((price) => price !== undefined);
      expect(priced.filter(Boolean)).to.have.length(14); // the root, above 30 mm, and twelve strips
      expect(priced.slice(0, 2)).to.deep.equal([true, true]);
    });
  });

  describe("in an event", function () {
    let wettest: MakerRun;
    before(async function () {
      wettest = await keep(shortened(wettestMonthStory(), 3));
    });

    it("proves itself", function () {
      expect(failing(wettest)).to.deep.equal([]);
      expect(Object.values(verdictsOf([wettest]))).to.deep.equal([true, true, true, true, true, true]);
    });

    it("learns from those who know: the price of what happens rises, and the sponsor pays for it", function () {
      const { learned, bought, paid, all } = wettest.proof.natsMatch.figures;
      expect(bought > 0n && paid > 0n && learned <= all).to.equal(true);
      const december = wettest.steps.map(({ prices }) => prices[11]!);
      expect(december.at(-1)! > december[0]!).to.equal(true);
    });

    it("has bought as many nats, and paid as much for them, as its log alone says", async function () {
      const { terms, records, times } = await readBookLogs(wettest.stage.handle);
      const { maker: made } = wettest.story;
      const asked = {
        trader: wettest.sponsored.address,
        marketRootId: 2,
        liquidity: made.liquidity,
        prior: made.prior,
      };
      const logged = loggedEvents(records, times);
      const [metered] = measureSession({ terms, logged, until: terms.t2, makers: [asked] }).makers;
      const { bought, paid } = wettest.proof.natsMatch.figures;
      const off = (a: bigint, b: bigint): number => Math.abs(Number(a - b)) / 1e18;
      expect(metered!.fills).to.be.greaterThan(0);
      expect(off(metered!.bought, bought)).to.be.below(1e-12);
      expect(off(metered!.paid, paid)).to.be.below(1e-12);
    });

    it("funds its maker with just what it needs, and no wei of it is left behind", async function () {
      const { read, address, deposit } = wettest.sponsored;
      expect((await read()).needed).to.equal(deposit);
      const { session, book } = wettest.stage.handle;
      expect(await session.balanceOf(address)).to.equal(0n);
      expect((await book.claimsOf(address)).every((claim) => claim === 0n)).to.equal(true);
    });

    it("gives the same document for the same seed, and another for another", async function () {
      const document = renderDocument(OPTIONS, [wettest]);
      const story = shortened(wettestMonthStory(), 3);
      expect(renderDocument(OPTIONS, [await keep(story)])).to.equal(document);
      expect(renderDocument(OPTIONS, [await keep(story, 4n)])).to.not.equal(document);
    });

    it("tells of all of it in words", function () {
      const text = [...wettest.steps.map((step) => renderStep(step, wettest.story)), renderResult([wettest])].join(
        "\n",
      );
      for (const part of ["December", "sponsor paid", "nats bought", "pays for the maker", "Everything holds."]) {
        expect(text).to.include(part);
      }
      expect(text).to.not.include("FAILED");
    });

    describe("fails to prove", function () {
      const again = async (changes: Partial<Omit<MakerRun, "proof">>): Promise<string[]> =>
        failing({ proof: await proveMaker({ ...wettest, ...changes }, []) }).filter(
          (item) => item !== "headMatchesLogs",
        );

      it("nothing if nothing is changed", async function () {
        expect(await again({})).to.deep.equal([]);
      });

      it("that a fill was at the cost function's price, if it was a tick cheaper for every lot", async function () {
        const [first, ...rest] = wettest.steps;
        const [fill, ...fills] = first!.fills;
        const cheaper = { ...fill!, paid: (fill!.asked - 1n) as TickLots };
        expect(await again({ steps: [{ ...first!, fills: [cheaper, ...fills] }, ...rest] })).to.include("fillsAtCost");
      });

      it("that the sponsor lost no more than it paid in, if that was less", async function () {
        expect(await again({ sponsored: { ...wettest.sponsored, deposit: tokenWei(1n) } })).to.deep.equal([
          "costWithinBound",
        ]);
      });

      it("that the position is that of its fills, if it is a lot off", async function () {
        const heldOnChain = wettest.heldOnChain.with(2, lots(wettest.heldOnChain[2]! + 1n));
        expect(await again({ heldOnChain })).to.deep.equal(["positionMatches"]);
      });

      it("that what was paid is what was bought, if another month had been the wettest", async function () {
        const outcome = wettest.story.names.map((_, k) => (k === 10 ? 1n : 0n));
        expect(await again({ story: { ...wettest.story, outcome } })).to.include("natsMatch");
      });
    });
  });
});
