/** Histories as files. */
import { expect } from "chai";

import {
  cellsOf,
  codeOf,
  collect,
  csvCell,
  csvText,
  jsonLines,
  type Page,
  type PageQuery,
} from "../../../app/views/data/files.js";
import { tableLines } from "../../../src/input/text-table.js";

const BLOCK = { number: 7, hash: `0x${"7".repeat(64)}`, timestamp: 1_796_000_000n };
const HEAD = { kind: "fills", chainId: 31_337, session: "0xaa", block: BLOCK } as const;
const never = new AbortController().signal;
const nothing = (): void => undefined;

describe("collect", () => {
  it("reads all pages at the block of the first one", async () => {
    const asked: PageQuery[] = [];
    const pages: Page[] = [
      { block: BLOCK, items: [{ a: 1 }], next: "c1" },
      { block: BLOCK, items: [{ a: 2 }], next: null },
    ];
    const whole = await collect(
      (query) => (asked.push(query), Promise.resolve(pages[asked.length - 1]!)),
      nothing,
      never,
    );
    expect(whole).to.deep.equal({ block: BLOCK, rows: [{ a: 1 }, { a: 2 }] });
    expect(asked).to.deep.equal([
      { limit: 1_000, order: "asc" },
      { limit: 1_000, order: "asc", cursor: "c1", at: 7 },
    ]);
  });

  it("begins anew if another block is in its place, and does not mix the two", async () => {
    const other = { ...BLOCK, hash: `0x${"8".repeat(64)}` };
    const pages: Page[] = [
      { block: BLOCK, items: [{ a: 1 }], next: "c1" },
      { block: other, items: [{ a: 9 }], next: null },
      { block: other, items: [{ a: 3 }], next: null },
    ];
    const whole = await collect(() => Promise.resolve(pages.shift()!), nothing, never);
    expect(whole).to.deep.equal({ block: other, rows: [{ a: 3 }] });
  });

  it("gives up on a chain that never holds still", async () => {
    let n = 0;
    const ask = (): Promise<Page> =>
      Promise.resolve({ block: { ...BLOCK, hash: String((n += 1)) }, items: [], next: "c" });
    const error: unknown = await collect(ask, nothing, never).catch((reason: unknown) => reason);
    expect(error).to.be.an("error").with.property("message").that.contains("faster");
    expect(n).to.equal(10);
  });

  it("stops when it is told to", async () => {
    const stopped = AbortSignal.abort(new Error("stopped"));
    const ask = (): Promise<Page> => Promise.resolve({ block: BLOCK, items: [], next: "c" });
    const error: unknown = await collect(ask, nothing, stopped).catch((reason: unknown) => reason);
    expect(error).to.have.property("message", "stopped");
  });
});

describe("files", () => {
  const rows = [
    {
      price: -37n,
      lots: 2n ** 80n,
      buys: true,
      none: null,
      weights: [
        { numerator: 1n, denominator: 3n },
        { numerator: 2n, denominator: 3n },
      ],
      bids: [[1n, 2n, 3]],
    },
    { price: 5n, lots: 1n, buys: false, none: "=1+1", weights: [], bids: [] },
  ];

  it("have the block's hash in their first line, and every amount whole", () => {
    const [first, header, ...lines] = csvText(HEAD, rows).trimEnd().split("\n");
    expect(JSON.parse(first!.slice(2))).to.deep.equal({
      kind: "fills",
      chainId: 31_337,
      session: "0xaa",
      block: 7,
      blockHash: BLOCK.hash,
      timestamp: "1796000000",
    });
    expect(header).to.equal("price,lots,buys,none,weights.1,weights.2,bids,weights");
    expect(lines[0]).to.equal('-37,1208925819614629174706176,true,,1/3,2/3,"[[""1"",""2"",3]]",');
    expect(lines[1]).to.equal("5,1,false,'=1+1,,,[],[]");
  });

  it("are read back by this project's own reader of tables", () => {
    const [, ...lines] = tableLines(csvText(HEAD, rows).split("\n").slice(1).join("\n"));
    expect(lines.map(({ cells }) => cells?.[1])).to.deep.equal(["1208925819614629174706176", "1"]);
  });

  it("are the same as JSON Lines", () => {
    const [first, second] = jsonLines(HEAD, rows)
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).to.include({ block: 7, blockHash: BLOCK.hash });
    expect(second).to.include({ price: "-37", lots: "1208925819614629174706176" });
  });

  it("flatten what is nested", () => {
    expect([...cellsOf({ a: { b: 1n }, c: undefined })]).to.deep.equal([
      ["a.b", "1"],
      ["c", ""],
    ]);
  });
});

describe("csvCell", () => {
  for (const [text, cell] of [
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1+cmd", "'-1+cmd"],
    ["@sum", "'@sum"],
    ["\tx", "'\tx"],
    ["-37", "-37"],
    ["-0.5", "-0.5"],
    ['a "b", c', '"a ""b"", c"'],
    ["=a,b", `"'=a,b"`],
    ["plain", "plain"],
  ] as const) {
    it(`writes ${JSON.stringify(text)} as ${JSON.stringify(cell)}`, () => {
      expect(csvCell(text)).to.equal(cell);
    });
  }
});

describe("codeOf", () => {
  it("quotes addresses for a shell", () => {
    const [logs, curl, script] = codeOf({
      kind: "fills",
      session: "0xaa",
      rpcUrl: "http://a/';rm -rf ~'",
      relayUrl: "http://r/$(x)/",
    });
    expect(logs!.text).to.equal(`session logs --rpc 'http://a/'\\'';rm -rf ~'\\''' --session 0xaa --out session.jsonl`);
    expect(curl!.text).to.equal("curl 'http://r/$(x)/v1/history/fills?order=asc&limit=1000'");
    expect(script!.text.split("\n")).to.have.length(5);
  });
});
