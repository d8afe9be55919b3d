/** Signed cancellations and switches through a relay, on the contracts themselves. */
import { expect } from "chai";

import { createRelayClient, type RelayClient } from "../../src/client/relay/client.js";
import { cancelAll } from "../../src/client/relay/cancellation.js";
import {
  type SignedTradesCancellation,
  type TradesCancellation,
  tradesCancellation,
} from "../../src/protocol/signing/trades-cancellation.js";
import { cancellationDigest } from "../../src/protocol/signing/typed-data.js";
import { accepted, becomes, eventually, openWorld, type TestRelay, type TestWorld } from "./support.js";

describe("given a relay and traders with orders on the chain", function () {
  let world: TestWorld;
  let relay: TestRelay;
  let client: RelayClient;
  before(async () => {
    world = await openWorld({ traders: 4 });
    relay = await world.startRelay();
    client = createRelayClient(relay.relay.url);
  });
  after(() => world.close());

  function sign(trader: number, fields: Partial<TradesCancellation>): SignedTradesCancellation {
    const { handle, traders } = world.stage;
    const { address, key } = traders[trader]!;
    const range = { fromTradeRootId: 1, toTradeRootId: 2 ** 32 - 1, nonceFloor: 0n, deadline: BigInt(handle.t2 - 1) };
    const cancellation = tradesCancellation({ trader: address, ...range, ...fields });
    return { cancellation, signature: key.sign(cancellationDigest(handle.domain, cancellation)).serialized };
  }
  /** Two bids of the trader that rest. @returns their numbers */
  async function rest(trader: number, ...nonces: readonly bigint[]): Promise<number[]> {
    const numbers: number[] = [];
    for (const nonce of nonces) {
      const link = await accepted(relay.client, await world.sign(trader, { nonce, priceTicks: 4_000n + nonce }));
      numbers.push(Number((await becomes(relay.client, link, "onChain"))["tradeRootId"]));
    }
    return numbers;
  }
  const openOrders = async (trader: number): Promise<bigint> =>
    (await world.stage.handle.book.accountOf(world.stage.traders[trader]!.address)).openOrders;
  const floorOf = async (trader: number): Promise<bigint> =>
    (await world.stage.handle.book.noncesOf(world.stage.traders[trader]!.address)).nonceFloor;

  it("when all is to be cancelled, takes all orders out and makes the nonces void", async () => {
    const numbers = await rest(0, 0n, 1n);
    const { address } = world.stage.traders[0]!;
    const fields = cancelAll(address, await client.trader(address), BigInt(world.stage.handle.t2 - 1));
    const { hash, tradeRootIds } = await client.cancelTrades(sign(0, fields));
    expect(tradeRootIds).to.deep.equal(numbers);
    expect((await client.cancelled(hash)).status).to.equal("onChain");
    expect([await openOrders(0), await floorOf(0)]).to.deep.equal([0n, 2n]);
  });

  it("when quotes are replaced, brings cancellation and quotes in one transaction", async () => {
    await rest(1, 0n, 1n);
    const quotes = [await world.sign(1, { nonce: 2n }), await world.sign(1, { nonce: 3n, priceTicks: 4_900n })];
    const { cancellation, packages } = await client.replace(sign(1, { nonceFloor: 2n }), quotes);
    expect(packages.map(({ taken }) => taken)).to.deep.equal([true, true]);
    const { block } = await client.cancelled(cancellation.hash);
    for (const one of packages) {
      if (one.taken) expect((await client.settled(one.link)).block).to.deep.equal(block);
    }
    const { provider, handle } = world.stage;
    const logs = await provider.getLogs({ address: handle.bookAddress, blockHash: block!.hash });
    expect(new Set(logs.map(({ transactionHash }) => transactionHash)).size).to.equal(1);
    expect(await openOrders(1)).to.equal(2n);
  });

  it("when places are free, rests orders there, and takes them out again", async () => {
    const { address } = world.stage.traders[1]!;
    const { binding } = await client.trader(address);
    const places = binding.orders.map(({ place }) => place).sort((a, b) => a - b);
    expect(places, "where the first orders of all were").to.deep.equal([1, 2]);
    const { tradeRootId, lots } = await world.stage.handle.book.orderAt(1);
    expect([Number(tradeRootId) > 2, lots]).to.deep.equal([true, 10n]);
    const { hash } = await client.cancelTrades(sign(1, { nonceFloor: 4n }));
    expect((await client.cancelled(hash)).status).to.equal("onChain");
    expect(await openOrders(1)).to.equal(0n);
  });

  it("when a trader falls silent, fires the switch, though the relay was away by then", async () => {
    await rest(2, 0n, 1n);
    const kept = await client.armSwitch(sign(2, { nonceFloor: 9n }), 60_000);
    const lost = await client.armSwitch(sign(2, { nonceFloor: 8n }), 1_000);
    await client.heartbeat(kept);
    await relay.relay.stop();
    expect(await openOrders(2), "a relay that is down cannot fire").to.equal(2n);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    relay = await world.startRelay();
    client = createRelayClient(relay.relay.url);
    await eventually("the orders are out", async () => (await openOrders(2)) === 0n);
    await eventually("it is known to be done", async () => (await client.cancellation(lost.hash)).status === "onChain");
    expect([await floorOf(2), (await client.switchState(kept)).status]).to.deep.equal([8n, "armed"]);
    expect((await client.disarmSwitch(kept)).status).to.equal("disarmed");
  });
});
