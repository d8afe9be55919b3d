import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { Wallet } from "ethers";

import { pageConfigOf } from "../../../lab/live/facts.js";
import { type Live, startLive } from "../../../lab/live/live.js";
import { DAY, STANDSTILL } from "../../../lab/live/calendar.js";
import { readDescriptions } from "../../../src/bindings/descriptions.js";
import { readDepth, readRoot } from "../../../src/client/market-views.js";
import { createRelayClient } from "../../../src/client/relay/client.js";
import { createTrader, readAccount } from "../../../src/client/trader.js";
import { TimeInForce } from "../../../src/protocol/signing/package.js";
import type { Lots } from "../../../src/protocol/amounts/units.js";
import { parsePageConfig } from "../../../src/page/config.js";
import { verifyFromChain } from "../../../src/verify/from-chain.js";

/** Two stages and a verification: minutes on a machine that has much else to do. */
const MOST_MS = 900_000;
const STILL = { seed: 7n, isWalking: false } as const;

/** Lots that rest in a root, over all branches and both sides. */
async function restingIn({ handle }: Live, marketRootId: number, branches: number): Promise<bigint> {
  let total = 0n;
  for (let branch = 1; branch <= branches; branch++) {
    const { bids, asks } = await readDepth(handle, { marketRootId, marketBranchId: branch });
    total += [...bids, ...asks].reduce((sum, { lots }): bigint => sum + lots, 0n);
  }
  return total;
}

const isServing = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

describe("the live stage that stands still", function () {
  this.timeout(MOST_MS);
  let folder: string;
  let live: Live;
  let hasStarted = false;
  const usualFolder = process.env["TMPDIR"];

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), "live-test-"));
    process.env["TMPDIR"] = folder; // so that what is left behind can be seen
    live = await startLive(STILL);
    hasStarted = true;
  });

  after(async function () {
    if (hasStarted) await live.stop();
    if (usualFolder === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = usualFolder;
    await rm(folder, { recursive: true });
  });

  it("is open at its one moment, with orders in the basket and in both markets", async () => {
    const { handle, facts } = live;
    const block = await handle.runner.provider?.getBlock("latest");
    expect(block?.timestamp).to.equal(STANDSTILL);
    expect(handle.t1).to.be.below(STANDSTILL);
    expect(handle.t2).to.be.above(STANDSTILL);
    expect((await restingIn(live, 1, handle.legs.length)) > 0n).to.equal(true);
    expect((await restingIn(live, facts.roots.rain, 32)) > 0n).to.equal(true);
    expect((await restingIn(live, facts.roots.wettest, 12)) > 0n).to.equal(true);
  });

  it("has told of the twelve days that lie behind: rain that has fallen, and months that are beaten", async () => {
    const { handle, facts } = live;
    const rain = await readRoot(handle, facts.roots.rain);
    expect(rain.kind === "interval" && rain.bounds.lower > 0n && rain.bounds.lower < rain.bounds.upper).to.equal(true);
    const wettest = await readRoot(handle, facts.roots.wettest);
    const beaten = wettest.kind === "simplex" ? wettest.weights.filter(({ upper }) => upper === 0n).length : 0;
    expect(beaten).to.be.within(1, 4); // of the four months that are over
  });

  it("names title, unit, outcomes and source of both markets in their descriptions' heads", async () => {
    const { handle, facts } = live;
    const said = await readDescriptions(handle, facts.fromBlock);
    expect(said.get(facts.roots.rain)?.head).to.deep.include({
      title: "Rain in November 2015",
      unit: "mm",
      ticksPerUnit: 10n,
    });
    const head = said.get(facts.roots.wettest)?.head;
    expect(head).to.deep.include({ title: "Wettest month of 2015", unit: "%", ticksPerUnit: 100n });
    expect(head?.outcomes).to.have.length(12);
    expect(head?.source).to.equal("vega-datasets/data/seattle-weather.csv");
  });

  it("has given `you` tokens in the account and outside, and coin for gas", async () => {
    const { handle, facts } = live;
    const you = facts.wallets.find(({ name }) => name === "you")?.address ?? "";
    expect((await readAccount(handle, you)).claim).to.equal(600n * 10n ** 18n);
    expect(await handle.session.balanceOf(you)).to.equal(400n * 10n ** 18n);
    expect(((await handle.runner.provider?.getBalance(you)) ?? 0n) > 0n).to.equal(true);
  });

  it("answers pages of other places, at the node and at the relay", async () => {
    const { rpcUrl, relayUrl } = live.facts;
    const origin = "http://127.0.0.1:5173";
    const headers = {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    };
    for (const url of [rpcUrl, `${relayUrl ?? ""}/v1/packages`]) {
      const answer = await fetch(url, { method: "OPTIONS", headers });
      expect(answer.ok, url).to.equal(true);
      expect(answer.headers.get("access-control-allow-origin"), url).to.equal("*");
      expect(answer.headers.get("access-control-allow-headers")?.toLowerCase(), url).to.include("content-type");
    }
  });

  it("is the same without a relay, to the last order", async () => {
    const other = await startLive({ ...STILL, hasRelay: false });
    try {
      const [one, two] = await Promise.all([live.handle.book.chainState(), other.handle.book.chainState()]);
      expect(two.link).to.equal(one.link);
      expect(other.facts.session).to.equal(live.facts.session);
    } finally {
      await other.stop();
    }
  });

  it("goes on by a round through the relay, which has seen all of it then", async () => {
    const { handle, facts } = live;
    const earlier = (await handle.book.chainState()).link;
    await live.step();
    const later = (await handle.book.chainState()).link;
    expect(later).to.not.equal(earlier);
    expect((await createRelayClient(facts.relayUrl ?? "").link()).link).to.equal(later);
  });

  it("has a relay that knows the maker, and brings orders that take to it", async () => {
    const { relayUrl, maker } = live.facts;
    const client = createRelayClient(relayUrl ?? "");
    expect((await client.session()).relay.makers).to.deep.equal([{ address: maker, marketRootId: 1 }]);
    const [house] = (await client.depth({ marketRootId: 1, marketBranchId: 1 })).house;
    expect([house?.contract, house?.asks.length, house?.bids.length]).to.deep.equal([maker, 10, 10]);
    const { privateKey = "" } = live.facts.wallets.find(({ name }) => name === "you") ?? {};
    const trader = createTrader(live.handle, new Wallet(privateKey, live.handle.runner.provider));
    const take = async (quantity: bigint, price: bigint) => {
      const { link: previousLink } = await client.link();
      const timeInForce = TimeInForce.ImmediateOrCancel;
      return client.submit(await trader.signOrder({ leg: 1, price, quantity, timeInForce, previousLink }));
    };
    // What the book bids above the price at which the maker sells, the maker's offer would meet before the taker does; what it
    // offers below, the taker. Once both are gone the maker gives more.
    const limit = house!.asks[0]!.priceTicks;
    const { asks, bids } = await client.depth({ marketRootId: 1, marketBranchId: 1 });
    const lotsOf = (levels: typeof asks): bigint => levels.reduce((sum, { lots }): bigint => sum + lots, 0n);
    const [bid, offered] = [
      lotsOf(bids.filter(({ priceTicks }) => priceTicks >= limit)),
      lotsOf(asks.filter(({ priceTicks }) => priceTicks <= limit)),
    ];
    if (bid > 0n) await client.settled((await take(-bid, limit)).link);
    if (offered > 0n) await client.settled((await take(offered, limit)).link);
    const now = await client.depth({ marketRootId: 1, marketBranchId: 1 });
    const price = now.house[0]!.asks[0]!.priceTicks;
    expect(now.asks.every(({ priceTicks }) => priceTicks > price)).to.equal(true);
    expect(now.bids.every(({ priceTicks }) => priceTicks < price)).to.equal(true);
    const { link, route } = await take(1n, price);
    expect(route).to.deep.equal({ through: "maker", contract: maker });
    expect(await client.settled(link)).to.deep.include({ status: "onChain", route });
  });

  it("moves on when it is told to, and more rain is told", async () => {
    const { handle, facts } = live;
    const lowest = async (): Promise<bigint> => {
      const root = await readRoot(handle, facts.roots.rain);
      return root.kind === "interval" ? root.bounds.lower : -1n;
    };
    const earlier = await lowest();
    await live.moveTo(STANDSTILL + 6 * DAY);
    expect((await handle.runner.provider?.getBlock("latest"))?.timestamp).to.equal(STANDSTILL + 6 * DAY);
    expect((await lowest()) > earlier).to.equal(true);
  });

  it("is verified from its logs, before it ends and after both markets are settled", async () => {
    expect((await verifyFromChain(live.handle)).verdict.kind).to.equal("holds");
    await live.settle();
    const { handle, facts } = live;
    for (const root of Object.values(facts.roots)) expect((await readRoot(handle, root)).settled).to.equal(true);
    const sums = await Promise.all(
      facts.wallets.map(async ({ address }): Promise<readonly Lots[]> => {
        return (await handle.book.positionOf(address, facts.roots.rain)) as Lots[];
      }),
    );
    expect(sums.flat().every((lots) => lots === 0n)).to.equal(true); // all of it is cash
    const ended = (await handle.book.chainState()).link;
    await live.step(); // there is nothing left to trade
    expect((await handle.book.chainState()).link).to.equal(ended);
    expect((await verifyFromChain(handle)).verdict.kind).to.equal("holds");
  });

  it("tells a page where it is, and no more", () => {
    const { relayUrl, maker, session, rpcUrl } = live.facts;
    const { chains, sessions } = parsePageConfig(pageConfigOf(live.facts));
    expect(chains[0]).to.deep.include({ chainId: 31_337, rpcUrls: [rpcUrl] });
    expect(sessions[0]).to.deep.include({ address: session, relay: relayUrl, maker });
  });

  it("leaves no process, no server and no folder behind when it is stopped", async () => {
    const { facts } = live;
    await live.stop();
    await live.ended;
    expect([await isServing(facts.rpcUrl), await isServing(`${facts.relayUrl ?? ""}/health`)]).to.deep.equal([
      false,
      false,
    ]);
    expect(await readdir(folder)).to.deep.equal([]);
  });
});
