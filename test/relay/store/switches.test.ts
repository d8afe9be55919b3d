import { expect } from "chai";
import { sql } from "drizzle-orm";

import { cancellationHash, primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { createCancellationStore } from "../../../src/relay/store/cancellations.js";
import { queryRows } from "../../../src/relay/store/database.js";
import { createPackageStore } from "../../../src/relay/store/packages.js";
import { createSwitchStore, type NewSwitch, type SwitchStore } from "../../../src/relay/store/switches.js";
import { PaperChain } from "../paper/chain.js";
import { freshBook, sharedDatabase } from "../paper/database.js";

const chain = new PaperChain();
const MINUTE = 60_000;

describe("createSwitchStore", () => {
  let book: string;
  let store: SwitchStore;
  beforeEach(async () => {
    book = freshBook();
    store = createSwitchStore(await sharedDatabase(), book);
  });

  const draft = (nonceFloor = 5, change: Partial<NewSwitch> = {}, trader = 0): NewSwitch => {
    const signed = chain.signCancellation(trader, { nonceFloor: BigInt(nonceFloor), toTradeRootId: 2 ** 32 - 1 });
    const hash = cancellationHash(signed.cancellation);
    return { hash, signed, tokenHash: "aa", intervalMs: MINUTE, ...change };
  };
  async function signatureOf(hash: string): Promise<string | undefined> {
    const query = sql`select signature from switches where book = ${book} and hash = ${hash}`;
    const rows = await (await sharedDatabase()).run((tables) => queryRows<{ signature: string }>(tables, query));
    return rows[0]?.signature;
  }
  /** As if its trader had been quiet for long. */
  async function runOut(): Promise<void> {
    const statement = sql`update switches set fires_at = now() - interval '1 second' where book = ${book}`;
    await (await sharedDatabase()).run((tables) => tables.execute(statement));
  }

  describe("when one is armed", () => {
    it("counts down from its interval", async () => {
      const armed = await store.arm(draft(), 8);
      expect(armed!.status).to.equal("armed");
      expect(armed!.remainingMs).to.be.within(MINUTE - 5_000, MINUTE);
      expect(armed!.cancellation).to.deep.equal(draft().signed.cancellation);
    });

    it("is known by its token alone", async () => {
      const { hash } = draft();
      await store.arm(draft(), 8);
      expect((await store.find(hash, "aa"))!.status).to.equal("armed");
      expect(await store.find(hash, "bb")).to.equal(undefined);
      const other = createSwitchStore(await sharedDatabase(), freshBook());
      expect(await other.find(hash, "aa")).to.equal(undefined);
    });

    it("has another token and interval when it is armed anew", async () => {
      await store.arm(draft(), 8);
      await store.arm(draft(5, { tokenHash: "bb", intervalMs: 2 * MINUTE }), 8);
      const { hash } = draft();
      expect(await store.find(hash, "aa")).to.equal(undefined);
      expect((await store.find(hash, "bb"))!.remainingMs).to.be.above(MINUTE);
    });

    it("is one of so many of its trader", async () => {
      await store.arm(draft(1), 2);
      await store.arm(draft(2), 2);
      expect(await store.arm(draft(3), 2)).to.equal(undefined);
      expect((await store.arm(draft(2, { tokenHash: "cc" }), 2))!.status, "the same anew").to.equal("armed");
      expect((await store.arm(draft(3, {}, 1), 2))!.status, "another trader's").to.equal("armed");
      await store.disarm(draft(1).hash, "aa");
      expect((await store.arm(draft(3), 2))!.status).to.equal("armed");
    });
  });

  it("leaves no more than so many of a trader's that are over, of those that have fired any whose deadline is not", async () => {
    const setDeadline = async (seconds: number) => {
      const statement = sql`update switches set deadline = ${seconds} where book = ${book} and status = 'fired'`;
      await (await sharedDatabase()).run((tables) => tables.execute(statement));
    };
    const statusOf = async (floor: number) => (await store.find(draft(floor).hash, "aa"))?.status;
    await store.arm(draft(1), 2);
    await store.arm(draft(2, {}, 1), 2);
    await runOut();
    await store.fireDue();
    await setDeadline(4_000_000_000);
    for (const floor of [3, 4, 5, 6]) {
      await store.arm(draft(floor, { intervalMs: floor * MINUTE }), 2);
      await store.disarm(draft(floor).hash, "aa");
    }
    await store.arm(draft(7), 2);
    expect(await Promise.all([1, 3, 4, 5, 6, 7].map(statusOf))).to.deep.equal([
      ...["fired", undefined, undefined, "disarmed", "disarmed", "armed"],
    ]);
    await setDeadline(1_000);
    await store.arm(draft(7), 2);
    expect(await statusOf(1)).to.equal(undefined);
    expect((await store.find(draft(2, {}, 1).hash, "aa"))!.status, "another trader's").to.equal("fired");
  });

  it("is put off by a heartbeat with its token, and by no other", async () => {
    await store.arm(draft(5), 8);
    await runOut();
    const { hash } = draft();
    expect(await store.renew(hash, "bb")).to.equal(undefined);
    expect((await store.find(hash, "aa"))!.remainingMs).to.equal(0);
    expect((await store.renew(hash, "aa"))!.remainingMs).to.be.above(MINUTE - 5_000);
    expect(await store.fireDue()).to.deep.equal([]);
  });

  it("forgets the signature when it is taken back, and never fires", async () => {
    const { hash } = draft();
    await store.arm(draft(), 8);
    expect(await store.disarm(hash, "bb")).to.equal(undefined);
    expect((await store.disarm(hash, "aa"))!).to.deep.include({ status: "disarmed", remainingMs: undefined });
    expect(await signatureOf(hash)).to.equal("0x");
    expect((await store.renew(hash, "aa"))!.status).to.equal("disarmed");
    await runOut();
    expect(await store.fireDue()).to.deep.equal([]);
    expect((await store.arm(draft(), 8))!.status, "armed anew").to.equal("armed");
  });

  describe("when it is due", () => {
    it("becomes a cancellation that is stored, once, and takes back what that makes void", async () => {
      const database = await sharedDatabase();
      const waiting = chain.sign(0, { nonce: 1n });
      const link = primaryLink(waiting.package);
      await createPackageStore(database, book).add([{ link, signed: waiting }]);
      const { hash, signed } = draft();
      await store.arm(draft(), 8);
      expect(await store.fireDue(), "not yet").to.deep.equal([]);
      await runOut();
      const [fired, ...others] = await store.fireDue();
      expect(others).to.deep.equal([]);
      expect(fired).to.deep.include({ hash, signed, withdrawn: [link] });
      const cancellations = createCancellationStore(database, book);
      expect((await cancellations.live()).map((one) => [one.seq, one.hash, one.signed])).to.deep.equal([
        [fired!.seq, hash, signed],
      ]);
      expect(await store.fireDue()).to.deep.equal([]);
      expect((await store.find(hash, "aa"))!).to.deep.include({ status: "fired", remainingMs: undefined });
      expect(await signatureOf(hash)).to.equal("0x");
      const [back] = await createPackageStore(database, book).ofNonce(waiting.package.trader, 1n, 1);
      expect(back!.withdrawal, "what answers its receipt is kept elsewhere").to.deep.include(signed);
    });

    it("stays fired, whatever comes", async () => {
      const { hash } = draft();
      await store.arm(draft(), 8);
      await runOut();
      await store.fireDue();
      expect((await store.renew(hash, "aa"))!.status).to.equal("fired");
      expect((await store.disarm(hash, "aa"))!.status).to.equal("fired");
      expect((await store.arm(draft(), 8))!.status).to.equal("fired");
      await runOut();
      expect(await store.fireDue()).to.deep.equal([]);
    });

    it("fires nothing of another book, and needs no second cancellation", async () => {
      await store.arm(draft(), 8);
      await createCancellationStore(await sharedDatabase(), book).add(draft(), []);
      await runOut();
      expect(await createSwitchStore(await sharedDatabase(), freshBook()).fireDue()).to.deep.equal([]);
      expect((await store.fireDue()).map(({ seq }) => seq)).to.deep.equal([undefined]);
    });
  });
});
