import { expect } from "chai";

import { createEngine, type Engine } from "../../../src/relay/engine/engine.js";
import type { EngineDependencies } from "../../../src/relay/engine/state.js";
import { RelayError } from "../../../src/relay/errors.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { ordersOf, PaperChain, unreachable } from "../paper/chain.js";
import { engineDependencies } from "../paper/engine.js";
import { paperRelay, type PaperRelay, type PaperRelayOptions } from "../paper/relay.js";

interface Running {
  readonly relay: PaperRelay;
  readonly engine: Engine;
  /** Ends when the engine has. */
  readonly stop: () => Promise<void>;
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));

/** Waits for what must come true; how long that takes does not matter. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await turn();
}

describe("given an engine that runs", () => {
  const running = new Set<Running>();
  afterEach(async () => {
    for (const one of running) await one.stop();
    running.clear();
  });

  async function start(
    options: PaperRelayOptions = {},
    change: (relay: PaperRelay) => Partial<EngineDependencies> = () => ({}),
  ): Promise<Running> {
    const relay = await paperRelay(options);
    const engine = createEngine(engineDependencies(relay, change(relay)));
    const stopping = new AbortController();
    const ended = engine.run(stopping.signal);
    const stop = (): Promise<void> => {
      stopping.abort();
      return ended;
    };
    const one = { relay, engine, stop };
    running.add(one);
    return one;
  }

  it("fires a switch whose trader is silent, and brings what it has", async () => {
    const { relay, engine } = await start();
    const { chain } = relay;
    chain.mine(ordersOf(chain.sign(0)));
    await until(() => relay.tracker.isReady && engine.isSubmitter && relay.tracker.mirror.book.state.queues.size === 1);
    const everything = chain.signCancellation(0, { toTradeRootId: 2 ** 32 - 1, nonceFloor: 9n });
    const { hash } = await relay.switches.arm(everything, 1);
    await until(() => chain.pool.length === 1);
    chain.mine();
    await until(() => relay.cancels.find(hash)?.fate.status === "onChain");
    expect(chain.resting).to.deep.equal([]);
  });

  it("catches up, takes the lease, and brings packages to the chain", async () => {
    const { relay, engine } = await start();
    await until(() => relay.tracker.isReady && engine.isSubmitter);
    const signed = relay.chain.sign(0);
    await relay.intake.offer(signed);
    await until(() => relay.chain.pool.length === 1);
    relay.chain.mine();
    await until(() => relay.statusOf(signed) === "onChain");
    await until(async () => (await relay.packages.find(primaryLink(signed.package)))!.fate.status === "onChain");
    expect(relay.faults.list()).to.deep.equal([]);
  });

  it("brings what was stored before it was started", async () => {
    const chain = new PaperChain();
    const before = await paperRelay({ chain });
    await before.follow();
    const signed = chain.sign(0);
    await before.intake.offer(signed); // and then it is gone
    const { relay } = await start({ chain, rows: before.rows });
    await until(() => chain.pool.length === 1);
    chain.mine();
    await until(() => relay.statusOf(signed) === "onChain");
  });

  it("sends again what a node has lost", async () => {
    const { relay } = await start();
    await until(() => relay.tracker.isReady);
    await relay.intake.offer(relay.chain.sign(0));
    await until(() => relay.chain.pool.length === 1);
    relay.chain.pool = [];
    relay.time.ms += 2_000;
    await until(() => relay.chain.pool.length === 1);
    expect(new Set(relay.chain.sent).size).to.equal(1);
  });

  it("does for the book what somebody should", async () => {
    const { relay, engine } = await start();
    const { chain } = relay;
    chain.mine(ordersOf(chain.sign(0, { deadline: chain.tip.timestamp + 3n })));
    for (let blocks = 0; blocks < 3; blocks += 1) chain.mine();
    await until(() => engine.isSubmitter && chain.pool.length === 1);
    expect(relay.ledger.openSubmissions().map(({ kind }) => kind)).to.deep.equal(["offset"]);
    chain.mine();
    await until(() => [...relay.tracker.mirror.book.state.queues.orders()].length === 0);
  });

  it("goes on while the node is away, and says so until it is back", async () => {
    const { relay } = await start();
    await until(() => relay.tracker.isReady);
    relay.chain.fault = (method) => {
      throw unreachable(method);
    };
    const chainFault = () => relay.faults.list().find(({ part }) => part === "chain");
    await until(() => chainFault() !== undefined);
    expect(chainFault()).to.include({ code: "NODE_UNREACHABLE", blocking: false });
    relay.time.ms += 5_000;
    expect(chainFault(), "after a while").to.include({ blocking: true });
    const signed = relay.chain.sign(0);
    expect((await relay.intake.offer(signed)).fate.status, "it takes packages all the same").to.equal("pending");
    relay.chain.fault = undefined;
    await until(() => relay.faults.list().length === 0 && relay.chain.pool.length === 1);
  });

  it("goes on while the database is away", async () => {
    let isDown = false;
    const down = new RelayError("RELAY_STORE_UNAVAILABLE", { reason: "down" });
    const { relay } = await start({}, ({ packages }) => ({
      packages: { ...packages, change: (changes) => (isDown ? Promise.reject(down) : packages.change(changes)) },
    }));
    await until(() => relay.tracker.isReady);
    isDown = true;
    const signed = relay.chain.sign(0);
    await relay.intake.offer(signed);
    relay.chain.mine(ordersOf(signed));
    const databaseFault = () => relay.faults.list().find(({ part }) => part === "database");
    await until(() => databaseFault() !== undefined);
    expect(databaseFault()).to.include({ code: "RELAY_STORE_UNAVAILABLE", blocking: true });
    expect(relay.statusOf(signed)).to.equal("onChain");
    isDown = false;
    await until(async () => (await relay.packages.find(primaryLink(signed.package)))!.fate.status === "onChain");
  });

  it("waits at its start for a database that is away", async () => {
    let asks = 0;
    const down = new RelayError("RELAY_STORE_UNAVAILABLE", { reason: "down" });
    const { relay } = await start({}, ({ packages }) => ({
      packages: { ...packages, live: () => ((asks += 1) < 3 ? Promise.reject(down) : packages.live()) },
    }));
    await until(() => relay.tracker.isReady);
    expect([asks, relay.faults.list().some(({ part }) => part === "start")]).to.deep.equal([3, false]);
  });

  it("derives everything again if it is told to", async () => {
    const chain = new PaperChain();
    const before = await paperRelay({ chain });
    await before.follow();
    const signed = chain.sign(0);
    await before.intake.offer(signed);
    const { seq } = before.ledger.find(primaryLink(signed.package))!;
    const wrong = { status: "refused", refusal: { code: "x", values: {} }, block: { number: 1, hash: "0x" } } as const;
    await before.packages.change([{ seq, attempts: 0, submissionId: undefined, fate: wrong, final: true }]);
    const { relay } = await start({ chain, rows: before.rows }, () => ({ rebuild: true }));
    await until(() => chain.pool.length === 1);
    chain.mine();
    await until(() => relay.statusOf(signed) === "onChain");
  });

  it("submits no more when its lease is lost", async () => {
    const { relay, engine } = await start();
    await until(() => engine.isSubmitter && relay.tracker.isReady);
    relay.time.ms += 60_001;
    const other = relay.leases;
    await relay.leases.release({ holder: relay.account, epoch: 1 });
    await other.acquire("another", 3_600_000);
    await until(() => !engine.isSubmitter);
    await relay.intake.offer(relay.chain.sign(0));
    for (let turns = 0; turns < 30; turns += 1) await turn();
    expect(relay.chain.sent).to.deep.equal([]);
  });

  it("learns what other relays of the database take", async () => {
    const { relay } = await start({}, () => ({ isShared: true }));
    const other = await paperRelay({ chain: relay.chain, rows: relay.rows });
    await other.follow();
    await until(() => relay.tracker.isReady);
    const signed = relay.chain.sign(0);
    await other.intake.offer(signed);
    await until(() => relay.chain.pool.length === 1);
    expect(relay.statusOf(signed)).to.equal("submitted");
  });

  it("leaves submitting to others if that is not its to do, and neither holds nor asks for the right to", async () => {
    const { relay, engine } = await start({}, () => ({ isShared: true, submits: false }));
    const other = await paperRelay({ chain: relay.chain, rows: relay.rows });
    const signed = relay.chain.sign(0);
    await until(() => relay.tracker.isReady);
    await relay.intake.offer(signed);
    for (let turns = 0; turns < 30; turns += 1) await turn();
    expect(relay.chain.sent).to.deep.equal([]);
    expect([engine.isSubmitter, relay.faults.list()]).to.deep.equal([false, []]);
    expect(await other.leases.acquire("who submits", 1_000)).to.deep.equal({ holder: "who submits", epoch: 1 });
  });

  describe("when it is stopped", () => {
    it("writes what is left, and gives the lease back", async () => {
      const { relay, engine, stop } = await start();
      await until(() => relay.tracker.isReady && engine.isSubmitter);
      const signed = relay.chain.sign(0);
      await relay.intake.offer(signed);
      await until(() => relay.chain.pool.length === 1);
      relay.chain.mine();
      await until(() => relay.statusOf(signed) === "onChain");
      await stop();
      expect((await relay.packages.find(primaryLink(signed.package)))!.fate.status).to.equal("onChain");
      expect(await relay.leases.acquire("the next one", 1_000)).to.deep.equal({ holder: "the next one", epoch: 2 });
    });

    it("ends although the database stays away", async () => {
      const down = new RelayError("RELAY_STORE_UNAVAILABLE", { reason: "down" });
      let tries = 0;
      let isDown = false;
      const { relay, stop } = await start({}, ({ submissions }) => ({
        submissions: {
          ...submissions,
          finish: (ids) => {
            if (!isDown) return submissions.finish(ids);
            tries += 1;
            return Promise.reject(down);
          },
        },
      }));
      await until(() => relay.tracker.isReady);
      isDown = true;
      await stop();
      expect(tries).to.be.at.least(3);
    });
  });
});
