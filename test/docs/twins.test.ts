/** The table of twins in CONTRIBUTING.md names files that exist, every room of the book, and what the library calls a twin. */
import { existsSync, globSync, readFileSync } from "node:fs";

import { expect } from "chai";

const HEADER = /^\| `contracts\/` \| `src\/` \| `test\/` \|\n\| --- \| --- \| --- \|\n((?:\|.*\|\n)+)/m;
const NAMED = /`([^`]+)`/g;
const MACHINERY = /^Nothing of the rules is computed by ([^:]*):/m;
const TWIN = /\bTwin of [^.]*`contracts\/[^;*]*/g;
const CONTRACT = /`contracts\/([^`]+)`/g;

interface Row {
  readonly contract: string;
  readonly src: readonly string[];
  readonly test: readonly string[];
}

function table(): readonly Row[] {
  const [, body] = HEADER.exec(readFileSync("CONTRIBUTING.md", "utf8")) ?? [];
  if (body === undefined) throw new Error("CONTRIBUTING.md has no table of twins");
  return body
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [contracts, src, test] = line
        .split("|")
        .slice(1, -1)
        .map((cell) => namesIn(cell, NAMED));
      return { contract: contracts?.[0] ?? "", src: src ?? [], test: test ?? [] };
    });
}

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name]) => name ?? "");
}

describe("The table of twins", () => {
  const rows = table();

  for (const { contract, src, test } of rows) {
    it(`has ${contract} with a twin and a judge, and all are there`, () => {
      expect(src, "src/").to.not.deep.equal([]);
      expect(test, "test/").to.not.deep.equal([]);
      const files = [
        `contracts/${contract}`,
        ...src.map((file) => `src/${file}`),
        ...test.map((file) => `test/${file}`),
      ];
      expect(files.filter((file) => !existsSync(file))).to.deep.equal([]);
    });
  }

  it("names the parts of the book and every room of it, each once, also those that compute nothing of the rules", () => {
    const rooms = globSync("contracts/{OrderBook*,book/*}.sol").map((file) => file.slice("contracts/".length));
    const [, machinery = ""] = MACHINERY.exec(readFileSync("CONTRIBUTING.md", "utf8")) ?? [];
    const named = [...rows.map(({ contract }) => contract), ...namesIn(machinery, NAMED)];
    expect(named.filter((name) => !/^(libraries|periphery)\//.test(name))).to.have.members(rooms);
    expect(new Set(named)).to.have.lengthOf(named.length);
  });

  it("has every file of the library that calls itself a twin, in the row of the contract that it names", () => {
    const claims = globSync("src/**/*.ts").flatMap((file) =>
      (readFileSync(file, "utf8").replaceAll("\n * ", " ").match(TWIN) ?? []).flatMap((sentence) =>
        namesIn(sentence, CONTRACT).map((contract) => ({ file: file.slice("src/".length), contract })),
      ),
    );
    expect(claims).to.have.length.above(10);
    const missing = claims.filter(
      ({ file, contract }) => !rows.some((row) => row.contract === contract && row.src.includes(file)),
    );
    expect(missing).to.deep.equal([]);
  });
});
