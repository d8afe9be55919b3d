/** A book's terms, from its own code. */
import { expect } from "chai";
import { AbiCoder, concat, dataSlice } from "ethers";
import fc from "fast-check";

import { ClientError } from "../../src/bindings/errors.js";
import { readBookTerms, readMarketTerms } from "../../src/bindings/market-terms.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import { RuleError } from "../../src/protocol/amounts/errors.js";
import { bookDomain } from "../../src/protocol/signing/typed-data.js";
import { FIXED } from "../protocol/support.js";
import { NodeError } from "../../src/node/errors.js";
import { rejectionOf, ScriptedNode } from "./support/scripted.js";

const SESSION = "0x0000000000000000000000000000000000000001";
const POLICY = "0x0000000000000000000000000000000000000002";
const CREATOR = "0x0000000000000000000000000000000000000003";
const BOOK = "0x0000000000000000000000000000000000000004";
const TYPES = [
  ...["address", "address", "address", "uint40", "uint40", "uint40", "uint16", "uint16", "uint64", "uint8"],
  ...["int32", "uint64", "uint8"],
];
/** Another clone's, whose arguments begin in the same place. */
const CLONE = `0x363d3d373d3d3d363d73${"be".repeat(20)}5af43d82803e903d91602b57fd5bf3`;
const GOOD = [SESSION, POLICY, CREATOR, 10n, 20n, 30n, 64, 100, 5_000n, 3, 10_000n, 10n ** 11n, 54] as const;
const domain = bookDomain(31_337n, BOOK);

function codeOf(values: readonly unknown[]): string {
  return concat([CLONE, AbiCoder.defaultAbiCoder().encode(TYPES, values)]);
}

/** As much of a session as is looked at, on a node whose book has that code. */
function handleOf(code: string): SessionHandle {
  const runner = { provider: new ScriptedNode({ getCode: () => code }) };
  return { runner, address: SESSION, bookAddress: BOOK, domain } as unknown as SessionHandle;
}

async function expectNoSession(code: string): Promise<void> {
  const reason = await rejectionOf(readBookTerms(handleOf(code)));
  expect(reason).to.be.instanceOf(ClientError);
  const { code: said, args } = reason as ClientError; // as was just seen
  expect([said, args]).to.deep.equal(["Client_NotASession", { address: SESSION, bookAddress: BOOK }]);
}

describe("readBookTerms", function () {
  it("reads each term from its word", async function () {
    expect(await readBookTerms(handleOf(codeOf(GOOD)))).to.deep.equal({
      domain,
      session: SESSION,
      policy: POLICY,
      marketCreator: CREATOR,
      t1: 10n,
      t2: 20n,
      settleLimit: 30n,
      chainWindow: 64,
      maxOpenOrders: 100,
      maxLots: 5_000n,
      assets: 3,
      basketScale: 10_000n,
      basketTickValue: 10n ** 11n,
      reserveShift: 54,
    });
  });

  it("asks for the code of the book, once", async function () {
    const handle = handleOf(codeOf(GOOD));
    await readBookTerms(handle);
    const { asked } = handle.runner.provider as ScriptedNode;
    expect(asked).to.deep.equal([{ method: "getCode", address: BOOK, blockTag: "latest" }]);
  });

  it("reads whatever fits the words", async function () {
    const uint = (bits: number): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
    const small = (bits: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: 2 ** bits - 1 });
    const values = fc.tuple(
      ...([uint(40), uint(40), uint(40), small(16), small(16), uint(64), small(8)] as const),
      fc.bigInt({ min: -(2n ** 31n), max: 2n ** 31n - 1n }),
      uint(64),
      small(8),
    );
    await fc.assert(
      fc.asyncProperty(values, async (numbers) => {
        const [t1, t2, settleLimit, chainWindow, maxOpenOrders, maxLots, assets, ...units] = numbers;
        const [basketScale, basketTickValue, reserveShift] = units;
        const terms = await readBookTerms(handleOf(codeOf([SESSION, POLICY, CREATOR, ...numbers])));
        const expected = { t1, t2, settleLimit, chainWindow, maxOpenOrders, maxLots, assets };
        expect(terms).to.deep.include({ ...expected, basketScale, basketTickValue, reserveShift });
      }),
      { ...FIXED, numRuns: 40 },
    );
  });

  it("refuses code without terms, or with terms that are cut off", async function () {
    for (const code of ["0x", "0x6080604052", CLONE, dataSlice(codeOf(GOOD), 0, 45 + 12 * 32)])
      await expectNoSession(code);
  });

  it("refuses the book of another session", async function () {
    await expectNoSession(codeOf([CREATOR, ...GOOD.slice(1)]));
  });

  it("refuses a word that is no address where one must be", async function () {
    const code = codeOf(GOOD);
    const at = 2 + 2 * (45 + 32); // the policy, of 20 bytes
    await expectNoSession(`${code.slice(0, at)}ff${code.slice(at + 2)}`);
  });

  it("needs a provider", async function () {
    const handle = { ...handleOf("0x"), runner: { provider: null } };
    const reason = await rejectionOf(readBookTerms(handle));
    expect(reason).to.be.instanceOf(ClientError).with.property("code", "Client_NoProvider");
  });

  it("says what the node says", async function () {
    const provider = new ScriptedNode({
      getCode: () => {
        throw Object.assign(new Error("gone"), { code: "ECONNREFUSED" });
      },
    });
    const reason = await rejectionOf(readBookTerms({ ...handleOf("0x"), runner: { provider } }));
    expect(reason).to.be.instanceOf(NodeError).with.property("code", "NODE_UNREACHABLE");
    expect(reason).to.not.be.instanceOf(RuleError);
  });
});

describe("readMarketTerms", function () {
  it("gives what markets need of them, and no more", async function () {
    expect(await readMarketTerms(handleOf(codeOf(GOOD)))).to.deep.equal({
      assets: 3,
      basketScale: 10_000n,
      basketTickValue: 10n ** 11n,
      t2: 20n,
      settleLimit: 30n,
      marketCreator: CREATOR,
    });
  });

  it("refuses what is no book of the session's", async function () {
    const reason = await rejectionOf(readMarketTerms(handleOf("0x")));
    expect(reason).to.be.instanceOf(ClientError).with.property("code", "Client_NotASession");
  });
});
