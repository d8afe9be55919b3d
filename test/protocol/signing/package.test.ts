import { expect } from "chai";

import { type PackageFields, TimeInForce, tradePackage } from "../../../src/protocol/signing/package.js";
import { FROZEN, GOOD } from "../packages.js";
import { expectRuleError } from "../support.js";

const ADDRESS = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"; // an example of ERC-55

function refused(change: Partial<PackageFields>, allowed: string): void {
  const [[field, value]] = Object.entries(change) as [[string, string | number | bigint]];
  expectRuleError(() => tradePackage({ ...GOOD, ...change }), "PACKAGE_FIELD_INVALID", { field, value, allowed });
}

describe("tradePackage", () => {
  it("keeps good fields as they are", () => {
    const order = tradePackage(GOOD);
    expect({ ...order, trader: order.trader.toLowerCase() }).to.deep.equal(GOOD);
  });

  it("takes every extreme of the frozen vectors", () => {
    expect(FROZEN.map(({ priceTicks: price }) => price)).to.include.members([-(2n ** 31n), 2n ** 31n - 1n]);
    expect(FROZEN.map(({ quantityLots: quantity }) => quantity)).to.include.members([
      -(2n ** 63n) + 1n,
      2n ** 63n - 1n,
    ]);
  });

  it("takes the four times in force", () => {
    const kinds = Object.values(TimeInForce).map((timeInForce) => tradePackage({ ...GOOD, timeInForce }).timeInForce);
    expect(kinds).to.deep.equal([0, 1, 2, 3]);
  });

  it("writes the address with its checksum and the link in lower case", () => {
    const order = tradePackage({ ...GOOD, trader: ADDRESS.toLowerCase(), previousLink: `0x${"AB".repeat(32)}` });
    expect(order.trader).to.equal(ADDRESS);
    expect(order.previousLink).to.equal(`0x${"ab".repeat(32)}`);
  });

  describe("refuses, with field, value and what is allowed", () => {
    it("a quantity of zero, or one without an opposite", () => {
      refused({ quantityLots: 0n }, "not zero");
      const allowed = "-9223372036854775807 to 9223372036854775807";
      refused({ quantityLots: -(2n ** 63n) }, allowed);
      refused({ quantityLots: 2n ** 63n }, allowed);
    });

    it("a price beyond int32", () => {
      const allowed = "-2147483648 to 2147483647";
      refused({ priceTicks: -(2n ** 31n) - 1n }, allowed);
      refused({ priceTicks: 2n ** 31n }, allowed);
    });

    it("numbers of markets that do not fit, or are no integers", () => {
      refused({ marketRootId: -1 }, "0 to 4294967295");
      refused({ marketRootId: 2 ** 32 }, "0 to 4294967295");
      refused({ marketBranchId: 2 ** 16 }, "0 to 65535");
      refused({ marketBranchId: 1.5 }, "an integer");
      refused({ marketRootId: Number.NaN }, "an integer");
    });

    it("a nonce or deadline that does not fit", () => {
      refused({ nonce: 2n ** 64n }, "0 to 18446744073709551615");
      refused({ nonce: -1n }, "0 to 18446744073709551615");
      refused({ deadline: 2n ** 40n }, "0 to 1099511627775");
    });

    it("an unknown time in force", () => {
      refused({ timeInForce: 4 }, "0 to 3");
      refused({ timeInForce: -1 }, "0 to 3");
    });

    it("what is no address, or one with a wrong checksum", () => {
      const form = "0x and 40 hex digits";
      for (const trader of ["", "0x", ADDRESS.slice(2), `${ADDRESS}0`, `0x${"g".repeat(40)}`, "alice.eth"]) {
        refused({ trader }, form);
      }
      const wrong = ADDRESS.replace("aAeb", "AAeb");
      refused({ trader: wrong }, "letters in the case of the checksum, or all in one case");
    });

    it("what is no link of 32 bytes", () => {
      for (const previousLink of ["0x", `0x${"1".repeat(63)}`, `0x${"1".repeat(65)}`, `0x${"z".repeat(64)}`]) {
        refused({ previousLink }, "0x and 64 hex digits");
      }
    });
  });
});
