import { expect } from "chai";

import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { flush } from "../../../src/relay/engine/stored.js";
import { sql } from "drizzle-orm";

import { holdLease, leaseFault } from "../../../src/relay/engine/lease.js";
import { type EngineState, rightToSubmit } from "../../../src/relay/engine/state.js";
import { RelayError } from "../../../src/relay/errors.js";
import { ordersOf, PaperChain } from "../paper/chain.js";
import { engineState } from "../paper/engine.js";
import { expectRefused } from "../paper/expect.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

/** Two relays of one database, under names of their own. */
async function pair() {
  const chain = new PaperChain();
  const first = await paperRelay({ chain });
  const second = await paperRelay({ chain, rows: first.rows });
  await first.follow();
  await second.follow();
  const [one, two] = [first, second].map((relay, index) =>
    engineState(relay, { holder: `relay ${index}`, isShared: true }),
  ) as [EngineState, EngineState];
  return { chain, first, second, one, two };
}

/** As if nobody had renewed the lease for long. */
async function expire({ database, rows }: PaperRelay): Promise<void> {
  await database.run((tables) =>
    tables.execute(sql`update leases set expires_at = now() - interval '1 second' where book = ${rows}`),
  );
}

const submits = async ({ metrics }: PaperRelay): Promise<number> => (await metrics.submits.get()).values[0]!.value;

describe("given relays that share a database, when they ask for the lease", () => {
  it("lets one of them submit", async () => {
    const { first, second, one, two } = await pair();
    await holdLease(one);
    await holdLease(two);
    expect([rightToSubmit(one), rightToSubmit(two)]).to.deep.equal([{ holder: "relay 0", epoch: 1 }, undefined]);
    expect([await submits(first), await submits(second)]).to.deep.equal([1, 0]);
  });

  it("lets it submit no longer than the lease lasts by its own steady clock", async () => {
    const { first, one } = await pair();
    await holdLease(one);
    first.time.ms += 59_999;
    expect(rightToSubmit(one)).not.to.equal(undefined);
    first.time.ms += 1;
    expect(rightToSubmit(one)).to.equal(undefined);
    await holdLease(one);
    expect(rightToSubmit(one), "renewed").to.deep.equal({ holder: "relay 0", epoch: 1 });
  });

  it("counts the time from the question on, not from the answer", async () => {
    const { first, one } = await pair();
    const slow: EngineState = {
      ...one,
      leases: {
        ...first.leases,
        acquire: async (holder, ttlMs) => {
          const fence = await first.leases.acquire(holder, ttlMs);
          first.time.ms += 60_000;
          return fence;
        },
      },
    };
    await holdLease(slow);
    expect(rightToSubmit(slow)).to.equal(undefined);
  });

  it("keeps what it has while the database is away, until that is over", async () => {
    const { first, one } = await pair();
    await holdLease(one);
    const down = new RelayError("RELAY_STORE_UNAVAILABLE", { reason: "down" });
    const away: EngineState = { ...one, leases: { ...first.leases, acquire: () => Promise.reject(down) } };
    await expectRefused(holdLease(away), "RELAY_STORE_UNAVAILABLE", { reason: "down" });
    expect(rightToSubmit(away)).to.deep.equal({ holder: "relay 0", epoch: 1 });
    first.time.ms += 60_000;
    expect(rightToSubmit(away)).to.equal(undefined);
  });

  it("says that nobody is known to submit once it cannot ask for that long, and not because another does", async () => {
    const { first, second, one, two } = await pair();
    expect(leaseFault(one), "not asked yet").to.include({ code: "RELAY_LEASE_LOST", blocksAfterMs: 0 });
    await holdLease(one);
    await holdLease(two);
    expect([leaseFault(one), leaseFault(two)]).to.deep.equal([undefined, undefined]);
    for (const relay of [first, second]) relay.time.ms += 60_000;
    expect([leaseFault(one), leaseFault(two)].map((fault) => fault?.code)).to.deep.equal([
      "RELAY_LEASE_LOST",
      "RELAY_LEASE_LOST",
    ]);
  });

  it("lets the next one submit when the first is gone, and the first no more", async () => {
    const { first, one, two } = await pair();
    await holdLease(one);
    await expire(first);
    await holdLease(two);
    await holdLease(one);
    expect([rightToSubmit(one), rightToSubmit(two)]).to.deep.equal([undefined, { holder: "relay 1", epoch: 2 }]);
    expect(await submits(first)).to.equal(0);
  });
});

describe("given a relay that takes over, when the last submitter has left something", () => {
  it("has what was sent and what waits, and goes on with it", async () => {
    const { chain, first, second, one, two } = await pair();
    await holdLease(one);
    const [sent, waiting] = [chain.sign(0), chain.sign(1)];
    await first.intake.offer(sent);
    await first.dispatcher.tick(rightToSubmit(one)!);
    await first.intake.offer(waiting);
    await expire(first);
    await holdLease(two);
    expect([second.statusOf(sent), second.statusOf(waiting)]).to.deep.equal(["submitted", "pending"]);
    await second.dispatcher.tick(rightToSubmit(two)!);
    chain.mine();
    await second.follow();
    expect([second.statusOf(sent), second.statusOf(waiting)]).to.deep.equal(["onChain", "onChain"]);
  });

  it("lets the last one send nothing more under its old right", async () => {
    const { chain, first, one, two } = await pair();
    await holdLease(one);
    const stale = rightToSubmit(one)!;
    await expire(first);
    await holdLease(two);
    await first.intake.offer(chain.sign(0));
    await expectRefused(first.dispatcher.tick(stale), "RELAY_LEASE_LOST", { ...stale });
    expect(chain.sent).to.deep.equal([]);
  });

  it("reads the chain again if a package has landed that it does not know of", async () => {
    const { chain, first, second, one, two } = await pair();
    await holdLease(one);
    const signed = chain.sign(0);
    await first.intake.offer(signed);
    chain.mine(ordersOf(signed));
    for (let blocks = 0; blocks < 20; blocks += 1) chain.mine(); // so long ago that nobody remembers
    await second.follow();
    const before = second.tracker.mirror;
    await expire(first);
    await holdLease(two);
    expect([second.tracker.isReady, second.tracker.mirror === before]).to.deep.equal([false, false]);
    await second.follow();
    expect(second.ledger.unlanded()).to.equal(0);
  });

  it("reads the chain again if what was sent has landed so long ago that nobody remembers", async () => {
    const { chain, first, second, one, two } = await pair();
    await holdLease(one);
    const sent = chain.sign(0);
    await first.intake.offer(sent);
    await first.dispatcher.tick(rightToSubmit(one)!); // and is gone before it has written what became of it
    for (let blocks = 0; blocks < 20; blocks += 1) chain.mine();
    await second.follow();
    await expire(first);
    await holdLease(two);
    await second.follow();
    await second.dispatcher.tick(rightToSubmit(two)!);
    await flush(two);
    expect((await second.packages.find(primaryLink(sent.package)))?.fate.status).to.equal("onChain");
  });

  it("leaves the right to others as long as it reads the chain itself", async () => {
    const { first, two } = await pair();
    const unready: EngineState = { ...two, tracker: { ...two.tracker, isReady: false } };
    await holdLease(unready);
    expect(rightToSubmit(unready)).to.equal(undefined);
    expect(await first.leases.acquire("another relay", 60_000), "nobody has it").to.include({ epoch: 1 });
  });

  it("reads nothing again if all is explained", async () => {
    const { chain, first, second, one, two } = await pair();
    await holdLease(one);
    await first.intake.offer(chain.sign(0));
    await expire(first);
    const before = second.tracker.mirror;
    await holdLease(two);
    expect([second.tracker.isReady, second.tracker.mirror === before]).to.deep.equal([true, true]);
    expect(second.tracker.mirror.open.length).to.equal(1);
  });

  it("loads nothing again if the database is its own", async () => {
    const chain = new PaperChain();
    const relay = await paperRelay({ chain });
    await relay.follow();
    const state = engineState(relay);
    const live = (): Promise<never> => Promise.reject(new Error("it loads"));
    const watched: EngineState = { ...state, packages: { ...relay.packages, live } };
    await holdLease(watched);
    expect(rightToSubmit(watched)).to.deep.equal({ holder: relay.account, epoch: 1 });
  });
});
