/** Packages: signed for one book, and as logs give them back. */
import { expect } from "chai";
import { getAddress, makeError, recoverAddress, type Signer, Wallet } from "ethers";
import fc from "fast-check";

import { ClientError } from "../../src/bindings/errors.js";
import { type DecodedPackage, packageOf, signPackage, TimeInForce } from "../../src/bindings/packages.js";
import { RuleError } from "../../src/protocol/amounts/errors.js";
import type { PackageFields, TradePackage } from "../../src/protocol/signing/package.js";
import { bookDomain, packageDigest } from "../../src/protocol/signing/typed-data.js";
import { IOrderBook__factory } from "../../typechain-types/index.js";
import { anyPackage, GOOD } from "../protocol/packages.js";
import { FIXED } from "../protocol/support.js";
import { rejectionOf } from "./support/scripted.js";

const domain = bookDomain(31_337n, "0x00000000000000000000000000000000000b00c5");
const wallet = new Wallet(`0x${"11".repeat(32)}`);

/** A wallet that counts how often it is asked, and answers like this. */
function asked(answer: () => Promise<string>): { readonly signer: Signer; readonly times: () => number } {
  let times = 0;
  const signTypedData = (): Promise<string> => {
    times += 1;
    return answer();
  };
  return { signer: { signTypedData } as unknown as Signer, times: () => times }; // all that is asked of it
}

describe("signPackage", function () {
  it("gives the package with its trader's signature over that domain", async function () {
    const fields: PackageFields = { ...GOOD, trader: wallet.address };
    const signed = await signPackage(domain, wallet, fields);
    expect(signed.package).to.deep.equal(fields);
    expect(recoverAddress(packageDigest(domain, signed.package), signed.signature)).to.equal(wallet.address);
  });

  it("gives other signatures for other chains, books and fields", async function () {
    const fields: PackageFields = { ...GOOD, trader: wallet.address };
    const all = [
      await signPackage(domain, wallet, fields),
      await signPackage({ ...domain, chainId: 1n }, wallet, fields),
      await signPackage({ ...domain, verifyingContract: wallet.address }, wallet, fields),
      await signPackage(domain, wallet, { ...fields, nonce: fields.nonce + 1n }),
      await signPackage(domain, wallet, { ...fields, timeInForce: TimeInForce.PostOnly }),
    ];
    expect(new Set(all.map(({ signature }) => signature)).size).to.equal(all.length);
  });

  it("writes address and link in their one usual way", async function () {
    const link = `0x${"AB".repeat(32)}`;
    const signed = await signPackage(domain, wallet, {
      ...GOOD,
      trader: wallet.address.toLowerCase(),
      previousLink: link,
    });
    expect(signed.package.trader).to.equal(wallet.address);
    expect(signed.package.previousLink).to.equal(link.toLowerCase());
  });

  it("signs whatever fits", async function () {
    await fc.assert(
      fc.asyncProperty(anyPackage, async (fields) => {
        const signed = await signPackage(domain, wallet, fields);
        expect(signed.package).to.deep.equal(fields);
        expect(recoverAddress(packageDigest(domain, fields), signed.signature)).to.equal(wallet.address);
      }),
      { ...FIXED, numRuns: 20 },
    );
  });

  it("does not ask the wallet about a package with a field that does not fit", async function () {
    const wrong: Partial<PackageFields>[] = [
      { priceTicks: 2n ** 31n },
      { quantityLots: 0n },
      { quantityLots: -(2n ** 63n) },
      { timeInForce: 4 },
      { nonce: -1n },
      { deadline: 2n ** 40n },
      { marketRootId: 2 ** 32 },
      { marketBranchId: -1 },
      { trader: "0x12" },
      { previousLink: "0x" },
    ];
    for (const change of wrong) {
      const { signer, times } = asked(() => Promise.resolve("0x"));
      const reason = await rejectionOf(signPackage(domain, signer, { ...GOOD, ...change }));
      const [field] = Object.keys(change);
      expect(reason).to.be.instanceOf(RuleError);
      const { code, values } = reason as RuleError; // as was just seen
      expect([code, values["field"], times()]).to.deep.equal(["PACKAGE_FIELD_INVALID", field, 0]);
    }
  });

  it("says that the wallet's user has declined, or what else the wallet says", async function () {
    const declined = makeError("user rejected action", "ACTION_REJECTED", {
      action: "signTypedData",
      reason: "rejected",
    });
    for (const [thrown, code] of [
      [declined, "Client_Declined"],
      [new Error("no device"), "Client_CallFailed"],
    ] as const) {
      const { signer } = asked(() => Promise.reject(thrown));
      const reason = await rejectionOf(signPackage(domain, signer, GOOD));
      expect(reason).to.be.instanceOf(ClientError);
      const { code: said, cause } = reason as ClientError; // as was just seen
      expect([said, cause]).to.deep.equal([code, thrown]);
    }
  });

  it("takes whatever a contract wallet signs with", async function () {
    const { signer } = asked(() => Promise.resolve("0x1234"));
    expect((await signPackage(domain, signer, GOOD)).signature).to.equal("0x1234");
  });
});

describe("packageOf", function () {
  const book = IOrderBook__factory.createInterface();
  const event = book.getEvent("TradeCreated");
  const WORD = `0x${"5a".repeat(32)}`;

  /** As ethers decodes it from a log. */
  function decodedOf(order: TradePackage | PackageFields): DecodedPackage {
    const byName: Readonly<Record<string, unknown>> = { tradeRootId: 1, r: WORD, vs: WORD, ...order };
    const values = event.inputs.map(({ name }) => byName[name]);
    const { topics, data } = book.encodeEventLog(event, values);
    return book.decodeEventLog(event, data, topics) as unknown as DecodedPackage;
  }

  it("gives back any package that was logged", function () {
    fc.assert(
      fc.property(anyPackage, (order) => {
        expect(packageOf(decodedOf(order))).to.deep.equal(order);
      }),
      FIXED,
    );
  });

  it("gives numbers for what counts, and amounts for what does not", function () {
    const order = packageOf(decodedOf({ ...GOOD, trader: getAddress(GOOD.trader) }));
    expect(typeof order.marketRootId).to.equal("number");
    expect(typeof order.timeInForce).to.equal("number");
    for (const amount of [order.priceTicks, order.quantityLots, order.nonce, order.deadline]) {
      expect(typeof amount).to.equal("bigint");
    }
  });

  it("refuses one that no book has accepted", function () {
    for (const change of [{ quantityLots: 0n }, { quantityLots: -(2n ** 63n) }, { timeInForce: 4 }]) {
      const [field] = Object.keys(change);
      let thrown: unknown;
      try {
        packageOf(decodedOf({ ...GOOD, ...change }));
      } catch (error) {
        thrown = error;
      }
      expect(thrown, field).to.be.instanceOf(RuleError);
      expect((thrown as RuleError).values).to.deep.include({ field }); // as was just seen
    }
  });
});
