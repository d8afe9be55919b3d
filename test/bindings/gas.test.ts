import { expect } from "chai";

import { FORESEEN, gasOfBatch, gasOfOrder, gasOfWallet, UNFORESEEN } from "../../src/bindings/gas.js";

const CAP = 16_777_216n;

describe("gasOfBatch", () => {
  it("given no order, it is the call's own", () => {
    expect([gasOfBatch(FORESEEN, [], CAP), gasOfBatch(UNFORESEEN, [], CAP)]).to.deep.equal([150_000n, 200_000n]);
  });

  it("given orders whose steps are foreseen, it counts each order by its own steps", () => {
    const orders = [gasOfOrder(FORESEEN, 0), gasOfOrder(FORESEEN, 3)];
    expect(orders).to.deep.equal([200_000n, 530_000n]);
    expect(gasOfBatch(FORESEEN, orders, CAP)).to.equal(880_000n);
  });

  it("given orders of which nothing is known, it has room for a wallet in each", () => {
    expect([gasOfOrder(UNFORESEEN, 0), gasOfOrder(UNFORESEEN, 16)]).to.deep.equal([800_000n, 3_200_000n]);
    expect(gasOfOrder(UNFORESEEN, 0) - gasOfOrder(FORESEEN, 0)).to.equal(gasOfWallet(""));
  });

  it("given more than a transaction may have, it is that", () => {
    expect(gasOfBatch(UNFORESEEN, [gasOfOrder(UNFORESEEN, 16), gasOfOrder(UNFORESEEN, 100)], CAP)).to.equal(CAP);
  });
});

describe("gasOfWallet", () => {
  it("grows by the signature's bytes", () => {
    expect(gasOfWallet(`0x${"00".repeat(65)}`)).to.equal(600_000n + 66n * 50n);
    expect(gasOfWallet(`0x${"00".repeat(165)}`) - gasOfWallet(`0x${"00".repeat(65)}`)).to.equal(5_000n);
  });
});
