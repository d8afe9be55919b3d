import { expect } from "chai";
import { AbiCoder, concat, id, keccak256, verifyTypedData } from "ethers";
import fc from "fast-check";

import type { TradePackage } from "../../../src/protocol/signing/package.js";
import {
  bookDomain,
  domainSeparator,
  packageDigest,
  primaryLink,
  TRADE_PACKAGE_TYPES,
  tradeLinks,
} from "../../../src/protocol/signing/typed-data.js";
import vectors from "../../vectors/typed-data.json" with { type: "json" };
import { anyPackage, FROZEN, hexBytes } from "../packages.js";
import { FIXED } from "../support.js";

const DOMAIN = bookDomain(BigInt(vectors.chainId), vectors.verifyingContract);

/** The judge: the standard's words, field by field, without a typed-data encoder. */
const abi = AbiCoder.defaultAbiCoder();
const PACKAGE_TYPE =
  "TradePackage(uint32 marketRootId,uint16 marketBranchId,address trader,int32 priceTicks,int64 quantityLots,bytes32 previousLink,uint64 nonce,uint40 deadline,uint8 timeInForce)";
const DOMAIN_TYPE = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";

function linkByHand(p: TradePackage): string {
  const types = ["bytes32", "uint32", "uint16", "address", "int32", "int64", "bytes32", "uint64", "uint40", "uint8"];
  const {
    marketRootId,
    marketBranchId,
    trader,
    priceTicks: price,
    quantityLots: quantity,
    previousLink,
    nonce,
    deadline,
    timeInForce,
  } = p;
  const market = [marketRootId, marketBranchId];
  const values = [...market, trader, price, quantity, previousLink, nonce, deadline, timeInForce];
  return keccak256(abi.encode(types, [id(PACKAGE_TYPE), ...values]));
}

function separatorByHand(chainId: bigint, book: string): string {
  const types = ["bytes32", "bytes32", "bytes32", "uint256", "address"];
  return keccak256(abi.encode(types, [id(DOMAIN_TYPE), id("Session Contracts"), id("1"), chainId, book]));
}

function chainedByHand(type: string, previousLink: string): string {
  return keccak256(concat([id(type), previousLink]));
}

describe("typed data", () => {
  it("the table of types is the type that the contract hashes", () => {
    const fields = TRADE_PACKAGE_TYPES.TradePackage.map(({ type, name }) => `${type} ${name}`);
    expect(`TradePackage(${fields.join(",")})`).to.equal(PACKAGE_TYPE);
    expect([
      id(PACKAGE_TYPE),
      id("OffsetTrade(bytes32 previousLink)"),
      id("MatchTrade(bytes32 previousLink)"),
    ]).to.deep.equal([vectors.tradePackageTypehash, vectors.offsetTypehash, vectors.matchTypehash]);
  });

  describe("frozen vectors", () => {
    it("domain separator", () => {
      expect(domainSeparator(DOMAIN)).to.equal(vectors.domainSeparator);
    });

    FROZEN.forEach((order, index) => {
      it(`package ${index + 1}: links and digest`, () => {
        expect(tradeLinks(order)).to.deep.equal({
          primary: vectors.primaryLink[index],
          offset: vectors.offsetLink[index],
          match: vectors.matchLink[index],
        });
        expect(packageDigest(DOMAIN, order)).to.equal(vectors.digest[index]);
      });

      it(`package ${index + 1}: what a wallet signs with the table recovers its trader`, () => {
        const signer = verifyTypedData(DOMAIN, TRADE_PACKAGE_TYPES, order, vectors.signature[index]!);
        expect(signer).to.equal(order.trader);
      });
    });
  });

  it("agrees with the standard written out by hand, for any package and book", () => {
    fc.assert(
      fc.property(anyPackage, fc.bigInt({ min: 1n, max: 2n ** 64n }), hexBytes(20), (order, chainId, book) => {
        const domain = bookDomain(chainId, book);
        const separator = separatorByHand(chainId, book);
        const primary = linkByHand(order);
        const offset = chainedByHand("OffsetTrade(bytes32 previousLink)", primary);
        const match = chainedByHand("MatchTrade(bytes32 previousLink)", offset);
        expect(domainSeparator(domain)).to.equal(separator);
        expect(primaryLink(order)).to.equal(primary);
        expect(tradeLinks(order)).to.deep.equal({ primary, offset, match });
        expect(packageDigest(domain, order)).to.equal(keccak256(concat(["0x1901", separator, primary])));
      }),
      FIXED,
    );
  });

  it("another chain or book gives another digest, and the same links", () => {
    const order = FROZEN[0]!;
    const digests = [
      packageDigest(DOMAIN, order),
      packageDigest(bookDomain(1n, vectors.verifyingContract), order),
      packageDigest(bookDomain(31_337n, "0x0000000000000000000000000000000000000002"), order),
    ];
    expect(new Set(digests).size).to.equal(digests.length);
  });
});
