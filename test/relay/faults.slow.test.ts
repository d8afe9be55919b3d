import { expect } from "chai";
import { Wallet } from "ethers";

import { auditRelay } from "../../trials/relay/audit.js";
import { drained, ready } from "../../trials/relay/load-generator.js";
import { recordsOf } from "../../src/bindings/records.js";
import { primaryLink } from "../../src/protocol/signing/typed-data.js";
import type { RpcRequest } from "../../stage/faulty-node.js";
import { accepted, becomes, eventually, openWorld, type TestRelay, type TestWorld } from "./support.js";

/** Long enough that the relay compares the book's head with its own meanwhile. */
const LOOKS_HELD = 30;

/** Nodes that err, lag, lie or go away, and others who interfere. What was acknowledged lands once, whatever happens. */
describe("given a relay whose node or surroundings misbehave", function () {
  let world: TestWorld;
  let relay: TestRelay;
  const acknowledged: string[] = [];
  const nonces = new Map<number, bigint>();

  before(async () => {
    world = await openWorld({ traders: 4 });
    relay = await world.startRelay({ flags: ["--replace-after-ms", "400", "--rpc-timeout-ms", "1000"] });
  });
  after(() => world.close());
  afterEach(() => {
    world.proxy.behave = undefined;
  });

  const take = async (trader: number, price = 4_000n): Promise<string> => {
    const nonce = nonces.get(trader) ?? 0n;
    nonces.set(trader, nonce + 1n);
    const link = await accepted(relay.client, await world.sign(trader, { nonce, priceTicks: price }));
    acknowledged.push(link);
    return link;
  };

  for (const [what, bad] of [
    ["cuts every connection", { kind: "cut" }],
    ["answers with a status of 502", { kind: "status", status: 502, text: "<html>bad gateway</html>" }],
    ["answers with no JSON", { kind: "status", status: 200, text: "{" }],
    ["answers with an error", { kind: "error", message: "header not found" }],
    ["answers with nonsense", { kind: "result", result: { number: "seven" } }],
    ["answers with nothing", { kind: "result", result: null }],
  ] as const) {
    it(`when the node ${what} for a while, it goes on taking packages and they land afterwards`, async () => {
      world.proxy.behave = () => bad;
      const link = await take(0);
      const asked = [...world.proxy.asked.values()].reduce((sum, count) => sum + count, 0);
      await eventually("the node was asked in vain", () => {
        return [...world.proxy.asked.values()].reduce((sum, count) => sum + count, 0) > asked;
      });
      world.proxy.behave = undefined;
      await becomes(relay.client, link, "onChain");
    });
  }

  it("when the node swallows transactions, it sends them again", async () => {
    let swallowed = 0;
    world.proxy.behave = ({ method }) => {
      if (method !== "eth_sendRawTransaction" || swallowed === 2) return undefined;
      swallowed += 1;
      return { kind: "result", result: `0x${"11".repeat(32)}` };
    };
    await becomes(relay.client, await take(1), "onChain");
    expect(swallowed).to.equal(2);
  });

  it("when the node takes a transaction but reports a failure, it lands once", async () => {
    world.proxy.behave = ({ method }) =>
      method === "eth_sendRawTransaction" ? { kind: "result", result: "no hash", passOn: true } : undefined;
    await becomes(relay.client, await take(1), "onChain");
  });

  it("when the node denies every transaction and every receipt, it believes the logs", async () => {
    world.proxy.behave = ({ method }) => {
      if (method === "eth_getTransactionByHash") return { kind: "result", result: null };
      if (method !== "eth_getTransactionReceipt") return undefined;
      return { kind: "change", change: (receipt) => ({ ...(receipt as object), status: "0x0", logs: [] }) };
    };
    const link = await take(1);
    await becomes(relay.client, link, "onChain");
    expect(await created(world, link), "receipts are for accounts alone").to.equal(1);
  });

  it("when the node hangs for a while, it goes on taking packages and they land afterwards", async () => {
    const nonce = nonces.get(2) ?? 0n;
    nonces.set(2, nonce + 1n);
    const signed = await world.sign(2, { nonce, priceTicks: 4_000n });
    process.kill(world.node.pid, "SIGSTOP");
    try {
      acknowledged.push(await accepted(relay.client, signed));
      const asked = world.proxy.asked.get("eth_getBlockByNumber") ?? 0;
      await eventually("it was asked in vain", () => (world.proxy.asked.get("eth_getBlockByNumber") ?? 0) > asked);
    } finally {
      process.kill(world.node.pid, "SIGCONT");
    }
    await becomes(relay.client, acknowledged.at(-1)!, "onChain");
  });

  it("when the same package comes many times at once, it lands once", async () => {
    const nonce = nonces.get(3) ?? 0n;
    nonces.set(3, nonce + 1n);
    const signed = await world.sign(3, { nonce, priceTicks: 4_000n });
    const links = await Promise.all(Array.from({ length: 20 }, () => accepted(relay.client, signed)));
    const [link] = links as [string];
    acknowledged.push(link);
    expect(new Set(links).size).to.equal(1);
    await becomes(relay.client, link, "onChain");
    expect(await created(world, link)).to.equal(1);
  });

  it("when the node hides logs, it does not believe that there were none", async () => {
    world.proxy.behave = ({ method }) => (method === "eth_getLogs" ? { kind: "result", result: [] } : undefined);
    const first = await take(2);
    await eventually("the batch is on the chain", async () => (await created(world, first)) === 1);
    const asked = world.proxy.asked.get("eth_getBlockByNumber") ?? 0;
    await eventually("more was asked", () => (world.proxy.asked.get("eth_getBlockByNumber") ?? 0) > asked + 5);
    world.proxy.behave = undefined;
    await becomes(relay.client, first, "onChain");
    await ready(relay.client, 30_000); // it may have had to read the chain again
    await becomes(relay.client, await take(2), "onChain");
  });

  it("when the node leaves out the end of a block's logs once, it asks again and goes on", async () => {
    const hidden = new Set<unknown>();
    const readiness = new Set<boolean>();
    world.proxy.behave = ({ method, params: [query] }) => {
      readiness.add(relay.relay.sessions.all[0]!.isReady());
      const { blockHash } = (query ?? {}) as { blockHash?: string }; // of a query for logs
      if (method !== "eth_getLogs" || hidden.has(blockHash)) return undefined;
      hidden.add(blockHash);
      return { kind: "change", change: (logs) => (logs as unknown[]).slice(0, -1) };
    };
    await becomes(relay.client, await take(2), "onChain");
    expect([[...readiness], hidden.size > 0]).to.deep.equal([[true], true]);
  });

  it("when the node answers for its newest block with what the next one brings, it neither stops nor sends twice", async () => {
    const { provider } = world.stage;
    const held = (await provider.send("eth_getBlockByNumber", ["latest", false])) as { number: string }; // by JSON-RPC
    const account = new Wallet(world.stage.relayKeys[0]!).address;
    const noncesBefore = await provider.getTransactionCount(account);
    const sentBefore = world.proxy.asked.get("eth_sendRawTransaction") ?? 0;
    const sent = (): number => (world.proxy.asked.get("eth_sendRawTransaction") ?? 0) - sentBefore;
    const readiness = new Set<boolean>();
    let looks = 0;
    world.proxy.behave = ({ method, params }) => {
      readiness.add(relay.relay.sessions.all[0]!.isReady());
      if (looks === LOOKS_HELD) return undefined;
      if (method === "eth_call" && params[1] === held.number) return { kind: "ask", params: [params[0], "latest"] };
      if (method !== "eth_getBlockByNumber" || params[0] !== "latest") return undefined;
      if (sent() > 0) looks += 1;
      return { kind: "result", result: held };
    };
    await becomes(relay.client, await take(2), "onChain");
    const noncesUsed = (await provider.getTransactionCount(account)) - noncesBefore;
    expect([[...readiness], looks, noncesUsed]).to.deep.equal([[true], LOOKS_HELD, 1]);
  });

  it("when the node lags behind what it said before, it waits", async () => {
    const { provider } = world.stage;
    const old = (await provider.getBlockNumber()) - 2;
    world.proxy.behave = ({ method, params }: RpcRequest) =>
      method === "eth_getBlockByNumber" && params[0] === "latest"
        ? { kind: "change", change: () => oldBlock }
        : undefined;
    const oldBlock: unknown = await provider.send("eth_getBlockByNumber", [`0x${old.toString(16)}`, false]);
    const link = await take(3);
    await eventually("it was asked a few times", async () => {
      const { body } = await relay.client.get("/health");
      return body["waiting"] === 1 && body["inFlight"] === 1;
    });
    world.proxy.behave = undefined;
    await becomes(relay.client, link, "onChain");
  });

  it("when somebody else uses the account's nonce, the packages go with the next one", async () => {
    const { provider, relayKeys } = world.stage;
    const wallet = new Wallet(relayKeys[0]!, provider);
    // Between the relay's choice of the nonce and its transaction's arrival.
    let done = false;
    world.proxy.behave = ({ method }) => {
      if (method !== "eth_sendRawTransaction" || done) return undefined;
      done = true;
      return { kind: "result", result: `0x${"22".repeat(32)}` };
    };
    const link = await take(0);
    await eventually("the relay has chosen its nonce", () => done);
    await (await wallet.sendTransaction({ to: wallet.address, value: 1n })).wait();
    await becomes(relay.client, link, "onChain");
  });

  it("when somebody else brings the same package, it counts as landed", async () => {
    world.proxy.behave = ({ method }) => (method === "eth_call" ? { kind: "error", message: "busy" } : undefined);
    const signed = await world.sign(1, { nonce: nonces.get(1)!, priceTicks: 3_500n });
    nonces.set(1, nonces.get(1)! + 1n);
    acknowledged.push(await accepted(relay.client, signed));
    const { handle, organiser } = world.stage;
    const order = { tradePackage: signed.package, signature: signed.signature, insertAfter: 0, place: 0, newest: 0 };
    await (await handle.book.connect(organiser).createTrade(order, 16, 64)).wait();
    world.proxy.behave = undefined;
    await becomes(relay.client, acknowledged.at(-1)!, "onChain");
  });

  it("when the chain refuses what was acknowledged, it says why", async () => {
    world.proxy.behave = ({ method }) => (method === "eth_call" ? { kind: "error", message: "busy" } : undefined);
    const nonce = nonces.get(3)!;
    const loser = await world.sign(3, { nonce, priceTicks: 3_400n });
    const winner = await world.sign(3, { nonce, priceTicks: 3_300n });
    nonces.set(3, nonce + 1n);
    acknowledged.push(await accepted(relay.client, loser));
    const { handle, organiser } = world.stage;
    const order = { tradePackage: winner.package, signature: winner.signature, insertAfter: 0, place: 0, newest: 0 };
    await (await handle.book.connect(organiser).createTrade(order, 16, 64)).wait();
    world.proxy.behave = undefined;
    const { refusal } = await becomes(relay.client, acknowledged.at(-1)!, "refused");
    expect(refusal).to.deep.equal({
      code: "Book_NonceUsed",
      values: { trader: loser.package.trader, nonce: String(nonce), nonceFloor: String(nonce + 1n) },
    });
  });

  it("when blocks come by hand and gas gets dearer, it offers more for the same nonce", async () => {
    const { provider } = world.stage;
    await provider.send("evm_setAutomine", [false]);
    const link = await take(2);
    const account = new Wallet(world.stage.relayKeys[0]!).address;
    const before = await provider.getTransactionCount(account);
    await eventually("a replacement was sent", () => (world.proxy.asked.get("eth_sendRawTransaction") ?? 0) > 0);
    await provider.send("anvil_setNextBlockBaseFeePerGas", ["0x2540be400"]); // ten times what was offered
    await eventually("it has landed", async () => {
      await world.mine();
      return (await relay.client.get(`/v1/packages/${link}`)).body["status"] === "onChain";
    });
    expect(await provider.getTransactionCount(account)).to.equal(before + 1);
    await provider.send("evm_setAutomine", [true]);
  });

  it("when blocks are dropped, packages go back and land again", async () => {
    const { provider } = world.stage;
    const link = await take(0);
    const { block } = await becomes(relay.client, link, "onChain");
    const depth = (await provider.getBlockNumber()) - (block as { number: number }).number + 1;
    await provider.send("anvil_reorg", [depth, []]);
    await eventually("it is in another block", async () => {
      const { body } = await relay.client.get(`/v1/packages/${link}`);
      return body["status"] === "onChain" && JSON.stringify(body["block"]) !== JSON.stringify(block);
    });
  });

  it("then everything that was acknowledged is on the chain once or was refused there, and the relay agrees", async () => {
    expect(await drained(relay.client, 30_000)).to.equal(true);
    const { problems, landed, refused } = await auditRelay(world.stage, relay.client, acknowledged);
    expect(problems).to.deep.equal([]);
    expect([landed, refused]).to.deep.equal([acknowledged.length - 1, 1]);
  });
});

/** How often the package was created on the chain. */
async function created({ stage: { handle, provider } }: TestWorld, link: string): Promise<number> {
  const logs = await provider.getLogs({ address: handle.bookAddress, fromBlock: 0 });
  return recordsOf(handle, logs).filter((one) => one.kind === "tradeCreated" && primaryLink(one.package) === link)
    .length;
}
