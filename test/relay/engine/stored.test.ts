import { expect } from "chai";

import { flush, learn, learnCancellations, load } from "../../../src/relay/engine/stored.js";
import type { EngineState } from "../../../src/relay/engine/state.js";
import { RelayError } from "../../../src/relay/errors.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { ordersOf, type PaperChain } from "../paper/chain.js";
import { engineState } from "../paper/engine.js";
import { expectRefused } from "../paper/expect.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

async function open(options: { readonly rows?: string; readonly chain?: PaperChain } = {}) {
  const relay = await paperRelay(options);
  await relay.follow();
  return { relay, chain: relay.chain, state: engineState(relay) };
}

/** Another relay of the same database, which has read nothing from it yet. */
async function beside({ relay }: { readonly relay: PaperRelay }) {
  return open({ rows: relay.rows, chain: relay.chain });
}

const noncesIn = ({ tracker }: PaperRelay): number[] =>
  [...tracker.mirror.batches.flatMap(({ expected }) => expected), ...tracker.mirror.open].map(({ signed }) =>
    Number(signed.package.nonce),
  );

async function take({ intake, chain }: PaperRelay, ...nonces: readonly number[]) {
  const signed = nonces.map((nonce) => chain.sign(0, { nonce: BigInt(nonce), priceTicks: 4_000n }));
  for (const one of signed) await intake.offer(one);
  return signed;
}

describe("given a database with packages, when a relay loads it", () => {
  it("has those that wait and those that are on their way, and lays them on as they will go", async () => {
    const first = await open();
    const signed = await take(first.relay, 0, 1);
    await first.relay.dispatcher.tick(await first.relay.fence());
    await take(first.relay, 2);
    const { relay, state } = await beside(first);
    await load(state);
    expect(signed.map((one) => relay.statusOf(one))).to.deep.equal(["submitted", "submitted"]);
    expect(relay.ledger.openSubmissions().map(({ nonce }) => nonce)).to.deep.equal([0]);
    expect(noncesIn(relay)).to.deep.equal([0, 1, 2]);
    expect(state.lastSeq).to.equal(relay.ledger.waiting()[0]!.seq);
  });

  it("does not take another account's transactions for its own", async () => {
    const first = await open();
    const [signed] = await take(first.relay, 0);
    await first.relay.dispatcher.tick(await first.relay.fence());
    const other = await paperRelay({ rows: first.relay.rows, chain: first.chain, privateKey: `0x${"42".repeat(32)}` });
    await other.follow();
    await load(engineState(other));
    expect([other.statusOf(signed!), other.ledger.openSubmissions()]).to.deep.equal(["pending", []]);
  });

  it("believes what blocks have brought meanwhile", async () => {
    const first = await open();
    const [signed] = await take(first.relay, 0);
    first.chain.mine(ordersOf(signed!));
    const { relay, state } = await beside(first);
    await load(state);
    expect(relay.fateOf(signed!)).to.deep.include({ status: "onChain", tradeRootId: 1 });
    expect(noncesIn(relay)).to.deep.equal([]);
  });

  it("lays nothing on before it has caught up", async () => {
    const first = await open();
    await take(first.relay, 0);
    const relay = await paperRelay({ rows: first.relay.rows, chain: first.chain });
    await load(engineState(relay));
    expect([relay.ledger.unlanded(), noncesIn(relay)]).to.deep.equal([1, []]);
    await relay.follow();
    expect(noncesIn(relay)).to.deep.equal([0]);
  });
});

describe("given two relays of one database, when one learns of the other", () => {
  it("lays what the other has taken behind what it has, each package once", async () => {
    const one = await open();
    const other = await beside(one);
    await take(one.relay, 0);
    await learn(other.state);
    await take(other.relay, 1);
    await take(one.relay, 2).catch(() => undefined); // nonce 1 is unknown there, which does not matter
    await learn(other.state);
    await learn(other.state);
    expect(noncesIn(other.relay)).to.deep.equal([0, 1, 2]);
    expect(other.relay.ledger.unlanded()).to.equal(3);
  });

  it("takes off what the other has let its trader take back", async () => {
    const one = await open();
    const other = await beside(one);
    const [first, second] = await take(one.relay, 0, 1);
    await learn(other.state);
    await one.relay.packages.withdraw(one.relay.ledger.find(primaryLink(first!.package))!.seq, "0x5161");
    await learn(other.state);
    expect([other.relay.fateOf(first!), other.relay.statusOf(second!)]).to.deep.equal([undefined, "pending"]);
    expect(noncesIn(other.relay)).to.deep.equal([1]);
  });

  it("knows as landed what blocks brought before it heard of it", async () => {
    const one = await open();
    const other = await beside(one);
    const [signed] = await take(one.relay, 0);
    one.chain.mine(ordersOf(signed!));
    await other.relay.follow();
    await learn(other.state);
    expect(other.relay.statusOf(signed!)).to.equal("onChain");
    expect(noncesIn(other.relay)).to.deep.equal([]);
  });
});

describe("given changes, when they are written", () => {
  it("writes what has become of packages and transactions", async () => {
    const { relay, chain, state } = await open();
    const [signed] = await take(relay, 0);
    await relay.dispatcher.tick(await relay.fence());
    const { number, hash } = chain.mine();
    await relay.follow();
    await flush(state);
    const { fate } = (await relay.packages.find(primaryLink(signed!.package)))!;
    expect(fate).to.deep.equal({ status: "onChain", tradeRootId: 1, block: { number, hash } });
    expect((await relay.submissions.live()).length).to.equal(1);
    for (let blocks = 0; blocks < 8; blocks += 1) chain.mine();
    await relay.follow();
    await flush(state);
    expect([await relay.submissions.live(), await relay.packages.live()]).to.deep.equal([[], []]);
  });

  it("keeps them for the next time if the database is away", async () => {
    const { relay, chain, state } = await open();
    const [signed] = await take(relay, 0);
    chain.mine(ordersOf(signed!));
    await relay.follow();
    const down = new RelayError("RELAY_STORE_UNAVAILABLE", { reason: "down" });
    const broken: EngineState = { ...state, packages: { ...relay.packages, change: () => Promise.reject(down) } };
    await expectRefused(flush(broken), "RELAY_STORE_UNAVAILABLE", { reason: "down" });
    await flush(state);
    expect((await relay.packages.find(primaryLink(signed!.package)))!.fate.status).to.equal("onChain");
  });

  it("leaves them to the relay that submits, if there are others", async () => {
    const { relay, chain, state } = await open();
    const [signed] = await take(relay, 0);
    chain.mine(ordersOf(signed!));
    await relay.follow();
    await flush({ ...state, isShared: true });
    expect((await relay.packages.find(primaryLink(signed!.package)))!.fate.status).to.equal("pending");
    const submitter = engineState(relay, { isShared: true });
    submitter.fence = await relay.fence();
    submitter.leaseUntil = Infinity;
    relay.ledger.takeOff(-1);
    relay.ledger.settle(primaryLink(signed!.package), { kind: "landed", tradeRootId: 1 }, { number: 2, hash: "0x" });
    await flush(submitter);
    expect((await relay.packages.find(primaryLink(signed!.package)))!.fate.status).to.equal("onChain");
  });

  it("keeps them while nobody can say who submits: no other relay has the right that has run out", async () => {
    const { relay, chain, state } = await open();
    const [signed] = await take(relay, 0);
    chain.mine(ordersOf(signed!));
    await relay.follow();
    const link = primaryLink(signed!.package);
    const lapsed = { ...state, isShared: true, fence: await relay.fence(), leaseUntil: -Infinity };
    await flush(lapsed);
    expect((await relay.packages.find(link))?.fate.status).to.equal("pending");
    await flush({ ...lapsed, leaseUntil: Infinity });
    expect((await relay.packages.find(link))?.fate.status).to.equal("onChain");
  });

  it("writes nothing while the chain is being read: it does not know yet", async () => {
    const { relay, state } = await open();
    await take(relay, 0);
    await relay.tracker.restart("for a test");
    const changed: unknown[] = [];
    const watched: EngineState = {
      ...state,
      packages: { ...relay.packages, change: (changes) => Promise.resolve(void changed.push(changes)) },
    };
    await flush(watched);
    expect(changed).to.deep.equal([]);
  });
});

describe("given signed cancellations in a database", () => {
  const hashesIn = ({ tracker }: PaperRelay): string[] =>
    [...tracker.mirror.batches.flatMap(({ cancellations }) => cancellations), ...tracker.mirror.openCancellations].map(
      ({ hash }) => hash,
    );

  async function withCancellation() {
    const first = await open();
    const { relay, chain } = first;
    const { hash } = await relay.cancelDesk.cancel(chain.signCancellation(0, { nonceFloor: 5n }));
    return { ...first, hash };
  }

  it("has them when it loads, and brings them", async () => {
    const first = await withCancellation();
    const { relay, state } = await beside(first);
    await load(state);
    expect(hashesIn(relay)).to.deep.equal([first.hash]);
    expect(state.lastCancellation).to.equal(relay.cancels.find(first.hash)!.seq);
  });

  it("has those on their way in their transaction", async () => {
    const first = await withCancellation();
    await first.relay.dispatcher.tick(await first.relay.fence());
    const { relay, state } = await beside(first);
    await load(state);
    expect([relay.cancels.waiting(), relay.tracker.mirror.batches.length]).to.deep.equal([[], 1]);
    expect(relay.cancels.submissionOf(first.hash)).to.be.a("number");
  });

  it("hears of those that another relay took, once, before the packages that wait", async () => {
    const first = await open();
    const { relay, state } = await beside(first);
    await take(relay, 0);
    const { hash } = await first.relay.cancelDesk.cancel(first.chain.signCancellation(1, { nonceFloor: 5n }));
    await learnCancellations(state);
    await learnCancellations(state);
    expect([hashesIn(relay), noncesIn(relay)]).to.deep.equal([[hash], [0]]);
  });

  it("believes what blocks have brought before it was heard of", async () => {
    const first = await withCancellation();
    const { relay, state } = await beside(first);
    await first.relay.dispatcher.tick(await first.relay.fence());
    first.chain.mine();
    await relay.follow();
    await learnCancellations(state);
    expect(relay.cancels.find(first.hash)!.fate.status).to.equal("onChain");
  });

  it("hears of those that the relay that submits has given up", async () => {
    const first = await withCancellation();
    const { relay, state } = await beside(first);
    await load(state);
    const caller = first.chain.traders[0]!.address;
    first.chain.mine((book, context) => book.invalidateNonces({ ...context, caller }, 6n));
    for (const one of [first.relay, relay]) await one.follow();
    await first.relay.dispatcher.tick(await first.relay.fence());
    await learnCancellations(state);
    expect(relay.cancels.find(first.hash)!.fate.status, "not written yet").to.equal("pending");
    await flush(first.state);
    await learnCancellations(state);
    const { fate } = relay.cancels.find(first.hash)!;
    expect(fate.status === "refused" && fate.refusal.code).to.equal("Book_OrderNotMeant");
  });

  it("writes what has become of them, and again if that failed", async () => {
    const { relay, state, chain, hash } = await withCancellation();
    await relay.dispatcher.tick(await relay.fence());
    chain.mine();
    await relay.follow();
    const away = new RelayError("RELAY_STORE_UNAVAILABLE", {});
    const cancellations = { ...relay.cancellations, change: () => Promise.reject(away) };
    await expectRefused(flush({ ...state, cancellations }), away.code);
    expect((await relay.cancellations.find(hash))!.fate.status).to.equal("pending");
    await flush(state);
    expect((await relay.cancellations.find(hash))!.fate.status).to.equal("onChain");
  });
});
