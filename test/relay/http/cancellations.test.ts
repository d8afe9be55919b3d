import { expect } from "chai";

import type { SignedPackage } from "../../../src/bindings/packages.js";
import type { SignedTradesCancellation } from "../../../src/protocol/signing/trades-cancellation.js";
import { cancellationHash, primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { ordersOf, PaperChain } from "../paper/chain.js";
import { type Answered, httpOf, type PaperHttp, plain } from "../paper/http.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

describe("given the interface of a relay", () => {
  let chain: PaperChain;
  let relay: PaperRelay;
  let http: PaperHttp;
  beforeEach(async () => {
    chain = new PaperChain();
    relay = await paperRelay({ chain });
    chain.mine(ordersOf(chain.sign(0), chain.sign(0, { nonce: 1n })));
    await relay.follow();
    http = await httpOf(relay);
  });

  const bodyOf = ({ cancellation, signature }: SignedTradesCancellation) => ({
    cancellation: plain(cancellation),
    signature,
  });
  const packageOf = ({ package: order, signature }: SignedPackage) => ({ package: plain(order), signature });
  const hashOf = ({ cancellation }: SignedTradesCancellation): string => cancellationHash(cancellation);
  const errorIn = ({ status, body }: Answered) => {
    const { code } = body["error"] as { readonly code: string };
    return [status, code];
  };

  describe("when a signed cancellation is sent to it", () => {
    it("acknowledges it, and tells step by step what has become of it, never with its signature", async () => {
      const signed = chain.signCancellation(0);
      const hash = hashOf(signed);
      const { status, body } = await http.post("/v1/cancellations", bodyOf(signed));
      expect([status, body]).to.deep.equal([202, { hash, status: "pending", tradeRootIds: [1, 2], withdrawn: [] }]);
      const ask = async () => (await http.get(`/v1/cancellations/${hash.toUpperCase().replace("X", "x")}`)).body;
      const cancellation = plain(signed.cancellation);
      expect(await ask()).to.deep.equal({ hash, status: "pending", cancellation });
      await relay.dispatcher.tick(await relay.fence());
      const { id } = relay.ledger.openSubmissions()[0]!;
      expect(await ask()).to.deep.equal({ hash, status: "submitted", submissionId: id, cancellation });
      const { body: queue } = await http.get("/v1/queue");
      expect(queue).to.deep.include({ cancellations: 1 });
      const block = chain.mine();
      await relay.follow();
      const landed = { number: block.number, hash: block.hash };
      expect(await ask()).to.deep.equal({ hash, status: "onChain", block: landed, cancellation });
    });

    it("refuses what the chain would, what is malformed, and what it does not know", async () => {
      const refused = chain.signCancellation(1);
      expect(errorIn(await http.post("/v1/cancellations", bodyOf(refused)))).to.deep.equal([422, "Book_OrderNotMeant"]);
      const { cancellation, signature } = bodyOf(chain.signCancellation(0));
      for (const wrong of [{ cancellation }, { cancellation: { ...cancellation, more: 1 }, signature }, {}]) {
        expect(errorIn(await http.post("/v1/cancellations", wrong))).to.deep.equal([400, "RELAY_REQUEST_INVALID"]);
      }
      const unknown = await http.get(`/v1/cancellations/0x${"ab".repeat(32)}`);
      expect(errorIn(unknown)).to.deep.equal([404, "RELAY_CANCELLATION_UNKNOWN"]);
    });
  });

  describe("when packages come in the place of what it takes out", () => {
    it("answers for each of them", async () => {
      const signed = chain.signCancellation(0, { nonceFloor: 2n });
      const [good, bad] = [chain.sign(0, { nonce: 2n }), chain.sign(0, { nonce: 1n })];
      const packages = [good, bad].map(packageOf);
      packages.push({ ...packages[0]!, package: { ...packages[0]!.package, quantityLots: "0" } });
      const { status, body } = await http.post("/v1/replacements", { ...bodyOf(signed), packages });
      expect(status).to.equal(202);
      const { cancellation, packages: answers } = body as { cancellation: object; packages: Record<string, unknown>[] };
      expect(cancellation).to.deep.include({ hash: hashOf(signed), tradeRootIds: [1, 2] });
      expect(answers[0]).to.deep.include({ taken: true, link: primaryLink(good.package), status: "pending" });
      expect(answers.map((one) => (one["error"] as { code: string } | undefined)?.code)).to.deep.equal([
        undefined,
        "Book_NonceUsed",
        "PACKAGE_FIELD_INVALID",
      ]);
    });

    it("takes none if the cancellation is refused", async () => {
      const signed = chain.signCancellation(1);
      const body = { ...bodyOf(signed), packages: [packageOf(chain.sign(0, { nonce: 2n }))] };
      expect(errorIn(await http.post("/v1/replacements", body))).to.deep.equal([422, "Book_OrderNotMeant"]);
      expect(relay.ledger.unlanded()).to.equal(0);
    });
  });

  describe("when many packages come in one request", () => {
    it("takes or refuses each by itself, in their order", async () => {
      const [first, second] = [chain.sign(1), chain.sign(2)];
      const again = packageOf(first);
      const stale = packageOf(chain.sign(1, { nonce: 0n, priceTicks: 9n }));
      const packages = [packageOf(first), again, stale, packageOf(second)];
      const { status, body } = await http.post("/v1/packages/batch", { packages });
      expect(status).to.equal(200);
      const answers = body["packages"] as readonly Record<string, unknown>[];
      expect(answers.map((one) => one["taken"])).to.deep.equal([true, true, false, true]);
      expect(answers[0]).to.deep.include({ link: primaryLink(first.package), ahead: 0 });
      expect(answers[3]).to.deep.include({ ahead: 1 });
      const { error } = answers[2] as { error: { code: string } };
      expect(error.code).to.equal("Book_NonceUsed");
      expect(relay.ledger.waiting().map(({ signed }) => signed)).to.deep.equal([first, second]);
    });

    it("takes as many as there is room for of one trader", async () => {
      const small = await paperRelay({ chain, maxPendingPerTrader: 3 });
      await small.follow();
      const packages = Array.from({ length: 5 }, (_, nonce) => packageOf(chain.sign(1, { nonce: BigInt(nonce) })));
      const { body } = await (await httpOf(small)).post("/v1/packages/batch", { packages });
      const answers = body["packages"] as readonly { readonly taken: boolean }[];
      expect(answers.map(({ taken }) => taken)).to.deep.equal([true, true, true, false, false]);
    });

    it("refuses none, and more than a hundred", async () => {
      const one = packageOf(chain.sign(1));
      const wide = await httpOf(relay, { bodyLimit: 131_072 });
      for (const packages of [[], Array.from({ length: 101 }, () => one)]) {
        expect(errorIn(await wide.post("/v1/packages/batch", { packages }))).to.deep.equal([
          400,
          "RELAY_REQUEST_INVALID",
        ]);
      }
    });

    it("counts as many requests as it has packages", async () => {
      const slow = await httpOf(relay, { rate: 2 });
      const packages = Array.from({ length: 4 }, (_, nonce) => packageOf(chain.sign(1, { nonce: BigInt(nonce) })));
      expect((await slow.post("/v1/packages/batch", { packages })).status).to.equal(200);
      expect(errorIn(await slow.get("/v1/link"))).to.deep.equal([429, "RELAY_RATE_LIMITED"]);
    });

    it("has room for a hundred in a request", () => {
      const packages = Array.from({ length: 100 }, (_, nonce) => packageOf(chain.sign(1, { nonce: BigInt(nonce) })));
      expect(JSON.stringify({ packages }).length).to.be.below(131_072);
    });
  });

  describe("when a dead man's switch is armed", () => {
    const everything = () => chain.signCancellation(0, { toTradeRootId: 2 ** 32 - 1, nonceFloor: 9n });
    const arm = () => http.post("/v1/switches", { ...bodyOf(everything()), intervalMs: 60_000 });

    it("answers with a token, by which it is kept, asked for and taken back", async () => {
      const { status, body } = await arm();
      const hash = hashOf(everything());
      expect(status).to.equal(201);
      expect(body).to.have.all.keys("hash", "status", "remainingMs", "token");
      const { token } = body;
      for (const what of ["heartbeat", "state"]) {
        const told = await http.post(`/v1/switches/${hash}/${what}`, { token });
        expect(told.status).to.equal(200);
        expect(told.body).to.include({ hash, status: "armed" }).and.to.have.all.keys("hash", "status", "remainingMs");
      }
      const gone = await http.post(`/v1/switches/${hash}/disarm`, { token });
      expect([gone.status, gone.body]).to.deep.equal([200, { hash, status: "disarmed" }]);
      const late = await http.post(`/v1/switches/${hash}/heartbeat`, { token });
      expect(errorIn(late)).to.deep.equal([409, "RELAY_SWITCH_OVER"]);
    });

    it("is told of to nobody else, nor is its cancellation", async () => {
      await arm();
      const hash = hashOf(everything());
      for (const what of ["heartbeat", "state", "disarm"]) {
        const told = await http.post(`/v1/switches/${hash}/${what}`, { token: "ab".repeat(32) });
        expect(errorIn(told), what).to.deep.equal([404, "RELAY_SWITCH_UNKNOWN"]);
      }
      expect(errorIn(await http.get(`/v1/cancellations/${hash}`))).to.deep.equal([404, "RELAY_CANCELLATION_UNKNOWN"]);
      expect(errorIn(await http.get(`/v1/switches/${hash}`))).to.deep.equal([404, "RELAY_NOT_FOUND"]);
    });

    it("refuses intervals that are none, and tokens that have no form", async () => {
      for (const intervalMs of [999, 86_400_001, 1_000.5, "1000"]) {
        const told = await http.post("/v1/switches", { ...bodyOf(everything()), intervalMs });
        expect(errorIn(told), String(intervalMs)).to.deep.equal([400, "RELAY_REQUEST_INVALID"]);
      }
      const told = await http.post(`/v1/switches/${hashOf(everything())}/heartbeat`, { token: "short" });
      expect(errorIn(told)).to.deep.equal([400, "RELAY_REQUEST_INVALID"]);
    });
  });

  it("describes all of it", async () => {
    const { body } = await http.get("/openapi.json");
    expect(Object.keys(body["paths"] as object)).to.include.members([
      "/v1/packages/batch",
      "/v1/cancellations",
      "/v1/cancellations/{hash}",
      "/v1/replacements",
      "/v1/switches",
      "/v1/switches/{hash}/heartbeat",
      "/v1/switches/{hash}/disarm",
      "/v1/switches/{hash}/state",
    ]);
  });
});
