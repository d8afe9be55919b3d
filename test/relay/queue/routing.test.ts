/** Packages that a house serves better than the book, from the offer to the block, over a chain on paper whose houses are the library's own. */
import { expect } from "chai";
import { getAddress, Transaction } from "ethers";

import { houseCall } from "../../../src/bindings/calls.js";
import type { SignedPackage } from "../../../src/bindings/packages.js";
import { lots } from "../../../src/protocol/amounts/units.js";
import type { House, MakerHouse } from "../../../src/protocol/book/houses.js";
import { type PackageFields, TimeInForce } from "../../../src/protocol/signing/package.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { load } from "../../../src/relay/engine/stored.js";
import { cancelDigest } from "../../../src/wire/cancellation.js";
import { callHouse } from "../paper/calls.js";
import { depositOf, LOT, ordersOf, PaperChain, type PaperCall, reverted } from "../paper/chain.js";
import { engineState } from "../paper/engine.js";
import { httpOf } from "../paper/http.js";
import { paperRelay, type PaperRelay, type PaperRelayOptions } from "../paper/relay.js";

const addressOf = (digits: string): string => getAddress(`0x${digits.repeat(20)}`);
/** A nat of the basket costs its sponsor 693 lots' worth; buying 10 lots costs 5 013 ticks a lot at first. */
const MAKER: MakerHouse = {
  ...{ kind: "maker", address: addressOf("3a"), marketRootId: 1, points: [] },
  ...{ liquidity: lots(1_000n), prior: [1n, 1n] },
};
const ROUTER: House = { kind: "set", address: addressOf("5e") };

interface World {
  readonly chain: PaperChain;
  readonly relay: PaperRelay;
}

async function open(options: PaperRelayOptions = {}, houses: readonly House[] = [MAKER, ROUTER]): Promise<World> {
  const chain = new PaperChain();
  chain.houses.push(...houses);
  chain.mine(depositOf(MAKER.address, 700n * LOT), depositOf(ROUTER.address, 1_000n * LOT));
  const relay = await paperRelay({ ...options, chain });
  await relay.follow();
  return { chain, relay };
}

const bid = ({ chain }: World, trader = 0, fields: Partial<PackageFields> = {}): SignedPackage =>
  chain.sign(trader, { priceTicks: 5_100n, timeInForce: TimeInForce.ImmediateOrCancel, ...fields });
/** Who is called, of all that was sent. */
const targets = ({ chain }: World): (string | null)[] => chain.sent.map((raw) => Transaction.from(raw).to);
const through = (house: House, signed: SignedPackage): PaperCall => {
  const { data } = houseCall(
    house,
    { ...signed, insertAfter: 0, place: 0 },
    { maxMatches: 16, maxWalk: 64, newest: 0 },
  );
  return (book, context) => callHouse(book, house, context, data);
};
async function land({ chain, relay }: World, ...calls: readonly PaperCall[]): Promise<void> {
  chain.mine(...calls);
  await relay.follow();
}
const positionOf = ({ chain }: World, trader: number): bigint =>
  chain.bookAt(chain.tip.number).positionOf(chain.traders[trader]!.address, 1)[0]!;

describe("given a relay that knows houses, when a package comes", () => {
  it("goes through the maker if the book has nothing, and is told what it gets there", async () => {
    const world = await open();
    const signed = bid(world);
    const { expected } = await world.relay.intake.offer(signed);
    expect(expected).to.deep.include({ tradeRootId: 2, left: 0n });
    expect(expected!.fills).to.deep.equal([{ makerRootId: 1, priceTicks: 5_013n, lots: 10n }]);
    await world.relay.dispatcher.tick(await world.relay.fence());
    expect(targets(world)).to.deep.equal([MAKER.address]);
    await land(world);
    expect(world.relay.fateOf(signed)).to.deep.include({ status: "onChain", tradeRootId: 2 });
    expect(positionOf(world, 0)).to.equal(10n);
  });

  it("goes straight to the book at an equal price, and where the book is better", async () => {
    const world = await open();
    const offer = world.chain.sign(1, { priceTicks: 5_000n, quantityLots: -10n });
    await land(world, ordersOf(offer));
    const signed = bid(world);
    await world.relay.bring(signed);
    expect(targets(world)).to.deep.equal([world.relay.book]);
    await land(world);
    expect([world.relay.statusOf(signed), positionOf(world, 0), positionOf(world, 1)]).to.deep.equal([
      "onChain",
      10n,
      -10n,
    ]);
  });

  it("gets what the book has and what the maker has if that is cheaper together", async () => {
    const world = await open();
    await land(world, ordersOf(world.chain.sign(1, { priceTicks: 5_012n, quantityLots: -10n })));
    const { expected } = await world.relay.intake.offer(bid(world));
    expect(expected!.fills.map(({ priceTicks, lots: size }) => [priceTicks, size])).to.deep.equal([
      [5_005n, 4n],
      [5_012n, 6n],
    ]);
  });

  it("goes through sets if they give more", async () => {
    const world = await open({}, [ROUTER]);
    const other = world.chain.sign(1, { marketBranchId: 2, priceTicks: 5_200n });
    await land(world, ordersOf(other));
    const signed = bid(world);
    const { expected } = await world.relay.intake.offer(signed);
    expect(expected!.fills.map(({ priceTicks, lots: size }) => [priceTicks, size])).to.deep.equal([[4_800n, 10n]]);
    await world.relay.dispatcher.tick(await world.relay.fence());
    expect(targets(world)).to.deep.equal([ROUTER.address]);
    await land(world);
    expect([positionOf(world, 0), positionOf(world, 1)]).to.deep.equal([10n, -10n]);
  });

  it("is charged for what a router has tried in vain before it landed, and for nothing if the first try stood", async () => {
    const quota = 800_000n;
    for (const [gasUsed, burned] of [
      [60_000n + 9n * 55_000n, 0n],
      [60_000n + 9n * 55_000n + 650_000n, 650_000n],
    ] as const) {
      const world = await open({ burnQuota: quota }, [ROUTER]);
      await land(world, ordersOf(world.chain.sign(1, { marketBranchId: 2, priceTicks: 5_200n })));
      const signed = bid(world);
      await world.relay.bring(signed);
      expect(targets(world)).to.deep.equal([ROUTER.address]);
      const [{ hash } = { hash: "" }] = world.relay.ledger.openSubmissions()[0]?.transactions ?? [];
      world.chain.mine();
      world.chain.receipts.set(hash, { ...world.chain.receipts.get(hash)!, gasUsed, logs: 9 });
      await world.relay.follow();
      await world.relay.accountant.look();
      expect(world.relay.statusOf(signed)).to.equal("onChain");
      const { address } = world.chain.traders[0]!;
      expect(world.relay.accounts.left(address, false)).to.equal(quota - burned + (burned === 0n ? 130_000n / 8n : 0n));
      expect((await world.relay.metrics.gasBurned.get()).values[0]!.value).to.equal(Number(burned));
    }
  });

  it("goes to the book if it takes nothing, or only wants to rest", async () => {
    const world = await open();
    await world.relay.bring(
      bid(world, 0, { priceTicks: 4_000n, timeInForce: TimeInForce.GoodTillCancelled }),
      bid(world, 1, { priceTicks: 4_900n, timeInForce: TimeInForce.PostOnly }),
    );
    expect(targets(world)).to.deep.equal([world.relay.book]);
  });

  it("goes to the book if a contract wallet has signed it", async () => {
    const world = await open();
    const wallet = addressOf("77");
    world.chain.wallets.set(wallet, () => true);
    await land(world, depositOf(wallet, 100n * LOT));
    const signed = { ...bid(world, 0, { trader: wallet }), signature: "0x1234" };
    await world.relay.bring(signed);
    expect(targets(world)).to.deep.equal([world.relay.book]);
  });

  it("is taken though the book alone could not fill it whole, and fills whole", async () => {
    const world = await open();
    const signed = bid(world, 0, { timeInForce: TimeInForce.FillOrKill });
    await world.relay.bring(signed);
    await land(world);
    expect([world.relay.statusOf(signed), positionOf(world, 0)]).to.deep.equal(["onChain", 10n]);
  });

  it("goes in a transaction of its own, and what came before and behind it in others", async () => {
    const world = await open();
    const resting = (trader: number, nonce: bigint) =>
      bid(world, trader, { priceTicks: 4_000n, timeInForce: TimeInForce.GoodTillCancelled, nonce });
    const all = [resting(1, 0n), resting(2, 0n), bid(world), resting(1, 1n), resting(2, 1n)];
    for (const one of all) await world.relay.intake.offer(one);
    await world.relay.dispatcher.tick(await world.relay.fence());
    expect(targets(world)).to.deep.equal([world.relay.book, MAKER.address, world.relay.book]);
    expect(world.relay.ledger.openSubmissions().map(({ links }) => links.length)).to.deep.equal([2, 1, 2]);
    await land(world);
    expect(all.map((one) => world.relay.statusOf(one))).to.deep.equal(all.map(() => "onChain"));
    expect(await countOf(world, "maker")).to.equal(1);
    expect(await countOf(world, "book")).to.equal(4);
  });

  it("waits if houses have no room, and the next goes when one has landed", async () => {
    const world = await open({ mostRouted: 1 });
    const [first, second] = [bid(world, 0), bid(world, 1)];
    await world.relay.bring(first, second);
    expect(targets(world)).to.deep.equal([MAKER.address]);
    expect([world.relay.statusOf(first), world.relay.statusOf(second)]).to.deep.equal(["submitted", "pending"]);
    await land(world);
    await world.relay.dispatcher.tick(await world.relay.fence());
    expect(targets(world)).to.deep.equal([MAKER.address, MAKER.address]);
  });

  it("goes to the book if its trader's account does not bear that a house's call fails, and waits while it does not yet", async () => {
    const poor = await open({ burnQuota: 156_999n });
    await poor.relay.bring(bid(poor));
    expect(targets(poor)).to.deep.equal([poor.relay.book]);
    const world = await open({ burnQuota: 157_000n });
    const [first, second] = [bid(world, 0, { quantityLots: 4n }), bid(world, 0, { quantityLots: 4n, nonce: 1n })];
    await world.relay.bring(first, second);
    expect(targets(world)).to.deep.equal([MAKER.address]);
    expect([world.relay.statusOf(first), world.relay.statusOf(second)]).to.deep.equal(["submitted", "pending"]);
  });
});

describe("given a package on its way through a maker", () => {
  /** Somebody else buys of the maker in the same block, before it. */
  const sooner = (world: World): PaperCall => through(MAKER, bid(world, 1, { quantityLots: 20n }));

  it("gets less if somebody was first, within its limit, and lands", async () => {
    const world = await open();
    const signed = bid(world, 0, { priceTicks: 5_060n, quantityLots: 20n });
    await world.relay.bring(signed);
    await land(world, sooner(world));
    expect(world.relay.statusOf(signed)).to.equal("onChain");
    expect(positionOf(world, 0)).to.equal(4n);
  });

  it("goes to the book if the call fails, and is filled there", async () => {
    const world = await open();
    const signed = bid(world, 0, { priceTicks: 5_026n, timeInForce: TimeInForce.FillOrKill });
    await world.relay.bring(signed);
    await land(world, sooner(world), ordersOf(world.chain.sign(2, { priceTicks: 5_013n, quantityLots: -3n })));
    expect([world.relay.statusOf(signed), positionOf(world, 0)]).to.deep.equal(["submitted", 0n]);
    await land(world, ordersOf(world.chain.sign(2, { priceTicks: 5_013n, quantityLots: -7n, nonce: 1n })));
    await world.relay.dispatcher.tick(await world.relay.fence());
    expect(targets(world)).to.deep.equal([MAKER.address, world.relay.book]);
    await land(world);
    expect([world.relay.statusOf(signed), positionOf(world, 0)]).to.deep.equal(["onChain", 10n]);
  });

  it("is refused as the book refuses it if the call fails and the book has nothing", async () => {
    const world = await open();
    const signed = bid(world, 0, { priceTicks: 5_026n, timeInForce: TimeInForce.FillOrKill });
    await world.relay.bring(signed);
    await land(world, sooner(world));
    await land(world);
    await world.relay.dispatcher.tick(await world.relay.fence());
    expect(world.relay.fateOf(signed)).to.deep.include({ status: "refused" });
    expect((world.relay.fateOf(signed) as { refusal: { code: string } }).refusal.code).to.equal(
      "Book_FillOrKillUnfilled",
    );
  });

  it("goes to the book at once if the simulation already fails", async () => {
    const world = await open();
    const signed = bid(world);
    await world.relay.intake.offer(signed);
    const asked = world.relay.node.call.bind(world.relay.node);
    world.relay.node.call = (call, tag) => {
      return call.to === MAKER.address ? Promise.reject(reverted("eth_call")) : asked(call, tag);
    };
    await world.relay.dispatcher.tick(await world.relay.fence());
    expect(targets(world)).to.deep.equal([world.relay.book]);
    expect(world.relay.ledger.find(primaryLink(signed.package))?.attempts).to.equal(1);
  });

  it("is on its way again if its block is gone, and lands in another", async () => {
    const world = await open();
    const signed = bid(world);
    await world.relay.bring(signed);
    await land(world);
    world.chain.rewind(world.chain.tip.number - 1);
    await land(world, through(MAKER, bid(world, 1)));
    await world.relay.follow();
    expect(world.relay.fateOf(signed)).to.deep.include({ status: "onChain", tradeRootId: 4 });
    expect([positionOf(world, 0), targets(world)]).to.deep.equal([10n, [MAKER.address]]);
  });

  for (const [what, houses] of [
    ["that knows the maker", [MAKER]],
    ["that knows it no more", []],
  ] as const) {
    it(`is neither lost nor doubled by a relay that starts anew, ${what}`, async () => {
      const world = await open();
      const signed = bid(world);
      await world.relay.bring(signed);
      world.chain.pool = []; // the node has lost it
      const { rows, privateKey, chain } = { ...world.relay, ...world };
      const again = await paperRelay({ chain, rows, privateKey, houses });
      await load(engineState(again));
      await again.follow();
      expect(again.statusOf(signed)).to.equal("submitted");
      again.time.ms += 1_000;
      await again.sender.tend(await again.fence(), again.tracker.standing!);
      await again.dispatcher.tick(await again.fence());
      await land({ chain, relay: again });
      expect(again.fateOf(signed)).to.deep.include({ status: "onChain", tradeRootId: 2 });
      expect(targets(world)).to.deep.equal([MAKER.address, MAKER.address]);
      expect(new Set(chain.sent).size, "one transaction").to.equal(1);
      expect(positionOf(world, 0)).to.equal(10n);
    });
  }
});

describe("given a package that goes through a house, when somebody asks for its route", () => {
  const [MAKERS, BOOKS] = [{ through: "maker", contract: MAKER.address }, { through: "book" }];
  const tell = async ({ relay }: World, signed: SignedPackage) =>
    (await (await httpOf(relay)).get(`/v1/packages/${primaryLink(signed.package)}`)).body;

  it("is told with the acknowledgement, and once it is sent, on the chain, and final", async () => {
    const world = await open();
    const signed = bid(world);
    const { status, body } = await (await httpOf(world.relay)).submit(signed);
    expect([status, body["route"]]).to.deep.equal([202, MAKERS]);
    expect((await tell(world, signed))["route"], "it waits").to.equal(undefined);
    await world.relay.dispatcher.tick(await world.relay.fence());
    expect(await tell(world, signed)).to.deep.include({ status: "submitted", route: MAKERS });
    expect((await world.relay.intake.offer(signed)).route, "handed in again").to.deep.equal(MAKERS);
    await land(world);
    expect(await tell(world, signed)).to.deep.include({ status: "onChain", route: MAKERS });
    for (let blocks = 0; blocks < 10; blocks += 1) await land(world);
    const { relay } = world;
    const { fates } = relay.ledger.takeChanges();
    await relay.packages.change(fates);
    expect(relay.ledger.find(primaryLink(signed.package))).to.equal(undefined);
    expect(await tell(world, signed), "by the database alone").to.deep.include({ status: "onChain", route: MAKERS });
  });

  it("is told as it was sent last: of one that a house failed to bring, the book", async () => {
    const world = await open();
    const signed = bid(world, 0, { priceTicks: 5_026n, timeInForce: TimeInForce.FillOrKill });
    const offer = (size: bigint, nonce: bigint) =>
      ordersOf(world.chain.sign(2, { priceTicks: 5_013n, quantityLots: -size, nonce }));
    await world.relay.bring(signed);
    await land(world, through(MAKER, bid(world, 1, { quantityLots: 20n })), offer(3n, 0n));
    await land(world, offer(7n, 1n));
    expect(await tell(world, signed), "it waits again")
      .to.include({ status: "pending" })
      .and.not.have.property("route");
    await world.relay.dispatcher.tick(await world.relay.fence());
    expect(await tell(world, signed)).to.deep.include({ status: "submitted", route: BOOKS });
    await land(world);
    expect(await tell(world, signed)).to.deep.include({ status: "onChain", route: BOOKS });
  });

  it("is told again after its block is gone", async () => {
    const world = await open();
    const signed = bid(world);
    await world.relay.bring(signed);
    await land(world);
    world.chain.rewind(world.chain.tip.number - 1);
    await land(world);
    await world.relay.follow();
    expect(await tell(world, signed)).to.deep.include({ status: "onChain", route: MAKERS });
  });

  it("is told by a relay that starts anew, of what was sent before", async () => {
    const world = await open();
    const signed = bid(world);
    await world.relay.bring(signed);
    const { rows, privateKey, chain } = { ...world.relay, ...world };
    const again = await paperRelay({ chain, rows, privateKey, houses: [] });
    await load(engineState(again));
    await again.follow();
    expect(await tell({ chain, relay: again }, signed)).to.deep.include({ status: "submitted", route: MAKERS });
  });

  it("is the book's for one that goes there, and none is told of one that its trader took back", async () => {
    const world = await open();
    const { relay, chain } = world;
    const resting = bid(world, 0, { priceTicks: 4_000n, timeInForce: TimeInForce.GoodTillCancelled });
    expect((await relay.intake.offer(resting)).route).to.deep.equal(BOOKS);
    const link = primaryLink(resting.package);
    const { serialized } = chain.traders[0]!.key.sign(cancelDigest(chain.terms.domain, link));
    await relay.canceller.cancel(link, serialized);
    expect(await tell(world, resting))
      .to.include({ status: "withdrawn" })
      .and.not.have.property("route");
  });
});

describe("given a relay that knows houses, when somebody asks for a market's depth", () => {
  it("tells what each would add as it is on the chain, whatever waits, and after a reorganisation too", async () => {
    const world = await open();
    const http = await httpOf(world.relay);
    const ask = async (query = "") => (await http.get(`/v1/markets/1/1/depth${query}`)).body["house"] as HouseTold[];
    const best = async (): Promise<string> => (await ask())[0]!.asks[0]!.priceTicks;
    const [maker, ...others] = await ask();
    expect([maker!.through, maker!.contract, others]).to.deep.equal(["maker", MAKER.address, []]);
    expect([maker!.bids.length, maker!.asks.length, await best()]).to.deep.equal([10, 10, "5003"]);
    expect((await ask("?houseLevels=2"))[0]!.asks.length).to.equal(2);
    expect(await ask("?houseLevels=0")).to.deep.equal([]);
    await world.relay.bring(bid(world));
    expect(await best(), "it is not there yet").to.equal("5003");
    await land(world);
    expect(await best()).to.equal("5028");
    world.chain.rewind(world.chain.tip.number - 1, true);
    await land(world);
    await world.relay.follow();
    expect(await best(), "its block is gone").to.equal("5003");
  });

  it("tells sets beside makers, and refuses what cannot be asked", async () => {
    const world = await open();
    await land(world, ordersOf(world.chain.sign(1, { marketBranchId: 2, priceTicks: 5_200n })));
    const http = await httpOf(world.relay);
    const { house } = (await http.get("/v1/markets/1/1/depth")).body as { readonly house: HouseTold[] };
    expect(house.map(({ through: by }) => by)).to.deep.equal(["maker", "set"]);
    expect(house[1]).to.deep.include({ contract: ROUTER.address, bids: [] });
    expect(house[1]!.asks).to.deep.equal([{ priceTicks: "4800", lots: "10" }]);
    for (const wrong of ["-1", "21", "x", "1.5", "1e9"]) {
      const { status } = await http.get(`/v1/markets/1/1/depth?houseLevels=${wrong}`);
      expect(status, wrong).to.equal(400);
    }
  });

  it("names its houses with the session", async () => {
    const { relay } = await open();
    expect((await (await httpOf(relay)).get("/v1/session")).body["relay"]).to.deep.include({
      makers: [{ address: MAKER.address, marketRootId: 1 }],
      router: ROUTER.address,
    });
    const without = await (await httpOf((await open({}, [])).relay)).get("/v1/session");
    expect(without.body["relay"]).to.deep.include({ makers: [] }).and.not.have.property("router");
  });
});

interface HouseTold {
  readonly through: string;
  readonly contract: string;
  readonly bids: readonly { readonly priceTicks: string }[];
  readonly asks: readonly { readonly priceTicks: string; readonly lots: string }[];
}

async function countOf({ relay }: World, route: string): Promise<number | undefined> {
  const { values } = await relay.metrics.routed.get();
  return values.find(({ labels }) => labels.route === route)?.value;
}
