import { expect } from "chai";
import { eq } from "drizzle-orm";
import { getAddress } from "ethers";

import { tradePackage } from "../../../src/protocol/signing/package.js";
import { tradesCancellation } from "../../../src/protocol/signing/trades-cancellation.js";
import { cancellationHash } from "../../../src/protocol/signing/typed-data.js";
import type { RelayError } from "../../../src/relay/errors.js";
import { createCancellationStore } from "../../../src/relay/store/cancellations.js";
import type { Database } from "../../../src/relay/store/database.js";
import { createLeaseStore } from "../../../src/relay/store/lease.js";
import { createPackageStore } from "../../../src/relay/store/packages.js";
import { submissions, transactions } from "../../../src/relay/store/schema.js";
import { createSubmissionStore, PackagesWithdrawn } from "../../../src/relay/store/submissions.js";
import { createSwitchStore, type SwitchStore } from "../../../src/relay/store/switches.js";
import { embeddedDatabase, postgresDatabase } from "../history/databases.js";

const TTL_MS = 60_000;
const TRADER = getAddress(`0x${"0b".repeat(20)}`);
let books = 0;

const linkOf = (seq: number): string => `0x${(books * 1_000_000 + seq).toString(16).padStart(64, "f")}`;
const orderOf = (nonce: number) =>
  tradePackage({
    marketRootId: 1,
    marketBranchId: 2,
    trader: TRADER,
    timeInForce: 3,
    nonce: BigInt(nonce),
    // The widest that the fields can hold, one of them below zero.
    priceTicks: -(2n ** 31n),
    quantityLots: 2n ** 63n - 1n,
    previousLink: linkOf(0),
    deadline: 2n ** 40n - 1n,
  });
const named = (seq: number) => ({ link: linkOf(seq), signed: { package: orderOf(seq), signature: "0x01" } });
const signedWith = (nonce: number) => ({
  hash: `0x${(books * 1_000 + nonce).toString(16)}`,
  raw: "0x02aa",
  maxFee: 2n ** 70n,
  priorityFee: 7n,
});
const batch = (nonce: number, links: readonly string[]) => ({
  account: "0xacc",
  nonce,
  kind: "batch" as const,
  data: "0xdada",
  gasLimit: 2n ** 65n,
  links,
  cancellations: [],
});

/** The same on both databases. */
function behavesWell(open: () => Database): void {
  const fresh = () => {
    const book = `0xsent${(books += 1)}`;
    const [packages, sent] = [createPackageStore(open(), book), createSubmissionStore(open(), book)];
    return { book, packages, sent, leases: createLeaseStore(open(), book) };
  };

  it("when packages are stored, gives them back exactly, in their order", async () => {
    const { packages } = fresh();
    const given = [named(3), named(1), named(2)];
    const seqs = await packages.add(given);
    const stored = await packages.live();
    expect(stored.map(({ link, signed }) => ({ link, signed }))).to.deep.equal(given);
    expect(stored.map(({ link, seq }) => [link, seq])).to.deep.equal([...seqs]);
  });

  it("when many store at once, stores each package once, and the seqs of one after those of another", async () => {
    const { packages } = fresh();
    const groups = Array.from({ length: 8 }, (_, group) => [named(group), named(group + 1), named(100 + group)]);
    const added = await Promise.all(groups.map((group) => packages.add(group)));
    const links = added.flatMap((seqs) => [...seqs.keys()]);
    expect(links.toSorted()).to.deep.equal([...new Set(groups.flat().map(({ link }) => link))].toSorted());
    const spans = added
      .map((seqs) => [...seqs.values()].toSorted((a, b) => a - b))
      .toSorted(([a = 0], [b = 0]) => a - b);
    expect(spans.flat()).to.deep.equal(spans.flat().toSorted((a, b) => a - b));
  });

  it("when a call is decided on, stores it with its transaction, and that its packages are in it", async () => {
    const { packages, sent, leases } = fresh();
    await packages.add([named(1), named(2), named(3)]);
    const fence = (await leases.acquire("me", TTL_MS))!;
    const stored = await sent.add(fence, batch(5, [linkOf(2), linkOf(3)]), signedWith(5));
    expect(await sent.live()).to.deep.equal([stored]);
    expect(stored).to.deep.include({ ...batch(5, [linkOf(2), linkOf(3)]), transactions: [signedWith(5)] });
    expect((await packages.live()).map(({ fate }) => fate)).to.deep.equal([
      { status: "pending" },
      { status: "submitted", submissionId: stored.id },
      { status: "submitted", submissionId: stored.id },
    ]);
  });

  it("when a package was taken back meanwhile, stores nothing at all, and says which", async () => {
    const { packages, sent, leases } = fresh();
    const seqs = await packages.add([named(1), named(2), named(3)]);
    const fence = (await leases.acquire("me", TTL_MS))!;
    await packages.withdraw(seqs.get(linkOf(2))!, "0x5161");
    const refusal = await sent.add(fence, batch(5, [linkOf(1), linkOf(2)]), signedWith(5)).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal)
      .to.be.instanceOf(PackagesWithdrawn)
      .with.deep.property("links", [linkOf(2)]);
    expect(await sent.live()).to.deep.equal([]);
    expect((await packages.live()).map(({ link, fate }) => [link, fate.status])).to.deep.equal([
      [linkOf(1), "pending"],
      [linkOf(3), "pending"],
    ]);
    expect(await packages.withdrawnFrom(seqs.get(linkOf(1))!)).to.deep.equal([linkOf(2)]);
    expect(await packages.withdrawnFrom(seqs.get(linkOf(3))!)).to.deep.equal([]);
  });

  it("when a package was sent before, it cannot be taken back, even while it waits again", async () => {
    const { packages, sent, leases } = fresh();
    const seq = (await packages.add([named(1)])).get(linkOf(1))!;
    const fence = (await leases.acquire("me", TTL_MS))!;
    const refused = async () => packages.withdraw(seq, "0x5161").catch((error: unknown) => (error as RelayError).code);
    await sent.add(fence, batch(5, [linkOf(1)]), signedWith(5));
    expect(await refused()).to.equal("RELAY_ALREADY_SENT");
    await packages.change([{ seq, attempts: 1, submissionId: undefined, fate: { status: "pending" }, final: false }]);
    expect(await refused()).to.equal("RELAY_ALREADY_SENT");
  });

  it("when a package was taken back at another relay, it stays so, whatever this one had noted before", async () => {
    const { packages } = fresh();
    const seq = (await packages.add([named(1)])).get(linkOf(1))!;
    await packages.withdraw(seq, "0x5161");
    await packages.change([{ seq, attempts: 0, submissionId: undefined, fate: { status: "pending" }, final: false }]);
    expect(await packages.withdrawnFrom(seq)).to.deep.equal([linkOf(1)]);
    expect(await packages.live()).to.deep.equal([]);
  });

  it("when a package has gone meanwhile, an older word that it waits is not written", async () => {
    const { packages, sent, leases } = fresh();
    const seq = (await packages.add([named(1)])).get(linkOf(1))!;
    const fence = (await leases.acquire("me", TTL_MS))!;
    const { id } = await sent.add(fence, batch(5, [linkOf(1)]), signedWith(5));
    await packages.change([{ seq, attempts: 0, submissionId: undefined, fate: { status: "pending" }, final: false }]);
    const fates = async () => (await packages.live()).map(({ fate }) => fate);
    expect(await fates()).to.deep.equal([{ status: "submitted", submissionId: id }]);
    await packages.change([{ seq, attempts: 1, submissionId: id, fate: { status: "pending" }, final: false }]);
    expect(await fates()).to.deep.equal([{ status: "pending" }]);
  });

  it("when another relay has the lease, stores nothing at all", async () => {
    const { book, packages, sent, leases } = fresh();
    await packages.add([named(1)]);
    const fence = (await leases.acquire("me", TTL_MS))!;
    await leases.release(fence);
    const other = (await leases.acquire("other", TTL_MS))!;
    const refused = await sent.add(fence, batch(5, [linkOf(1)]), signedWith(5)).then(
      () => expect.fail("was stored"),
      (error: unknown) => error as RelayError, // as every refusal of the stores
    );
    expect([refused.code, refused.values]).to.deep.equal(["RELAY_LEASE_LOST", { holder: "me", epoch: fence.epoch }]);
    expect(other.epoch).to.equal(fence.epoch + 1);
    expect((await packages.live()).map(({ fate }) => fate)).to.deep.equal([{ status: "pending" }]);
    const left = await open().run(async (tables) => [
      ...(await tables.select().from(submissions).where(eq(submissions.book, book))),
      ...(await tables
        .select()
        .from(transactions)
        .where(eq(transactions.hash, signedWith(5).hash))),
    ]);
    expect(left).to.deep.equal([]);
  });

  it("when the transaction is there already, stores nothing of the call", async () => {
    const { sent, leases } = fresh();
    const fence = (await leases.acquire("me", TTL_MS))!;
    const stored = await sent.add(fence, batch(5, []), signedWith(5));
    await sent.add(fence, batch(6, []), signedWith(5)).then(
      () => expect.fail("was stored"),
      () => undefined,
    );
    expect(await sent.live()).to.deep.equal([stored]);
  });
}

const everything = (nonceFloor: number) =>
  tradesCancellation({
    trader: TRADER,
    fromTradeRootId: 1,
    toTradeRootId: 2 ** 32 - 1,
    nonceFloor: BigInt(nonceFloor),
    deadline: 2n ** 40n - 1n,
  });
const cancelling = (nonceFloor: number) => {
  const cancellation = everything(nonceFloor);
  return { hash: cancellationHash(cancellation), signed: { cancellation, signature: "0x05" } };
};

/** The same on both databases. */
function cancelsWell(open: () => Database): void {
  const fresh = () => {
    const book = `0xcancel${(books += 1)}`;
    const cancellations = createCancellationStore(open(), book);
    return { cancellations, switches: createSwitchStore(open(), book), packages: createPackageStore(open(), book) };
  };
  const arm = (switches: SwitchStore, nonceFloor: number, intervalMs: number) =>
    switches.arm({ ...cancelling(nonceFloor), tokenHash: "aa", intervalMs }, 8);

  it("when one is stored by many at once, it is stored once, and takes packages back once", async () => {
    const { cancellations, packages } = fresh();
    await packages.add([named(1), named(2), named(3)]);
    const kept = await Promise.all(Array.from({ length: 8 }, () => cancellations.add(cancelling(3), [named(3)])));
    expect(kept.filter(({ seq }) => seq !== undefined).length).to.equal(1);
    expect(kept.flatMap(({ withdrawn }) => withdrawn).sort()).to.deep.equal([linkOf(1), linkOf(2)].sort());
    expect((await cancellations.live()).map(({ signed }) => signed)).to.deep.equal([cancelling(3).signed]);
    expect((await packages.live()).map(({ link }) => link)).to.deep.equal([linkOf(3)]);
  });

  it("when a switch is due, it is fired once, whoever looks", async () => {
    const { switches, cancellations } = fresh();
    for (let floor = 1; floor <= 5; floor += 1) await arm(switches, floor, 1);
    await arm(switches, 6, 3_600_000);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const fired = (await Promise.all(Array.from({ length: 4 }, () => switches.fireDue()))).flat();
    expect(fired.map(({ hash }) => hash).sort()).to.deep.equal([1, 2, 3, 4, 5].map((of) => cancelling(of).hash).sort());
    expect((await cancellations.live()).length).to.equal(5);
    expect(await switches.fireDue()).to.deep.equal([]);
  });

  it("when many arm switches of one trader at once, no more are armed than it may have", async () => {
    const { switches } = fresh();
    const armed = await Promise.all(Array.from({ length: 12 }, (_, floor) => arm(switches, floor, 60_000)));
    expect(armed.filter((state) => state?.status === "armed").length).to.equal(8);
    const { hash } = cancelling(armed.findIndex((state) => state !== undefined));
    expect((await switches.renew(hash, "aa"))!.remainingMs).to.be.within(50_000, 60_000);
    expect((await switches.disarm(hash, "aa"))!.cancellation.deadline).to.equal(2n ** 40n - 1n);
  });
}

describe("given packages and calls in the embedded database", () => {
  const database = embeddedDatabase();
  behavesWell(database);
  cancelsWell(database);
});

describe("given packages and calls on a Postgres server", () => {
  const database = postgresDatabase();
  behavesWell(database);
  cancelsWell(database);
});
