import { expect } from "chai";
import { type Signer, ZeroAddress } from "ethers";

import { openFeed } from "../../../stage/counterparts/chainlink.js";
import { openOracle } from "../../../stage/counterparts/uma.js";
import { fixPrice, readFixing } from "../../../src/client/settlement/fixing.js";
import { assertOutcome, openSettledRoot } from "../../../src/client/settlement/settler.js";
import { tokenWei, ticks } from "../../../src/protocol/amounts/units.js";
import {
  ChainlinkFixing__factory,
  ChainlinkSettler__factory,
  TestAsset__factory,
  UmaSettler__factory,
} from "../../../typechain-types/index.js";
import { accepted, becomes, eventually, openWorld, type TestWorld } from "../support.js";
import { metricsOf } from "../../../trials/relay/load-figures.js";

const [HOUR, DAY, LIVENESS] = [3_600, 86_400, 7_200];
const USD = 10n ** 6n;
const ONE = 10n ** 18n;

/** A relay that has settlers record what they may, on a real chain, with UMA's own oracle and Chainlink's own feeds. */
describe("given a relay with gas for settlers, and roots that an oracle and a feed settle", function () {
  let world: TestWorld;

  before(async () => {
    world = await openWorld({ traders: 2 });
  });
  after(() => world.close());

  const newest = async (): Promise<number> => (await world.stage.provider.getBlock("latest"))!.timestamp;
  const moveTo = async (second: number): Promise<void> => {
    await world.stage.provider.send("evm_setNextBlockTimestamp", [second]);
    await world.mine();
  };
  const address = (contract: { getAddress(): Promise<string> }): Promise<string> => contract.getAddress();

  /** Asserted through the real oracle, and not yet to be recorded. */
  async function byAssertion(organiser: Signer, closesAt: number): Promise<{ settler: string; root: number }> {
    const cash = await new TestAsset__factory(organiser).deploy("Dollar", "USD", 6);
    await cash.waitForDeployment();
    const { address: oracle } = await openOracle(organiser, await address(cash), 100n * USD);
    const made = { book: world.stage.handle.bookAddress, oracle, currency: await address(cash) };
    const deployed = await new UmaSettler__factory(organiser).deploy({ ...made, liveness: LIVENESS, bond: 300n * USD });
    await (await cash.mint(await organiser.getAddress(), 1_000n * USD)).wait();
    const settler = await address(await deployed.waitForDeployment());
    return { settler, root: await rootOf(organiser, settler, closesAt) };
  }

  async function rootOf(
    organiser: Signer,
    settler: string,
    closesAt: number,
    feed?: { leg: number; ticksPerUnit: bigint },
  ) {
    const spec = {
      ...{ bounds: { lower: ticks(0n), upper: ticks(100n) }, fallbackOutcome: ticks(1n), tickValue: tokenWei(ONE) },
      ...{ closesAt: BigInt(closesAt), settleBy: BigInt(closesAt + 9 * DAY), description: "How much" },
    };
    const plan = feed === undefined ? { spec } : { spec, feed };
    return (await openSettledRoot(world.stage.handle, organiser, settler, plan)).marketRootId;
  }

  it("has each settled by what was said, and brings packages first", async () => {
    const { handle, organiser } = world.stage;
    const closesAt = (await newest()) + DAY;
    const asserted = await byAssertion(organiser, closesAt);
    const feed = await openFeed(organiser, 8);
    const feeds = [{ aggregator: feed.address, maxAge: DAY, asset: ZeroAddress }];
    const terms = { time: closesAt, delay: 60, cash: ZeroAddress, uptime: ZeroAddress, grace: HOUR, feeds };
    const fixing = await address(
      await (await new ChainlinkFixing__factory(organiser).deploy(terms)).waitForDeployment(),
    );
    const chainlink = await new ChainlinkSettler__factory(organiser).deploy(handle.bookAddress, fixing);
    const priced = await rootOf(organiser, await address(await chainlink.waitForDeployment()), closesAt, {
      ...{ leg: 1, ticksPerUnit: 1n },
    });
    await moveTo(closesAt - HOUR);
    await feed.answer(33n * 10n ** 8n);
    await moveTo(closesAt + 60);
    await fixPrice(organiser, await readFixing(organiser, fixing), 1);
    await assertOutcome(organiser, asserted.settler, asserted.root, [42n]);
    await moveTo(closesAt + 120 + LIVENESS);

    const { client, relay } = await world.startRelay({ flags: ["--settle-gas", "20000000"] });
    const link = await accepted(client, await world.sign(0, { nonce: 0n, priceTicks: 4_000n, quantityLots: 1n }));
    await becomes(client, link, "onChain");
    for (const [root, outcome] of [
      [priced, 33n],
      [asserted.root, 42n],
    ] as const) {
      await eventually(`root ${root} is settled`, async () => (await handle.book.rootOf(root)).settled);
      const { lo, hi } = await handle.book.rootOf(root);
      expect([lo, hi]).to.deep.equal([outcome, outcome]);
    }
    const metrics = await metricsOf(relay);
    expect(metrics.get('relay_settler_calls_total{outcome="sent"}')).to.equal(2);
    expect(metrics.get('relay_settler_calls_total{outcome="again"}')).to.equal(undefined);
  });
});
