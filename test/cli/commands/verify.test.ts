import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { type LogRecord, parseSessionLog, printSessionLog, sealed } from "../../../src/verify/session-log.js";
import { ask, expectSaid, expectTold, session, sessionIn, tell } from "../support.js";
import { addRain, milli, openWorld, trade, type World } from "../world.js";

interface Report {
  readonly verdict: {
    readonly kind: string;
    readonly grants?: readonly { readonly code: string; readonly remedy: string }[];
    readonly failure?: { readonly rule: string; readonly index: number };
  };
  readonly code: Readonly<Record<string, string>>;
  readonly session: string;
  readonly link: string;
  readonly checksum: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly traders: readonly {
    readonly trader: string;
    readonly claims: readonly string[];
    readonly openOrders: number;
  }[];
}

/** A report of a file, with status 3: there is always something that a file alone does not prove. */
async function askFile(env: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<Report> {
  const { status, stdout } = await session(env, "verify", ...words, "--json");
  expect(status, stdout).to.equal(3);
  const report = JSON.parse(stdout) as Report; // as it was asked for
  expect(report.verdict.kind).to.equal("holds-if");
  return report;
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
      expect(report.verdict).to.deep.equal({ kind: "holds" });
      for (const build of Object.values(report.code)) expect(build).to.match(/^\d+\.\d+\.\d+ default$/);
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

    it("tells people that it holds, of whom, with which code, and what was checked", async function () {
      const text = await tell(world.env, "verify");
      const report = await ask<Report>(world.env, "verify");
      expect(text.startsWith(`Session ${world.handle.address} HOLDS\n\n`)).to.be.true;
      expect(text).to.match(/\norders +3\n/);
      expect(text).to.match(/\ntoken transfers +\d+\n/);
      expect(text).to.contain(report.link).and.to.contain(report.checksum);
      expect(text).to.match(new RegExp(`\n${world.alice.address} +50\\.027 / 49\\.967 +1\n`));
      expect(text).to.contain("\n\nChecked:\n- ");
      expect(text).to.match(/\ncode of the order book +known: version \d/);
      expect(text).to.not.contain("To be granted");
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

    it("holds without a node if what a file does not prove is granted, with the same checksum as on the chain", async function () {
      const report = await askFile({}, "--logs", file);
      const codes = report.verdict.grants?.map(({ code }) => code);
      expect(codes).to.deep.equal([
        ...["SESSION_FROM_FILE", "FACTORY_UNKNOWN", "CODE_UNKNOWN", "TIMES_FROM_FILE", "TRANSACTIONS_FROM_FILE"],
        ...["TAIL_NOT_COMPARED", "CALLS_UNSIGNED", "OWNER_CALLED", "TRANSFERS_FROM_FILE", "ASSETS_TRUSTED"],
      ]);
      expect(report.checksum).to.equal((await ask<Report>(world.env, "verify")).checksum);
    });

    it("tells people what must be granted, and how to have it checked", async function () {
      const { status, stdout } = await session({}, "verify", "--logs", file);
      expect(status).to.equal(3);
      expect(stdout).to.match(
        /^Session 0x\w+ HOLDS IF 10 things are granted\n\nTo be granted:\n- SESSION_FROM_FILE: The chain/,
      );
      expect(stdout)
        .to.contain("\n- CALLS_UNSIGNED: 2 calls that bear no signature")
        .and.to.contain("\n    deposit for trader 1, block ");
      expect(stdout).to.contain(
        "\n\nTo have it checked instead:\n- Name a node of the session's chain (--rpc).\n    for SESSION_FROM_FILE,",
      );
    });

    it("asks no node that only the environment names: it may be of another chain", async function () {
      const env = { SESSION_RPC_URL: "http://127.0.0.1:1" };
      await askFile(env, "--logs", file);
      const { SESSION_RPC_URL: rpc = "" } = world.env;
      const report = await ask<Report>(env, "verify", "--logs", file, "--rpc", rpc);
      expect(report.verdict).to.deep.equal({ kind: "holds" });
      const run = session(world.env, "verify", "--logs", file, "--rpc", "http://127.0.0.1:1", "--json");
      await expectTold(run, 2, "CHAIN_UNREACHABLE");
    });

    it("is found where the command is called", async function () {
      const { status } = await sessionIn(world.folder, {}, "verify", "--logs", "session.log");
      expect(status).to.equal(3);
    });

    it("is of the session that is asked for, or of any if none is", async function () {
      const right = await askFile({}, "--logs", file, "--session", world.handle.address.toLowerCase());
      expect(right.session).to.equal(world.handle.address);
      const other = session({}, "verify", "--logs", file, "--session", ZeroAddress, "--json");
      await expectTold(other, 2, "ARGUMENT_INVALID", { argument: "--session", value: ZeroAddress });
      await askFile({ SESSION_ADDRESS: ZeroAddress }, "--logs", file); // only a flag asks for one
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
        const { verdict } = JSON.parse(stdout) as Report;
        expect(verdict.kind).to.equal("does-not-hold");
        expect(verdict.failure).to.deep.include({ rule: "R21", index: index.value });
      });

      it("does not hold beside a node, where the file has another time or transaction", async function () {
        const { SESSION_RPC_URL: rpc = "" } = world.env;
        const changes: ((record: LogRecord) => Partial<LogRecord>)[] = [
          ({ timestamp }) => ({ timestamp: timestamp + 1 }),
          () => ({ transactionHash: `0x${"ab".repeat(32)}` }),
        ];
        const whole = await readFile(file, "utf8");
        for (const change of changes) {
          await writeFile(file, whole);
          await forge((records) => {
            const { transactionHash: last } = records.at(-1)!;
            return records.map((record) =>
              record.transactionHash === last ? { ...record, ...change(record) } : record,
            );
          });
          const { status, stdout } = await session({}, "verify", "--logs", file, "--rpc", rpc, "--json");
          expect(status, stdout).to.equal(1);
          expect((JSON.parse(stdout) as Report).verdict.failure?.rule).to.equal("log");
        }
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
