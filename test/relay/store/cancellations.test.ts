import { expect } from "chai";

import { cancellationHash, primaryLink } from "../../../src/protocol/signing/typed-data.js";
import {
  type CancellationFate,
  type CancellationStore,
  createCancellationStore,
  type NamedCancellation,
} from "../../../src/relay/store/cancellations.js";
import { createPackageStore, type OwnPackage, type PackageStore } from "../../../src/relay/store/packages.js";
import { PaperChain } from "../paper/chain.js";
import { freshBook, sharedDatabase } from "../paper/database.js";

const chain = new PaperChain();
const BLOCK = { number: 7, hash: `0x${"07".repeat(32)}` };

describe("createCancellationStore", () => {
  let book: string;
  let store: CancellationStore;
  let packages: PackageStore;
  beforeEach(async () => {
    book = freshBook();
    const database = await sharedDatabase();
    store = createCancellationStore(database, book);
    packages = createPackageStore(database, book);
  });

  const draft = (nonceFloor: number, trader = 0): NamedCancellation => {
    const signed = chain.signCancellation(trader, { nonceFloor: BigInt(nonceFloor) });
    return { hash: cancellationHash(signed.cancellation), signed };
  };
  const order = (nonce: number, trader = 0) => {
    const signed = chain.sign(trader, { nonce: BigInt(nonce) });
    return { link: primaryLink(signed.package), signed };
  };
  const fateOf = async (link: string) => (await packages.find(link))!.fate.status;

  describe("when one is added", () => {
    it("gives it back as it was, in the order of acknowledgement", async () => {
      const extreme = chain.signCancellation(1, {
        fromTradeRootId: 2 ** 32 - 1,
        toTradeRootId: 2 ** 32 - 1,
        nonceFloor: 2n ** 64n - 1n,
        deadline: 2n ** 40n - 1n,
      });
      const given = [draft(1), { hash: cancellationHash(extreme.cancellation), signed: extreme }];
      for (const one of given) await store.add(one, []);
      const stored = await store.live();
      expect(stored.map(({ hash, signed, fate }) => ({ hash, signed, fate }))).to.deep.equal(
        given.map((one) => ({ ...one, fate: { status: "pending" } })),
      );
      expect((await store.waitingAfter(stored[0]!.seq)).map(({ hash }) => hash)).to.deep.equal([given[1]!.hash]);
      expect(await store.find(given[1]!.hash)).to.deep.equal(stored[1]);
    });

    it("leaves one alone that is there, and stores nothing with it", async () => {
      await store.add(draft(5), []);
      const instead = order(9);
      const again = await store.add(draft(5), [instead]);
      expect([again.seq, again.withdrawn, again.packages.size]).to.deep.equal([undefined, [], 0]);
      expect(await packages.find(instead.link)).to.equal(undefined);
      expect((await store.live()).length).to.equal(1);
    });

    it("takes back what waits of its trader below its floor, unless it was sent or is another's", async () => {
      const [low, sent, tried, high, other] = [order(0), order(1), order(2), order(3), order(0, 1)];
      const seqs = await packages.add([low, sent, tried, high, other]);
      const fate = { status: "submitted", submissionId: 1 } as const;
      await packages.change([
        { seq: seqs.get(sent.link)!, attempts: 0, submissionId: 1, fate, final: false },
        { seq: seqs.get(tried.link)!, attempts: 1, submissionId: 1, fate: { status: "pending" }, final: false },
      ]);
      const { signed } = draft(3);
      const { withdrawn } = await store.add(draft(3), []);
      expect(withdrawn).to.deep.equal([low.link]);
      const { trader, nonce } = low.signed.package;
      const [{ withdrawal }] = (await packages.ofNonce(trader, nonce, 1)) as [OwnPackage];
      expect([withdrawal!.signature, withdrawal!.cancellation]).to.deep.equal([signed.signature, signed.cancellation]);
      const fates = await Promise.all([low, sent, tried, high, other].map(({ link }) => fateOf(link)));
      expect(fates).to.deep.equal(["withdrawn", "submitted", "pending", "pending", "pending"]);
    });

    it("stores packages that come in its place, which name it", async () => {
      const named = draft(3);
      const instead = [order(3), order(4)];
      const { seq, packages: added } = await store.add(named, instead);
      expect(seq).to.be.a("number");
      expect([...added.keys()]).to.deep.equal(instead.map(({ link }) => link));
      const stored = await packages.live();
      expect(stored.map(({ link, replaces }) => [link, replaces])).to.deep.equal(
        instead.map(({ link }) => [link, named.hash]),
      );
      await packages.add([order(5)]);
      expect((await packages.live()).at(-1)!.replaces).to.equal(undefined);
    });

    it("keeps those of each book apart", async () => {
      await store.add(draft(1), []);
      const other = createCancellationStore(await sharedDatabase(), freshBook());
      expect([await other.live(), await other.find(draft(1).hash)]).to.deep.equal([[], undefined]);
      expect((await other.add(draft(1), [])).seq).to.be.a("number");
    });
  });

  describe("when fates change", () => {
    const refusal = { code: "Book_CancellationVoid", values: { current: "12345678901234567890" } };
    const FATES: readonly CancellationFate[] = [
      { status: "onChain", block: BLOCK },
      { status: "refused", refusal, block: BLOCK },
      { status: "pending" },
    ];

    it("keeps each as it is given, and no more of those that are final", async () => {
      const seqs: number[] = [];
      for (const [index] of FATES.entries()) seqs.push((await store.add(draft(index), [])).seq!);
      await store.change(FATES.map((fate, index) => ({ seq: seqs[index]!, fate, final: false })));
      expect((await store.live()).map(({ fate }) => fate)).to.deep.equal(FATES);
      await store.change([{ seq: seqs[0]!, fate: FATES[0]!, final: true }]);
      await store.change([]);
      expect((await store.live()).map(({ seq }) => seq)).to.deep.equal(seqs.slice(1));
      expect((await store.find(draft(0).hash))!.fate).to.deep.equal(FATES[0]);
    });

    it("derives them from the chain again when they are forgotten, of this book alone", async () => {
      const { seq } = await store.add(draft(0), []);
      await store.change([{ seq: seq!, fate: FATES[0]!, final: true }]);
      const other = createCancellationStore(await sharedDatabase(), freshBook());
      await other.forgetFates();
      expect(await store.live()).to.deep.equal([]);
      await store.forgetFates();
      expect((await store.live()).map(({ fate }) => fate)).to.deep.equal([{ status: "pending" }]);
    });
  });
});
