/** What every token of a session must do; run for the session token and for a leg. */
import { expect } from "chai";
import { MaxUint256, TypedDataEncoder } from "ethers";

import type { LegToken, Session } from "../../../typechain-types/index.js";
import { permitDomain, signPermit } from "./permits.js";
import type { World } from "../../../stage/contracts/world.js";

export interface TokenUnderTest {
  readonly w: World;
  readonly token: Session | LegToken;
  readonly name: string;
  readonly symbol: string;
}

/** Alice must hold at least 100 wei of the token. */
export function itIsAPermitToken(load: () => Promise<TokenUnderTest>): void {
  it("has 18 decimals, name, symbol, and a signing domain of its own", async () => {
    const { w, token, name, symbol } = await load();
    expect(await token.decimals()).to.equal(18n);
    expect(await token.name()).to.equal(name);
    expect(await token.symbol()).to.equal(symbol);
    const domain = { name, version: "1", chainId: 31337n, verifyingContract: await token.getAddress() };
    expect(await permitDomain(token)).to.deep.equal(domain);
    expect(await token.DOMAIN_SEPARATOR()).to.equal(TypedDataEncoder.hashDomain(domain));
    expect(await token.nonces(w.alice)).to.equal(0n);
  });

  it("moves balances and allowances like any ERC-20", async () => {
    const { w, token } = await load();
    const { ethers } = w.connection;
    await expect(token.connect(w.alice).transfer(w.bob, 10n)).to.changeTokenBalances(
      ethers,
      token,
      [w.alice, w.bob],
      [-10n, 10n],
    );
    await token.connect(w.alice).approve(w.carol, 5n);
    await expect(token.connect(w.carol).transferFrom(w.alice, w.dave, 6n))
      .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
      .withArgs(w.carol.address, 5n, 6n);
    await expect(token.connect(w.carol).transferFrom(w.alice, w.dave, 5n)).to.changeTokenBalance(
      ethers,
      token,
      w.dave,
      5n,
    );
  });

  it("takes a permit once, from its owner's key, until its deadline", async () => {
    const { w, token } = await load();
    const spender = w.bob.address;
    const { v, r, s } = await signPermit(token, w.alice, { spender, value: 7n, deadline: MaxUint256 });
    await expect(token.connect(w.dave).permit(w.alice, spender, 7n, MaxUint256, v, r, s))
      .to.emit(token, "Approval")
      .withArgs(w.alice.address, spender, 7n);
    expect(await token.nonces(w.alice)).to.equal(1n);
    await expect(token.permit(w.alice, spender, 7n, MaxUint256, v, r, s)).to.be.revertedWithCustomError(
      token,
      "ERC2612InvalidSigner",
    );
  });

  it("refuses a permit that has expired, or that another key signed", async () => {
    const { w, token } = await load();
    const spender = w.bob.address;
    const late = await signPermit(token, w.alice, { spender, value: 7n, deadline: 1n });
    await expect(token.permit(w.alice, spender, 7n, 1n, late.v, late.r, late.s))
      .to.be.revertedWithCustomError(token, "ERC2612ExpiredSignature")
      .withArgs(1n);
    const forged = await signPermit(token, w.carol, { spender, value: 7n, deadline: MaxUint256 });
    await expect(
      token.permit(w.alice, spender, 7n, MaxUint256, forged.v, forged.r, forged.s),
    ).to.be.revertedWithCustomError(token, "ERC2612InvalidSigner");
  });
}
