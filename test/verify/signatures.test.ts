/** Whose signature a record bears: by keys, by wallets that are asked or cannot be, by nobody (R21). */
import { expect } from "chai";
import { getBytes, type Provider, solidityPacked, type TransactionRequest, ZeroAddress } from "ethers";
import fc from "fast-check";

import { compactSignature, malleatedSignature } from "../../src/protocol/signing/signatures.js";
import { bookDomain, marketDigest, packageDigest } from "../../src/protocol/signing/typed-data.js";
import { createVerifyCache } from "../../src/verify/cache.js";
import type { BookEventInLog } from "../../src/verify/events.js";
import { type LogRecord } from "../../src/verify/session-log.js";
import { Grants } from "../../src/verify/grants.js";
import { SignatureJudge } from "../../src/verify/signatures.js";
import { FIXED } from "../protocol/support.js";
import { expectViolation } from "./support/expect.js";
import { refusedByNode, reverted } from "./support/node.js";
import { RAIN_TEXT, rainFields } from "./support/markets.js";
import { ALICE, BOB, ORGANISER, WALLET } from "./support/people.js";
import { Scribe } from "./support/scribe.js";

type Signed = Extract<BookEventInLog, { kind: "tradeCreated" | "tradeApproved" | "marketRecorded" }>;

const MAGIC_VALUE = "0x1626ba7e";
const BLOCK = 77;

const scribe = new Scribe();
const { terms: TERMS } = scribe.book.state;
const { domain } = TERMS;
const order = scribe.accepted(ALICE, { priceTicks: 5_000n, quantityLots: 10n });
const ofWallet = { ...scribe.accepted(WALLET, { priceTicks: 5_000n, quantityLots: 10n }), signature: "0x" };
const approval: Signed = {
  kind: "tradeApproved",
  tradeRootId: ofWallet.tradeRootId,
  signature: `0x${"a1".repeat(70)}`,
};
const record = scribe.recorded(rainFields(scribe), RAIN_TEXT, ORGANISER, true);
const brought = scribe.recorded(rainFields(scribe), RAIN_TEXT, ORGANISER, false);

function place(byWallet: boolean): LogRecord {
  const transactionHash = `0x${"11".repeat(32)}`;
  const log = { address: domain.verifyingContract, topics: [], data: "0x" };
  return { blockNumber: BLOCK, timestamp: 1, logIndex: 0, transactionHash, ...log, byWallet };
}

const KEY = place(false);
const ASKED = place(true);

/** A node that answers for wallets, and what it was asked. */
class Node {
  public readonly calls: TransactionRequest[] = [];
  readonly #answer: () => string;
  readonly #forgets: boolean;

  public constructor(answer: () => string, forgets = false) {
    this.#answer = answer;
    this.#forgets = forgets;
  }

  /** As much of a provider as is asked here. */
  public get provider(): Provider {
    const call = (request: TransactionRequest): Promise<string> => {
      this.calls.push(request);
      if (this.#forgets && request.blockTag !== "latest") return Promise.reject(new Error("missing trie node"));
      return Promise.resolve().then(this.#answer);
    };
    return { call } as unknown as Provider;
  }
}

describe("SignatureJudge", function () {
  let judge: SignatureJudge;
  beforeEach(function () {
    judge = new SignatureJudge(domain, TERMS, {});
  });

  /** Looks, waits, and says whether the book would be told that it is signed. An approval follows its order. */
  async function answerOf(event: Signed, log: LogRecord, one = judge): Promise<boolean> {
    if (event.kind === "tradeApproved") await one.look(ofWallet, KEY);
    await one.look(event, log);
    return isGood(event, one);
  }

  /** Whether the trader's or the owner's signature is good. */
  function isGood(event: Signed, one = judge): boolean {
    return one.approvalOf(signerOf(event), event.signature) !== undefined;
  }

  function signerOf(event: Signed): string {
    if (event.kind === "marketRecorded") return event.record.owner;
    return event.kind === "tradeCreated" ? event.package.trader : WALLET.address;
  }

  it("has found nothing before it has looked", function () {
    expect(isGood(order)).to.equal(false);
    expect(judge.counts).to.deep.equal({ recovered: 0, asked: 0, assumed: 0, ownerCalls: 0, organiserCalls: 0 });
  });

  describe("given a key's", function () {
    it("recovers an order's trader and a record's owner, at once", function () {
      for (const event of [order, record]) {
        expect(judge.look(event, KEY)).to.equal(undefined);
        expect(isGood(event)).to.equal(true);
      }
      expect(judge.counts).to.deep.include({ recovered: 2 });
    });

    it("takes both forms, and not the one with high s", async function () {
      const { signature } = order;
      expect(await answerOf({ ...order, signature: compactSignature(signature) }, KEY)).to.equal(true);
      expect(await answerOf({ ...order, signature: malleatedSignature(signature) }, KEY)).to.equal(false);
    });

    it("says no to another's, to another domain's, and to none", async function () {
      const sign = (key: typeof BOB.key, on = domain): string => key.sign(packageDigest(on, order.package)).serialized;
      for (const signature of [
        sign(BOB.key),
        sign(ALICE.key, { ...domain, chainId: 1n }),
        sign(ALICE.key, bookDomain(domain.chainId, ALICE.address)),
        "0x",
        "0x1234",
      ]) {
        expect(await answerOf({ ...order, signature }, KEY), signature).to.equal(false);
      }
      expect(judge.counts.recovered).to.equal(0);
    });

    it("says no to any with a bit flipped, and never throws", function () {
      const { length } = getBytes(order.signature);
      fc.assert(
        fc.property(fc.integer({ min: 0, max: length * 8 - 1 }), (bit) => {
          const bytes = getBytes(order.signature).slice();
          const at = Math.floor(bit / 8);
          bytes[at] = bytes[at]! ^ (1 << (bit % 8));
          const signed = { ...order, signature: solidityPacked(["bytes"], [bytes]) };
          void judge.look(signed, KEY);
          expect(isGood(signed)).to.equal(false);
        }),
        { ...FIXED, numRuns: 60 },
      );
    });

    it("says no to any bytes", function () {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
          const signed = { ...order, signature: solidityPacked(["bytes"], [bytes]) };
          void judge.look(signed, KEY);
          expect(isGood(signed)).to.equal(false);
        }),
        { ...FIXED, numRuns: 60 },
      );
    });

    it("forgets the answer with the next record", async function () {
      expect(await answerOf(order, KEY)).to.equal(true);
      expect(await answerOf({ ...record, signature: "0x12" }, KEY)).to.equal(false);
    });

    it("refuses that a wallet was asked", function () {
      for (const event of [order, record]) {
        expectViolation(
          () => {
            void judge.look(event, ASKED);
          },
          { rule: "log", why: "A key has signed this, and no wallet had to be asked." },
        );
      }
    });
  });

  describe("given none, of a record that its owner brought", function () {
    it("counts it, and leaves the rest to who called", async function () {
      expect(await answerOf(brought, KEY)).to.equal(false);
      expect(judge.counts).to.deep.equal({ recovered: 0, asked: 0, assumed: 0, ownerCalls: 1, organiserCalls: 0 });
    });

    it("refuses that a wallet was asked", function () {
      expectViolation(
        () => {
          void judge.look(brought, ASKED);
        },
        { rule: "log", why: "Nothing is signed here that a wallet could be asked about." },
      );
    });
  });

  describe("given the root of another owner", function () {
    const fields = rainFields(scribe, { owner: ALICE.address });
    const permitted = scribe.recorded(fields, RAIN_TEXT, ALICE, true, ORGANISER);

    it("recovers the owner and the organiser", async function () {
      expect(await answerOf(permitted, KEY)).to.equal(true);
      expect(judge.approvalOf(ORGANISER.address, permitted.organiserSignature)).to.equal("key");
      expect(judge.counts).to.deep.include({ recovered: 2, organiserCalls: 0 });
    });

    it("says no to another's in the organiser's place, or in both", async function () {
      const forged = { ...permitted, organiserSignature: permitted.signature };
      expect(await answerOf(forged, KEY)).to.equal(true);
      expect(judge.approvalOf(ORGANISER.address, forged.organiserSignature)).to.equal(undefined);
      await judge.look({ ...permitted, signature: permitted.organiserSignature }, KEY);
      expect(judge.approvalOf(ALICE.address, permitted.organiserSignature)).to.equal(undefined);
    });

    it("counts it where the organiser has not signed, and leaves the rest to who called", async function () {
      expect(await answerOf({ ...permitted, organiserSignature: "0x" }, KEY)).to.equal(true);
      expect(judge.counts).to.deep.include({ recovered: 1, organiserCalls: 1, ownerCalls: 0 });
    });

    it("has nobody to permit it where every trader may make roots", async function () {
      const open = new SignatureJudge(domain, { marketCreator: ZeroAddress }, {});
      expect(await answerOf({ ...permitted, organiserSignature: "0x" }, KEY, open)).to.equal(true);
      expect(open.counts).to.deep.include({ recovered: 1, organiserCalls: 0 });
    });

    it("asks each of two wallets", async function () {
      const node = new Node(() => MAGIC_VALUE.padEnd(66, "0"));
      const terms = { marketCreator: WALLET.address };
      const asking = new SignatureJudge(domain, terms, { provider: node.provider });
      const event = { ...permitted, record: { ...permitted.record, owner: BOB.address } };
      expect(await answerOf(event, ASKED, asking)).to.equal(true);
      expect(asking.approvalOf(WALLET.address, event.organiserSignature)).to.equal("wallet");
      expect(node.calls.map(({ to }) => to)).to.deep.equal([BOB.address, WALLET.address]);
      expect(asking.counts).to.deep.include({ asked: 2, recovered: 0 });
    });
  });

  describe("given a wallet's", function () {
    it("says no where the log does not say that it was asked", async function () {
      expect(await answerOf(approval, KEY)).to.equal(false);
      expect(judge.counts.assumed).to.equal(0);
    });

    it("takes it for good where nobody can be asked, and counts it", async function () {
      expect(await answerOf(approval, ASKED)).to.equal(true);
      expect(judge.counts).to.deep.include({ assumed: 1, asked: 0, recovered: 0 });
    });

    it("asks as the book did: at the block before, with the gas that the book gives", async function () {
      const node = new Node(() => MAGIC_VALUE.padEnd(66, "0"));
      const asking = new SignatureJudge(domain, TERMS, { provider: node.provider });
      expect(await answerOf(approval, ASKED, asking)).to.equal(true);
      expect(asking.counts).to.deep.include({ asked: 1, assumed: 0 });
      const [{ to, data, blockTag, gasLimit } = {}] = node.calls;
      expect({ to, blockTag, gasLimit }).to.deep.equal({ to: WALLET.address, blockTag: BLOCK - 1, gasLimit: 500_000n });
      expect(data?.slice(0, 10)).to.equal(MAGIC_VALUE); // the function's selector is the value that means yes
      expect(data).to.include(packageDigest(domain, ofWallet.package).slice(2));
      expect(data).to.include(approval.signature.slice(2));
    });

    it("asks a record's owner about the record", async function () {
      const owned = { ...record, record: { ...record.record, owner: WALLET.address } };
      const node = new Node(() => MAGIC_VALUE.padEnd(66, "0"));
      const asking = new SignatureJudge(domain, TERMS, { provider: node.provider });
      expect(await answerOf(owned, ASKED, asking)).to.equal(true);
      expect(node.calls[0]?.data).to.include(marketDigest(domain, owned.record).slice(2));
    });

    it("says no where the wallet does, or says anything else, or reverts", async function () {
      const answers = [
        () => `0x${"00".repeat(32)}`,
        () => "0x",
        () => "0xffffffff".padEnd(66, "0"),
        () => {
          throw reverted();
        },
      ];
      for (const answer of answers) {
        const asking = new SignatureJudge(domain, TERMS, { provider: new Node(answer).provider });
        expect(await answerOf(approval, ASKED, asking)).to.equal(false);
        expect(asking.counts).to.deep.include({ asked: 0, assumed: 0 });
      }
    });

    it("asks again after the record's block: the wallet may have got its keys within it", async function () {
      let asked = 0;
      const node = new Node(() => ((asked += 1) === 2 ? MAGIC_VALUE : "0x").padEnd(66, "0"));
      const asking = new SignatureJudge(domain, TERMS, { provider: node.provider });
      expect(await answerOf(approval, ASKED, asking)).to.equal(true);
      expect(node.calls.map(({ blockTag }) => blockTag)).to.deep.equal([BLOCK - 1, BLOCK]);
    });

    it("reads no answer of the wallet's into a node's refusal, and says what was not checked, with the node's words", async function () {
      const node = new Node(() => {
        throw refusedByNode();
      });
      const grants = new Grants();
      const asking = new SignatureJudge(domain, TERMS, { provider: node.provider, grants });
      expect(await answerOf(approval, ASKED, asking)).to.equal(true);
      expect(asking.counts).to.deep.include({ asked: 0, assumed: 1 });
      const [{ code, count, subjects } = {}] = grants.left({ logs: true, clones: true, code: true, assets: true });
      expect([code, count]).to.deep.equal(["WALLET_UNCHECKED", 1]);
      expect(subjects?.[0]).to.include(WALLET.address).and.include(`order ${ofWallet.tradeRootId}`);
      expect(subjects?.[0]).to.include(packageDigest(domain, ofWallet.package)).and.include(`block ${BLOCK}`);
      expect(subjects?.[0]).to.include("request rate limited");
    });

    it("grants, where a contract's order bears no signature, that it said yes within its own call: no state shows that", async function () {
      const silent = { ...approval, signature: "0x" };
      const node = new Node(() => `0x${"00".repeat(32)}`);
      const grants = new Grants();
      const asking = new SignatureJudge(domain, TERMS, { provider: node.provider, grants });
      expect(await answerOf(silent, ASKED, asking)).to.equal(true);
      expect(node.calls.map(({ blockTag }) => blockTag)).to.deep.equal([BLOCK - 1, BLOCK]);
      expect(asking.counts).to.deep.include({ asked: 0, assumed: 1 });
      const everything = { logs: true, clones: true, code: true, assets: true };
      const [{ code, count, subjects } = {}] = grants.left({ ...everything, code: false });
      expect([code, count]).to.deep.equal(["WALLET_WITHIN_CALL", 1]);
      expect(subjects?.[0]).to.include(WALLET.address).and.include(`order ${ofWallet.tradeRootId}`);
      expect(grants.left(everything)).to.deep.equal([]); // code that is known asks every trader
      expect(grants.left({ ...everything, logs: false }).map((one) => one.code)).to.deep.equal(["WALLET_WITHIN_CALL"]);
    });

    it("grants nothing of the kind of a market record", async function () {
      const owned = { ...record, record: { ...record.record, owner: WALLET.address } };
      const asking = new SignatureJudge(domain, TERMS, { provider: new Node(() => "0x").provider });
      expect(await answerOf(owned, ASKED, asking)).to.equal(false);
    });

    it("asks about today where the node has forgotten that block; only a yes says anything", async function () {
      const yes = new Node(() => MAGIC_VALUE.padEnd(66, "0"), true);
      const asking = new SignatureJudge(domain, TERMS, { provider: yes.provider });
      expect(await answerOf(approval, ASKED, asking)).to.equal(true);
      expect(asking.counts).to.deep.include({ asked: 1, assumed: 0 });
      expect(yes.calls.at(-1)?.blockTag).to.equal("latest");
      for (const no of [
        () => `0x${"00".repeat(32)}`,
        () => {
          throw reverted();
        },
      ]) {
        const unsure = new SignatureJudge(domain, TERMS, { provider: new Node(no, true).provider });
        expect(await answerOf(approval, ASKED, unsure)).to.equal(true);
        expect(unsure.counts).to.deep.include({ asked: 0, assumed: 1 });
      }
    });

    it("does not ask about a key's", async function () {
      const node = new Node(() => MAGIC_VALUE);
      await new SignatureJudge(domain, TERMS, { provider: node.provider }).look(order, KEY);
      expect(node.calls).to.deep.equal([]);
    });
  });

  describe("given an order that a wallet has approved", function () {
    it("waits for what comes next, and counts nothing", async function () {
      expect(await answerOf(ofWallet, KEY)).to.equal(false);
      expect(judge.counts).to.deep.equal({ recovered: 0, asked: 0, assumed: 0, ownerCalls: 0, organiserCalls: 0 });
    });

    it("refuses that a wallet was asked about the order itself", function () {
      expectViolation(
        () => {
          void judge.look(ofWallet, ASKED);
        },
        { rule: "log", why: "Nothing is signed here that a wallet could be asked about." },
      );
    });

    it("refuses that its trader's key has signed what the wallet is said to have approved", async function () {
      const own = { ...order, signature: "0x" };
      await judge.look(own, KEY);
      expectViolation(
        () => {
          void judge.look({ ...approval, signature: order.signature }, ASKED);
        },
        { rule: "log", why: "A key has signed this, and no wallet had to be asked." },
      );
    });

    it("has nothing to say of an approval that no order waits for", async function () {
      await judge.look(approval, KEY);
      expect(judge.approvalOf(WALLET.address, approval.signature)).to.equal(undefined);
    });
  });

  describe("with a cache, or a recovery of one's choice", function () {
    it("recovers each signature once, for all who share the cache", async function () {
      let recoveries = 0;
      const crypto = {
        recoverSigner: () => {
          recoveries += 1;
          return ALICE.address;
        },
      };
      const cache = createVerifyCache();
      for (let time = 0; time < 3; time += 1) {
        expect(await answerOf(order, KEY, new SignatureJudge(domain, TERMS, { cache, crypto }))).to.equal(true);
      }
      expect([recoveries, cache.signers.size]).to.deep.equal([1, 1]);
    });

    it("remembers that nobody signed, too", async function () {
      let recoveries = 0;
      const crypto = {
        recoverSigner: () => {
          recoveries += 1;
          return undefined;
        },
      };
      const cache = createVerifyCache();
      for (let time = 0; time < 3; time += 1) {
        expect(await answerOf(order, KEY, new SignatureJudge(domain, TERMS, { cache, crypto }))).to.equal(false);
      }
      expect(recoveries).to.equal(1);
    });

    it("keeps apart what is signed by what was signed", async function () {
      const cache = createVerifyCache();
      const cached = new SignatureJudge(domain, TERMS, { cache });
      expect(await answerOf(order, KEY, cached)).to.equal(true);
      const other = { ...order, package: { ...order.package, nonce: 99n } };
      expect(await answerOf(other, KEY, cached)).to.equal(false);
      expect(cache.signers.size).to.equal(2);
    });
  });
});
