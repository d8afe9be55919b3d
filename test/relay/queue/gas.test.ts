import { expect } from "chai";

import type { Expected } from "../../../src/relay/follow/batch.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { createGasEstimate } from "../../../src/relay/queue/gas.js";
import { PaperChain } from "../paper/chain.js";

describe("createGasEstimate", () => {
  const chain = new PaperChain();
  const gas = createGasEstimate({
    isOwnKey: ({ signed }) => signed.signature.length === 132,
    isOwnCancellation: ({ signed }) => signed.signature.length === 132,
  });

  function expected(steps: number, signature = chain.sign(0).signature): Expected {
    const signed = { ...chain.sign(0), signature };
    const hints = { insertAfter: 0, place: 0, placed: [] };
    return {
      link: primaryLink(signed.package),
      signed,
      tradesBefore: 0,
      outcome: 1,
      through: undefined,
      ownOrders: 0,
      ownFirst: 0,
      ...hints,
      fills: [],
      gone: [],
      noncesBefore: undefined,
      steps,
      before: 0,
    };
  }

  it("given an order that rests, has room for its slots", () => {
    expect(gas.of(expected(0))).to.equal(200_000n);
  });

  it("given an order that matches, has room for each step", () => {
    expect(gas.of(expected(7))).to.equal(200_000n + 7n * 110_000n);
  });

  it("given a contract wallet's order, has room for its check and its signature", () => {
    expect(gas.of(expected(1, "0x1234"))).to.equal(200_000n + 110_000n + 600_000n + 3n * 50n);
  });

  it("given a batch, has room for all of it, up to what a transaction may have", () => {
    const batch = { cancellations: [], expected: [expected(0), expected(2)] };
    expect(gas.limitOf(batch, 16_000_000n)).to.equal(150_000n + 700_000n + 200_000n + 420_000n);
    expect(gas.limitOf(batch, 500_000n)).to.equal(500_000n);
    expect(gas.limitOf({ cancellations: [], expected: [] }, 16_000_000n)).to.equal(850_000n);
  });
});
