import { expect } from "chai";
import { type TypedDataDomain, TypedDataEncoder, verifyTypedData, ZeroHash } from "ethers";
import hre from "hardhat";

import { genesisLink } from "../../../src/protocol/book/checkpoint.js";
import { packageOf, sign, submit, TRADE_PACKAGE_TYPES } from "../../../stage/contracts/orders.js";
import type { World } from "../../../stage/contracts/world.js";
import { openWithCash } from "../support/openings.js";

const connection = await hre.network.create();
const { networkHelpers } = connection;

async function open(): Promise<World> {
  return openWithCash(connection);
}

describe("OrderBook.eip712Domain (R21, ERC-5267)", () => {
  let w: World;
  let domain: TypedDataDomain;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
    const { name, version, chainId, verifyingContract } = await w.book.eip712Domain();
    domain = { name, version, chainId, verifyingContract };
  });

  it("is that of this book on this chain", () => {
    expect(domain).to.deep.equal(w.domain);
  });

  it("says that name, version, chain and contract are what it is made of", async () => {
    const { fields, salt, extensions } = await w.book.eip712Domain();
    expect(fields).to.equal("0x0f");
    expect(salt).to.equal(ZeroHash);
    expect([...extensions]).to.deep.equal([]);
  });

  it("has the separator of which the genesis is", async () => {
    expect(genesisLink(TypedDataEncoder.hashDomain(domain))).to.equal(await w.book.checkpointAt(0));
  });

  it("is the one in which an order's signature is the trader's, for a wallet and for the book", async () => {
    const spec = { trader: w.alice, lots: 10n, price: 5_000n };
    const order = await packageOf(w, spec);
    const signature = await w.alice.signTypedData(domain, TRADE_PACKAGE_TYPES, order);
    expect(verifyTypedData(domain, TRADE_PACKAGE_TYPES, order, signature)).to.equal(w.alice.address);
    await expect(submit(w, await sign(w, { ...spec, signature }))).to.emit(w.book, "TradeCreated");
  });
});
