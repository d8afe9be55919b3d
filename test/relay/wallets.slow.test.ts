import { expect } from "chai";
import { parseEther } from "ethers";

import type { Signatory } from "../../trials/relay/orders.js";
import { KeyWallet__factory } from "../../typechain-types/index.js";
import { accepted, becomes, eventually, openWorld, type TestRelay, type TestWorld } from "./support.js";

/** Traders without a key of their own: a contract that says which signatures are its own (ERC-1271). */
describe("given a relay and a trader that is a contract wallet", function () {
  let world: TestWorld;
  let relay: TestRelay;
  let wallet: Signatory;

  before(async () => {
    world = await openWorld({ traders: 2 });
    const { handle, organiser, traders } = world.stage;
    const [{ address: holder, key }] = traders as unknown as [Signatory];
    const contract = await new KeyWallet__factory(organiser).deploy(holder);
    await contract.waitForDeployment();
    wallet = { address: await contract.getAddress(), key };
    await (await handle.book.connect(organiser).deposit(wallet.address, parseEther("100"))).wait();
    relay = await world.startRelay();
  });
  after(() => world.close());
  afterEach(() => {
    world.proxy.behave = undefined;
  });

  it("when the wallet has brought nothing yet, refuses it, and takes its packages once it has", async () => {
    const { book } = world.stage.handle;
    const first = await world.sign(wallet, { nonce: 0n, quantityLots: 1n, priceTicks: 2_000n });
    const { status, body } = await relay.client.submit(first);
    const { code, values } = body["error"] as { code: string; values: Record<string, string> };
    expect([status, code, values]).to.deep.equal([
      403,
      "RELAY_WALLET_NEW",
      { wallet: wallet.address, paid: "0", wanted: "360000" },
    ]);
    for (let nonce = 0n; nonce < 3n; nonce += 1n) {
      const { package: order, signature } = await world.sign(wallet, { nonce, quantityLots: 1n, priceTicks: 2_000n });
      await (
        await book
          .connect(world.stage.organiser)
          .createTrade({ tradePackage: order, signature, insertAfter: 0, place: 0, newest: 0 }, 16, 64)
      ).wait();
    }
    await eventually("the relay has seen what was paid", async () => {
      const next = await relay.client.submit(
        await world.sign(wallet, { nonce: 3n, quantityLots: 1n, priceTicks: 2_000n }),
      );
      return next.status === 202;
    });
  });

  it("when the wallet approves, takes the package and brings it to the book", async () => {
    const link = await accepted(relay.client, await world.sign(wallet, { nonce: 4n, quantityLots: 5n }));
    const { tradeRootId } = await becomes(relay.client, link, "onChain");
    const { handle } = world.stage;
    const { lots, traderId } = await handle.book.orderAt(Number(tradeRootId));
    expect([lots, traderId]).to.deep.equal([5n, await handle.book.traderIdOf(wallet.address)]);
  });

  it("when the wallet does not approve, refuses the package as the book would", async () => {
    const { key } = world.stage.traders[1]!;
    const { status, body } = await relay.client.submit(await world.sign({ ...wallet, key }, { nonce: 5n }));
    const { code, values } = body["error"] as { code: string; values: Record<string, string> };
    expect([status, code, values["trader"]]).to.deep.equal([422, "Book_SignatureInvalid", wallet.address]);
  });

  it("when nobody can ask the wallet, refuses the package for now, and takes it later", async () => {
    const signed = await world.sign(wallet, { nonce: 5n, quantityLots: 1n });
    world.proxy.behave = ({ method }) => (method === "eth_call" ? { kind: "cut" } : undefined);
    const { status, body } = await relay.client.submit(signed);
    const { code, values } = body["error"] as { code: string; values: Record<string, string> };
    expect([status, code, values["wallet"]]).to.deep.equal([503, "RELAY_WALLET_UNREACHABLE", wallet.address]);
    world.proxy.behave = undefined;
    await becomes(relay.client, await accepted(relay.client, signed), "onChain");
  });
});
