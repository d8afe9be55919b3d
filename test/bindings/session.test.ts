import { expect } from "chai";
import { TypedDataEncoder, Wallet, ZeroAddress } from "ethers";

import { createSession } from "../../src/client/organiser.js";
import { openSession } from "../../src/bindings/session.js";
import { genesisLink } from "../../src/protocol/book/checkpoint.js";
import { chain, deployTwo, expectClientError, LOT, networkHelpers, openThree, SUPPLY } from "../client/support.js";

describe("openSession", function () {
  it("reads from the chain all that never changes", async function () {
    const { handle: created, params } = await networkHelpers.loadFixture(openThree);
    const handle = await openSession(created.address, chain.ethers.provider);

    expect(handle.address).to.equal(created.address);
    expect(handle.bookAddress).to.equal(await handle.session.orderBook());
    expect(await handle.book.session()).to.equal(handle.address);
    expect(handle.assets).to.deep.equal(
      params.assets.map((address, k) => ({ address, quantity: params.quantities[k] })),
    );
    expect(handle.legs).to.have.length(3);
    for (const [index, leg] of handle.legs.entries()) {
      expect(await leg.getAddress()).to.equal(await handle.session.legToken(index + 1));
      expect(await leg.leg()).to.equal(BigInt(index + 1));
    }
    expect(handle.supply).to.equal(SUPPLY);
    expect([handle.t1, handle.t2]).to.deep.equal([params.t1, params.t2]);
    expect(handle.basket).to.deep.equal({ scale: 10_000n, tickValue: 10n ** 11n, lotValue: LOT });
    expect(handle.runner).to.equal(chain.ethers.provider);
  });

  it("gives the domain with whose separator the chain begins", async function () {
    const { factory, organiser, params } = await networkHelpers.loadFixture(deployTwo);
    const handle = await createSession(factory, organiser, params);
    expect(handle.domain).to.deep.equal({
      name: "Session Contracts",
      version: "1",
      chainId: 31337n,
      verifyingContract: handle.bookAddress,
    });
    const { link } = await handle.book.chainState();
    expect(genesisLink(TypedDataEncoder.hashDomain(handle.domain))).to.equal(link);
  });

  it("refuses an address without a contract", async function () {
    await expectClientError(openSession(ZeroAddress, chain.ethers.provider), "Client_NotASession", {
      address: ZeroAddress,
      chainId: 31337n,
    });
  });

  it("refuses a runner without a provider", async function () {
    await expectClientError(openSession(ZeroAddress, Wallet.createRandom()), "Client_NoProvider");
  });

  it("refuses a contract of another kind", async function () {
    const { factory } = await networkHelpers.loadFixture(deployTwo);
    await expectClientError(openSession(factory, chain.ethers.provider), "Client_NotASession", { address: factory });
  });
});
