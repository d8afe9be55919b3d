/** The package's entry "session-contracts/protocol": nothing in it needs Node, a provider, a clock or a process. */
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";

import { expect } from "chai";
import { readFileSync } from "node:fs";
import { transform } from "esbuild";

import { type Bundle, bundleForBrowser } from "../../scripts/package/bundle.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Folders of ethers with nothing but computation in them. */
const PURE_PARTS_OF_ETHERS = ["abi", "address", "constants", "crypto", "hash", "transaction", "utils"];
/** Of `utils`, what asks somebody else. */
const IMPURE_UTILITIES = /geturl|fetch/;
/** What knows the time, chance or the machine. */
const AMBIENT = /\b(Date|performance|process|setTimeout|setInterval|queueMicrotask|fetch|crypto|random|require)\b/;

describe("The protocol, bundled for browsers", () => {
  let bundle: Bundle;
  before(async () => {
    bundle = await bundleForBrowser("src/protocol/index.ts", { cwd: ROOT, globalName: "protocol" });
  });

  it("is complete: it imports nothing when it runs", () => {
    expect(bundle.imports).to.deep.equal([]);
    expect(bundle.modules.filter((path) => path.includes("node:"))).to.deep.equal([]);
  });

  it("has its own modules, and of others only what computes", () => {
    const others = bundle.modules.filter((path) => !path.startsWith("src/protocol/"));
    const ethers = PURE_PARTS_OF_ETHERS.map((part) => `node_modules/ethers/lib.esm/${part}/`);
    const isPure = (path: string): boolean =>
      path.includes("node_modules/@noble/") ||
      (ethers.some((part) => path.startsWith(part)) && !IMPURE_UTILITIES.test(path)) ||
      path === "node_modules/ethers/lib.esm/_version.js";
    expect(others.filter((path) => !isPure(path))).to.deep.equal([]);
    expect(bundle.modules).to.include("src/protocol/book/book.ts");
  });

  it("names no clock, chance or process in its own modules", async () => {
    const own = bundle.modules.filter((path) => path.startsWith("src/protocol/"));
    for (const path of own) {
      // Transformed, so that comments are gone.
      const { code } = await transform(readFileSync(`${ROOT}/${path}`, "utf8"), {
        loader: "ts",
        legalComments: "none",
      });
      expect(AMBIENT.exec(code)?.[0], path).to.equal(undefined);
    }
  });

  it("stays small enough for a page", () => {
    expect(bundle.gzipBytes).to.be.lessThan(120_000);
  });

  it("runs where there is nothing but the language, and not even its clock", () => {
    const realm = createContext({});
    runInContext("delete globalThis.Date; delete Math.random;", realm);
    runInContext(bundle.code.replace(/^"use strict";/, ""), realm);
    const answer: unknown = runInContext(
      `const { Book, TRUSTING, bookDomain, isRefusal, reserveShiftOf } = protocol;
      const zero = "0x" + "00".repeat(20), trader = "0x" + "a1".repeat(20);
      const book = new Book({
        assets: 2, basketScale: 10000n, basketTickValue: 1n, t1: 0n, t2: 100n, settleLimit: 200n, marketCreator: zero,
        domain: bookDomain(1n, "0x" + "b0".repeat(20)), session: zero, policy: zero, chainWindow: 2, maxOpenOrders: 1,
        reserveShift: reserveShiftOf(10000n),
        maxLots: 0n,
      }, TRUSTING);
      const now = { caller: trader, timestamp: 1n };
      book.deposit(now, trader, 10000n);
      const package = {
        marketRootId: 1, marketBranchId: 1, trader, priceTicks: 1n, quantityLots: 1n, previousLink: book.link, nonce: 0n,
        deadline: 50n, timeInForce: 0,
      };
      book.createTrade(now, { package, signature: "0x" + "5a".repeat(64), insertAfter: 0 }, { maxMatches: 1, maxWalk: 1 });
      [book.link === book.checkpointAt(1n), book.depthOf(package, true).length, String(book.checkCollateral(trader).slack)].join()`,
      realm,
    );
    expect(answer).to.equal("true,1,10000");
  });
});
