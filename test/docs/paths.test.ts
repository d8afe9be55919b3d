/** Whatever file of the project a document names is there: a test that was moved, a page that was never written, a heading that is gone. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect } from "chai";

const DOCUMENTS = [...globSync("*.md"), ...globSync("docs/*.md")].sort();
/** Lies at the top of the package. */
const PACKAGE_README = "docs/package.md";
/** A path in backquotes, with a folder; a star in it stands for many. */
const PATH = /`((?:[A-Za-z0-9_.-]+\/)+[A-Za-z0-9_.-]+\.(?:ts|tsx|mjs|sol|json|md|yml|sh))`/g;
/** Where paths begin; some tables say that theirs lie below the tests. */
const BASES = ["", "test", "test/contracts", "contracts", "src"];
const LINK = /\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g;
/** Such as those that a command writes, and those of a program in somebody else's folder. */
const ELSEWHERE = /^(?:node_modules|dist|package|cache|flow|session-contracts)\//;

const read = (file: string): string => readFileSync(file, "utf8");

/** As a heading is linked to. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("The files that documents name", function () {
  it("are there", function () {
    const missing = DOCUMENTS.flatMap((document) =>
      [...read(document).matchAll(PATH)]
        .map(([, path = ""]) => path)
        .filter((path) => !ELSEWHERE.test(path) && !BASES.some((base) => existsSync(join(base, path))))
        .map((path) => `${document}: ${path}`),
    );
    expect(missing).to.deep.equal([]);
  });

  it("are there where they are linked to, with the heading that is meant", function () {
    const missing = DOCUMENTS.flatMap((document) =>
      [...read(document).matchAll(LINK)]
        .filter(([, path = "", anchor]) => {
          const folder = document === PACKAGE_README ? "" : dirname(document);
          const file = path === "" ? document : join(folder, path);
          if (!existsSync(file)) return true;
          return anchor !== undefined && file.endsWith(".md") && !anchorsOf(read(file)).includes(anchor);
        })
        .map(([link]) => `${document}: ${link}`),
    );
    expect(missing).to.deep.equal([]);
  });

  it("are many: the patterns find them", function () {
    const named = DOCUMENTS.flatMap((document) => [...read(document).matchAll(PATH)]);
    const linked = DOCUMENTS.flatMap((document) => [...read(document).matchAll(LINK)]);
    expect(named.length).to.be.above(200);
    expect(linked.length).to.be.above(100);
  });
});
