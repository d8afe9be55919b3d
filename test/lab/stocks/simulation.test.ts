import { readFileSync } from "node:fs";

import { expect } from "chai";

import { renderDocument } from "../../../lab/stocks/document.js";
import { parseOptions } from "../../../lab/stocks/options.js";
import { loadHistory } from "../../../lab/stocks/price-source.js";
import { holds, prove } from "../../../lab/session/proof.js";
import { renderResult } from "../../../lab/stocks/report.js";
import { proveMaker } from "../../../lab/stocks/maker.js";
import { bookBatchesOf, runSession, type SessionRun } from "../../../lab/stocks/simulation.js";
import { fraction } from "../../../src/protocol/amounts/fraction.js";
import { assetUnits, lots, type TickLots } from "../../../src/protocol/amounts/units.js";

const SILENT = { phase: () => undefined, month: () => undefined };

async function run(words: string): Promise<SessionRun> {
  const request = parseOptions(words.split(" "));
  if (request.kind !== "run") throw new Error("help was asked for");
  return runSession(request.options, loadHistory([], request.options), SILENT);
}

/** Promise and figures of each line of a proof that holds. */
function proofLines(text: string): string[][] {
  return [...text.matchAll(/^ *ok {6}(.*?) {2,}(.*)$/gm)].map(([, promise, figures]) => [promise!, figures!]);
}

const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);

/** A checkpoint says in which block it was made, and a relay takes other blocks. */
function withoutLinks(orders: unknown): readonly object[] {
  return (orders as readonly object[]).map((order) => ({ ...order, previousLink: "" }));
}

/** The figures of a proof that are not said to depend on time, by their path. */
function unmarked(proof: unknown, marked: readonly string[]): ReadonlyMap<string, unknown> {
  const items = Object.entries(proof as Readonly<Record<string, { readonly figures: object }>>);
  const paths = items.flatMap(([item, { figures }]) =>
    Object.entries(figures).map(([name, figure]) => [`proof.${item}.figures.${name}`, figure as unknown] as const),
  );
  return new Map(paths.filter(([path]) => !marked.includes(path)));
}

describe("simulation of a session", () => {
  const open: SessionRun[] = [];
  const keep = async (words: string) => {
    const session = await run(words);
    open.push(session);
    return session;
  };
  after(async () => {
    for (const { stage } of open) await stage.chain.close();
  });

  // Seven traders do not divide 1 000 tokens: the organiser keeps 6 wei.
  const WORDS = "--direct --traders 7 --from 2008-01 --to 2008-04 --seed 3";
  let session: SessionRun;
  before(async () => {
    session = await keep(WORDS);
  });

  it("proves itself", () => {
    expect(holds(session.proof)).to.equal(true);
    const { allocationsSumToBasket, vaultEmpty, headMatchesLogs } = session.proof;
    for (const { delivered, quantity } of allocationsSumToBasket.figures) expect(delivered).to.equal(quantity);
    expect(vaultEmpty.figures.legSupplies).to.deep.equal([0n, 0n]);
    expect(headMatchesLogs.figures.recomputed).to.equal(headMatchesLogs.figures.onChain);
  });

  it("has traders of every behaviour trade with each other", () => {
    const traders = new Set(
      session.records.flatMap((record) => (record.kind === "tradeCreated" ? [record.package.trader] : [])),
    );
    expect(traders.delete(session.maker!.sponsored.address), "the automated maker").to.equal(true);
    expect(traders.size).to.equal(7);
    expect(session.records.filter(({ kind }) => kind === "matched").length).to.be.greaterThan(10);
  });

  it("gives everybody an equal slice, and the organiser's change its share too", () => {
    const received = session.settlement.outcomes.map(({ holder }) => holder.received);
    expect(new Set(received.slice(0, 7)).size).to.equal(1);
    expect(received[7]).to.equal(6n);
    expect(sum(received)).to.equal(session.stage.basket.supply);
  });

  it("delivers what was allocated, to the few units of dust", () => {
    for (const { allocation, delivered } of session.settlement.outcomes) {
      for (const [k, { numerator, denominator }] of allocation.entries()) {
        const dust = delivered[k]! - numerator / denominator;
        expect(Number(dust)).to.be.within(-1, session.settlement.outcomes.length);
      }
    }
  });

  it("never lets orders of one month stand in the next", () => {
    const expired = session.records.filter((record) => record.kind === "offset" && record.reason === "expired");
    expect(expired.length).to.be.greaterThan(0);
    for (const { quotes, weights } of session.steps) {
      for (const [k, { bid, ask }] of quotes.entries()) {
        if (bid !== undefined && ask !== undefined) expect(bid < ask).to.equal(true);
        expect(Number((bid ?? ask ?? weights[k])! - weights[k]!)).to.be.within(-1_000, 1_000);
      }
    }
  });

  it("gives the same document for the same seed, and another for another", async () => {
    const document = renderDocument(session);
    expect(renderDocument(await keep(WORDS))).to.equal(document);
    expect(renderDocument(await keep(WORDS.replace("--seed 3", "--seed 4")))).to.not.equal(document);
  });

  it("comes to the same orders, fills and allocations through a relay, and proves those", async () => {
    const relayed = await keep(WORDS.replace("--direct ", ""));
    expect(holds(relayed.proof)).to.equal(true);
    const [one, other] = [session, relayed].map((run) => JSON.parse(renderDocument(run)) as Record<string, unknown>);
    for (const part of ["steps", "allocations", "deliveries", "fills", "offsets"]) {
      expect(other![part], part).to.deep.equal(one![part]);
    }
    expect(withoutLinks(other!["orders"])).to.deep.equal(withoutLinks(one!["orders"]));
    const { dependsOnTime, ...said } = other!["session"] as { readonly dependsOnTime: readonly string[] };
    const { dependsOnTime: nothing, ...before } = one!["session"] as { readonly dependsOnTime: readonly string[] };
    expect(said).to.deep.equal({ ...before, route: "relay" });
    expect(nothing).to.deep.equal([]);
    expect(dependsOnTime).to.include("gas").and.to.include("proof.logsVerified.figures.logs");
    for (const [name, figure] of unmarked(one!["proof"], dependsOnTime)) {
      expect([name, figure]).to.deep.equal([name, unmarked(other!["proof"], dependsOnTime).get(name)]);
    }
  });

  it("marks in words what the relay's clock decides, and nothing on the direct way", async () => {
    const relayed = await keep(`${WORDS.replace("--direct ", "")} --traders 3 --to 2008-02`);
    const text = renderResult(relayed);
    const { records, checkpoints } = relayed.proof.headMatchesLogs.figures;
    expect(text).to.include(`over ${records} records in ${checkpoints}* checkpoints`);
    expect(text)
      .to.match(/in \d+\* logs/)
      .and.to.match(/\d+\* over \d+ orders; the largest batch took \d+\*/);
    expect(text).to.match(/\n\* depends on how the relay's clock cuts its batches[^\n]*$/);
    expect(renderResult(session)).to.not.include("*");
  });

  it("tells of all of it in words", () => {
    const text = renderResult(session);
    expect(text).to.match(/^7 traders held 100 AAPL and 100 MSFT together from 2008-01 to 2008-04 and traded /);
    for (const title of [
      "received",
      "AAPL allocated",
      "MSFT allocated",
      "delivered",
      "P&L",
      "Proof",
      "Everything holds.",
    ]) {
      expect(text).to.include(title);
    }
    expect(text).to.match(/^all +1000\.00 +100\.0000 +100\.0000 +100\.0000 +100\.0000 +0\.00$/m);
    expect(text).to.not.include("FAILED").and.to.not.include("Weights, month by month");
    const { options } = session;
    expect(renderResult({ ...session, options: { ...options, verbose: true } })).to.include("Weights, month by month");
  });

  it("tells the price in gas, ether and money, at the prices that are stated", () => {
    const { options, stage, settlement, proof } = session;
    const made = session.steps.flatMap(({ throughMaker }) => throughMaker.flatMap(({ gas }) => gas));
    expect(made).to.not.have.length(0);
    const all = proof.gasPerOrder.figures.gas + sum(made) + stage.depositGas + settlement.exitGas;
    const priced = { ...session, options: { ...options, gasPrice: 2n * 10n ** 9n, etherPrice: 2500n * 10n ** 18n } };
    const text = renderResult(priced);
    expect(text).to.include("Price at 2.00 gwei and 2500.00 an ether");
    const ether = (Number(all) * 2e-9).toFixed(6);
    const paid = (Number(all) * 2e-9 * 2500).toFixed(2);
    expect(text).to.match(new RegExp(`^all +${all} +${ether} +${paid}$`, "m"));
  });

  it("ends, without options, in the proof that the README shows", async () => {
    const shown = proofLines(readFileSync("README.md", "utf8"));
    const printed = proofLines(renderResult(await keep("--direct")));
    expect(shown.map(([promise]) => promise)).to.deep.equal(printed.map(([promise]) => promise));
    const figures = ([, text]: readonly string[]): string =>
      text!
        .replace(/^\d+ (?=over)|; the largest.*/g, "") // gas moves with the contracts
        .replace(/(0x\w{16})(\w+|…)/, "$1");
    expect(shown.map(figures)).to.deep.equal(printed.map(figures));
  });

  it("has a maker that begins with the first month's weights, and proves what it did and what it cost", () => {
    const { maker, steps, proof, stage } = session;
    expect(steps[0]!.makerPrices!.map((price, k) => Number(price - steps[0]!.weights[k]!))).to.satisfy(
      (off: number[]) => off.every((ticks) => Math.abs(ticks) <= 100),
    );
    const fills = steps.flatMap(({ makerFills }) => makerFills);
    expect(fills).to.not.have.length(0);
    expect(proof.makerFillsAtCost!.figures.fills).to.equal(fills.length);
    const { paid, bound } = proof.makerCostWithinBound!.figures;
    expect(bound).to.equal(maker!.deposit);
    expect(paid.numerator <= bound * paid.denominator).to.equal(true);
    expect(proof.makerPositionMatches!.figures.onChain).to.have.length(stage.symbols.length);
    const text = renderResult(session);
    expect(text).to.match(/^Automated maker 0x\w{40}: quoted from the first minute/m);
    expect(text).to.match(/^sponsor +pays for the maker/m);
    expect(text).to.match(/^orders through the maker +\d/m);
  });

  it("fails its proof if the maker gave a lot too cheaply, holds what no fill explains, or lost more than was paid in", () => {
    const { maker, steps, proof } = session;
    const [first, ...others] = steps.flatMap(({ makerFills }) => makerFills);
    const { paid, bound } = proof.makerCostWithinBound!.figures;
    const cheap = { ...first!, paid: (first!.asked - 1n) as TickLots };
    expect(proveMaker(maker!, [cheap, ...others], paid).makerFillsAtCost.ok).to.equal(false);
    const heldOnChain = maker!.heldOnChain.map((held) => lots(held + 1n));
    expect(proveMaker({ ...maker!, heldOnChain }, others, paid).makerPositionMatches.ok).to.equal(false);
    expect(proveMaker(maker!, others, fraction(bound + 1n)).makerCostWithinBound.ok).to.equal(false);
    expect(proveMaker(maker!, others, fraction(bound)).makerCostWithinBound.ok).to.equal(true);
  });

  it("is the session that it was, without a maker", async () => {
    const without = await keep(`${WORDS} --no-maker`);
    expect(holds(without.proof)).to.equal(true);
    expect(Object.keys(without.proof)).to.have.length(6);
    expect(without.settlement.outcomes[0]!.holder.received).to.equal(without.stage.basket.supply / 7n);
    expect(renderResult(without)).to.not.include("maker 0x").and.to.not.include("sponsor");
    expect(JSON.parse(renderDocument(without))).to.have.property("maker", null);
  });

  it("runs with three assets, each with a book of its own", async () => {
    const three = await keep(
      "--direct --assets AAPL,IBM,MSFT --basket 10,2.5,100 --traders 5 --from 2009-11 --to 2010-01",
    );
    expect(holds(three.proof)).to.equal(true);
    const legs = three.steps
      .flatMap(({ batches }) => batches.flatMap(({ orders }) => orders))
      .map((order) => order.package.marketBranchId);
    expect(new Set(legs)).to.deep.equal(new Set([1, 2, 3]));
  });

  it("runs with less than a lot for each trader, who then cannot trade", async () => {
    const tiny = await keep("--direct --tokens 0.001 --traders 3 --from 2008-01 --to 2008-01");
    expect(holds(tiny.proof)).to.equal(true);
    expect(tiny.proof.gasPerOrder.figures).to.include({ orders: 0, perOrder: 0n });
  });

  describe("proof", () => {
    const again = (changes: Partial<Pick<SessionRun, "records" | "settlement">>) => {
      const { stage, settlement, records } = { ...session, ...changes };
      return prove(stage, bookBatchesOf(session), settlement, records);
    };

    it("fails if a record is missing", async () => {
      const fill = session.records.findIndex(({ kind }) => kind === "matched");
      const proof = await again({ records: session.records.toSpliced(fill, 1) });
      expect(proof.headMatchesLogs.ok).to.equal(false);
      expect(proof.headMatchesLogs.figures.recomputed).to.match(/^RECORD_IMPOSSIBLE/);
      expect(holds(proof)).to.equal(false);
    });

    it("fails if the last records are missing", async () => {
      const proof = await again({ records: session.records.slice(0, -20) });
      expect(proof.headMatchesLogs.ok).to.equal(false);
      expect(proof.headMatchesLogs.figures.recomputed).to.match(/^0x[0-9a-f]{64}$/);
    });

    it("fails if somebody has one wei more than there is", async () => {
      const [first, ...others] = session.settlement.outcomes;
      const [entry, ...rest] = first!.allocation;
      const allocation = [{ ...entry!, numerator: entry!.numerator + 1n }, ...rest];
      const profit = { ...first!.profit, numerator: first!.profit.numerator + 1n };
      const outcomes = [{ ...first!, allocation, profit }, ...others];
      const proof = await again({ settlement: { ...session.settlement, outcomes } });
      expect(proof.allocationsSumToBasket.ok).to.equal(false);
      expect(proof.profitsSumToZero).to.deep.equal({
        ok: false,
        figures: { numerator: 1n, denominator: session.stage.basket.supply },
      });
      expect(proof.vaultEmpty.ok).to.equal(true);
    });

    it("fails if a unit was not delivered", async () => {
      const [first, ...others] = session.settlement.outcomes;
      const delivered = first!.delivered.map((amount, k) => (k === 0 ? assetUnits(amount - 1n) : amount));
      const outcomes = [{ ...first!, delivered }, ...others];
      const proof = await again({ settlement: { ...session.settlement, outcomes } });
      expect(proof.allocationsSumToBasket.ok).to.equal(false);
    });
  });
});
