import { expect } from "chai";
import { recoverAddress, type Signer, verifyTypedData, Wallet } from "ethers";

import { ClientError } from "../../../src/bindings/errors.js";
import { cancelAll, signCancellation } from "../../../src/client/relay/cancellation.js";
import { bookDomain } from "../../../src/protocol/signing/typed-data.js";
import type { RelayTrader } from "../../../src/wire/state.js";
import { cancelDigest } from "../../../src/wire/cancellation.js";
import { CANCEL_TYPES } from "../../../src/wire/signed-types.js";

const DOMAIN = bookDomain(31_337n, `0x${"b0".repeat(20)}`);
const LINK = `0x${"ab".repeat(32)}`;
const wallet = new Wallet(`0x${"5e".repeat(32)}`);

describe("signCancellation", () => {
  it("signs the very digest that a relay recovers the trader from, for one link and one book", async () => {
    const signature = await signCancellation(DOMAIN, wallet, LINK);
    expect(recoverAddress(cancelDigest(DOMAIN, LINK), signature)).to.equal(wallet.address);
    expect(verifyTypedData(DOMAIN, CANCEL_TYPES, { link: LINK }, signature)).to.equal(wallet.address);
    for (const other of [
      cancelDigest(DOMAIN, `0x${"ac".repeat(32)}`),
      cancelDigest(bookDomain(1n, wallet.address), LINK),
    ]) {
      expect(recoverAddress(other, signature)).not.to.equal(wallet.address);
    }
  });

  it("says so if the wallet's user declines", async () => {
    const declining = {
      signTypedData: () => Promise.reject(Object.assign(new Error("no"), { code: "ACTION_REJECTED" })),
    } as unknown as Signer;
    const error = await signCancellation(DOMAIN, declining, LINK).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(ClientError).and.to.have.property("code", "Client_Declined");
  });
});

describe("cancelAll", () => {
  it("names all that the relay knows of, from the first on", () => {
    const account = { cancelAll: { toTradeRootId: 17, nonceFloor: 5n } } as RelayTrader; // all that it looks at
    expect(cancelAll(wallet.address, account, 99n)).to.deep.equal({
      trader: wallet.address,
      fromTradeRootId: 1,
      toTradeRootId: 17,
      nonceFloor: 5n,
      deadline: 99n,
    });
    expect(() => cancelAll(wallet.address, account, -1n)).to.throw("CANCELLATION_FIELD_INVALID");
  });
});
