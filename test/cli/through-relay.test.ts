import { expect } from "chai";
import { computeAddress, SigningKey, ZeroAddress, ZeroHash } from "ethers";

import type { SignedPackage } from "../../src/bindings/packages.js";
import { sendThroughRelay } from "../../src/cli/through-relay.js";
import { RelayRequestError } from "../../src/client/relay/errors.js";
import type { Answer } from "../../src/cli/context.js";
import { bookDomain, primaryLink } from "../../src/protocol/signing/typed-data.js";
import { receiptDigest } from "../../src/wire/receipt.js";
import { tradePackage } from "../../src/protocol/signing/package.js";
import { relayThatSays, SESSION } from "./saying-relay.js";
import { silentContext, type SilentContext } from "./context.js";
import { expectCliRefusal } from "./support.js";

const SIGNED: SignedPackage = {
  package: tradePackage({
    marketRootId: 1,
    marketBranchId: 1,
    trader: ZeroAddress,
    priceTicks: 5_000n,
    quantityLots: 3n,
    previousLink: ZeroHash,
    nonce: 0n,
    deadline: 1n,
    timeInForce: 0,
  }),
  signature: "0x1234",
};
const LINK = `0x${"7e".repeat(32)}`;
const BLOCK = { number: 12, hash: ZeroHash, timestamp: "1700000000" };

const ORDER = { ...SIGNED.package, priceTicks: "5000", quantityLots: "3", nonce: "0", deadline: "1" };
const PENDING = { link: LINK, status: "pending", package: ORDER };
const EXPECTED = { tradeRootId: 7, fills: [{ makerRootId: 3, priceTicks: "5000", lots: "2" }], left: "1" };
const MAKER = `0x${"3a".repeat(20)}`;
const TAKEN = { link: LINK, status: "pending", ahead: 4, expected: EXPECTED, route: { through: "book" } };
const LANDED = {
  ...{ ...PENDING, status: "onChain", tradeRootId: 7, block: { number: BLOCK.number, hash: BLOCK.hash } },
  route: { through: "maker", contract: MAKER },
};

describe("an order through a relay", function () {
  let context: SilentContext;

  beforeEach(function () {
    context = silentContext();
  });

  const send = (url: string): Promise<void> => sendThroughRelay(context, url, SIGNED, "buy 3 lots of leg 1");

  it("is handed over as it was signed, and asked for until it is on the chain", async function () {
    const asked = await relayThatSays([{ body: TAKEN }, { body: PENDING }, { body: LANDED }], send);
    expect(asked.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      "POST /v1/packages",
      `GET /v1/packages/${LINK}`,
      `GET /v1/packages/${LINK}`,
    ]);
    const body = JSON.parse(asked[0]!.body) as { package: Record<string, unknown>; signature: string };
    expect(body.signature).to.equal(SIGNED.signature);
    expect(body.package).to.deep.include({
      priceTicks: "5000",
      quantityLots: "3",
      trader: ZeroAddress,
      marketRootId: 1,
    });
    expect(context.said).to.deep.equal([
      "Handing over: buy 3 lots of leg 1",
      "The relay has it, with 4 before it; it goes through the book",
    ]);
  });

  it("is told with its number and block, and with what was expected when it was taken", async function () {
    await relayThatSays([{ body: TAKEN }, { body: LANDED }], send);
    const [answer] = context.answered;
    expect(answer!.holds).to.be.true;
    expect(answer!.document).to.deep.include({ link: LINK, status: "onChain", tradeRootId: 7, refusal: undefined });
    expect(answer!.document, "as it was sent").to.deep.include({ route: LANDED.route });
    expect(answer!.text).to.equal(
      [
        "Order 7: buy 3 lots of leg 1",
        "",
        "status                      onChain",
        "expected when it was taken  2 lots filled",
        `through                     the maker ${MAKER}`,
        "block                       12",
        `link                        ${LINK}`,
        "",
        "Next: session orders",
        "  or: session positions",
      ].join("\n"),
    );
  });

  it("is told with the relay's receipt, and whether that is the relay's word for this very order", async function () {
    const key = new SigningKey(`0x${"51".repeat(32)}`);
    const account = computeAddress(key.publicKey);
    const said = { kind: "package", hash: primaryLink(SIGNED.package), seq: 9, timeMs: 1_700_000_000_500 } as const;
    const domain = bookDomain(31_337n, `0x${"12".repeat(20)}`);
    const receipt = { ...said, account, signature: key.sign(receiptDigest(domain, said)).serialized };
    const session = { ...SESSION, relay: { ...SESSION.relay, receipts: account } };
    const through = async (given: object, told: object): Promise<Answer> => {
      await relayThatSays([{ body: { ...TAKEN, receipt: given } }, { body: told }, { body: LANDED }], send);
      return context.answered.at(-1)!;
    };
    const good = await through(receipt, session);
    expect(good.document).to.deep.include({ receipt, receiptHolds: true });
    expect(good.text).to.include(`receipt                     number 9, 2023-11-14T22:13:20Z, signed by ${account}`);
    for (const [given, told] of [
      [{ ...receipt, seq: 8 }, session],
      [{ ...receipt, hash: LINK }, session],
      [receipt, SESSION],
      [receipt, { ...session, chainId: "1" }],
    ]) {
      const bad = await through(given!, told!);
      expect(bad.document).to.deep.include({ receipt: given, receiptHolds: false });
      expect(bad.text).to.include("receipt                     does NOT hold");
      expect(bad.holds, "the order is in the book all the same").to.equal(true);
    }
  });

  it("that the chain refused does not hold, and says why", async function () {
    const refusal = { code: "Book_Uncovered", values: { shortfall: "5" } };
    await relayThatSays([{ body: TAKEN }, { body: { ...PENDING, status: "refused", refusal } }], send);
    const [answer] = context.answered;
    expect(answer!.holds).to.be.false;
    expect(answer!.document).to.deep.include({ status: "refused", refusal });
    expect(answer!.text).to.match(/^Not in the book: buy 3 lots of leg 1\n/);
    expect(answer!.text).to.match(/status +refused: Book_Uncovered\n/);
    expect(answer!.text).to.match(/block +-\n/);
  });

  it("that was withdrawn does not hold either", async function () {
    const unforeseen = { link: LINK, status: "pending", ahead: 0 };
    await relayThatSays([{ body: unforeseen }, { body: { ...PENDING, status: "withdrawn" } }], send);
    expect(context.answered[0]!.holds).to.be.false;
    expect(context.answered[0]!.text).to.match(/expected when it was taken +-\nthrough +-\n/);
  });

  it("that the relay refuses is told in its words", async function () {
    const error = {
      code: "RELAY_RATE_LIMITED",
      message: "RELAY_RATE_LIMITED(). Send fewer requests a second.",
      advice: "Send fewer requests a second.",
      retryable: true,
      values: { after: "1" },
    };
    await relayThatSays([{ status: 429, body: { error } }], async (url) => {
      const thrown = await send(url).catch((reason: unknown) => reason);
      expect(thrown).to.be.instanceOf(RelayRequestError);
      expect(thrown).to.deep.include({ code: error.code, advice: error.advice, values: error.values, status: 429 });
    });
    expect(context.answered).to.deep.equal([]);
  });

  it("goes to no server that is no relay", async function () {
    await relayThatSays([{ body: "hello" }], async (url) => {
      const thrown = await send(url).catch((reason: unknown) => reason);
      expect(thrown).to.have.property("code", "RELAY_ANSWER_MALFORMED");
    });
  });

  it("goes to an http(s) address only, which is looked at first", async function () {
    for (const url of ["", "127.0.0.1:8700", "ws://a", "file:///etc", "http://", "http://a b"]) {
      await expectCliRefusal(send(url), "ARGUMENT_INVALID", { argument: "--relay", value: "…" });
    }
    expect(context.said).to.deep.equal([]);
  });
});
