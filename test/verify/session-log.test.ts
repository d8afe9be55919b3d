/** A session's log as text: written, read back whole or line by line, and what is no log, with the line that is wrong. */
import { gzipSync } from "node:zlib";

import { expect } from "chai";
import { sha256 } from "ethers";
import fc from "fast-check";

import { SessionLogError, type SessionLogErrorCode } from "../../src/verify/errors.js";
import {
  Checksum,
  type LogRecord,
  parseSessionLog,
  parseSessionLogLines,
  printSessionLog,
  printSessionLogLines,
  sealed,
  type SessionLog,
} from "../../src/verify/session-log.js";
import { hexBytes } from "../protocol/packages.js";
import { FIXED } from "../protocol/support.js";
import { makeHeader } from "./support/header.js";
import { eventful } from "./support/stories.js";
import { logOf, settledStory } from "./support/story.js";

type Values = Readonly<Record<string, unknown>>;

async function* linesOf(text: string): AsyncGenerator<string> {
  for (const line of text.trimEnd().split("\n")) yield await Promise.resolve(line);
}

const anyRecord: fc.Arbitrary<LogRecord> = fc.record({
  blockNumber: fc.nat(),
  timestamp: fc.nat(),
  logIndex: fc.nat(),
  transactionHash: hexBytes(32),
  address: hexBytes(20),
  topics: fc.array(hexBytes(32), { maxLength: 4 }),
  data: fc.integer({ min: 0, max: 40 }).chain(hexBytes),
  byWallet: fc.boolean(),
});

function expectLogError(error: unknown, code: SessionLogErrorCode, values: Values): void {
  expect(error).to.be.instanceOf(SessionLogError);
  const found = error as SessionLogError; // as was just seen
  expect(found.code, found.message).to.equal(code);
  expect(found.values).to.deep.include(values);
}

/** Asserts the code and the values that are given, of the whole text and of its lines. */
async function expectRefused(text: string, code: SessionLogErrorCode, values: Values = {}): Promise<void> {
  let whole: unknown;
  try {
    parseSessionLog(text);
  } catch (error) {
    whole = error;
  }
  expectLogError(whole, code, values);
  const byLine = async (): Promise<void> => {
    async function* lines(): AsyncGenerator<string> {
      for (const line of text.split("\n")) yield await Promise.resolve(line);
    }
    const stream = await parseSessionLogLines(lines());
    for await (const record of stream.records) expect(record).to.not.equal(undefined);
  };
  const line: unknown = await byLine().catch((error: unknown) => error);
  expectLogError(line, code, values);
}

describe("A session's log as text", function () {
  let log: SessionLog;
  let text: string;
  let lines: readonly string[];
  before(function () {
    log = eventful().log();
    text = printSessionLog(log);
    lines = text.split("\n");
  });

  it("is read as it was written, also one from a chain", async function () {
    expect(parseSessionLog(text)).to.deep.equal(log);
    const chained = await logOf("settled", settledStory);
    expect(parseSessionLog(printSessionLog(chained))).to.deep.equal(chained);
  });

  it("is read as it was written, whatever its records are", function () {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 8 }), (records) => {
        const any = sealed(makeHeader(), records);
        expect(parseSessionLog(printSessionLog(any))).to.deep.equal(any);
      }),
      { ...FIXED, numRuns: 60 },
    );
  });

  it("has a line for the header, for each record, and for the checksum of all bytes before it", function () {
    expect(lines.length).to.equal(log.records.length + 3); // the last one ends, too
    const before = new TextEncoder().encode(`${lines.slice(0, -2).join("\n")}\n`);
    expect(`0x${log.checksum}`).to.equal(sha256(before));
    expect(lines.at(-2)).to.equal(JSON.stringify({ records: log.records.length, sha256: log.checksum }));
  });

  it("writes a record's place first, and of a wallet only that there was one", function () {
    const byKey = log.records.findIndex(({ byWallet }) => !byWallet);
    const byWallet = log.records.findIndex((record) => record.byWallet);
    expect(lines[1 + byKey]).to.match(/^\{"block":100,"time":\d+,"index":0,"tx":"0x[0-9a-f]{64}","address":"0x/);
    expect(lines[1 + byKey]).to.not.include("wallet");
    expect(lines[1 + byWallet]).to.match(/,"wallet":true\}$/);
  });

  it("is read and written line by line, too", async function () {
    const stream = await parseSessionLogLines(linesOf(text));
    expect(stream.header).to.deep.equal(log.header);
    const records: LogRecord[] = [];
    for await (const record of stream.records) records.push(record);
    expect(records).to.deep.equal(log.records);
    expect(stream.checksum()).to.equal(log.checksum);
    const written: string[] = [];
    for await (const line of printSessionLogLines(await parseSessionLogLines(linesOf(text)))) written.push(line);
    expect(written.map((line) => `${line}\n`).join("")).to.equal(text);
  });

  it("has no checksum line by line before the last line was read", async function () {
    const stream = await parseSessionLogLines(linesOf(text));
    let thrown: unknown;
    try {
      stream.checksum();
    } catch (error) {
      thrown = error;
    }
    expectLogError(thrown, "LOG_TRUNCATED", { line: 1, records: 0 });
  });

  it("may have empty lines behind the checksum, as editors leave them", function () {
    expect(parseSessionLog(`${text}\n\n`)).to.deep.equal(log);
    expect(parseSessionLog(text.trimEnd())).to.deep.equal(log);
  });

  it("may have another checksum than that of its records: to say so is for the verification", function () {
    const other = text.replace(log.checksum, "0".repeat(64));
    expect(parseSessionLog(other).checksum).to.equal("0".repeat(64));
  });

  describe("is refused", function () {
    it("if there is nothing in it", async function () {
      await expectRefused("", "LOG_EMPTY");
      await expectRefused("\n", "LOG_EMPTY");
    });

    it("if it is something else", async function () {
      await expectRefused("symbol,date,price\n", "LOG_HEADER_INVALID", { line: 1 });
      for (const other of ["{}", "[]", "null", "7", '"text"', '{"format":"other","version":1}']) {
        await expectRefused(`${other}\n`, "LOG_HEADER_INVALID", { line: 1, reason: "not a session log" });
      }
    });

    it("if another program has saved it anew, which is said in words", async function () {
      const utf16 = Buffer.from(`\ufeff${text}`, "utf16le").toString("utf8");
      for (const [saved, how] of [
        [`\ufeff${text}`, "with a byte order mark"],
        [utf16, "as UTF-16"],
      ] as const) {
        const reason = `another program has saved it anew, ${how}`;
        await expectRefused(saved, "LOG_HEADER_INVALID", { line: 1, reason });
      }
      const packed = gzipSync(text).toString("utf8");
      await expectRefused(packed, "LOG_HEADER_INVALID", {
        line: 1,
        reason: "it is packed, as gzip does: unpack it first",
      });
    });

    it("if another version has written it, whatever else is in it", async function () {
      await expectRefused(text.replace('"version":1', '"version":2'), "LOG_VERSION_UNKNOWN", { version: "2" });
      await expectRefused('{"format":"session-log","version":"1"}', "LOG_VERSION_UNKNOWN", { version: "1" });
      await expectRefused('{"format":"session-log"}', "LOG_HEADER_INVALID", { line: 1 });
    });

    it("if a field of the header is missing, wrong or unknown, with what it is", async function () {
      const [header = ""] = lines;
      const cases: [broken: string, reason: string][] = [
        [header.replace('"chainId":"31337",', ""), "chainId "],
        [header.replace('"chainId":"31337"', '"chainId":"0x7a69"'), "chainId "],
        [header.replace('"chainId":"31337"', '"chainId":31337'), "chainId "],
        [header.replace('"fromBlock":', '"block":1,"fromBlock":'), ' Unrecognized key: "block"'],
        [header.replace('"supply":"1', `"supply":"${"9".repeat(20)}`), "RuleError: AMOUNT_OUT_OF_RANGE"],
      ];
      for (const [broken, reason] of cases) {
        await expectRefused(`${broken}\n`, "LOG_HEADER_INVALID", { line: 1 });
        expect(() => parseSessionLog(`${broken}\n`)).to.throw(`reason: ${reason}`);
      }
    });

    it("if a record is damaged, with its line and what is wrong", async function () {
      const good = lines[3]!;
      const cases: [broken: string, reason: string][] = [
        [good.slice(0, -1), "SyntaxError"],
        ["not json", "SyntaxError"],
        [good.replace('"block":', '"blok":'), "block "],
        [good.replace('"data":"0x', '"data":"0xg'), "data "],
        [good.replace(/"data":"0x[0-9a-f]/, '"data":"0x'), "data "],
        [good.replace(/"data":"0x/, '"data":"'), "data "],
        [good.replace(/"index":\d+/, '"index":-1'), "index "],
        [good.replace(/"index":\d+/, '"index":1.5'), "index "],
        [good.replace(/"time":\d+/, '"time":"now"'), "time "],
        [good.replace(/"time":\d+/, '"time":1e300'), "time "],
        [good.replace(/"tx":"0x../, '"tx":"0x'), "tx "],
        [good.replace(/"address":"0x../, '"address":"0x'), "address "],
        [good.replace(/"topics":\[/, `"topics":["0x12",`), "topics.0 "],
        [
          good.replace(/"topics":\[[^\]]*\]/, `"topics":${JSON.stringify(Array(5).fill(`0x${"11".repeat(32)}`))}`),
          "topics ",
        ],
        [good.replace(/\}$/, ',"wallet":false}'), "wallet "],
        [good.replace(/\}$/, ',"more":1}'), ' Unrecognized key: "more"'],
        ["[]", " "],
        ["null", " "],
        ["1", " "],
      ];
      for (const [broken, reason] of cases) {
        const altered = lines.with(3, broken).join("\n");
        await expectRefused(altered, "LOG_LINE_INVALID", { line: 4 });
        expect(() => parseSessionLog(altered), broken).to.throw(`line: 4, reason: ${reason}`);
      }
    });

    it("if its last line is damaged", async function () {
      const seal = lines.at(-2)!;
      const line = log.records.length + 2;
      for (const broken of [
        seal.replace(/"sha256":"../, '"sha256":"'),
        seal.replace(/"sha256":"./, '"sha256":"A'),
        seal.replace(/"records":\d+,/, ""),
        seal.replace(/"records":\d+/, '"records":-1'),
        seal.replace(/\}$/, ',"more":1}'),
      ]) {
        await expectRefused(lines.with(-2, broken).join("\n"), "LOG_LINE_INVALID", { line });
      }
    });

    it("wherever it is cut off", async function () {
      const { length } = log.records;
      for (const kept of [1, 2, 9, length, length + 1]) {
        const missing = lines.slice(0, kept).join("\n");
        const values = { line: kept + 1, records: kept - 1 };
        await expectRefused(`${missing}\n`, "LOG_TRUNCATED", values);
      }
      expect(() => parseSessionLog(lines.slice(0, 9).join("\n"))).to.throw("LOG_TRUNCATED(line: 9, records: 8)");
    });

    it("if a line is missing, or one too many, by the number in the last line", async function () {
      const { length } = log.records;
      const values = { announced: length };
      await expectRefused(lines.toSpliced(5, 1).join("\n"), "LOG_TRUNCATED", { ...values, records: length - 1 });
      await expectRefused(lines.toSpliced(5, 0, lines[5]!).join("\n"), "LOG_TRUNCATED", {
        ...values,
        records: length + 1,
      });
    });

    it("if a line in it is empty", async function () {
      await expectRefused(lines.with(5, "").join("\n"), "LOG_TRUNCATED", { line: 6, records: 4 });
    });

    it("if anything follows the checksum", async function () {
      const line = log.records.length + 3;
      await expectRefused(`${text}{}\n`, "LOG_CONTINUES", { line });
      await expectRefused(`${text}${lines[1]!}\n`, "LOG_CONTINUES", { line });
      await expectRefused(`${text}\n \n`, "LOG_CONTINUES", { line: line + 1 });
    });

    it("with what it is about, whatever is done to it", function () {
      const at = fc.integer({ min: 0, max: text.length - 1 });
      fc.assert(
        fc.property(at, fc.string({ maxLength: 3 }), (place, other) => {
          const altered = text.slice(0, place) + other + text.slice(place + other.length);
          try {
            const read = parseSessionLog(altered);
            expect(read.records.length).to.equal(log.records.length);
          } catch (error) {
            expect(error).to.be.instanceOf(SessionLogError);
          }
        }),
        { ...FIXED, numRuns: 300 },
      );
    });
  });
});

describe("Checksum", function () {
  const log = eventful().log();

  it("is that of the header, then of each record with it", function () {
    const checksum = new Checksum(log.header);
    const values = [checksum.value()];
    for (const record of log.records.slice(0, 5)) {
      checksum.add(record);
      values.push(checksum.value());
    }
    for (const [length, value] of values.entries()) {
      expect(value).to.equal(sealed(log.header, log.records.slice(0, length)).checksum);
    }
    expect(new Set(values).size).to.equal(values.length);
  });

  it("is asked without being ended", function () {
    const checksum = new Checksum(log.header);
    expect(checksum.value()).to.equal(checksum.value());
    expect(checksum.value()).to.match(/^[0-9a-f]{64}$/);
  });

  it("changes with anything that is written", function () {
    const [record] = log.records;
    const others = [
      { ...record!, blockNumber: 1 },
      { ...record!, timestamp: 1 },
      { ...record!, logIndex: 1 },
      { ...record!, byWallet: true },
      { ...record!, data: "0x" },
      { ...record!, topics: [] },
    ];
    const checksums = others.map((other) => sealed(log.header, [other]).checksum);
    expect(new Set([...checksums, sealed(log.header, [record!]).checksum]).size).to.equal(7);
    expect(sealed({ ...log.header, toBlock: 1 }, []).checksum).to.not.equal(sealed(log.header, []).checksum);
  });
});
