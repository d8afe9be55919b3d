import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";

import { createRandom } from "../../../stage/rng.js";
import { busySession } from "../../dataset/support/busy.js";
import { eventful } from "../../verify/support/stories.js";
import { printSessionLog } from "../../../src/verify/session-log.js";
import { ComparedFolder } from "../../../src/cli/dataset/disk.js";
import { checkDataset } from "../../../src/cli/dataset/check.js";
import { ask, expectTold, session, sessionIn, tell } from "../support.js";
import { openWorld, trade, type World } from "../world.js";

interface Made {
  readonly folder: string;
  readonly session: string;
  readonly sha256: string;
  readonly rows: Readonly<Record<string, number>>;
}

interface Difference {
  readonly file: string;
  readonly what: string;
  readonly at?: number;
}

const ALTERED = 1_000;
/** For so many of them all of the folder is made again (`MADE_AGAIN=1000`: for all); for the others what was made once is compared. */
const LEAST_MADE_AGAIN = 24;
const MADE_AGAIN = Math.max(LEAST_MADE_AGAIN, Number(process.env["MADE_AGAIN"] ?? 0));

describe("session dataset", function () {
  let folder: string;
  let log: string;
  let out: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "session-dataset-"));
    [log, out] = [join(folder, "session.log"), join(folder, "flow")];
    writeFileSync(log, printSessionLog(eventful().log()));
  });

  afterEach(() => rm(folder, { recursive: true }));

  const differencesOf = async (): Promise<readonly Difference[]> => {
    const { status, stdout } = await session({}, "dataset", "--check", out, "--json");
    const { holds, differences } = JSON.parse(stdout) as { holds: boolean; differences: readonly Difference[] };
    expect(holds).to.equal(status === 0);
    return differences;
  };

  it("writes a folder of a log, which is what its log gives", async () => {
    const made = await ask<Made>({}, "dataset", "--logs", log, "--out", out);
    expect(made.rows).to.deep.include({ session: 1, events: 22, trades: 3, reference: 0 });
    expect(readFileSync(join(out, "session.log"))).to.deep.equal(readFileSync(log));
    expect(await differencesOf()).to.deep.equal([]);
    expect(await tell({}, "dataset", "--check", out)).to.match(/flow is what its log gives: 48 files of session 0x/);
    expect(readdirSync(folder).sort()).to.deep.equal(["flow", "session.log"]);
    expect(await tell({}, "dataset", "make", "--logs", log, "--out", `${out}2`)).to.include(
      "session-orderflow/1 of session 0x",
    );
  });

  it("takes names, prices and a licence, and keeps them", async () => {
    const prices = join(folder, "prices.csv");
    writeFileSync(prices, "time,AU,AG\n2033-05-18,30,200\n2033-05-18T03:33:20Z,31.5,\n");
    const made = await ask<Made>(
      {},
      "dataset",
      "--logs",
      log,
      "--out",
      out,
      "--assets",
      "AU:18,AG:6",
      "--prices",
      prices,
      "--license",
      "CC-BY-4.0",
    );
    expect(made.rows["reference"]).to.equal(3);
    expect(readFileSync(join(out, "reference.csv"), "utf8").split("\n")[3]).to.equal(
      "2033-05-18T03:33:20.000Z,1,31.5,prices.csv,",
    );
    expect(readFileSync(join(out, "CITATION.cff"), "utf8")).to.include("license: CC-BY-4.0");
    expect(await differencesOf()).to.deep.equal([]);
  });

  it("says what is wrong with a price table", async () => {
    const prices = join(folder, "prices.csv");
    const words = ["dataset", "--logs", log, "--out", out, "--prices", prices, "--json"];
    for (const [text, problem] of [
      ["date,1,2\n5,3,4\n", "line 2: no time"],
      ["time,3\n5,3\n", "no column for one or more of 1, 2"],
      ["time,1\nsoon,5\n", "line 2, time: soon is no moment such as 2026-11-30T16:00:00Z"],
      ["time,1\n2026-02-30,5\n", "line 2, time: 2026-02-30 is no moment such as 2026-11-30T16:00:00Z"],
      [
        "time,1\n2026-02-28T10:00:99Z,5\n",
        "line 2, time: 2026-02-28T10:00:99Z is no moment such as 2026-11-30T16:00:00Z",
      ],
      ["time,1\n+5m,5\n", "line 2, time: +5m is no moment such as 2026-11-30T16:00:00Z"],
      ["time,1\n5,-3\n", "line 2, 1: -3 is no price above zero"],
      ["time,1\n5,0.0\n", "line 2, 1: 0.0 is no price above zero"],
      [`time,1\n5,${"9".repeat(19)}\n`, `line 2, 1: ${"9".repeat(19)} has more than 18 digits before its point`],
      ["time,1\n5,3\n5,4\n", "line 3, 1: that moment has a price of asset 1 already"],
    ]) {
      writeFileSync(prices, text!);
      await expectTold(session({}, ...words), 2, "FILE_INVALID", { problems: [problem] });
    }
    expect(readdirSync(folder)).to.not.include("flow");
  });

  it("finds what differs, is missing, or is unknown", async () => {
    await ask({}, "dataset", "--logs", log, "--out", out);
    const trades = join(out, "trades.csv");
    const text = readFileSync(trades, "utf8");
    writeFileSync(trades, text.replace("5000", "5001"));
    await rm(join(out, "README.md"));
    writeFileSync(join(out, "notes.txt"), "");
    expect(await differencesOf()).to.deep.equal([
      { file: "README.md", what: "missing" },
      { file: "notes.txt", what: "unknown" },
      { file: "trades.csv", what: "differs", at: text.indexOf("5000") + 3 },
    ]);
    const { status, stdout } = await session({}, "dataset", "--check", out);
    expect(status).to.equal(1);
    expect(stdout).to.include("README.md missing\nnotes.txt unknown\ntrades.csv differs from byte");
  });

  it("catches every one of 1 000 altered bytes, in whatever file", async () => {
    await ask({}, "dataset", "--logs", log, "--out", out, "--assets", "AU:18,AG:6");
    const random = createRandom(1n, "altered bytes");
    const files = readdirSync(out);
    const alter = async (
      name: string,
      check: () => Promise<readonly Difference[]> | readonly Difference[],
    ): Promise<void> => {
      const file = join(out, name);
      const bytes = readFileSync(file);
      const at = random.integer(0, bytes.length - 1);
      writeFileSync(file, bytes.with(at, (bytes[at]! + random.integer(1, 255)) % 256));
      expect(await check(), `${name} at ${at}`).to.not.deep.equal([]);
      writeFileSync(file, bytes);
    };
    // What everything else is made of first: all of it is made again each time.
    for (let k = 0; k < MADE_AGAIN; k += 1) {
      const name = k >= LEAST_MADE_AGAIN ? files[k % files.length]! : k % 3 === 0 ? "inputs.json" : "session.log";
      await alter(name, async () => (await checkDataset({ cwd: folder }, out)).differences);
    }
    // Of all others what is made again is the same each time: it is kept, and compared.
    const again = new Map(files.map((name) => [name, readFileSync(join(out, name))]));
    for (let k = MADE_AGAIN; k < ALTERED; k += 1) {
      const name = files[k % files.length]!;
      await alter(name, () => comparedWith(out, name, again.get(name)!));
    }
    for (const [name, bytes] of again) expect(comparedWith(out, name, bytes), name).to.deep.equal([]);
    expect(await differencesOf()).to.deep.equal([]);
  }).timeout(120_000 + 1_000 * MADE_AGAIN);

  it("writes nothing over what is there, and leaves nothing half written", async () => {
    mkdirSync(out);
    await expectTold(session({}, "dataset", "--logs", log, "--out", out, "--json"), 2, "FILE_UNWRITABLE", {
      file: out,
    });
    writeFileSync(log, readFileSync(log, "utf8").replace('"records":', '"record":'));
    await expectTold(session({}, "dataset", "--logs", log, "--out", `${out}2`, "--json"), 1, "LOG_LINE_INVALID");
    expect(readdirSync(folder).sort()).to.deep.equal(["flow", "session.log"]);
  });

  it("wants a folder, and a log of that session", async () => {
    await expectTold(session({}, "dataset", "--logs", log, "--json"), 2, "ARGUMENT_INVALID");
    await expectTold(session({}, "dataset", "--out", out, "--json"), 2, "SETTINGS_INVALID");
    await expectTold(session({}, "dataset", "--logs", `${log}.no`, "--out", out, "--json"), 2, "FILE_UNREADABLE");
    const other = `0x${"1".repeat(40)}`;
    await expectTold(
      session({}, "dataset", "--logs", log, "--session", other, "--out", out, "--json"),
      2,
      "ARGUMENT_INVALID",
    );
    for (const flags of [
      ["--assets", "AU"],
      ["--assets", "AU:18"],
      ["--license", "my own"],
    ]) {
      await expectTold(session({}, "dataset", "--logs", log, "--out", out, ...flags, "--json"), 2, "ARGUMENT_INVALID");
    }
    await expectTold(session({}, "dataset", "--check", folder, "--json"), 2, "DATASET_FILE_MISSING", {
      file: "inputs.json",
    });
  });
});

/** What is there of one file, beside what is made again. */
function comparedWith(folder: string, name: string, bytes: Uint8Array): readonly Difference[] {
  const compared = new ComparedFolder(folder);
  const file = compared.open(name);
  file.write(bytes);
  file.end();
  return compared.differences().filter((one) => one.file === name);
}

describe("session dataset, of a node", () => {
  it("asks for the log and what assets are called, and gives what the log gives", async () => {
    const world: World = await openWorld(async (fresh) => {
      await trade(fresh, fresh.alice, "buy", "100", "--price", "55%");
      await trade(fresh, fresh.bob, "sell", "60", "--price", "55%");
    });
    const out = join(world.folder, "flow");
    const { rows } = await ask<Made>(world.env, "dataset", "--out", out);
    expect(rows).to.deep.include({ trades: 1, checkpoints: 2 });
    expect(readFileSync(join(out, "assets.csv"), "utf8")).to.match(/,AU,18,.*\n2,.*,AG,6,/);
    await ask(world.env, "logs", "--out", join(world.folder, "session.log"));
    expect(readFileSync(join(out, "session.log"))).to.deep.equal(readFileSync(join(world.folder, "session.log")));
    const { status } = await sessionIn(world.folder, {}, "dataset", "--check", "flow");
    expect(status).to.equal(0);
    cpSync(out, `${out}.2`, { recursive: true });
    expect((await session({}, "dataset", "--check", `${out}.2`)).status).to.equal(0);
  });
});

describe("session dataset cohorts, attack and arrivals", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "session-cohorts-"));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it("write an edition without names, try to break it, and say how far that went", async () => {
    const { scribe, people } = busySession({ traders: 10, calls: 150, seed: 31n });
    const [log, open, cohorts, labels] = ["session.log", "flow", "cohorts", "labels.csv"].map((name) =>
      join(folder, name),
    ) as [string, string, string, string];
    writeFileSync(log, printSessionLog(scribe.log()));
    writeFileSync(
      labels,
      `trader,cohort\n${people
        .slice(5)
        .map(({ address }) => `${address},admitted\n`)
        .join("")}`,
    );
    await ask({}, "dataset", "--logs", log, "--out", open);
    const made = await ask<{ flows: number }>({}, "dataset", "cohorts", "--logs", log, "--out", cohorts);
    expect(made.flows).to.be.greaterThan(0);
    const told = await ask<{ holds: boolean; pseudonyms: { found: number; traders: number }[] }>(
      {},
      "dataset",
      "attack",
      open,
      cohorts,
    );
    expect(told.holds).to.equal(true);
    for (const { found, traders } of told.pseudonyms) expect([found, traders]).to.deep.equal([10, 10]);
    expect(await tell({}, "dataset", "attack", open, cohorts)).to.include("so there is no such file");
    const noise = ["--epsilon", "0.2", "--clip-lots", "500"];
    await ask({}, "dataset", "cohorts", "--logs", log, "--cohorts", labels, ...noise, "--out", `${cohorts}2`);
    const { status, stdout } = await session(
      {},
      "dataset",
      "attack",
      open,
      `${cohorts}2`,
      "--cohorts",
      labels,
      "--json",
    );
    expect(JSON.parse(stdout)).to.deep.include({ holds: status === 0 }); // noise is drawn: either may come
  });

  it("refuse tables that are none", async () => {
    const [log, table, out] = ["session.log", "table.csv", "out"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(log, printSessionLog(eventful().log()));
    for (const text of [
      "trader,cohort\nme,a\n",
      `trader,cohort\n${ADDRESS},\n`,
      `trader,cohort\n${ADDRESS},a\n${ADDRESS},b\n`,
      `trader,cohort\n${ADDRESS},other\n`,
    ]) {
      writeFileSync(table, text);
      await expectTold(
        session({}, "dataset", "cohorts", "--logs", log, "--cohorts", table, "--out", out, "--json"),
        2,
        "DATASET_COHORTS_INVALID",
      );
    }
    for (const flags of [
      ["--epsilon", "0"],
      ["--epsilon", "much"],
      ["--epsilon", "1", "--clip-lots", "0"],
    ]) {
      await expectTold(
        session({}, "dataset", "cohorts", "--logs", log, ...flags, "--out", out, "--json"),
        2,
        "ARGUMENT_INVALID",
      );
    }
    await expectTold(session({}, "dataset", "attack", folder, folder, "--json"), 2, "DATASET_FILE_MISSING", {
      file: "events.parquet",
    });
    writeFileSync(table, "client,time,kind\na,5,order\na,then,order\n");
    await expectTold(
      session({}, "dataset", "arrivals", "--table", table, "--out", out, "--json"),
      2,
      "DATASET_ARRIVALS_INVALID",
      { line: 3 },
    );
  });

  it("write arrivals by minutes under names that nobody can find again", async () => {
    const [table, out] = [join(folder, "arrivals.csv"), join(folder, "private.csv")];
    writeFileSync(table, "client,time,kind,order\nkey 1,65,order,17\nkey 1,70,order,18\n");
    await ask({}, "dataset", "arrivals", "--table", table, "--out", out);
    expect(readFileSync(out, "utf8")).to.match(
      /^minute,client,kind,count\n1970-01-01T00:01:00.000Z,[0-9a-f]{16},order,2\n$/,
    );
  });
});

const ADDRESS = `0x${"1".repeat(40)}`;
