import { expect } from "chai";

import { RuleError } from "../../src/protocol/amounts/errors.js";
import { toJson } from "../../src/protocol/amounts/json.js";
import { tradePackage } from "../../src/protocol/signing/package.js";
import { packageBody, signedPackage, signedPackageOf } from "../../src/wire/packages.js";

const SIGNED = {
  package: tradePackage({
    marketRootId: 1,
    marketBranchId: 2,
    trader: `0x${"a1".repeat(20)}`,
    priceTicks: -5n,
    quantityLots: 2n ** 63n - 1n,
    previousLink: `0x${"ab".repeat(32)}`,
    nonce: 2n ** 64n - 1n,
    deadline: 2n ** 40n - 1n,
    timeInForce: 3,
  }),
  signature: "0x12ab",
};
const text = (change: object = {}): unknown => {
  const { package: order, signature } = JSON.parse(toJson(SIGNED)) as { package: object; signature: string };
  return { package: { ...order, ...change }, signature };
};

describe("a signed order as text", () => {
  it("is read as the order that was signed", () => {
    for (const form of [signedPackage, packageBody]) {
      expect(signedPackageOf(form.domain.parse(text()))).to.deep.equal(SIGNED);
    }
  });

  it("is brought into the usual way of writing", () => {
    const shouted = {
      package: { ...SIGNED.package, previousLink: `0x${"AB".repeat(32)}`, trader: `0x${"a1".repeat(20)}` },
      signature: "0x12AB",
    };
    const written = JSON.parse(toJson(shouted)) as unknown;
    expect(signedPackageOf(signedPackage.domain.parse(written))).to.deep.equal(SIGNED);
  });

  it("names the field that is none of an order's", () => {
    for (const [field, wrong] of [
      ["marketRootId", -1],
      ["marketRootId", 2 ** 32],
      ["marketBranchId", 65_536],
      ["trader", "alice"],
      ["priceTicks", "1e3"],
      ["quantityLots", 5],
      ["previousLink", "0x12"],
      ["timeInForce", 256],
      ["colour", "red"],
    ] as const) {
      const { error } = signedPackage.domain.safeParse(text({ [field]: wrong }));
      const [issue] = error?.issues ?? [];
      const named = issue?.code === "unrecognized_keys" ? issue.keys[0] : issue?.path[1];
      expect([issue?.path[0], named], field).to.deep.equal(["package", field]);
    }
  });

  it("leaves to the rules what an order may say, which have a code for it", () => {
    for (const change of [
      { quantityLots: "0" },
      { priceTicks: "2147483648" },
      { timeInForce: 4 },
      { deadline: "-1" },
    ]) {
      const read = signedPackage.domain.parse(text(change));
      expect(() => signedPackageOf(read), Object.keys(change)[0])
        .to.throw(RuleError)
        .with.property("code", "PACKAGE_FIELD_INVALID");
    }
  });

  it("may have a signature of any length by itself, and one of 4 096 bytes at a relay", () => {
    const signed = (bytes: number) => ({ ...(text() as object), signature: `0x${"00".repeat(bytes)}` });
    expect(packageBody.domain.safeParse(signed(4_096)).success).to.equal(true);
    expect(packageBody.domain.safeParse(signed(4_097)).error?.issues[0]?.path).to.deep.equal(["signature"]);
    expect(signedPackage.domain.safeParse(signed(4_097)).success).to.equal(true);
    expect(signedPackage.domain.safeParse({ ...(text() as object), signature: "0x123" }).success).to.equal(false);
  });
});
