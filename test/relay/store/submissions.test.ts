import { expect } from "chai";
import { id } from "ethers";

import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { createLeaseStore } from "../../../src/relay/store/lease.js";
import { createPackageStore, type PackageStore } from "../../../src/relay/store/packages.js";
import {
  createSubmissionStore,
  type Fence,
  type NewSubmission,
  PackagesWithdrawn,
  type SignedTransaction,
  type SubmissionStore,
} from "../../../src/relay/store/submissions.js";
import { PaperChain } from "../paper/chain.js";
import { freshBook, sharedDatabase } from "../paper/database.js";
import { expectRefused } from "../paper/expect.js";

const ACCOUNT = `0x${"ac".repeat(20)}`;
const HOUSE = `0x${"80".repeat(20)}`;
const chain = new PaperChain();

describe("createSubmissionStore", () => {
  let book: string;
  let store: SubmissionStore;
  let packages: PackageStore;
  let fence: Fence;

  beforeEach(async () => {
    const database = await sharedDatabase();
    book = freshBook();
    store = createSubmissionStore(database, book);
    packages = createPackageStore(database, book);
    fence = (await createLeaseStore(database, book).acquire("one", 60_000))!;
  });

  const signed = (nonce: number, maxFee = 5n): SignedTransaction => {
    return { hash: id(`${book} ${nonce} ${maxFee}`), raw: `0x0${nonce}`, maxFee, priorityFee: 1n };
  };
  const submission = (
    nonce: number,
    links: readonly string[] = [],
    cancellations: readonly string[] = [],
  ): NewSubmission => {
    return {
      account: ACCOUNT,
      nonce,
      kind: links.length > 0 ? "batch" : "offset",
      data: "0xda",
      gasLimit: 9n,
      links,
      cancellations,
    };
  };
  async function take(count: number): Promise<string[]> {
    const named = Array.from({ length: count }, (_, nonce) => {
      const one = chain.sign(0, { nonce: BigInt(nonce) });
      return { link: primaryLink(one.package), signed: one };
    });
    await packages.add(named);
    return named.map(({ link }) => link);
  }
  const statusOf = async (link: string) => (await packages.find(link))!.fate;

  describe("when a call is decided on", () => {
    it("keeps the cancellations at its head", async () => {
      const stored = await store.add(fence, submission(4, [], ["0xca"]), signed(4));
      expect((await store.live()).map(({ id: of, cancellations }) => [of, cancellations])).to.deep.equal([
        [stored.id, ["0xca"]],
      ]);
    });

    it("keeps call, transaction and its packages together", async () => {
      const links = await take(3);
      const stored = await store.add(fence, submission(4, links.slice(0, 2)), signed(4));
      expect(stored).to.deep.equal({
        ...submission(4, links.slice(0, 2)),
        id: stored.id,
        transactions: [signed(4)],
        isCharged: false,
      });
      expect(await store.live()).to.deep.equal([stored]);
      expect([await statusOf(links[0]!), await statusOf(links[2]!)]).to.deep.equal([
        { status: "submitted", submissionId: stored.id },
        { status: "pending" },
      ]);
    });

    it("keeps the order of a batch's packages", async () => {
      const links = (await take(4)).toReversed();
      await store.add(fence, submission(0, links), signed(0));
      expect((await store.live())[0]!.links).to.deep.equal(links);
    });

    it("keeps who is called, if it is not the book", async () => {
      await store.add(fence, submission(0), signed(0));
      await store.add(fence, { ...submission(1), kind: "maker", to: HOUSE }, signed(1));
      const called = (await store.live()).map(({ kind, to }) => [kind, to]);
      expect(called).to.deep.equal([
        ["offset", undefined],
        ["maker", HOUSE],
      ]);
    });

    it("keeps amounts that fit no float", async () => {
      const gasLimit = 2n ** 64n + 1n;
      const transaction = { ...signed(0), maxFee: 2n ** 90n + 1n, priorityFee: 2n ** 70n + 1n };
      await store.add(fence, { ...submission(0), gasLimit }, transaction);
      const [stored] = await store.live();
      expect([stored!.gasLimit, stored!.transactions]).to.deep.equal([gasLimit, [transaction]]);
    });

    it("decides nothing without the lease", async () => {
      const links = await take(1);
      for (const stale of [
        { ...fence, epoch: fence.epoch + 1 },
        { ...fence, holder: "two" },
      ]) {
        await expectRefused(store.add(stale, submission(0, links), signed(0)), "RELAY_LEASE_LOST", stale);
      }
      expect([await store.live(), await statusOf(links[0]!)]).to.deep.equal([[], { status: "pending" }]);
    });

    it("decides nothing if a package of it was taken back, and names all of those", async () => {
      const links = await take(3);
      const live = await packages.live();
      await packages.withdraw(live[0]!.seq, "0x5161");
      await packages.withdraw(live[2]!.seq, "0x5161");
      const error: unknown = await store.add(fence, submission(0, links), signed(0)).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(PackagesWithdrawn);
      expect([...(error as PackagesWithdrawn).links].toSorted()).to.deep.equal([links[0], links[2]].toSorted());
      expect([await store.live(), await statusOf(links[1]!)]).to.deep.equal([[], { status: "pending" }]);
    });
  });

  describe("when a transaction takes the place of another", () => {
    it("keeps both, in the order in which they were made", async () => {
      const { id: of } = await store.add(fence, submission(0), signed(0, 50n));
      await store.addTransaction(fence, of, signed(0, 70n));
      await store.addTransaction(fence, of, signed(0, 60n));
      const [stored] = await store.live();
      expect(stored!.transactions.map(({ maxFee }) => maxFee)).to.deep.equal([50n, 70n, 60n]);
    });

    it("has another call and fewer packages if it was made anew: the others wait again", async () => {
      const links = await take(3);
      const { id: of } = await store.add(fence, submission(0, links), signed(0, 50n));
      const call = { kind: "maker" as const, to: HOUSE, data: "0x77", gasLimit: 9n, links: links.slice(0, 1) };
      await store.remake(fence, of, call, signed(0, 40n));
      const [stored] = await store.live();
      expect(stored).to.deep.include({ ...call, id: of, nonce: 0 });
      expect(stored!.transactions.map(({ maxFee }) => maxFee)).to.deep.equal([50n, 40n]);
      const statuses = await Promise.all(links.map(async (link) => (await statusOf(link)).status));
      expect(statuses).to.deep.equal(["submitted", "pending", "pending"]);
      const stale = { ...fence, epoch: fence.epoch + 1 };
      await expectRefused(store.remake(stale, of, { ...call, links: [] }, signed(0, 30n)), "RELAY_LEASE_LOST", stale);
      expect((await store.live())[0]!.links).to.deep.equal(call.links);
      await store.remake(fence, of, { ...call, kind: "batch", to: undefined }, signed(0, 30n));
      expect((await store.live())[0]!)
        .to.deep.include({ kind: "batch" })
        .and.to.not.have.property("to");
    });

    it("keeps the same one once", async () => {
      const { id: of } = await store.add(fence, submission(0), signed(0));
      await store.addTransaction(fence, of, signed(0));
      expect((await store.live())[0]!.transactions.length).to.equal(1);
    });

    it("keeps none without the lease", async () => {
      const { id: of } = await store.add(fence, submission(0), signed(0));
      const stale = { ...fence, epoch: 0 };
      await expectRefused(store.addTransaction(stale, of, signed(0, 70n)), "RELAY_LEASE_LOST", stale);
      expect((await store.live())[0]!.transactions.length).to.equal(1);
    });
  });

  describe("when it is asked", () => {
    it("tells what may still land, by nonce", async () => {
      for (const nonce of [2, 0, 1]) await store.add(fence, submission(nonce), signed(nonce));
      expect((await store.live()).map(({ nonce }) => nonce)).to.deep.equal([0, 1, 2]);
    });

    it("forgets those whose nonce was used for good", async () => {
      const first = await store.add(fence, submission(0), signed(0));
      const second = await store.add(fence, submission(1), signed(1));
      await store.finish([first.id]);
      await store.finish([]);
      expect((await store.live()).map(({ id: one }) => one)).to.deep.equal([second.id]);
    });

    it("knows its own transactions, also of those that are finished, and no other book's", async () => {
      const links = await take(2);
      const { id: of } = await store.add(fence, submission(0, links), signed(0));
      await store.addTransaction(fence, of, signed(0, 70n));
      await store.finish([of]);
      for (const { hash } of [signed(0), signed(0, 70n)]) expect(await store.linksOf(hash)).to.deep.equal(links);
      expect(await store.linksOf(id("another"))).to.equal(undefined);
      const other = createSubmissionStore(await sharedDatabase(), freshBook());
      expect([await other.linksOf(signed(0).hash), await other.live()]).to.deep.equal([undefined, []]);
    });
  });
});
