import { expect } from "chai";

import type { SignedPackage } from "../../../src/bindings/packages.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { cancelDigest } from "../../../src/wire/cancellation.js";
import type { OwnPackage } from "../../../src/relay/store/packages.js";
import { ordersOf, PaperChain, refused as nodeRefused, unreachable } from "../paper/chain.js";
import { expectRefused } from "../paper/expect.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

describe("given a package that waits, when it is taken back", () => {
  let chain: PaperChain;
  let relay: PaperRelay;
  let signed: SignedPackage;
  let link: string;

  beforeEach(async () => {
    chain = new PaperChain();
    relay = await paperRelay({ chain });
    await relay.follow();
    signed = chain.sign(0);
    link = primaryLink(signed.package);
    await relay.intake.offer(signed);
  });

  const signature = (trader = 0, of = link): string =>
    chain.traders[trader]!.key.sign(cancelDigest(chain.terms.domain, of)).serialized;

  it("is gone from ledger and book, and stays in the database as taken back", async () => {
    await relay.canceller.cancel(link, signature());
    expect([relay.ledger.find(link), relay.tracker.mirror.open]).to.deep.equal([undefined, []]);
    expect((await relay.packages.find(link))!.fate).to.deep.equal({ status: "withdrawn" });
    const { trader, nonce } = signed.package;
    const [{ withdrawal }] = (await relay.packages.ofNonce(trader, nonce, 1)) as [OwnPackage];
    expect(withdrawal!.signature).to.equal(signature());
    await relay.dispatcher.tick(await relay.fence());
    expect(chain.sent).to.deep.equal([]);
  });

  it("leaves the packages behind it in their order", async () => {
    const behind = [chain.sign(1), chain.sign(2)];
    for (const one of behind) await relay.intake.offer(one);
    await relay.canceller.cancel(link, signature());
    const { open } = relay.tracker.mirror;
    expect(open.map((one) => [one.signed, one.outcome])).to.deep.equal(behind.map((one, index) => [one, index + 1]));
  });

  it("is refused to anybody but its trader", async () => {
    const values = { link, trader: chain.traders[0]!.address };
    await expectRefused(relay.canceller.cancel(link, signature(1)), "RELAY_CANCEL_SIGNATURE", values);
    const other = signature(0, primaryLink(chain.sign(0, { nonce: 7n }).package));
    await expectRefused(relay.canceller.cancel(link, other), "RELAY_CANCEL_SIGNATURE", values);
    await expectRefused(relay.canceller.cancel(link, signed.signature), "RELAY_CANCEL_SIGNATURE", values);
    expect(relay.statusOf(signed)).to.equal("pending");
  });

  it("is granted to a contract wallet that approves", async () => {
    const trader = chain.traders[0]!.address;
    chain.wallets.set(trader, (digest, given) => given === "0x77" && digest === cancelDigest(chain.terms.domain, link));
    await relay.canceller.cancel(link, "0x77");
    expect(relay.ledger.find(link)).to.equal(undefined);
  });

  it("is refused for now if nobody can ask the wallet, or the node does not do so", async () => {
    const wallet = chain.traders[0]!.address;
    for (const failure of [unreachable("eth_call"), nodeRefused("eth_call", "limit exceeded")]) {
      chain.fault = (method) => {
        if (method === "call" || method === "hasCode") throw failure;
      };
      await expectRefused(relay.canceller.cancel(link, "0x77"), "RELAY_WALLET_UNREACHABLE", { wallet });
    }
  });

  it("is refused for a package that nobody knows", async () => {
    const unknown = `0x${"ab".repeat(32)}`;
    await expectRefused(relay.canceller.cancel(unknown, signature()), "RELAY_PACKAGE_UNKNOWN", { link: unknown });
    await relay.canceller.cancel(link, signature());
    await expectRefused(relay.canceller.cancel(link, signature()), "RELAY_PACKAGE_UNKNOWN", { link });
  });

  it("is refused once it is on its way, and once it has landed", async () => {
    await relay.dispatcher.tick(await relay.fence());
    const sent = { link, status: "submitted" };
    await expectRefused(relay.canceller.cancel(link, signature()), "RELAY_ALREADY_SENT", sent);
    chain.mine();
    await relay.follow();
    const landed = { link, status: "onChain" };
    await expectRefused(relay.canceller.cancel(link, signature()), "RELAY_ALREADY_SENT", landed);
  });

  it("is refused once it has been on its way, though it waits again", async () => {
    relay.ledger.retry(link);
    const values = { link, status: "pending" };
    await expectRefused(relay.canceller.cancel(link, signature()), "RELAY_ALREADY_SENT", values);
  });

  it("is refused if another relay has sent it meanwhile", async () => {
    const other = await paperRelay({ chain, rows: relay.rows });
    await other.follow();
    other.ledger.load(await other.packages.live(), [], 0);
    other.plan.lay(other.tracker.mirror, other.clock.now());
    await other.dispatcher.tick(await other.fence());
    expect(relay.statusOf(signed)).to.equal("pending");
    const { seq } = relay.ledger.find(link)!;
    await expectRefused(relay.canceller.cancel(link, signature()), "RELAY_ALREADY_SENT", { seq });
    expect(relay.tracker.mirror.open.length, "it is still expected").to.equal(1);
  });

  it("is refused if somebody else has brought it meanwhile", async () => {
    chain.mine(ordersOf(signed));
    await relay.follow();
    const values = { link, status: "onChain" };
    await expectRefused(relay.canceller.cancel(link, signature()), "RELAY_ALREADY_SENT", values);
  });
});
