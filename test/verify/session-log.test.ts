import { expect } from "chai";

import { SessionLogError } from "../../src/verify/errors.js";
import {
  type LogRecord,
  parseSessionLog,
  parseSessionLogLines,
  printSessionLog,
  printSessionLogLines,
  type SessionLog,
} from "../../src/verify/session-log.js";
import { sha256 } from "ethers";
import { logOf, settledStory } from "./support/story.js";

async function* linesOf(text: string): AsyncGenerator<string> {
  for (const line of text.trimEnd().split("\n")) yield await Promise.resolve(line);
}

/** Asserts the code and the values that are given. */
function expectRefused(text: string, code: string, values: Readonly<Record<string, unknown>> = {}): void {
  let refusal: unknown;
  try {
    parseSessionLog(text);
  } catch (error) {
    refusal = error;
  }
  expect(refusal).to.be.instanceOf(SessionLogError);
  const found = refusal as SessionLogError; // asserted above
  expect(found.code, found.message).to.equal(code);
  expect(found.values).to.deep.include(values);
}

describe("A session's log as text", function () {
  let log: SessionLog;
  let text: string;
  before(async function () {
    log = await logOf("settled", settledStory);
    text = printSessionLog(log);
  });

  it("is read as it was written", function () {
    expect(parseSessionLog(text)).to.deep.equal(log);
  });

  it("has a line for the header, for each record, and for the checksum of all bytes before it", function () {
    const lines = text.trimEnd().split("\n");
    expect(lines.length).to.equal(log.records.length + 2);
    const before = new TextEncoder().encode(`${lines.slice(0, -1).join("\n")}\n`);
    expect(`0x${log.checksum}`).to.equal(sha256(before));
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

  describe("is refused", function () {
    const header = (): string => text.slice(0, text.indexOf("\n"));

    it("if there is nothing in it", function () {
      expectRefused("", "LOG_EMPTY");
    });

    it("if it is something else", function () {
      expectRefused("symbol,date,price\n", "LOG_HEADER_INVALID", { line: 1 });
      expectRefused("{}\n", "LOG_HEADER_INVALID", { line: 1, reason: "not a session log" });
    });

    it("if another version has written it", function () {
      expectRefused(text.replace('"version":1', '"version":2'), "LOG_VERSION_UNKNOWN", { version: "2" });
    });

    it("if a field of the header is missing, wrong or unknown", function () {
      for (const broken of [
        header().replace('"chainId":"31337",', ""),
        header().replace('"chainId":"31337"', '"chainId":"0x7a69"'),
        header().replace('"chainId":"31337"', '"chainId":31337'),
        header().replace('"fromBlock":', '"block":1,"fromBlock":'),
        header().replace('"supply":"1', `"supply":"${"9".repeat(60)}`),
      ]) {
        expectRefused(`${broken}\n`, "LOG_HEADER_INVALID", { line: 1 });
      }
    });

    it("if a record is damaged, with its line", function () {
      const lines = text.split("\n");
      for (const broken of [
        lines[3]!.slice(0, -1),
        lines[3]!.replace('"block":', '"blok":'),
        lines[3]!.replace('"data":"0x', '"data":"0xg'),
        lines[3]!.replace(/"index":\d+/, '"index":-1'),
        lines[3]!.replace(/"index":\d+/, '"index":1.5'),
        "[]",
      ]) {
        expectRefused(lines.with(3, broken).join("\n"), "LOG_LINE_INVALID", { line: 4 });
      }
    });

    it("if it is cut off", function () {
      const lines = text.split("\n");
      const missing = lines.slice(0, 9).join("\n");
      expectRefused(missing, "LOG_TRUNCATED", { records: 8 });
      expectRefused(`${missing}\n`, "LOG_TRUNCATED", { line: 10, records: 8 });
      expectRefused(lines.toSpliced(5, 1).join("\n"), "LOG_TRUNCATED", { announced: log.records.length });
    });

    it("if anything follows the checksum", function () {
      expectRefused(`${text}{}\n`, "LOG_CONTINUES", { line: log.records.length + 3 });
    });
  });
});
