import { expect } from "chai";
import { TypedDataEncoder } from "ethers";
import fc from "fast-check";

import { packageOfQuote } from "../../../src/protocol/signing/quote-set.js";
import {
  bookDomain,
  primaryLink,
  QUOTE_SET_TYPES,
  quoteSetDigest,
  quoteSetHash,
} from "../../../src/protocol/signing/typed-data.js";
import { anyPackage } from "../packages.js";
import { FIXED } from "../support.js";

const DOMAIN = bookDomain(31_337n, `0x${"0b".repeat(20)}`);
const anySet = fc.array(anyPackage, { minLength: 1, maxLength: 5 });

describe("A quote set, signed (R44)", () => {
  it("has the hash and the digest that the general encoder gives, over the links of its quotes", () => {
    fc.assert(
      fc.property(anySet, (quotes) => {
        const hash = TypedDataEncoder.hashStruct("QuoteSet", QUOTE_SET_TYPES, { quotes });
        expect(quoteSetHash(quotes.map(primaryLink))).to.equal(hash);
        expect(quoteSetDigest(DOMAIN, quotes)).to.equal(TypedDataEncoder.hash(DOMAIN, QUOTE_SET_TYPES, { quotes }));
      }),
      FIXED,
    );
  });

  it("makes a package of what is common and what is a quote's own", () => {
    fc.assert(
      fc.property(anyPackage, (order) => {
        expect(packageOfQuote(order, order)).to.deep.equal(order);
      }),
      FIXED,
    );
  });
});
