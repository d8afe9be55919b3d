/** What was paid in and taken out, of every kind of payment. */
import { expect } from "chai";
import { getAddress, toBeHex } from "ethers";

import { paidIn } from "../../../src/protocol/book/payments.js";
import type { TokenWei } from "../../../src/protocol/amounts/units.js";

const to = getAddress(toBeHex(7, 20));
const wei = (value: bigint): TokenWei => value as TokenWei;

describe("paidIn", () => {
  it("counts session tokens as claims on every asset, leg tokens as claims on one", () => {
    const paid = paidIn(
      [
        { kind: "deposited", traderId: 1, leg: 0, amount: wei(10n) },
        { kind: "deposited", traderId: 2, leg: 2, amount: wei(5n) },
        { kind: "deposited", traderId: 1, leg: 1, amount: wei(3n) },
      ],
      3,
    );
    expect([...paid]).to.deep.equal([
      [1, [13n, 10n, 10n]],
      [2, [0n, 5n, 0n]],
    ]);
  });

  it("takes off what was withdrawn, and the claims that were exited with", () => {
    const paid = paidIn(
      [
        { kind: "deposited", traderId: 1, leg: 0, amount: wei(10n) },
        { kind: "withdrawn", traderId: 1, leg: 0, amount: wei(4n), to },
        { kind: "exited", traderId: 1, to, claims: [wei(2n), wei(9n)], redeemed: false },
      ],
      2,
    );
    expect(paid.get(1)).to.deep.equal([4n, -3n]);
  });

  it("knows nothing of who never paid, and passes over all other records", () => {
    const paid = paidIn([{ kind: "userCreated", traderId: 1, trader: to }], 2);
    expect(paid.size).to.equal(0);
  });
});
