import { expect } from "chai";
import { computeAddress, id } from "ethers";

import type { SignedPackage } from "../../../src/bindings/packages.js";
import { receiptHolds } from "../../../src/client/relay/receipts.js";
import { cancellationHash, primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { cancelDigest } from "../../../src/wire/cancellation.js";
import { receipt as receiptForm, type RelayReceipt } from "../../../src/wire/receipt.js";
import { ordersOf, PaperChain } from "../paper/chain.js";
import { type Answered, httpOf, type PaperHttp, plain } from "../paper/http.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

const KEY = id("signs receipts");
const ACCOUNT = computeAddress(KEY);

describe("given a relay with a key for receipts", () => {
  let chain: PaperChain;
  let relay: PaperRelay;
  let http: PaperHttp;
  beforeEach(async () => {
    chain = new PaperChain();
    relay = await paperRelay({ chain });
    await relay.follow();
    http = await httpOf(relay, { receiptKey: KEY });
    relay.time.ms = 5_000;
  });

  const bodyOf = ({ package: order, signature }: SignedPackage) => ({ package: plain(order), signature });
  /** As the form has it, so that nothing more is in it. */
  const receiptIn = (body: unknown): RelayReceipt | undefined => {
    const { receipt } = body as { readonly receipt?: unknown };
    return receipt === undefined ? undefined : receiptForm.wire.parse(receipt);
  };
  const submitted = async (signed: SignedPackage): Promise<RelayReceipt | undefined> =>
    receiptIn((await http.submit(signed)).body);
  const holds = (receipt: RelayReceipt | undefined, hash: string): boolean =>
    receipt !== undefined && receiptHolds(chain.terms.domain, receipt, { hash, account: ACCOUNT });

  it("says who signs them", async () => {
    expect((await http.get("/v1/session")).body["relay"]).to.include({ receipts: ACCOUNT });
  });

  it("signs for a package that it takes: its link, its number, the time, for this chain and book", async () => {
    const signed = chain.sign(0);
    const link = primaryLink(signed.package);
    const receipt = (await submitted(signed))!;
    const { seq } = relay.ledger.find(link)!;
    expect(receipt).to.deep.include({ kind: "package", hash: link, seq, timeMs: 5_000, account: ACCOUNT });
    expect(holds(receipt, link)).to.equal(true);
  });

  it("signs what nobody can turn into a word for anything else", async () => {
    const signed = chain.sign(0);
    const link = primaryLink(signed.package);
    const receipt = (await submitted(signed))!;
    const { domain } = chain.terms;
    const of = { hash: link, account: ACCOUNT };
    const other = primaryLink(chain.sign(1).package);
    for (const change of [{ seq: receipt.seq + 1 }, { timeMs: 4_999 }, { kind: "cancellation" }, { hash: other }]) {
      const changed = { ...receipt, ...change } as RelayReceipt;
      expect(receiptHolds(domain, changed, { ...of, hash: changed.hash }), JSON.stringify(change)).to.equal(false);
    }
    expect(receiptHolds(domain, receipt, { ...of, hash: other }), "another package").to.equal(false);
    expect(receiptHolds({ ...domain, chainId: 1n }, receipt, of), "another chain").to.equal(false);
    expect(receiptHolds({ ...domain, verifyingContract: ACCOUNT }, receipt, of), "another book").to.equal(false);
    expect(receiptHolds(domain, receipt, { ...of, account: relay.account }), "another relay").to.equal(false);
    expect(receiptHolds(domain, { ...receipt, account: relay.account }, of), "another name on it").to.equal(false);
    expect(receiptHolds(domain, { ...receipt, signature: "0x" }, of), "no signature").to.equal(false);
  });

  it("signs again for one that is handed in again, under its number, until it is decided", async () => {
    const signed = chain.sign(0);
    const link = primaryLink(signed.package);
    const { seq } = (await submitted(signed))!;
    relay.time.ms = 6_000;
    const waiting = await submitted(signed);
    expect([waiting?.seq, waiting?.timeMs, holds(waiting, link)]).to.deep.equal([seq, 6_000, true]);
    await relay.dispatcher.tick(await relay.fence());
    expect(holds(await submitted(signed), link), "on its way").to.equal(true);
    chain.mine();
    await relay.follow();
    const landed = await http.submit(signed);
    expect([landed.body["status"], receiptIn(landed.body)]).to.deep.equal(["onChain", undefined]);
  });

  it("signs for nothing that its trader has taken back, and logs the trader's word", async () => {
    const heard: string[] = [];
    relay = await paperRelay({ chain, heard });
    await relay.follow();
    http = await httpOf(relay, { receiptKey: KEY });
    const signed = chain.sign(0);
    const link = primaryLink(signed.package);
    expect(holds(await submitted(signed), link)).to.equal(true);
    const signature = chain.traders[0]!.key.sign(cancelDigest(chain.terms.domain, link)).serialized;
    expect((await http.post(`/v1/packages/${link}/cancel`, { signature })).status).to.equal(200);
    expect(heard).to.include("package taken back by its trader");
    const again = await http.submit(signed);
    expect([again.body["status"], receiptIn(again.body)]).to.deep.equal(["withdrawn", undefined]);
  });

  it("signs for each of many that it takes, and for none that it refuses", async () => {
    const [good, other] = [chain.sign(0), chain.sign(2)];
    const bad = { ...chain.sign(1), signature: `0x${"11".repeat(65)}` };
    const { body } = await http.post("/v1/packages/batch", { packages: [good, bad, other].map(bodyOf) });
    const receipts = (body["packages"] as unknown[]).map(receiptIn);
    expect(receipts[1]).to.equal(undefined);
    expect(holds(receipts[0], primaryLink(good.package))).to.equal(true);
    expect(holds(receipts[2], primaryLink(other.package))).to.equal(true);
    expect(receipts[2]!.seq).to.be.above(receipts[0]!.seq);
  });

  it("signs for cancellations, and for packages in the place of what they take out", async () => {
    chain.mine(ordersOf(chain.sign(0)));
    await relay.follow();
    const signed = chain.signCancellation(0);
    const instead = chain.sign(0, { nonce: 7n });
    const hash = cancellationHash(signed.cancellation);
    const cancellation = { cancellation: plain(signed.cancellation), signature: signed.signature };
    const { body } = (await http.post("/v1/replacements", {
      ...cancellation,
      packages: [bodyOf(instead)],
    })) as Answered & { readonly body: { readonly packages: unknown[] } };
    const receipt = receiptIn(body["cancellation"]);
    expect([receipt?.kind, holds(receipt, hash)]).to.deep.equal(["cancellation", true]);
    expect(holds(receiptIn(body.packages[0]), primaryLink(instead.package))).to.equal(true);
    expect(holds(receiptIn((await http.post("/v1/cancellations", cancellation)).body), hash), "again").to.equal(true);
    await relay.dispatcher.tick(await relay.fence());
    chain.mine();
    await relay.follow();
    expect(receiptIn((await http.post("/v1/cancellations", cancellation)).body), "done").to.equal(undefined);
  });
});

describe("given a relay without a key for receipts", () => {
  it("signs none, and names nobody who would", async () => {
    const chain = new PaperChain();
    const relay = await paperRelay({ chain });
    await relay.follow();
    const http = await httpOf(relay);
    const { status, body } = await http.submit(chain.sign(0));
    expect([status, "receipt" in body]).to.deep.equal([202, false]);
    expect((await http.get("/v1/session")).body["relay"]).not.to.have.property("receipts");
  });
});
