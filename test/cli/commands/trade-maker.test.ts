import { expect } from "chai";

import { fundMaker, openMaker, planMaker, readMaker } from "../../../src/client/maker.js";
import { openSetRouter } from "../../../src/client/routing.js";
import { writeDescription } from "../../../src/protocol/market/description.js";
import { LmsrMakerFactory__factory, SetRouter__factory } from "../../../typechain-types/index.js";
import { between } from "../../protocol/markets.js";
import { tick, wei } from "../../protocol/support.js";
import { as, ask, type Env, expectTold, ONE, partsOf, session, tell } from "../support.js";
import { addEvent, openWorld, trade, type Traded, type World } from "../world.js";

/** Root 2 is an event of three, root 3 rain in tenths of a millimetre. */
async function withMarkets(world: World): Promise<void> {
  await addEvent(world, 3);
  const head = { title: "Rain in Seattle", unit: "mm", ticksPerUnit: 10n, outcomes: [], source: "" };
  await world.owner.createInterval({
    bounds: between(0, 1_000),
    tickValue: wei(10n ** 13n),
    closesAt: BigInt(world.handle.t2),
    settleBy: BigInt(world.handle.t2),
    fallbackOutcome: tick(0),
    description: writeDescription(head, "of a month"),
  });
}

interface Route {
  readonly through: string;
  readonly maker: { readonly filled: string; readonly stopsShort: boolean; readonly fills: object[] };
  readonly set?: object;
}

describe("session trade --maker", function () {
  let world: World;
  let alice: Env;
  let factory: string;
  let maker: string;

  /** Paid for; b in lots. */
  async function make(marketRootId: number, liquidity: bigint): Promise<string> {
    const { handle, organiser } = world;
    const plan = await planMaker(handle, { marketRootId, liquidity });
    const { address } = await openMaker(handle, organiser, factory, plan);
    await fundMaker(handle, organiser, await readMaker(handle, factory, address), 1_000n * ONE);
    return address;
  }

  beforeEach(async function () {
    world = await openWorld(withMarkets);
    alice = as(world.env, world.alice);
    const contract = await (await new LmsrMakerFactory__factory(world.organiser).deploy()).waitForDeployment();
    factory = await contract.getAddress();
    maker = await make(2, 100n);
  });

  const at = (): string[] => ["--maker", maker, "--maker-factory", factory];
  const buy = (lots: string, price: string, ...more: string[]): string[] => [
    ...["trade", "buy", lots, "--market", "2.1", "--price", price],
    ...at(),
    ...more,
  ];

  it("says what each way would give, and sends nothing if it is only asked", async function () {
    const before = (await world.handle.book.chainState()).trades;
    const text = await tell(alice, ...buy("20", "60", "--dry-run"));
    expect(text).to.contain(
      "At once: 0 lots from the book alone, 20 lots at 36 (36%) with the maker; it goes through the maker",
    );
    expect(text).to.match(/Fills:\nthrough +price +lots\n[- ]+\nthe maker +36 \(36%\) +20/);
    const { route } = await ask<{ route: Route }>(alice, ...buy("20", "60", "--dry-run"));
    expect(route).to.deep.equal({
      through: "maker",
      book: { filled: "0", cash: "0", fills: [] },
      maker: {
        filled: "20",
        cash: "720",
        fills: [{ priceTicks: "36", lots: "20", venue: "maker" }],
        stopsShort: false,
      },
    });
    expect((await world.handle.book.chainState()).trades).to.equal(before);
  });

  it("buys from the maker, and what its limit leaves rests with the others", async function () {
    const { stdout, stderr } = await session(alice, ...buy("100", "40"));
    expect(stderr).to.contain("Sending through the maker: buy 100 lots of 2.1 at 40");
    const { text } = partsOf(stdout);
    // b · ln(odds of 0.4 by odds of a third) = 100 · ln(4/3) = 28.8
    expect(text).to.contain("28 lots at 37 (37%) with the maker; it goes through the maker");
    expect(text).to.contain("The other 72 lots rest in the book at the limit, for others to meet");
    expect(text)
      .to.match(/with order +price +lots +through\n[- ]+\n\d+ +37 \(37%\) +28 +maker/)
      .and.contain("Rests: 72");
    expect(text).to.not.contain("still serve").and.not.contain("Taken out");
    expect((await world.handle.book.positionOf(world.alice.address, 2))[0]).to.equal(28n);
    expect((await world.handle.book.accountOf(world.alice.address)).openOrders).to.equal(1n);
    const again = await ask<{ route: Route }>(alice, ...buy("100", "40", "--dry-run"));
    expect(again.route.through, "its price is at the limit").to.equal("book");
  });

  it("meets cheaper orders of the book on the way, and tells which fills are whose", async function () {
    await trade(world, world.bob, "sell", "10", "--market", "2.1", "--price", "36");
    const order = await ask<Traded & { route: Route }>(alice, ...buy("30", "38", "--tif", "ioc"));
    const [first, second] = order.fills;
    expect([first!.via, second!.via, second!.priceTicks, second!.lots]).to.deep.equal(["maker", "book", "36", "10"]);
    expect(order.evicted).to.deep.equal([]);
    expect(order.fills.map(({ priceTicks, lots, via }) => ({ priceTicks, lots, venue: via }))).to.deep.equal(
      order.route.maker.fills,
    );
  });

  it("says that the maker would go on, where it has stopped at an order that is used up", async function () {
    await trade(world, world.bob, "sell", "10", "--market", "2.1", "--price", "36");
    const text = await tell(alice, ...buy("200", "60", "--dry-run"));
    expect(text).to.contain("The maker would still serve them within the limit").and.contain("with --tif ioc");
    const ioc = await ask<Traded & { route: Route }>(alice, ...buy("200", "60", "--tif", "ioc"));
    expect(ioc.route.maker.stopsShort).to.equal(true);
    const rest = String(200n - BigInt(ioc.route.maker.filled));
    expect(ioc.cutLots).to.equal(rest);
    const next = await ask<Traded & { route: Route }>(alice, ...buy(rest, "60", "--tif", "ioc"));
    expect([next.route.through, next.route.maker.stopsShort]).to.deep.equal(["maker", false]);
    expect(BigInt(next.route.maker.filled) > 0n).to.equal(true);
    expect(next.cutLots).to.equal(String(BigInt(rest) - BigInt(next.route.maker.filled)));
  });

  it("sells to it as well", async function () {
    const words = ["trade", "sell", "20", "--market", "2.1", "--price", "10", ...at()];
    const order = await ask<Traded>(alice, ...words);
    expect(order.fills.map(({ priceTicks, lots, via }) => [priceTicks, lots, via])).to.deep.equal([
      ["31", "20", "maker"],
    ]);
  });

  it("goes to the book where that is as good", async function () {
    await trade(world, world.bob, "sell", "10", "--market", "2.1", "--price", "33");
    const order = await ask<Traded>(alice, ...buy("10", "60"));
    expect(order.fills.map(({ priceTicks, lots }) => [priceTicks, lots])).to.deep.equal([["33", "10"]]);
  });

  it("fills an order whole that the book alone would refuse, and refuses what nobody fills whole", async function () {
    const order = await ask<Traded>(alice, ...buy("20", "60", "--tif", "fok"));
    expect(order.fills.map(({ lots, via }) => [lots, via])).to.deep.equal([["20", "maker"]]);
    const tooMany = session(alice, ...buy("2000", "60", "--tif", "fok"), "--json");
    await expectTold(tooMany, 1, "Book_FillOrKillUnfilled", { wanted: "2000", filled: "0" });
  });

  it("chooses between maker and router if both are named", async function () {
    const router = await (await new SetRouter__factory(world.organiser).deploy(world.handle.bookAddress)).getAddress();
    await (await openSetRouter(world.handle, world.organiser, router)).lend(5n * ONE);
    for (const market of ["2.2", "2.3"]) {
      await trade(world, world.bob, "buy", "10", "--market", market, "--price", "40");
    }
    const ask10 = await ask<{ route: Route }>(alice, ...buy("10", "60", "--router", router, "--dry-run"));
    expect([ask10.route.through, ask10.route.set]).to.deep.equal([
      "set",
      { filled: "10", cash: "200", fills: [{ priceTicks: "20", lots: "10", venue: "set" }] },
    ]);
    const order = await ask<Traded>(alice, ...buy("20", "60", "--router", router));
    expect(
      order.fills.map(({ lots, via }) => [lots, via]),
      "more lots come first",
    ).to.deep.equal([["20", "maker"]]);
  });

  it("refuses a maker of another root, one that nobody has paid for, and what is no maker", async function () {
    const words = ["trade", "buy", "10", "--market", "3.1", "--price", "30mm", ...at(), "--json"];
    await expectTold(session(alice, ...words), 2, "ARGUMENT_INVALID", { argument: "--maker", value: maker });
    const plan = await planMaker(world.handle, { marketRootId: 2, liquidity: 7n });
    const { address } = await openMaker(world.handle, world.organiser, factory, plan);
    const of = (it: string): string[] => ["--maker", it, "--maker-factory", factory, "--json"];
    const buying = ["trade", "buy", "10", "--market", "2.1", "--price", "30"];
    await expectTold(session(alice, ...buying, ...of(address)), 2, "ARGUMENT_INVALID", { argument: "--maker" });
    await expectTold(session(alice, ...buying, ...of(factory)), 1, "Client_NotAMaker", { address: factory });
  });

  it("shows the maker's depth beside what rests, as the house's", async function () {
    interface Shown {
      readonly asks: object[];
      readonly houses: {
        readonly through: string;
        readonly contract: string;
        readonly bids: object[];
        readonly asks: { priceTicks: string }[];
      }[];
    }
    const shown = await ask<Shown>(world.env, "book", "--market", "2.1", ...at());
    const [house, ...others] = shown.houses;
    expect([shown.asks, house!.through, house!.contract, others]).to.deep.equal([[], "maker", maker, []]);
    expect(house!.asks.map(({ priceTicks }) => priceTicks).slice(0, 3)).to.deep.equal(["34", "35", "36"]);
    expect(house!.bids).to.have.length(10);
    const text = await tell(world.env, "book", "--market", "2.1", "--sets", ...at());
    expect(text).to.contain("complete sets of all other legs\n");
    expect(text).to.match(new RegExp(`House depth, which rests nowhere: the maker ${maker}\n[^]*34 \\(34%\\)`));
    await expectTold(session(world.env, "book", ...at(), "--json"), 2, "ARGUMENT_INVALID", { argument: "--maker" });
  });

  it("is told as what a fill came through, in orders and fills, for both sides", async function () {
    await trade(world, world.bob, "sell", "10", "--market", "2.1", "--price", "36");
    const { tradeRootId } = await ask<Traded>(alice, ...buy("30", "38"));
    await trade(world, world.bob, "sell", "2", "--market", "2.1", "--price", "38");
    interface Told {
      readonly fills: { readonly via: string; readonly lots: string; readonly otherTrader: string }[];
    }
    const { fills } = await ask<Told>(alice, "fills");
    expect(fills.map(({ via }) => via)).to.deep.equal(["maker", "book", "book"]);
    expect(fills[0]!.otherTrader).to.equal(maker);
    const made = fills[0]!.lots;
    const own = await ask<Told>(world.env, "fills", "--trader", maker);
    expect(own.fills.map(({ via, lots }) => [via, lots])).to.deep.equal([["maker", made]]);
    const { orders } = await ask<{ orders: { tradeRootId: number; filledThrough: object }[] }>(
      alice,
      "orders",
      "--all",
    );
    expect(orders.find((order) => order.tradeRootId === tradeRootId)!.filledThrough).to.deep.equal({
      maker: made,
      book: "12",
    });
    expect(await tell(alice, "fills")).to.match(/with order +through +transaction\n[- ]+\n.* maker +0x.*\n.* book +0x/);
    expect(await tell(alice, "orders", "--all")).to.match(new RegExp(` book 12, maker ${made} `));
  });

  it("quotes in the market's own units", async function () {
    const rain = await make(3, 50n);
    const words = ["--maker-factory", factory];
    const text = await tell(alice, "maker", "quote", rain, "1", "10", ...words);
    expect(text)
      .to.match(/^buys +10 lots of 3.1 Rain in Seattle$/m)
      .and.to.match(/^price +5\d(\.\d)? mm$/m);
    expect(text)
      .to.match(/^price before +50 mm$/m)
      .and.to.match(/^price after +~5\d\.\d{3,4} mm$/m);
    expect(await tell(alice, "maker", "show", rain, ...words)).to.match(/3.1 Rain in Seattle +50 mm +0/);
    const { head } = await ask<{ head: { unit: string } }>(alice, "maker", "quote", rain, "1", "10", ...words);
    expect(head.unit).to.equal("mm");
    const event = await tell(alice, "maker", "quote", maker, "1", "10", ...words);
    expect(event).to.match(/^price before +~33.33 \(~33.3333%\)$/m);
  });
});
