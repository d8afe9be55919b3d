/** Packages that a relay brings through the contracts themselves, on a node and a database of its own. */
import { expect } from "chai";

import { readRecords } from "../../src/bindings/logs.js";
import { fundMaker, openMaker, planMaker, readMaker, tradeThroughMaker } from "../../src/client/maker.js";
import { openSetRouter } from "../../src/client/routing.js";
import type { RelayError } from "../../src/relay/errors.js";
import type { PackageFields } from "../../src/protocol/signing/package.js";
import { LmsrMakerFactory__factory, SetRouter__factory } from "../../typechain-types/index.js";
import { accepted, becomes, openWorld, type TestRelay, type TestWorld } from "./support.js";

const ONE = 10n ** 18n;
/** b of the maker, lots: buying ten moves its price from 5 000 to 5 025 ticks. */
const LIQUIDITY = 1_000n;
const [IOC, FOK] = [1, 2];

describe("given a relay that knows a maker and a router", function () {
  let world: TestWorld;
  let [maker, router] = ["", ""];
  let nonce = 0n;

  before(async () => {
    world = await openWorld({ traders: 3 });
    const { handle, organiser } = world.stage;
    const factory = await (await new LmsrMakerFactory__factory(organiser).deploy()).getAddress();
    maker = (await openMaker(handle, organiser, factory, await planMaker(handle, { liquidity: LIQUIDITY }))).address;
    await fundMaker(handle, organiser, await readMaker(handle, factory, maker), 1_000_000n * ONE);
    router = await (await new SetRouter__factory(organiser).deploy(handle.bookAddress)).getAddress();
    await (await openSetRouter(handle, organiser, router)).lend(1_000n * ONE);
  });
  after(() => world.close());

  const start = (...houses: string[]): Promise<TestRelay> =>
    world.startRelay({ flags: [...houses, "--index", "off", "--burn-quota", "0"] });
  const order = (trader: number, fields: Partial<PackageFields>) => {
    nonce += 1n;
    return world.sign(trader, { nonce, timeInForce: IOC, ...fields });
  };
  /** Who was called to bring an order, and what it got as the taker. */
  async function fate(
    tradeRootId: number,
  ): Promise<{ readonly to: string | null; readonly fills: readonly unknown[] }> {
    const { handle, provider } = world.stage;
    const records = await readRecords(handle);
    const created = records.find((one) => one.kind === "tradeCreated" && one.tradeRootId === tradeRootId)!;
    const sent = await provider.getTransaction(created.transactionHash);
    const fills = records.flatMap((one) =>
      one.kind === "matched" && one.takerRootId === tradeRootId ? [[one.priceTicks, one.lots]] : [],
    );
    return { to: sent!.to, fills };
  }
  async function landed({ client }: TestRelay, link: string): ReturnType<typeof fate> {
    const { tradeRootId } = await becomes(client, link, "onChain");
    return fate(tradeRootId as number);
  }
  const ask = (method: string, ...params: unknown[]): Promise<unknown> => world.stage.provider.send(method, params);

  it("does not start with contracts that are not what they are said to be, and names each", async () => {
    const { bookAddress } = world.stage.handle;
    const error = await start("--maker", `${router},${bookAddress}`, "--router", maker).then(
      () => undefined,
      (thrown: unknown) => thrown as RelayError,
    );
    expect(error?.code).to.equal("RELAY_CONFIG_INVALID");
    const problems = String(error!.values["problems"]).trim().split("\n");
    expect(problems.map((line) => line.trim().split(" ").slice(0, 2))).to.deep.equal([
      ["--maker", router],
      ["--maker", bookAddress],
      ["--router", maker],
    ]);
  });

  it("does not start with a quota of gas that would leave a house unused, and says how much it takes", async () => {
    const flags = ["--maker", maker, "--router", router, "--index", "off", "--burn-quota", "156999"];
    const error = await world.startRelay({ flags }).then(
      () => undefined,
      (thrown: unknown) => thrown as RelayError,
    );
    expect(error?.code).to.equal("RELAY_CONFIG_INVALID");
    const problems = String(error!.values["problems"]).trim().split("\n");
    const needs = "or more, or 0 for any: 156999 bears no package that goes there";
    expect(problems.map((line) => line.trim())).to.deep.equal([
      `--maker ${maker} needs a --burn-quota of 157000 ${needs}`,
      `--router ${router} needs a --burn-quota of 381000 ${needs}`,
    ]);
  });

  it("brings an order through the maker where the book has nothing, and to the book at an equal price", async () => {
    const relay = await start("--maker", maker);
    const bought = await landed(relay, await accepted(relay.client, await order(0, { priceTicks: 5_100n })));
    expect(bought).to.deep.equal({ to: maker, fills: [[5_013n, 10n]] });
    const offer = await order(1, { priceTicks: 5_025n, quantityLots: -10n, timeInForce: 0 });
    await landed(relay, await accepted(relay.client, offer));
    const atBook = await landed(relay, await accepted(relay.client, await order(0, { priceTicks: 5_100n })));
    expect(atBook).to.deep.equal({ to: world.stage.handle.bookAddress, fills: [[5_025n, 10n]] });
    await relay.relay.stop();
  });

  it("brings an order through sets where those are cheaper", async () => {
    const relay = await start("--router", router);
    const other = await order(1, { marketBranchId: 2, priceTicks: 5_200n, timeInForce: 0 });
    await landed(relay, await accepted(relay.client, other));
    const bought = await landed(relay, await accepted(relay.client, await order(0, { priceTicks: 5_100n })));
    expect(bought).to.deep.equal({ to: router, fills: [[4_800n, 10n]] });
    await relay.relay.stop();
  });

  it("loses nothing if the maker has moved meanwhile: the book decides then", async () => {
    const relay = await start("--maker", maker);
    const { handle, organiser } = world.stage;
    const rival = await order(1, { priceTicks: 5_400n, quantityLots: 100n });
    await ask("evm_setAutomine", false);
    const link = await accepted(relay.client, await order(0, { priceTicks: 5_060n, timeInForce: FOK }));
    await becomes(relay.client, link, "submitted");
    await ask("anvil_dropAllTransactions"); // the relay sends it again once the node has lost it
    await ask("evm_setAutomine", true);
    await tradeThroughMaker(handle, organiser, maker, rival);
    const { refusal } = await becomes(relay.client, link, "refused");
    expect((refusal as { readonly code: string }).code).to.equal("Book_FillOrKillUnfilled");
    await relay.relay.stop();
  });

  it("lands what was on its way through the maker when the relay was stopped, once", async () => {
    const first = await start("--maker", maker);
    await ask("evm_setAutomine", false);
    const link = await accepted(first.client, await order(2, { priceTicks: 6_000n }));
    await becomes(first.client, link, "submitted");
    await first.relay.stop();
    const again = await start("--maker", maker);
    await ask("evm_setAutomine", true);
    await ask("evm_mine");
    const { to, fills } = await landed(again, link);
    expect([to, fills.length]).to.deep.equal([maker, 1]);
    await again.relay.stop();
  });
});
