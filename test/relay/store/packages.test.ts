import { expect } from "chai";
import { and, eq } from "drizzle-orm";

import type { SignedPackage } from "../../../src/bindings/packages.js";
import { TimeInForce } from "../../../src/protocol/signing/package.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import {
  createPackageStore,
  type Fate,
  type FateChange,
  type PackageStore,
} from "../../../src/relay/store/packages.js";
import { packages as rows } from "../../../src/relay/store/schema.js";
import { PaperChain } from "../paper/chain.js";
import { freshBook, sharedDatabase } from "../paper/database.js";
import { expectRefused } from "../paper/expect.js";

const chain = new PaperChain();
const named = (signed: SignedPackage) => ({ link: primaryLink(signed.package), signed });
const draft = (nonce: number) => named(chain.sign(nonce % 3, { nonce: BigInt(nonce) }));
const drafts = (count: number) => Array.from({ length: count }, (_, nonce) => draft(nonce));
const BLOCK = { number: 7, hash: `0x${"07".repeat(32)}` };

describe("createPackageStore", () => {
  let store: PackageStore;
  let book: string;
  beforeEach(async () => {
    book = freshBook();
    store = createPackageStore(await sharedDatabase(), book);
  });

  /** @returns their numbers */
  async function add(count: number): Promise<number[]> {
    const added = await store.add(drafts(count));
    return drafts(count).map(({ link }) => added.get(link)!);
  }
  const fateChange = (seq: number, fate: Fate, more: Partial<FateChange> = {}): FateChange => {
    return { seq, attempts: 0, submissionId: undefined, fate, final: false, ...more };
  };

  describe("when they are asked for by trader and nonce", () => {
    it("gives those of that trader, nonce and book alone, in their order, and no more than are asked for", async () => {
      const same = [1n, 2n, 3n].map((quantityLots) => named(chain.sign(0, { nonce: 5n, quantityLots })));
      await store.add([...same, named(chain.sign(1, { nonce: 5n })), named(chain.sign(0, { nonce: 6n }))]);
      const other = createPackageStore(await sharedDatabase(), freshBook());
      await other.add([named(chain.sign(0, { nonce: 5n, quantityLots: 9n }))]);
      const { address } = chain.traders[0]!;
      const links = async (limit: number) => (await store.ofNonce(address, 5n, limit)).map(({ link }) => link);
      expect(await links(100)).to.deep.equal(same.map(({ link }) => link));
      expect(await links(2)).to.deep.equal(same.slice(0, 2).map(({ link }) => link));
    });

    it("gives with one that was taken back what its trader signed for that, and with no other", async () => {
      const [back, waiting] = [5n, 6n].map((quantityLots) => named(chain.sign(0, { nonce: 5n, quantityLots })));
      const seqs = await store.add([back!, waiting!]);
      await store.withdraw(seqs.get(back!.link)!, "0x77");
      await store.withdraw(seqs.get(back!.link)!, "0x78").catch(() => undefined); // it was taken back already
      const found = await store.ofNonce(chain.traders[0]!.address, 5n, 100);
      expect(
        found.map(({ link, withdrawal }) => [link, withdrawal?.signature, withdrawal?.cancellation]),
      ).to.deep.equal([
        [back!.link, "0x77", undefined],
        [waiting!.link, undefined, undefined],
      ]);
      const which = and(eq(rows.book, book), eq(rows.link, back!.link));
      const [row] = await (await sharedDatabase()).run((tables) => tables.select().from(rows).where(which));
      expect(found[0]!.withdrawal!.timeMs).to.equal(row!.withdrawnAt!.getTime());
    });

    it("knows nothing of how one was taken back that was so before that was kept", async () => {
      const back = named(chain.sign(0, { nonce: 5n }));
      await store.add([back]);
      const taken = { status: "withdrawn", final: true } as const;
      await (await sharedDatabase()).run((tables) => tables.update(rows).set(taken).where(eq(rows.book, book)));
      const [found] = await store.ofNonce(chain.traders[0]!.address, 5n, 100);
      expect([found!.fate, found!.withdrawal]).to.deep.equal([{ status: "withdrawn" }, undefined]);
    });
  });

  describe("when packages are added", () => {
    it("numbers them in the order given", async () => {
      const seqs = await add(4);
      expect(seqs).to.deep.equal(seqs.toSorted((a, b) => a - b));
      expect((await store.live()).map(({ seq, link }) => [seq, link])).to.deep.equal(
        drafts(4).map(({ link }, index) => [seqs[index], link]),
      );
    });

    it("gives them back as they were", async () => {
      const extreme = named(
        chain.sign(0, {
          marketRootId: 0xffff_ffff,
          marketBranchId: 0xffff,
          priceTicks: -(2n ** 31n),
          quantityLots: 1n - 2n ** 63n,
          nonce: 2n ** 64n - 1n,
          deadline: 2n ** 40n - 1n,
          timeInForce: TimeInForce.PostOnly,
        }),
      );
      const wallet = named({ ...chain.sign(1), signature: `0x${"5a".repeat(3_000)}` });
      await store.add([extreme, wallet]);
      for (const { link, signed } of [extreme, wallet]) {
        const found = await store.find(link);
        expect(found).to.deep.include({ link, signed, attempts: 0, submissionId: undefined });
        expect(found!.fate).to.deep.equal({ status: "pending" });
      }
    });

    it("leaves those alone that are there, and names only the others", async () => {
      const [first] = await add(1);
      const again = await store.add(drafts(3));
      expect([...again.keys()]).to.deep.equal(
        drafts(3)
          .slice(1)
          .map(({ link }) => link),
      );
      expect((await store.find(draft(0).link))!.seq).to.equal(first);
      expect((await store.live()).length).to.equal(3);
    });

    it("keeps those of each book apart", async () => {
      await add(2);
      const other = createPackageStore(await sharedDatabase(), freshBook());
      expect([await other.live(), await other.find(draft(0).link)]).to.deep.equal([[], undefined]);
      expect((await other.add(drafts(2))).size, "the same package in another book").to.equal(2);
      expect((await store.live()).length).to.equal(2);
    });

    it("adds none if there are none", async () => {
      expect((await store.add([])).size).to.equal(0);
    });
  });

  describe("when fates change", () => {
    it("keeps each kind of them as it is given", async () => {
      const seqs = await add(4);
      const refusal = { code: "Book_Uncovered", values: { shortfall: "12345678901234567890" } };
      const fates: readonly Fate[] = [
        { status: "submitted", submissionId: 31 },
        { status: "onChain", tradeRootId: 4_000_000_000, block: BLOCK },
        { status: "refused", refusal, block: BLOCK },
        { status: "pending" },
      ];
      await store.change(
        fates.map((fate, index) => fateChange(seqs[index]!, fate, { attempts: index, submissionId: 31 })),
      );
      const stored = await store.live();
      expect(stored.map(({ fate }) => fate)).to.deep.equal(fates);
      expect(stored.map(({ attempts, submissionId }) => [attempts, submissionId])).to.deep.equal([
        [0, 31],
        [1, 31],
        [2, 31],
        [3, 31],
      ]);
    });

    it("forgets what a reorganisation has undone", async () => {
      const [seq] = (await add(1)) as [number];
      await store.change([fateChange(seq, { status: "onChain", tradeRootId: 1, block: BLOCK })]);
      await store.change([fateChange(seq, { status: "submitted", submissionId: 2 }, { submissionId: 2 })]);
      expect((await store.find(draft(0).link))!.fate).to.deep.equal({ status: "submitted", submissionId: 2 });
    });

    it("has no more to do with those that are final, but still finds them", async () => {
      const [first, second] = (await add(2)) as [number, number];
      const landed: Fate = { status: "onChain", tradeRootId: 1, block: BLOCK };
      await store.change([fateChange(first, landed, { final: true })]);
      expect((await store.live()).map(({ seq }) => seq)).to.deep.equal([second]);
      expect((await store.waitingAfter(0)).map(({ seq }) => seq)).to.deep.equal([second]);
      expect((await store.find(draft(0).link))!.fate).to.deep.equal(landed);
    });

    it("does nothing for no changes", async () => {
      await store.change([]);
    });
  });

  describe("when other relays want to know", () => {
    it("tells what came after a number", async () => {
      const seqs = await add(4);
      expect((await store.waitingAfter(seqs[1]!)).map(({ seq }) => seq)).to.deep.equal(seqs.slice(2));
      expect(await store.waitingAfter(seqs[3]!)).to.deep.equal([]);
    });

    it("tells what was taken back from a number on", async () => {
      const seqs = await add(4);
      await store.withdraw(seqs[1]!, "0x5161");
      await store.withdraw(seqs[3]!, "0x5161");
      const links = drafts(4).map(({ link }) => link);
      expect((await store.withdrawnFrom(seqs[0]!)).toSorted()).to.deep.equal([links[1], links[3]].toSorted());
      expect(await store.withdrawnFrom(seqs[2]!)).to.deep.equal([links[3]]);
      expect(await store.withdrawnFrom(seqs[3]! + 1)).to.deep.equal([]);
    });
  });

  describe("when a package is taken back", () => {
    it("is final then", async () => {
      const [seq] = (await add(1)) as [number];
      await store.withdraw(seq, "0x5161");
      expect((await store.find(draft(0).link))!.fate).to.deep.equal({ status: "withdrawn" });
      expect(await store.live()).to.deep.equal([]);
    });

    it("is refused a second time, and once it was in a transaction", async () => {
      const [first, second, third] = (await add(3)) as [number, number, number];
      await store.withdraw(first, "0x5161");
      await expectRefused(store.withdraw(first, "0x5161"), "RELAY_ALREADY_SENT", { seq: first });
      await store.change([
        fateChange(second, { status: "submitted", submissionId: 1 }, { submissionId: 1 }),
        fateChange(third, { status: "pending" }, { attempts: 1 }),
      ]);
      await expectRefused(store.withdraw(second, "0x5161"), "RELAY_ALREADY_SENT", { seq: second });
      await expectRefused(store.withdraw(third, "0x5161"), "RELAY_ALREADY_SENT", { seq: third });
      expect((await store.live()).map(({ seq }) => seq)).to.deep.equal([second, third]);
    });
  });

  describe("when everything is to be derived from the chain again", () => {
    it("counts what the chain had decided as sent, and leaves the rest", async () => {
      const [landed, refused, withdrawn, waiting] = (await add(4)) as [number, number, number, number];
      const submissionId = 5;
      await store.change([
        fateChange(landed, { status: "onChain", tradeRootId: 1, block: BLOCK }, { final: true, submissionId }),
        fateChange(refused, { status: "refused", refusal: { code: "x", values: {} }, block: BLOCK }, { submissionId }),
      ]);
      await store.withdraw(withdrawn, "0x5161");
      await store.forgetFates();
      const fates = new Map((await store.live()).map(({ seq, fate }) => [seq, fate]));
      expect(fates.get(landed)).to.deep.equal({ status: "submitted", submissionId });
      expect(fates.get(refused)).to.deep.equal({ status: "submitted", submissionId });
      expect(fates.get(waiting)).to.deep.equal({ status: "pending" });
      expect(fates.has(withdrawn)).to.equal(false);
    });

    it("has those wait again that somebody else had brought", async () => {
      const [seq] = (await add(1)) as [number];
      await store.change([fateChange(seq, { status: "onChain", tradeRootId: 1, block: BLOCK })]);
      await store.forgetFates();
      expect((await store.find(draft(0).link))!.fate).to.deep.equal({ status: "pending" });
    });

    it("leaves the packages of other books alone", async () => {
      const other = createPackageStore(await sharedDatabase(), freshBook());
      const [seq] = [...(await other.add(drafts(1))).values()];
      const landed: Fate = { status: "onChain", tradeRootId: 1, block: BLOCK };
      await other.change([fateChange(seq!, landed)]);
      await store.forgetFates();
      expect((await other.find(draft(0).link))!.fate).to.deep.equal(landed);
    });
  });
});
