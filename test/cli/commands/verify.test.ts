import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { type LogRecord, parseSessionLog, printSessionLog, sealed } from "../../../src/verify/session-log.js";
import { ask, expectSaid, expectTold, session, sessionIn, tell } from "../support.js";
import { addRain, milli, openWorld, trade, type World } from "../world.js";

interface Report {
  readonly holds: boolean;
  readonly session: string;
  readonly link: string;
  readonly checksum: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly traders: readonly {
    readonly trader: string;
    readonly claims: readonly string[];
    readonly openOrders: number;
  }[];
  readonly assumed: readonly string[];
  readonly failure?: { readonly rule: string; readonly index: number };
}

/** Bob has sold Alice 60 of her 100 lots, and some rain. */
async function withTrade(world: World): Promise<void> {
  await addRain(world);
  await trade(world, world.alice, "buy", "100", "--price", "55%");
  await trade(world, world.bob, "sell", "60", "--price", "55%");
  await trade(world, world.bob, "buy", "10", "--market", "2", "--price", "100");
}

describe("session verify", function () {
  let world: World;
  let file: string;

  beforeEach(async function () {
    world = await openWorld(withTrade);
    file = join(world.folder, "session.log");
  });

  describe("of a session on its chain", function () {
    it("holds, and counts what there is", async function () {
      const report = await ask<Report>(world.env, "verify");
      expect(report.holds).to.be.true;
      expect(report).to.not.have.property("failure");
      expect(report.counts).to.deep.include({
        orders: 3,
        fills: 1,
        evictions: 0,
        signaturesRecovered: 3,
        marketRecords: 1,
        ownerCalls: 1,
        organiserCalls: 0,
      });
      expect(report.session).to.equal(world.handle.address);
      expect(report.link).to.equal((await world.handle.book.chainState()).link);
    });

    it("finds every trader where the book has them", async function () {
      const { traders } = await ask<Report>(world.env, "verify");
      expect(traders.map(({ trader, openOrders }) => [trader, openOrders])).to.deep.equal([
        [world.alice.address, 1],
        [world.bob.address, 1],
      ]);
      for (const { trader, claims } of traders) {
        const onChain = await world.handle.book.claimsOf(trader);
        expect(claims).to.deep.equal(onChain.map(String));
      }
      expect(traders[0]!.claims).to.deep.equal([milli(50_000 - 33 + 60), milli(50_000 - 33)]);
    });

    it("tells people that it holds, of whom, what was checked and what was taken for granted", async function () {
      const text = await tell(world.env, "verify");
      const report = await ask<Report>(world.env, "verify");
      expect(text.startsWith(`Session ${world.handle.address} HOLDS\n\n`)).to.be.true;
      expect(text).to.match(/\norders +3\n/);
      expect(text).to.match(/\ntoken transfers +\d+\n/);
      expect(text).to.contain(report.link).and.to.contain(report.checksum);
      expect(text).to.match(new RegExp(`\n${world.alice.address} +50\\.027 / 49\\.967 +1\n`));
      expect(text).to.contain("\n\nChecked:\n- ");
      for (const line of report.assumed) expect(text).to.contain(`- ${line}`);
    });

    it("tells how far it has got on stderr alone", async function () {
      const { stderr, stdout } = await session(world.env, "verify");
      expect(stderr).to.match(/Reading logs: 100% of the blocks \.\.\.\n/);
      expect(stderr).to.match(/Verifying: .* records \.\.\.\n/);
      expect(stdout).to.not.contain("Verifying:");
    });

    it("may begin anywhere before the session does, and not after", async function () {
      const newest = await world.provider.getBlockNumber();
      const run = session(world.env, "verify", "--from-block", String(newest), "--json");
      await expectTold(run, 2, "LOG_NO_CREATION");
    });
  });

  describe("of a file", function () {
    beforeEach(async function () {
      await tell(world.env, "logs", "--out", file);
    });

    it("holds without a node, with the same checksum as on the chain", async function () {
      const report = await ask<Report>({}, "verify", "--logs", file);
      expect(report.holds).to.be.true;
      expect(report.checksum).to.equal((await ask<Report>(world.env, "verify")).checksum);
    });

    it("asks no node that only the environment names: it may be of another chain", async function () {
      const env = { SESSION_RPC_URL: "http://127.0.0.1:1" };
      expect((await ask<Report>(env, "verify", "--logs", file)).holds).to.be.true;
      const { SESSION_RPC_URL: rpc = "" } = world.env;
      expect((await ask<Report>(env, "verify", "--logs", file, "--rpc", rpc)).holds).to.be.true;
      const run = session(world.env, "verify", "--logs", file, "--rpc", "http://127.0.0.1:1", "--json");
      await expectTold(run, 2, "CHAIN_UNREACHABLE");
    });

    it("is found where the command is called", async function () {
      const { status } = await sessionIn(world.folder, {}, "verify", "--logs", "session.log");
      expect(status).to.equal(0);
    });

    it("is of the session that is asked for, or of any if none is", async function () {
      const right = await ask<Report>({}, "verify", "--logs", file, "--session", world.handle.address.toLowerCase());
      expect(right.session).to.equal(world.handle.address);
      const other = session({}, "verify", "--logs", file, "--session", ZeroAddress, "--json");
      await expectTold(other, 2, "ARGUMENT_INVALID", { argument: "--session", value: ZeroAddress });
      const environment = await ask<Report>({ SESSION_ADDRESS: ZeroAddress }, "verify", "--logs", file);
      expect(environment.holds).to.be.true; // only a flag asks for one
    });

    describe("that was altered", function () {
      /** Changes one record, and seals the file anew, as whoever forges would. */
      async function forge(change: (records: readonly LogRecord[]) => readonly LogRecord[]): Promise<void> {
        const { header, records } = parseSessionLog(await readFile(file, "utf8"));
        await writeFile(file, printSessionLog(sealed(header, change(records))));
      }

      const topicOf = (name: "TradeCreated" | "TradesMatched"): string =>
        world.handle.book.interface.getEvent(name).topicHash;

      it("does not hold: status 1, with the rule and the record", async function () {
        const index = { value: -1 };
        await forge((records) => {
          index.value = records.findIndex(({ topics }) => topics[0] === topicOf("TradeCreated"));
          return records.map((record, at) => {
            if (at !== index.value) return record;
            const place = record.data.length - 70; // inside vs
            const flipped = record.data[place] === "0" ? "1" : "0";
            return { ...record, data: `${record.data.slice(0, place)}${flipped}${record.data.slice(place + 1)}` };
          });
        });
        const { status, stdout } = await session({}, "verify", "--logs", file, "--json");
        expect(status).to.equal(1);
        const { holds, failure } = JSON.parse(stdout) as Report;
        expect(holds).to.be.false;
        expect(failure).to.deep.include({ rule: "R21", index: index.value });
      });

      it("tells people that it does not, and why, on stdout: it is the answer", async function () {
        await forge((records) => records.filter(({ topics }) => topics[0] !== topicOf("TradesMatched")));
        const { status, stdout } = await session({}, "verify", "--logs", file);
        expect(status).to.equal(1);
        expect(stdout).to.match(new RegExp(`^Session ${world.handle.address} DOES NOT HOLD\n\n{\n  "failure": `));
      });

      it("is refused before anything is checked if its seal is broken", async function () {
        const text = await readFile(file, "utf8");
        await writeFile(file, text.split("\n").slice(0, -3).join("\n"));
        await expectTold(session({}, "verify", "--logs", file, "--json"), 1, "LOG_TRUNCATED");
        await expectSaid(session({}, "verify", "--logs", file), 1, "LOG_TRUNCATED", "read the logs again");
        await writeFile(file, `${text}{}\n`);
        await expectTold(session({}, "verify", "--logs", file, "--json"), 1, "LOG_CONTINUES");
        const lines = text.split("\n");
        lines[2] = "{}";
        await writeFile(file, lines.join("\n"));
        await expectTold(session({}, "verify", "--logs", file, "--json"), 1, "LOG_LINE_INVALID", { line: 3 });
      });
    });

    it("is bad input if it is no log, or not there", async function () {
      await writeFile(file, "nothing");
      await expectTold(session({}, "verify", "--logs", file, "--json"), 2, "LOG_HEADER_INVALID");
      await writeFile(file, "");
      await expectTold(session({}, "verify", "--logs", file, "--json"), 2, "LOG_EMPTY");
      const none = `${file}.none`;
      await expectTold(session({}, "verify", "--logs", none, "--json"), 2, "FILE_UNREADABLE", { file: none });
      await expectTold(session({}, "verify", "--logs", world.folder, "--json"), 2, "FILE_UNREADABLE");
    });
  });

  it("wants a session or a file", async function () {
    await expectTold(session({}, "verify", "--json"), 2, "SETTINGS_INVALID");
  });
});
