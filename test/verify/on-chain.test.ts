/** What a node confirms: its chain, the contracts' code, and where the session stands (R8, R21, R23). */
import { expect } from "chai";
import { id, ZeroHash } from "ethers";

import type { Standing } from "../../src/verify/on-chain.js";
import { Grants } from "../../src/verify/grants.js";
import { Witness } from "../../src/verify/witness.js";
import { clonesOf } from "../../src/verify/clone.js";
import type { LogHeader } from "../../src/verify/log-header.js";
import { Violation } from "../../src/verify/violation.js";
import { expectBroken, expectHolds, judge } from "./support/expect.js";
import { SUPPLY } from "./support/header.js";
import { type NodeManner, SessionNode } from "./support/node.js";
import { ALICE } from "./support/people.js";
import { eventful, STAKE } from "./support/stories.js";

const SALT = id("salt");
const FORGOTTEN =
  "Client_CallFailed(reason: missing trie node). The node or the wallet refused the call; the reason is in the text.";
const scribe = eventful();
const log = scribe.log();
const { header } = log;
const { link, checkpoints } = scribe.book.state.chain.state;
const standing: Standing = {
  link,
  checkpoints,
  supplies: [SUPPLY, 0n, 0n],
  heldByBook: [4n * STAKE, 0n, 0n],
  vault: header.terms.quantities,
};

function nodeOf(manner: NodeManner = {}): SessionNode {
  return new SessionNode(log, SALT, { standing, ...manner });
}

/** What the node says beside the records. @returns what must be granted nevertheless */
async function requireChain(of: LogHeader, provider: SessionNode, said: Standing): Promise<string[]> {
  const grants = new Grants();
  const witness = new Witness(of, { provider, source: provider, grants });
  await witness.begin();
  await witness.end(said);
  return grants.left(witness.established).map(({ code, subjects }) => `${code}: ${subjects.join()}`);
}

/** The code that the clones run is not in this node. */
const UNKNOWN = [
  `FACTORY_UNKNOWN: factory ${header.factory}`,
  `CODE_UNKNOWN: ${(["session", "legToken", "orderBook"] as const).map((one) => `${one} ${header.clones[one]}`).join()}`,
];

async function expectRefused(
  manner: NodeManner,
  { rule, why, expected, actual }: { rule: string; why: string; expected: object; actual: object },
  said: Standing = standing,
  of: LogHeader = header,
): Promise<void> {
  const error: unknown = await requireChain(of, nodeOf(manner), said).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(Violation);
  const found = error as Violation; // as was just seen
  expect([found.rule, found.message]).to.deep.equal([rule, why]);
  expect([found.expected, found.actual]).to.deep.equal([expected, actual]);
}

describe("requireChain", function () {
  it("takes a node on which all is as the log says", async function () {
    expect(await requireChain(header, nodeOf(), standing)).to.deep.equal(UNKNOWN);
  });

  it("refuses a node of another chain (R21)", async function () {
    const why = "The node is of another chain.";
    await expectRefused({ chainId: 1n }, { rule: "R21", why, expected: { chainId: 31_337n }, actual: { chainId: 1n } });
  });

  describe("as to code (R8)", function () {
    for (const [index, { what, address, code }] of clonesOf(header).entries()) {
      it(`refuses other code of the ${what}`, async function () {
        const other = clonesOf(header)[index === 0 ? 1 : 0]!.code;
        for (const actual of ["0x", other, `${code}00`]) {
          const why = `The ${what} has other code or other terms than the header.`;
          await expectRefused(
            { codes: { [address]: actual } },
            { rule: "R8", why, expected: { code }, actual: { code: actual } },
          );
        }
      });
    }

    it("refuses a header with another implementation", async function () {
      const other = { ...header, clones: { ...header.clones, legToken: ALICE.address } };
      const [, , leg] = clonesOf(other);
      const [, , true_] = clonesOf(header);
      // The node has the code of the header that it was made of.
      await expectRefused(
        {},
        {
          rule: "R8",
          why: "The leg 1 has other code or other terms than the header.",
          expected: { code: leg!.code },
          actual: { code: true_!.code },
        },
        standing,
        other,
      );
    });
  });

  describe("as to where the session stands (R23)", function () {
    const why = "The chain stands elsewhere at the log's last block.";

    it("refuses another checkpoint, or another number of checkpoints", async function () {
      await expectRefused(
        { standing: { ...standing, link: ZeroHash } },
        { rule: "R23", why, expected: { link }, actual: { link: ZeroHash } },
      );
      await expectRefused(
        { standing: { ...standing, checkpoints: checkpoints + 1n } },
        { rule: "R23", why, expected: { checkpoints }, actual: { checkpoints: checkpoints + 1n } },
      );
    });

    it("refuses another supply, or other tokens of the book, of any token", async function () {
      for (const token of [0, 1, 2]) {
        const supplies = standing.supplies.with(token, 1n);
        await expectRefused(
          { standing: { ...standing, supplies } },
          { rule: "R23", why, expected: { supplies: standing.supplies.join() }, actual: { supplies: supplies.join() } },
        );
        const heldByBook = standing.heldByBook.with(token, 1n);
        const expected = { heldByBook: standing.heldByBook.join() };
        await expectRefused(
          { standing: { ...standing, heldByBook } },
          { rule: "R23", why, expected, actual: { heldByBook: heldByBook.join() } },
        );
      }
    });

    it("asks for today's where the node has forgotten the state of that block", async function () {
      expect(await requireChain(header, nodeOf({ forgets: true }), standing)).to.deep.equal(UNKNOWN);
    });

    it("says so, with the node's words, where today's is another", async function () {
      const gone = { ...standing, checkpoints: 99n, vault: [1n, 2n] };
      expect(await requireChain(header, nodeOf({ forgets: true, standing: gone }), standing)).to.deep.equal([
        ...UNKNOWN,
        `ASSETS_UNCHECKED: ${header.terms.assets.map((asset, k) => `asset ${k + 1} ${asset} at block ${header.toBlock}: ${FORGOTTEN}`).join()}`,
        `STATE_PRUNED: block ${header.toBlock}: ${FORGOTTEN}`,
      ]);
    });

    it("refuses a vault that has other than its transfers add up to (R2)", async function () {
      await expectRefused(
        { standing: { ...standing, vault: standing.vault.with(1, 7n) } },
        {
          rule: "R2",
          why: "An asset says that the vault has other than its transfers add up to.",
          expected: { balance: standing.vault[1] },
          actual: { balance: 7n },
        },
      );
    });

    it("still refuses other code where it has", async function () {
      const { address, code } = clonesOf(header)[1]!;
      const why = "The book has other code or other terms than the header.";
      const codes = { [address]: "0x" };
      await expectRefused({ forgets: true, codes }, { rule: "R8", why, expected: { code }, actual: { code: "0x" } });
    });
  });

  it("grants all of it, and asks no more, where the node does not answer", async function () {
    const node = nodeOf();
    node._perform = () => Promise.reject(new Error("no connection"));
    const [first, ...rest] = await requireChain(header, node, standing);
    expect(first).to.equal(`SESSION_FROM_FILE: session ${header.session}, book ${header.book}, chain 31337`);
    expect(rest.some((line) => line.startsWith("CHAIN_UNCHECKED: ") && line.includes("no connection"))).to.equal(true);
  });
});

describe("verifySession, with a node", function () {
  /** Which says of every wallet that it has signed. */
  const asked = (manner: NodeManner = {}): SessionNode => {
    const node = nodeOf(manner);
    const perform = node._perform.bind(node);
    node._perform = (request) => {
      const isWallet = request.method === "call" && String(request.transaction.data).startsWith("0x1626ba7e");
      return isWallet ? Promise.resolve("0x1626ba7e".padEnd(66, "0") as never) : perform(request);
    };
    return node;
  };

  it("has asked the wallet, has compared every record, and leaves only the code to be granted", async function () {
    const alone = await expectHolds(log);
    const { counts, granted } = await expectHolds(log, { provider: asked() });
    expect([counts.walletsAsked, counts.walletsAssumed]).to.deep.equal([1, 0]);
    expect(alone.granted).to.include.members(["SESSION_FROM_FILE", "TIMES_FROM_FILE", "WALLET_APPROVED"]);
    expect(granted).to.deep.equal(["FACTORY_UNKNOWN", "CODE_UNKNOWN", "CALLS_UNSIGNED"]);
  });

  it("refuses what the wallet does not know", async function () {
    const at = scribe.indexOf("tradeApproved");
    const { failure } = await judge(log, { provider: nodeOf() });
    expect([failure?.rule, failure?.index]).to.deep.equal(["R21", at]);
  });

  it("does not hold where the chain stands elsewhere", async function () {
    const provider = asked({ standing: { ...standing, checkpoints: 99n } });
    const values = { expected: { checkpoints }, actual: { checkpoints: 99n } };
    await expectBroken(log, { rule: "R23", at: undefined, ...values }, { provider });
  });

  it("says that the node has forgotten", async function () {
    const gone = { ...standing, checkpoints: 99n };
    const { granted } = await expectHolds(log, { provider: asked({ forgets: true, standing: gone }) });
    expect(granted).to.include("STATE_PRUNED");
  });
});
