import { expect } from "chai";

import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { cancelDigest } from "../../../src/wire/cancellation.js";
import { PaperChain } from "../paper/chain.js";
import { httpOf, type PaperHttp, plain } from "../paper/http.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

describe("given the interface of a relay, when packages are sent to it", () => {
  let chain: PaperChain;
  let relay: PaperRelay;
  let http: PaperHttp;
  beforeEach(async () => {
    chain = new PaperChain();
    relay = await paperRelay({ chain });
    await relay.follow();
    http = await httpOf(relay);
  });

  const errorIn = ({ body }: { readonly body: Record<string, unknown> }) =>
    body["error"] as { readonly code: string; readonly values: Readonly<Record<string, string>> };

  it("acknowledges one with what is expected of it, amounts as text", async () => {
    await http.submit(chain.sign(0, { quantityLots: -4n, priceTicks: 5_000n }));
    const signed = chain.sign(1, { quantityLots: 6n, priceTicks: 5_100n });
    const { status, body } = await http.submit(signed);
    expect([status, body]).to.deep.equal([
      202,
      {
        link: primaryLink(signed.package),
        status: "pending",
        expected: { tradeRootId: 2, fills: [{ makerRootId: 1, priceTicks: "5000", lots: "4" }], left: "2" },
        route: { through: "book" },
        ahead: 1,
      },
    ]);
  });

  it("acknowledges one again that it has, without what was expected", async () => {
    const signed = chain.sign(0);
    await http.submit(signed);
    const { status, body } = await http.submit(signed);
    expect([status, body]).to.deep.equal([202, { link: primaryLink(signed.package), status: "pending", ahead: 0 }]);
  });

  it("tells what has become of one, step by step", async () => {
    const signed = chain.sign(0);
    const link = primaryLink(signed.package);
    await http.submit(signed);
    const ask = async () => (await http.get(`/v1/packages/${link}`)).body;
    const order = plain(signed.package);
    expect(await ask()).to.deep.equal({ link, status: "pending", package: order });
    await relay.dispatcher.tick(await relay.fence());
    const { id } = relay.ledger.openSubmissions()[0]!;
    expect(await ask()).to.deep.equal({
      ...{ link, status: "submitted", submissionId: id },
      ...{ route: { through: "book" }, package: order },
    });
    const { number, hash } = chain.mine();
    await relay.follow();
    const block = { number, hash };
    const route = { through: "book" };
    expect(await ask()).to.deep.equal({ link, status: "onChain", tradeRootId: 1, block, route, package: order });
  });

  it("finds one that the ledger has long forgotten", async () => {
    const signed = chain.sign(0);
    const link = primaryLink(signed.package);
    await http.submit(signed);
    await relay.packages.withdraw(relay.ledger.find(link)!.seq, "0x5161");
    relay.ledger.withdraw(link);
    expect((await http.get(`/v1/packages/${link.toUpperCase().replace("0X", "0x")}`)).body["status"]).to.equal(
      "withdrawn",
    );
  });

  it("takes one back for its trader", async () => {
    const signed = chain.sign(0);
    const link = primaryLink(signed.package);
    await http.submit(signed);
    const { serialized: signature } = chain.traders[0]!.key.sign(cancelDigest(chain.terms.domain, link));
    const foreign = chain.traders[1]!.key.sign(cancelDigest(chain.terms.domain, link)).serialized;
    const refused = await http.post(`/v1/packages/${link}/cancel`, { signature: foreign });
    expect([refused.status, errorIn(refused).code]).to.deep.equal([403, "RELAY_CANCEL_SIGNATURE"]);
    const { status, body } = await http.post(`/v1/packages/${link}/cancel`, { signature });
    expect([status, body]).to.deep.equal([200, { link, status: "withdrawn" }]);
    const again = await http.post(`/v1/packages/${link}/cancel`, { signature });
    expect([again.status, errorIn(again).code]).to.deep.equal([404, "RELAY_PACKAGE_UNKNOWN"]);
  });

  describe("and one cannot be taken", () => {
    it("answers with the book's own refusal and its values as text", async () => {
      const trader = chain.traders[0]!.address;
      await http.submit(chain.sign(0));
      const answered = await http.submit(chain.sign(0, { priceTicks: 4_000n }));
      expect([answered.status, errorIn(answered).code]).to.deep.equal([422, "Book_NonceUsed"]);
      expect(errorIn(answered).values).to.deep.equal({ trader, nonce: "0", nonceFloor: "1" });
    });

    it("answers which field is wrong", async () => {
      const { package: order, signature } = chain.sign(0);
      const wrong: readonly [Record<string, unknown>, string][] = [
        [{ priceTicks: 5_000 }, "package.priceTicks"],
        [{ priceTicks: "5e3" }, "package.priceTicks"],
        [{ priceTicks: "05" }, "package.priceTicks"],
        [{ trader: "0x12" }, "package.trader"],
        [{ previousLink: "0x" }, "package.previousLink"],
        [{ marketRootId: "1" }, "package.marketRootId"],
        [{ timeInForce: 300 }, "package.timeInForce"],
        [{ more: 1 }, "package"],
      ];
      for (const [change, field] of wrong) {
        const answered = await http.post("/v1/packages", { package: { ...plain(order), ...change }, signature });
        expect([answered.status, errorIn(answered).code], field).to.deep.equal([400, "RELAY_REQUEST_INVALID"]);
        expect(errorIn(answered).values["problems"], field).to.include(field);
      }
      const bad = await http.post("/v1/packages", { package: plain(order), signature: "0xabc" });
      expect(errorIn(bad).values["problems"]).to.include("signature");
    });

    it("answers which value no order can have", async () => {
      const { package: order, signature } = chain.sign(0);
      const answered = await http.post("/v1/packages", {
        package: { ...plain(order), quantityLots: String(2n ** 63n) },
        signature,
      });
      expect([answered.status, errorIn(answered).code]).to.deep.equal([400, "PACKAGE_FIELD_INVALID"]);
    });

    it("answers what is no JSON, too long, or of another kind", async () => {
      const broken = await http.post("/v1/packages", "{");
      expect([broken.status, errorIn(broken).code]).to.deep.equal([400, "RELAY_REQUEST_INVALID"]);
      const long = await http.post("/v1/packages", { text: "x".repeat(20_000) });
      expect([long.status, errorIn(long).code]).to.deep.equal([413, "RELAY_BODY_TOO_LARGE"]);
      const { statusCode, body } = await http.server.inject({
        method: "POST",
        url: "/v1/packages",
        headers: { "content-type": "application/xml" },
        payload: "hello",
      });
      expect([statusCode, errorIn({ body: JSON.parse(body) as Record<string, unknown> }).code]).to.deep.equal([
        415,
        "RELAY_MEDIA_TYPE",
      ]);
    });

    it("asks to come back later while it reads the chain, and counts the refusal", async () => {
      await relay.tracker.restart("for a test");
      const answered = await http.submit(chain.sign(0));
      expect([answered.status, errorIn(answered).code]).to.deep.equal([503, "RELAY_NOT_READY"]);
      expect(answered.headers["retry-after"]).to.equal("1");
      const { values } = await http.metrics.refused.get();
      expect(values.map(({ labels, value }) => [labels.code, value])).to.deep.equal([["RELAY_NOT_READY", 1]]);
    });

    it("knows no package by that link, and no link that is none", async () => {
      const unknown = await http.get(`/v1/packages/0x${"ab".repeat(32)}`);
      expect([unknown.status, errorIn(unknown).code]).to.deep.equal([404, "RELAY_PACKAGE_UNKNOWN"]);
      const none = await http.get("/v1/packages/0x12");
      expect([none.status, errorIn(none).code]).to.deep.equal([400, "RELAY_REQUEST_INVALID"]);
    });
  });
});
