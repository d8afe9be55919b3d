import { expect } from "chai";
import { BrowserProvider, Wallet } from "ethers";

import { CloneToken__factory } from "../../typechain-types/index.js";
import { approveExactly, erc20At, signPermit } from "../../src/client/tokens.js";
import { expectClientError, networkHelpers, ONE, openTwo } from "./support.js";

const openWithBook = async () => {
  const { handle, aliceSigner } = await networkHelpers.loadFixture(openTwo);
  return { handle, aliceSigner, bookAddress: handle.bookAddress };
};

describe("signPermit", function () {
  it("signs for an account with a key", async function () {
    const { handle, aliceSigner } = await networkHelpers.loadFixture(openTwo);
    const permit = await signPermit(handle.address, aliceSigner, handle.bookAddress, ONE);
    expect(permit?.v).to.be.oneOf([27, 28]);
  });

  it("signs for an account with a key that carries delegated code", async function () {
    const { handle, aliceSigner } = await networkHelpers.loadFixture(openTwo);
    await networkHelpers.setCode(aliceSigner.address, `0xef0100${handle.address.slice(2)}`);
    expect(await signPermit(handle.address, aliceSigner, handle.bookAddress, ONE)).to.not.equal(undefined);
  });

  it("leaves a contract wallet to approve", async function () {
    const { handle, aliceSigner } = await networkHelpers.loadFixture(openTwo);
    await networkHelpers.setCode(aliceSigner.address, "0x00");
    expect(await signPermit(handle.address, aliceSigner, handle.bookAddress, ONE)).to.equal(undefined);
  });

  for (const code of [4_200, -32_601]) {
    it(`leaves a wallet that has no such method, and says so with ${code}, to approve`, async function () {
      const { handle, aliceSigner, bookAddress } = await openWithBook();
      const chain = aliceSigner.provider! as unknown as { send(method: string, params: unknown[]): Promise<unknown> }; // Hardhat's has it
      const wallet = new BrowserProvider({
        request: ({ method, params }) => {
          if (method.startsWith("eth_signTypedData")) return Promise.reject(Object.assign(new Error("none"), { code }));
          if (method.endsWith("ccounts")) return Promise.resolve([aliceSigner.address]);
          return chain.send(method, params as unknown[]); // a list, of all that is asked here
        },
      });
      const signer = await wallet.getSigner(aliceSigner.address);
      expect(await signPermit(handle.address, signer, bookAddress, ONE)).to.equal(undefined);
      wallet.destroy();
    });
  }

  it("signs nothing for a token that tells no domain", async function () {
    const { handle, aliceSigner, bookAddress } = await openWithBook();
    expect(await signPermit(handle.assets[0]!.address, aliceSigner, bookAddress, ONE)).to.equal(undefined);
  });

  it("signs nothing for a token that tells another's domain, or another chain's: it would be a permit of that", async function () {
    const { handle, aliceSigner, bookAddress } = await openWithBook();
    const provider = aliceSigner.provider!; // the chain's own
    const data = CloneToken__factory.createInterface().encodeFunctionData("eip712Domain");
    const told = await provider.call({ to: handle.address, data });
    const answering = (answer: string): string => `0x600b380380600b5f395ff3${answer.slice(2)}`; // it answers that, whatever is asked
    const mimic = Wallet.createRandom().address;
    await networkHelpers.setCode(mimic, answering(told));
    expect(await provider.call({ to: mimic, data }), "as the other one does").to.equal(told);
    expect(await signPermit(mimic, aliceSigner, bookAddress, ONE)).to.equal(undefined);
    const own = told.replace(handle.address.slice(2).toLowerCase(), mimic.slice(2).toLowerCase());
    await networkHelpers.setCode(mimic, answering(own));
    expect(await signPermit(mimic, aliceSigner, bookAddress, ONE), "its own").to.not.equal(undefined);
    const { chainId } = await provider.getNetwork();
    const word = (value: bigint): string => value.toString(16).padStart(64, "0");
    await networkHelpers.setCode(mimic, answering(own.replace(word(chainId), word(chainId + 1n))));
    expect(await signPermit(mimic, aliceSigner, bookAddress, ONE), "of another chain").to.equal(undefined);
  });

  it("needs a provider", async function () {
    const { handle } = await networkHelpers.loadFixture(openTwo);
    const attempt = signPermit(handle.address, Wallet.createRandom(), handle.bookAddress, ONE);
    await expectClientError(attempt, "Client_NoProvider");
  });
});

describe("approveExactly", function () {
  const openApproved = async () => {
    const market = await openTwo();
    const token = erc20At(market.handle.address, market.aliceSigner);
    const approve = async (amount: bigint): Promise<number> => {
      const { aliceSigner, bob } = market;
      const sent = await aliceSigner.getNonce();
      await approveExactly(token, aliceSigner, aliceSigner.address, bob.address, amount);
      expect(await token.allowance(aliceSigner.address, bob.address)).to.equal(amount);
      return (await aliceSigner.getNonce()) - sent;
    };
    return { approve };
  };

  it("sends one transaction from nothing, none if it is there already, and goes through zero otherwise", async function () {
    const { approve } = await networkHelpers.loadFixture(openApproved);
    expect(await approve(5n)).to.equal(1);
    expect(await approve(5n)).to.equal(0);
    expect(await approve(7n)).to.equal(2);
  });
});
