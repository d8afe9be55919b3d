import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { createSession, fundSession } from "../../../src/client/organiser.js";
import { createTrader } from "../../../src/client/trader.js";
import { ask, type Env, expectTold, ONE, session, tell } from "../support.js";
import { addEvent, HOUR, openWorld, termsOf, trade, type World } from "../world.js";

interface Line {
  readonly count: number;
  readonly slope: number;
}

interface Session {
  readonly session: string;
  readonly isOver: boolean;
  readonly fills: number;
  readonly known: readonly string[];
  readonly open: readonly string[];
  readonly finalWeights: { readonly from: string; readonly weights: readonly number[] } | null;
  readonly information: readonly { readonly elapsed: number; readonly information: number; readonly theory: number }[];
  readonly weightErrorTicks: readonly { readonly ticks: number | null }[];
  readonly impact: readonly { readonly market: string; readonly line: Line | null }[];
  readonly foresight: readonly { readonly horizon: number; readonly skipped: number }[];
  readonly makers: readonly { readonly nats: Readonly<Record<string, number>> | null }[];
}

interface Document {
  readonly sessions: readonly Session[];
  readonly forecasts: {
    readonly count: number;
    readonly brier: { readonly numerator: string; readonly denominator: string; readonly value: number };
    readonly bins: readonly unknown[];
  } | null;
  readonly termStructure?: {
    readonly points: readonly { readonly session: string; readonly ratios: readonly number[] }[];
    readonly left: readonly { readonly why: string }[];
  };
  readonly pictures: readonly string[];
}

/** Root 2 is an event: bob sells outcome 1 to alice at 60, and then at 80; it comes true. Gold is traded at 60 and at 70 %. */
async function withTrades(world: World): Promise<void> {
  await addEvent(world, 2);
  for (const [market, price] of [
    ["2.1", "60"],
    ["1.1", "6000"],
    ["2.1", "80"],
    ["1.1", "7000"],
  ] as const) {
    // prettier-ignore
    await trade(world, world.bob, "sell", "10", "--market", market, "--price", price);
    await trade(world, world.alice, "buy", "10", "--market", market, "--price", price);
  }
  await world.moveTo(world.handle.t1 + 5 * HOUR);
  await world.owner.award(2, 1);
}

describe("session measure", function () {
  let world: World;
  let env: Env;
  let file: string;

  beforeEach(async function () {
    world = await openWorld(withTrades);
    env = world.env;
    file = join(world.folder, "session.log");
    await ask(env, "logs", "--out", file);
  });

  const measure = (...words: string[]): Promise<Document> => ask<Document>(env, "measure", ...words);
  const prices = async (text: string): Promise<string> => {
    const name = join(world.folder, "prices.csv");
    await writeFile(name, text);
    return name;
  };
  const dayOf = (second: number): string => new Date(second * 1_000).toISOString().replace(/\.\d+/, "");

  it("measures a file as it measures the chain", async function () {
    const [fromFile, fromChain] = [await measure("--logs", file), await measure()];
    const [one, other] = [fromFile.sessions[0]!, fromChain.sessions[0]!];
    expect({ ...one, until: 0 }).to.deep.equal({ ...other, until: 0 });
    expect(fromFile.forecasts).to.deep.equal(fromChain.forecasts);
    expect([one.fills, one.isOver, one.known, one.open]).to.deep.equal([4, false, ["2.1"], ["1.1"]]);
    expect(one.information.at(-1)!.information).to.be.closeTo(1 - 20 ** 2 / 50 ** 2, 1e-12);
    expect(one.finalWeights).to.equal(null);
    // Nine moments at a price of 80 that came true; outcome 2 was never traded.
    const { count, brier, bins } = fromFile.forecasts!;
    expect([count, brier.numerator, brier.denominator, bins.length]).to.deep.equal([9, "1", "25", 10]);
  });

  it("says in words what it found, and that a session is open", async function () {
    const said = await tell(env, "measure", "--logs", file);
    for (const part of [
      "open: the basket has no final weights yet",
      "What prices knew",
      "Brier score 0.0400",
      "Price by flow",
    ]) {
      expect(said).to.include(part);
    }
    const over = await tell(env, "measure", "--logs", file, "--until", String(world.handle.t2));
    expect(over).to.include("65.00 %, 35.00 %, by its last trades").and.include("Implied against final weights");
  });

  it("looks at prices elsewhere, passes over lines with gaps, and refuses those of other days", async function () {
    const { t1, t2 } = world.handle;
    const rows = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((k) => `${dayOf(t1 + k * HOUR)},${k === 4 ? "" : 100 + k},50`);
    const name = await prices(`date,1,2\n${rows.join("\n")}\n`);
    const words = ["--logs", file, "--prices", name, "--decimals", "18,6", "--until", String(t2)];
    const { sessions } = await measure(...words);
    const [one] = sessions;
    expect(one!.finalWeights!.from).to.equal("reference");
    expect(one!.finalWeights!.weights[0]).to.be.closeTo((100 * 110) / (100 * 110 + 200.5 * 50), 1e-9);
    expect(one!.foresight.map(({ horizon }) => horizon)).to.deep.equal([1, 5, 20, 1, 5, 20]);
    expect(one!.known).to.have.members(["1.1", "2.1"]);
    const old = await prices("date,1,2\n2001-01-01,5,5\n");
    const refused = await expectTold(
      session(env, "measure", "--logs", file, "--prices", old, "--json"),
      2,
      "FILE_INVALID",
    );
    expect(JSON.stringify(refused)).to.include("2001-01-02");
  });

  it("takes no time that would count from 1970, where there is nothing else to count from", async function () {
    for (const [flag, text] of [
      ["--until", "+7d"],
      ["--at", "+1h"],
    ] as const)
      // prettier-ignore
      await expectTold(session(env, "measure", "--logs", file, flag, text, "--json"), 2, "ARGUMENT_INVALID", {
        ...{ argument: flag, value: text, wanted: "Unix seconds or a date like 2026-12-01T00:00:00Z" },
      });
  });

  it("names every place of a price file that is wrong", async function () {
    const bad = await prices("date,1,2\nsoon,5,5\n2026-12-01,0,x\n2026-12-02,1,1\n2026-12-02,2,2\n");
    const { stdout } = await session(env, "measure", "--logs", file, "--prices", bad, "--json");
    for (const part of ["line 2, date: soon", "line 3, 1: 0 is no price", "line 3, 2: ", "line 5, date: 2026-12-02"]) {
      expect(stdout).to.include(part);
    }
    const few = await prices("date,1\n2026-12-01,5\n");
    await expectTold(session(env, "measure", "--logs", file, "--prices", few, "--json"), 2, "FILE_INVALID");
    const good = await prices("date,1,2\n2026-12-01,5,5\n");
    const decimals = ["--prices", good, "--decimals", "18"];
    await expectTold(session(env, "measure", "--logs", file, ...decimals, "--json"), 2, "ARGUMENT_INVALID");
  });

  it("counts a maker's nats, and takes no terms that no maker has", async function () {
    const { sessions } = await measure("--logs", file, "--maker", `${world.bob.address}=2:100`);
    const nats = sessions[0]!.makers[0]!.nats!;
    expect(nats["fills"]).to.equal(2);
    expect(nats["paid"]).to.be.closeTo((20 * 100 - 10 * 140) / (100 * 100), 1e-12); // ticks · lots by b · scale
    for (const wrong of [
      "0x12=2:100",
      `${world.bob.address}=2`,
      `${world.bob.address}=2:0`,
      `${world.bob.address}=2:5:1,2:3`,
    ]) {
      await expectTold(session(env, "measure", "--logs", file, "--maker", wrong, "--json"), 2, "ARGUMENT_INVALID");
    }
  });

  it("draws what there is", async function () {
    const prefix = join(world.folder, "measures");
    const { pictures } = await measure("--logs", file, "--until", String(world.handle.t2), "--svg", prefix);
    expect(pictures).to.deep.equal(["information", "weights", "reliability"].map((name) => `${prefix}-${name}.svg`));
    for (const picture of pictures) expect(readFileSync(picture, "utf8")).to.match(/^<svg .*<\/svg>\n$/s);
  });

  it("refuses a file that was cut off, one session twice, and a log that somebody altered", async function () {
    const text = await readFile(file, "utf8");
    const cut = join(world.folder, "cut.log");
    await writeFile(cut, text.split("\n").slice(0, -3).join("\n"));
    await expectTold(session(env, "measure", "--logs", cut, "--json"), 1, "LOG_TRUNCATED");
    const altered = join(world.folder, "altered.log");
    const trades = text.split("\n").map((line, k) => (k === 12 ? line.replace(/(\d)"(?=[^"]*$)/, (_, digit: string) => `${(Number(digit) + 1) % 10}"`) : line)); // prettier-ignore
    expect(trades.join("\n")).to.not.equal(text);
    await writeFile(altered, trades.join("\n"));
    await expectTold(session(env, "measure", "--logs", altered, "--json"), 2, "FILE_INVALID");
    await expectTold(session(env, "measure", "--logs", file, file, "--json"), 2, "FILE_INVALID");
  });
});

describe("session measure, of a session without a trade", function () {
  it("says that there is nothing to measure", async function () {
    const world = await openWorld();
    const file = join(world.folder, "silent.log");
    await ask(world.env, "logs", "--out", file);
    expect(await tell(world.env, "measure", "--logs", file)).to.include("Nothing was traded");
    const { sessions, forecasts, pictures } = await ask<Document>(
      world.env,
      "measure",
      "--logs",
      file,
      "--svg",
      join(world.folder, "x"),
    );
    expect([sessions[0]!.information, forecasts, pictures]).to.deep.equal([[], null, []]);
  });
});

describe("session measure, of two sessions of one basket", function () {
  it("tells what the market thinks one asset will be worth in the other, by when they end", async function () {
    const world = await openWorld();
    const { factory, organiser, assets, alice, bob, provider } = world;
    const now = (await provider.getBlock("latest"))!.timestamp;
    const later = await createSession(factory, organiser, termsOf(assets, now + HOUR), `0x${"01".repeat(32)}`);
    await fundSession(later, organiser);
    for (const trader of [alice, bob]) {
      await (await later.session.connect(organiser).transfer(trader.address, 100n * ONE)).wait();
      await createTrader(later, trader).deposit(50n * ONE);
    }
    await world.moveTo(now + HOUR);
    const there = { env: { ...world.env, SESSION_ADDRESS: later.address } };
    const files: string[] = [];
    for (const [k, [where, price]] of (
      [
        [world, "5000"],
        [there, "6000"],
      ] as const
    ).entries()) {
      await trade(where, bob, "sell", "10", "--market", "1.1", "--price", price);
      await trade(where, alice, "buy", "10", "--market", "1.1", "--price", price);
      files.push(join(world.folder, `${k}.log`));
      await ask(where.env, "logs", "--out", files.at(-1)!);
    }
    const words = ["measure", "--logs", files[1]!, files[0]!, "--at", String(now + 2 * HOUR)];
    const prefix = join(world.folder, "both");
    const { sessions, termStructure, pictures } = await ask<Document>(world.env, ...words, "--svg", prefix);
    expect(sessions).to.have.length(2);
    const points = termStructure!.points;
    expect(points.map((point) => point.session)).to.deep.equal([world.handle.address, later.address]); // by their end
    // Halves, and 60 : 40, of 100e18 gold and 200.5e6 silver: units of gold in a unit of silver.
    expect(points[0]!.ratios[0]).to.be.closeTo((0.5 / 200_500_000) * (1e20 / 0.5), 1e3);
    expect(points[1]!.ratios[0]! / points[0]!.ratios[0]!).to.be.closeTo(0.4 / 0.6, 1e-9);
    expect(pictures).to.include(`${prefix}-terms.svg`);
    expect(await tell(world.env, ...words)).to.include("Relative value as of ");
    const early = await ask<Document>(world.env, ...words.slice(0, -1), "1");
    expect(early.termStructure!.left.map(({ why }) => why)).to.deep.equal(["no prices", "no prices"]);
  });
});
