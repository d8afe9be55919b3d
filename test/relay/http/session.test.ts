import { expect } from "chai";
import { type TypedDataField, Wallet } from "ethers";

import { createRelayClient } from "../../../src/client/relay/client.js";
import { domainSeparator } from "../../../src/protocol/signing/typed-data.js";
import { PaperChain, T1, T2, traderAt } from "../paper/chain.js";
import { httpOf, type PaperHttp, plain } from "../paper/http.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

interface Told {
  readonly domain: Record<string, unknown>;
  readonly types: Readonly<Record<string, Record<string, TypedDataField[]>>>;
}

describe("given the interface of a relay and nothing else", () => {
  let chain: PaperChain;
  let relay: PaperRelay;
  let http: PaperHttp;
  beforeEach(async () => {
    chain = new PaperChain();
    relay = await paperRelay({ chain });
    await relay.follow();
    http = await httpOf(relay);
  });

  it("tells the chain, the book, its units, its terms and its times", async () => {
    const { status, body } = await http.get("/v1/session");
    const { terms } = chain;
    expect(status).to.equal(200);
    expect(body).to.deep.include({
      chainId: "31337",
      session: terms.session,
      orderBook: terms.domain.verifyingContract,
      genesis: domainSeparator(terms.domain),
      t1: String(T1),
      t2: String(T2),
      phase: "open",
      time: String(relay.clock.now()),
      serverTimeMs: 1_234,
      units: {
        scale: "10000",
        tickValue: String(10n ** 11n),
        lotValue: String(10n ** 15n),
        reserveShift: terms.reserveShift,
      },
    });
    expect(body["relay"]).to.include({ account: relay.account, mostPackages: 100, deadlineMargin: 5 });
  });

  it("tells enough for a program to sign an order that is taken", async () => {
    const { domain, types } = (await http.get("/v1/session")).body as unknown as Told;
    const { link } = (await http.get("/v1/link")).body;
    const wallet = new Wallet(traderAt(0).key);
    const order = plain({
      marketRootId: 1,
      marketBranchId: 1,
      trader: wallet.address,
      priceTicks: 5_000n,
      quantityLots: 1n,
      previousLink: link,
      nonce: 0n,
      deadline: T2 - 1n,
      timeInForce: 0,
    });
    const signature = await wallet.signTypedData(domain, types["TradePackage"]!, order);
    const { status, body } = await http.post("/v1/packages", { package: order, signature });
    expect([status, body["status"]]).to.deep.equal([202, "pending"]);
  });

  it("names the types that each signature needs, and no other: wallets refuse what is not used", async () => {
    const { domain, types } = (await http.get("/v1/session")).body as unknown as Told;
    const wallet = new Wallet(traderAt(0).key);
    const zero = (type: string): unknown => {
      if (type.endsWith("[]")) return [];
      if (type.startsWith("bytes")) return `0x${"00".repeat(32)}`;
      return type === "address" ? wallet.address : "0";
    };
    const ofTraders = ["TradePackage", "QuoteSet", "CancelTrades", "CancelPackage", "Market", "ReadOwn"];
    expect(Object.keys(types)).to.have.members([...ofTraders, "Receipt"]);
    for (const [name, needed] of Object.entries(types)) {
      const value = Object.fromEntries(needed[name]!.map((field) => [field.name, zero(field.type)]));
      expect(await wallet.signTypedData(domain, needed, value), name).to.match(/^0x[0-9a-f]{130}$/);
    }
  });

  it("says before which time and from which time on nothing is traded", async () => {
    const phaseAt = async (time: bigint): Promise<unknown> => {
      relay.clock.saw(time);
      return (await http.get("/v1/session")).body["phase"];
    };
    const phases = [await phaseAt(T1 - 1n), await phaseAt(T1), await phaseAt(T2 - 1n), await phaseAt(T2)];
    expect(phases).to.deep.equal(["before", "open", "open", "settling"]);
  });

  it("is read by the typed client", async () => {
    const through: typeof fetch = async (url) => {
      const { statusCode, body } = await http.server.inject(new URL(url).pathname);
      return new Response(body, { status: statusCode });
    };
    const { units, t2, assets } = await createRelayClient("http://relay", { fetch: through }).session();
    expect([units.lotValue, t2, assets.length, assets[1]?.quantity]).to.deep.equal([10n ** 15n, T2, 2, 10n ** 20n]);
  });
});
