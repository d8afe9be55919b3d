import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { renderDocument } from "../../../lab/lifecycle/document.js";
import { planOf } from "../../../lab/lifecycle/plan.js";
import { type LifecycleProof, proveLifecycle } from "../../../lab/lifecycle/proof.js";
import { renderResult, renderStep } from "../../../lab/lifecycle/report.js";
import { type LifecycleRun, runLifecycle } from "../../../lab/lifecycle/run.js";
import type { Census } from "../../../lab/lifecycle/census.js";
import { parseOptions } from "../../../lab/lifecycle/options.js";

const OTHER_SEED = 7n; // in which an order of the maker's is filled by two others

const failing = (proof: LifecycleProof): string[] =>
  Object.entries(proof).flatMap(([item, { ok }]) => (ok ? [] : [item]));

const options = (...words: string[]) => {
  const request = parseOptions(words);
  if (request.kind === "help") throw new Error("options were asked for");
  return request.options;
};

describe("study of a life", function () {
  this.timeout(240_000);
  const open: LifecycleRun[] = [];
  const live = async (...words: string[]): Promise<LifecycleRun> => {
    const run = await runLifecycle(planOf(options(...words)), { phase: () => undefined, step: () => undefined });
    open.push(run);
    return run;
  };
  after(async () => {
    for (const { ground } of open) await ground.chain.close();
  });

  let life: LifecycleRun;
  before(async () => {
    life = await live();
  });

  it("proves itself", () => {
    expect(failing(proveLifecycle(life))).to.deep.equal([]);
  });

  it("proves itself with another seed, which is another story", async () => {
    const other = await live("--seed", String(OTHER_SEED));
    expect(failing(proveLifecycle(other))).to.deep.equal([]);
    expect(other.sale.purchases).to.not.deep.equal(life.sale.purchases);
  });

  it("proves itself with two traders, and gives the same document for the same seed", async () => {
    const [once, again] = [await live("--traders", "2"), await live("--traders", "2")];
    const document = (run: LifecycleRun) => renderDocument(options("--traders", "2"), run, proveLifecycle(run));
    expect(failing(proveLifecycle(once))).to.deep.equal([]);
    expect(document(again)).to.equal(document(once));
  });

  it("has all that it tells of: a sale with a rest, trade in every market, a lie, purchases, a roll", () => {
    const { sale, steps, oracle, window, roll, stage, roots } = life;
    expect(sale.returned > 0n && sale.purchases.length === 10).to.equal(true);
    const traded = new Map(
      steps
        .flatMap(({ throughBook, throughMaker }) => [...throughBook, ...throughMaker])
        .flatMap(({ records }) => records)
        .flatMap((one) => (one.kind === "tradeCreated" ? [[one.tradeRootId, one.package.marketRootId] as const] : [])),
    );
    const filled = steps
      .flatMap(({ throughBook }) => throughBook.flatMap(({ records }) => records))
      .flatMap((one) => (one.kind === "matched" ? [traded.get(one.takerRootId)] : []));
    expect(filled).to.include.members([roots.event.root.marketRootId, roots.interval.root.marketRootId]);
    expect(oracle.lie).to.not.deep.equal(oracle.truth);
    expect(window.bought.map(({ leg }) => leg)).to.deep.equal([1, 2, 3]);
    expect(window.pulled.every(({ tokens, cash }) => tokens > 0n && cash > 0n)).to.equal(true);
    expect(roll.taken).to.have.length(stage.participants.length + 3); // organiser, sponsor and buyer, too
  });

  it("tells of all of it in words", () => {
    const text = [...life.steps.map(renderStep), renderResult(life, proveLifecycle(life))].join("\n");
    for (const part of ["step 6", "asserts what is false", "the rest rolls", "in the next", "Everything holds."]) {
      expect(text).to.include(part);
    }
    expect(text).to.not.include("FAILED");
  });

  it("is what its page shows", () => {
    const page = readFileSync(join(import.meta.dirname, "../../../docs/lifecycle.md"), "utf8");
    const shown = renderResult(life, proveLifecycle(life)).replace(/^(?=.)/gm, "    ");
    expect(page).to.include(shown);
  });

  describe("fails to prove", () => {
    const again = (changes: Partial<LifecycleRun>): string[] => failing(proveLifecycle({ ...life, ...changes }));

    /** The censuses, with one of them changed. */
    function recounted(label: string, change: (census: Census) => Census): Pick<LifecycleRun, "censuses"> {
      const censuses = life.censuses.map((census) => (census.label === label ? change(census) : census));
      expect(censuses).to.not.deep.equal(life.censuses);
      return { censuses };
    }

    /** What one address has, changed. */
    const holding = (label: string, name: string, change: (of: Census["holdings"][number]) => object) =>
      recounted(label, (census) => ({
        ...census,
        holdings: census.holdings.map((of) => (of.name === name ? { ...of, ...change(of) } : of)),
      }));

    it("that Σ x = q, if a wei of a claim is missing in one step", () => {
      const missing = holding("step 3", "trader 04", ({ claims }) => ({
        claims: claims.map(([first = 0n, ...rest]) => [first - 1n, ...rest]),
      }));
      expect(again(missing)).to.deep.equal(["allocationsSumToBasket", "claimsFound"]);
    });

    it("that nothing was minted or lost, if a unit of cash is missing", () => {
      const missing = holding("given", "buyer", ({ cash }) => ({ cash: cash - 1n }));
      expect(again(missing)).to.deep.equal(["nothingMintedOrLost"]);
    });

    it("that nothing is left, if the window kept a unit", () => {
      expect(again(holding("taken", "window", () => ({ cash: 1n })))).to.deep.equal([
        "nothingMintedOrLost",
        "nothingLeft",
      ]);
    });

    it("that the premium was collected, if somebody paid a unit less than the price", () => {
      const [first, ...rest] = life.sale.purchases;
      const purchases = [{ ...first!, paid: first!.paid - 1n }, ...rest];
      expect(again({ sale: { ...life.sale, purchases } })).to.deep.equal(["premiumCollected", "feesCollected"]);
    });

    it("that fees were collected, if one is missing", () => {
      const collected = life.entrance.collected - life.entrance.fee;
      expect(again({ entrance: { ...life.entrance, collected } })).to.include("feesCollected");
    });

    it("that the gate held, if somebody was in before it paid", () => {
      const [first, ...rest] = life.entrance.entries;
      const entries = [{ ...first!, listed: true }, ...rest];
      expect(again({ entrance: { ...life.entrance, entries } })).to.deep.equal(["gateHeld"]);
    });

    it("that a bond was shared, if the oracle kept a unit more", () => {
      expect(again({ oracle: { ...life.oracle, burnt: life.oracle.burnt + 1n } })).to.deep.equal(["bondsAccounted"]);
    });

    it("that the roots are settled as was told, if the lie had been taken", () => {
      expect(again({ oracle: { ...life.oracle, lieRefused: undefined } })).to.deep.equal(["rootsSettled"]);
    });

    it("that Σ cash = Σ π, if somebody pulled a unit less", () => {
      const [first, ...rest] = life.window.pulled;
      const pulled = [{ ...first!, cash: first!.cash - 1n }, ...rest];
      expect(again({ window: { ...life.window, pulled } })).to.deep.equal(["windowPaysOut"]);
    });

    it("that claims into the roll are claims out, if somebody took a wei less", () => {
      const [first, ...rest] = life.roll.taken;
      const taken = [{ ...first!, claims: first!.claims.map((claim) => claim - 1n) }, ...rest];
      expect(again({ roll: { ...life.roll, taken } })).to.deep.equal(["rollKeepsClaims"]);
    });

    it("that the sponsor's loss is bounded, if it came out with nothing", () => {
      const left = life.made.left.map(() => 0n);
      expect(again({ made: { ...life.made, left } })).to.deep.equal(["sponsorLossBounded"]);
    });
  });
});
