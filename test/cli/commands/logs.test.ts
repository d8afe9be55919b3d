import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { TestAsset__factory } from "../../../typechain-types/index.js";
import { parseSessionLog } from "../../../src/verify/session-log.js";
import { ask, expectSaid, expectTold, session, sessionIn, tell } from "../support.js";
import { openWorld, trade, type World } from "../world.js";

interface Saved {
  readonly file: string;
  readonly session: string;
  readonly records: number;
  readonly fromBlock: number;
  readonly toBlock: number;
  readonly sha256: string;
}

async function withTrade(world: World): Promise<void> {
  await trade(world, world.alice, "buy", "100", "--price", "55%");
  await trade(world, world.bob, "sell", "60", "--price", "55%");
}

describe("session logs", function () {
  let world: World;
  let file: string;

  beforeEach(async function () {
    world = await openWorld(withTrade);
    file = join(world.folder, "session.log");
  });

  it("writes a header, a line for each log, and a line that seals them", async function () {
    const saved = await ask<Saved>(world.env, "logs", "--out", file);
    const text = await readFile(file, "utf8");
    const lines = text.trimEnd().split("\n");
    expect(lines).to.have.length(saved.records + 2);
    const { header, records, checksum } = parseSessionLog(text);
    expect(header.session).to.equal(world.handle.address);
    expect([header.fromBlock, header.toBlock]).to.deep.equal([saved.fromBlock, saved.toBlock]);
    expect(records).to.have.length(saved.records);
    expect(checksum).to.equal(saved.sha256);
    expect(saved).to.deep.include({ file, session: world.handle.address });
  });

  it("is sealed by what any other program finds too: head -n -1 FILE | sha256sum", async function () {
    const { sha256 } = await ask<Saved>(world.env, "logs", "--out", file);
    const text = await readFile(file, "utf8");
    const withoutLast = text.slice(0, text.trimEnd().lastIndexOf("\n") + 1);
    expect(createHash("sha256").update(withoutLast).digest("hex")).to.equal(sha256);
  });

  it("has every log of the book, and every move of the token, as the chain has them", async function () {
    await tell(world.env, "logs", "--out", file);
    const { records } = parseSessionLog(await readFile(file, "utf8"));
    const transfer = TestAsset__factory.createInterface().getEvent("Transfer").topicHash;
    const { bookAddress, address } = world.handle;
    for (const filter of [{ address: bookAddress }, { address, topics: [transfer] }]) {
      const logs = await world.provider.getLogs({ ...filter, fromBlock: 0, toBlock: "latest" });
      const places = logs.map(({ blockNumber, index, data }) => [blockNumber, index, data]);
      const saved = records
        .filter((record) => record.address === filter.address)
        .map(({ blockNumber, logIndex, data }) => [blockNumber, logIndex, data]);
      expect(places).to.not.be.empty;
      expect(saved).to.deep.include.members(places);
    }
  });

  it("is the same file whenever it is asked of the same blocks", async function () {
    const [one, two] = [await ask<Saved>(world.env, "logs", "--out", file), await readFile(file, "utf8")];
    const again = await ask<Saved>(world.env, "logs", "--out", `${file}.2`);
    expect(again.sha256).to.equal(one.sha256);
    expect(await readFile(`${file}.2`, "utf8")).to.equal(two);
  });

  it("may begin anywhere before the session does", async function () {
    const whole = await ask<Saved>(world.env, "logs", "--out", file);
    const { records } = parseSessionLog(await readFile(file, "utf8"));
    const first = records[0]!.blockNumber;
    const later = await ask<Saved>(world.env, "logs", "--out", file, "--from-block", String(first));
    expect([later.records, later.fromBlock]).to.deep.equal([whole.records, first]);
    const run = session(world.env, "logs", "--out", file, "--from-block", String(first + 1), "--json");
    await expectTold(run, 2, "LOG_NO_CREATION");
  });

  it("tells people what is in the file, and how it went on stderr", async function () {
    const { stdout, stderr } = await sessionIn(world.folder, world.env, "logs", "--out", "session.log");
    const { header, records, checksum } = parseSessionLog(await readFile(file, "utf8"));
    expect(stdout).to.equal(
      `${records.length} records of blocks ${header.fromBlock} to ${header.toBlock} in session.log\nsha256 ${checksum}\n`,
    );
    expect(stderr).to.match(/^Reading logs: .* \.\.\.\n/);
  });

  it("leaves what was there until the new file is whole, and nothing beside it", async function () {
    await writeFile(file, "old");
    await tell(world.env, "logs", "--out", file);
    expect((await readFile(file, "utf8")).startsWith("{")).to.be.true;
    expect(await readdir(world.folder)).to.deep.equal(["session.log"]);
  });

  it("cannot write into a folder that is not there", async function () {
    const none = join(world.folder, "none", "session.log");
    await expectTold(session(world.env, "logs", "--out", none, "--json"), 2, "FILE_UNWRITABLE", { file: none });
    await expectSaid(session(world.env, "logs", "--out", none), 2, "FILE_UNWRITABLE", "Give a path in a folder");
  });

  it("wants a file, and a session", async function () {
    const { values } = await expectTold(session(world.env, "logs", "--json"), 2, "ARGUMENT_INVALID");
    expect(values["reason"]).to.contain("--out <file>");
    const { SESSION_RPC_URL = "" } = world.env;
    await expectTold(session({ SESSION_RPC_URL }, "logs", "--out", file, "--json"), 2, "SETTINGS_INVALID");
    const run = session(world.env, "logs", "--out", file, "--session", world.assets[0], "--json");
    await expectTold(run, 2, "LOG_NOT_A_SESSION");
    expect(await readdir(world.folder)).to.deep.equal([]);
  });

  it("does not become a folder's file", async function () {
    await mkdir(file);
    await expectTold(session(world.env, "logs", "--out", file, "--json"), 2, "FILE_UNWRITABLE", { file });
  });
});
