import { expect } from "chai";

import type { RawClient } from "../../trials/relay/http-client.js";
import { cancelDigest } from "../../src/wire/cancellation.js";
import type { Relay } from "../../src/relay/running/serving.js";
import { accepted, becomes, eventually, openWorld, type TestWorld } from "./support.js";

/** A package from its submission to the chain, by way of a relay on the embedded database. */
describe("given a relay on a node and an embedded database", function () {
  let world: TestWorld;
  let relay: Relay;
  let client: RawClient;

  before(async () => {
    world = await openWorld({ traders: 4 });
    ({ relay, client } = await world.startRelay());
  });
  after(() => world.close());

  describe("when good packages are submitted", () => {
    it("acknowledges each with its place and fills, and brings them to the book in that order", async () => {
      const maker = await client.submit(await world.sign(0, { quantityLots: -7n, priceTicks: 5_100n }));
      const taker = await client.submit(await world.sign(1, { quantityLots: 10n, priceTicks: 5_200n }));
      expect(maker.status, JSON.stringify(maker.body)).to.equal(202);
      expect(maker.body["expected"]).to.deep.equal({ tradeRootId: 1, fills: [], left: "-7" });
      expect(taker.body["expected"]).to.deep.equal({
        tradeRootId: 2,
        fills: [{ makerRootId: 1, priceTicks: "5100", lots: "7" }],
        left: "3",
      });
      expect(await becomes(client, taker.body["link"] as string, "onChain")).to.include({ tradeRootId: 2 });
      const { lots, price } = await world.stage.handle.book.orderAt(2);
      expect([lots, price]).to.deep.equal([3n, 5_200n]);
    });

    it("answers the same package again with what has become of it", async () => {
      const signed = await world.sign(2, { nonce: 0n, priceTicks: 4_000n });
      const link = await accepted(client, signed);
      expect(await accepted(client, signed)).to.equal(link);
      const { tradeRootId } = await becomes(client, link, "onChain");
      const again = await client.submit(signed);
      expect([again.status, again.body["status"], again.body["tradeRootId"]]).to.deep.equal([
        202,
        "onChain",
        tradeRootId,
      ]);
    });
  });

  describe("when a package is bad", () => {
    for (const [what, code, fields] of [
      ["names a stale link", "Book_StaleLink", { previousLink: `0x${"ab".repeat(32)}` }],
      ["has a price beyond the bounds", "Book_PriceOutOfBounds", { priceTicks: 10_001n }],
      ["has a nonce that was used", "Book_NonceUsed", { nonce: 0n }],
      ["has a deadline that has passed", "Book_DeadlineExpired", { nonce: 1n, deadline: 1n }],
      ["costs more than its trader has", "Book_Uncovered", { nonce: 1n, quantityLots: 10_000_000n }],
      ["is for a market that does not exist", "Book_MarketUnknown", { nonce: 1n, marketRootId: 9 }],
    ] as const) {
      it(`refuses one that ${what}, as the book would`, async () => {
        const { status, body } = await client.submit(await world.sign(0, fields));
        expect([status, (body["error"] as { code: string }).code]).to.deep.equal([422, code]);
      });
    }

    it("refuses one that somebody else has signed", async () => {
      const own = await world.sign(0, { nonce: 5n });
      const { signature } = await world.sign(1, { nonce: 5n });
      const { status, body } = await client.submit({ ...own, signature });
      expect([status, (body["error"] as { code: string }).code]).to.deep.equal([422, "Book_SignatureInvalid"]);
    });

    it("refuses one whose deadline leaves no time", async () => {
      const latest = await world.stage.provider.getBlock("latest");
      const deadline = BigInt(latest!.timestamp + 3);
      const { status, body } = await client.submit(await world.sign(0, { nonce: 5n, deadline }));
      const { code } = body["error"] as { code: string };
      expect(status).to.equal(422);
      expect(code).to.be.oneOf(["RELAY_DEADLINE_NEAR", "Book_DeadlineExpired"]);
    });
  });

  describe("when the book is asked for", () => {
    it("gives depth, trader, and the link to sign next", async () => {
      const { body: depth } = await client.get("/v1/markets/1/1/depth");
      expect(depth["bids"]).to.deep.equal([
        { priceTicks: "5200", lots: "3", orders: 1 },
        { priceTicks: "4000", lots: "10", orders: 1 },
      ]);
      const { body: trader } = await client.get(`/v1/traders/${world.stage.traders[0]!.address}`);
      const { claim } = await world.stage.handle.book.accountOf(world.stage.traders[0]!.address);
      expect(trader["claim"]).to.equal(claim.toString());
      expect(await client.link()).to.equal((await world.stage.handle.book.chainState()).link);
    });
  });

  describe("when a package is cancelled", () => {
    let link: string;
    const cancel = (trader: number) => {
      const digest = cancelDigest(world.stage.handle.domain, link);
      const { serialized: signature } = world.stage.traders[trader]!.key.sign(digest);
      return client.post(`/v1/packages/${link}/cancel`, { signature });
    };

    it("refuses it from anybody but its trader, and takes it back before it was sent", async () => {
      world.proxy.behave = ({ method }) => (method === "eth_call" ? { kind: "error", message: "busy" } : undefined);
      link = await accepted(client, await world.sign(3, { nonce: 0n, priceTicks: 3_000n }));
      const other = await cancel(2);
      expect([other.status, (other.body["error"] as { code: string }).code]).to.deep.equal([
        403,
        "RELAY_CANCEL_SIGNATURE",
      ]);
      const own = await cancel(3);
      expect([own.status, own.body["status"]]).to.deep.equal([200, "withdrawn"]);
      world.proxy.behave = undefined;
      await becomes(client, link, "withdrawn");
    });

    it("refuses it once it is on the chain", async () => {
      link = await accepted(client, await world.sign(3, { nonce: 1n, priceTicks: 3_000n }));
      await becomes(client, link, "onChain");
      const { status, body } = await cancel(3);
      expect([status, (body["error"] as { code: string }).code]).to.deep.equal([409, "RELAY_ALREADY_SENT"]);
    });
  });

  describe("when an order expires in the book", () => {
    it("takes it out", async () => {
      const { provider, handle } = world.stage;
      const deadline = BigInt((await provider.getBlock("latest"))!.timestamp + 600);
      const link = await accepted(client, await world.sign(2, { nonce: 1n, priceTicks: 2_000n, deadline }));
      const { tradeRootId } = await becomes(client, link, "onChain");
      await provider.send("evm_increaseTime", [1_000]);
      await world.mine();
      await eventually("the order is out", async () => (await handle.book.orderAt(Number(tradeRootId))).lots === 0n);
    });
  });

  describe("when it is told to stop", () => {
    it("answers what it was asked before, ends, and answers nobody then", async () => {
      const before = client.submit(await world.sign(1, { nonce: 7n, priceTicks: 1_000n }));
      const after = world.sign(1, { nonce: 8n, priceTicks: 1_000n });
      const { status } = await before;
      await Promise.all([relay.stop(), relay.stop()]);
      await relay.ended;
      expect([status, (await client.submit(await after)).status]).to.deep.equal([202, 0]);
    });
  });
});
