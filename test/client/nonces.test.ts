import { expect } from "chai";

import { createNonceSource } from "../../src/client/nonces.js";
import { firstUnused, nextNonces } from "../../src/protocol/book/nonces.js";
import type { IOrderBook } from "../../typechain-types/index.js";
import { createTrader } from "../../src/client/trader.js";
import { networkHelpers, openThree } from "./support.js";

describe("firstUnused", function () {
  it("is the start itself if that is unused", function () {
    expect(firstUnused({ floor: 5n, used: 0n })).to.equal(5n);
    expect(firstUnused({ floor: 5n, used: 0b011n }, 7n)).to.equal(7n);
  });

  it("passes over what is used in the window", function () {
    expect(firstUnused({ floor: 5n, used: 0b1011n })).to.equal(7n);
    expect(firstUnused({ floor: 5n, used: 0b1011n }, 8n)).to.equal(9n);
    expect(firstUnused({ floor: 0n, used: 2n ** 32n - 1n })).to.equal(32n);
  });

  it("takes everything above the window to be unused, as far as the book reaches", function () {
    expect(firstUnused({ floor: 0n, used: 0n }, 50n)).to.equal(50n);
    expect(firstUnused({ floor: 0n, used: 0n }, 63n)).to.equal(63n);
    expect(firstUnused({ floor: 0n, used: 0n }, 64n)).to.equal(undefined);
  });

  it("is none below a floor", function () {
    expect(firstUnused({ floor: 9n, used: 0n }, 3n)).to.equal(9n);
  });

  it("ends before the very last", function () {
    const last = 2n ** 24n - 1n;
    expect(firstUnused({ floor: last - 2n, used: 0b10n }, last - 1n)).to.equal(undefined);
    expect(firstUnused({ floor: last, used: 0n })).to.equal(undefined);
  });
});

describe("nextNonces", function () {
  it("are unused ones, rising, from the start on", function () {
    expect(nextNonces({ floor: 5n, used: 0b1010n }, 3)).to.deep.equal([5n, 7n, 9n]);
    expect(nextNonces({ floor: 5n, used: 0b1010n }, 2, 8n)).to.deep.equal([9n, 10n]);
    expect(nextNonces({ floor: 0n, used: 0n }, 0)).to.deep.equal([]);
  });

  it("begin anew at the lowest where the book's reach ends", function () {
    expect(nextNonces({ floor: 0n, used: 0b1n }, 3, 62n)).to.deep.equal([62n, 63n, 1n]);
  });
});

describe("a nonce source", function () {
  /** A book of which only the nonces are asked. */
  const bookWith = (state: { nonceFloor: bigint; used: bigint }): IOrderBook =>
    ({ noncesOf: () => Promise.resolve(state) }) as unknown as IOrderBook;

  it("counts up over what others used", async function () {
    const state = { nonceFloor: 10n, used: 0b110n };
    const nonces = createNonceSource(bookWith(state), "0x");
    expect([await nonces.next(), await nonces.next(), await nonces.next()]).to.deep.equal([10n, 13n, 14n]);
  });

  it("follows a floor that was raised", async function () {
    const state = { nonceFloor: 0n, used: 0n };
    const nonces = createNonceSource(bookWith(state), "0x");
    await nonces.next();
    state.nonceFloor = 500n;
    expect(await nonces.next()).to.equal(500n);
  });

  it("starts again when it has run out of the book's reach", async function () {
    const state = { nonceFloor: 0n, used: 0b1n };
    const nonces = createNonceSource(bookWith(state), "0x");
    const given: bigint[] = [];
    for (let count = 0; count < 64; count++) given.push(await nonces.next());
    expect(given.slice(0, 63)).to.deep.equal(Array.from({ length: 63 }, (_, index) => BigInt(index + 1)));
    expect(given.at(-1)).to.equal(1n);
  });

  it("agrees with the book over more orders than its window holds", async function () {
    const { handle, aliceSigner, submitter } = await networkHelpers.loadFixture(openThree);
    const alice = createTrader(handle, aliceSigner);
    for (let batch = 0; batch < 5; batch++) {
      const signed = await Promise.all(
        Array.from({ length: 30 }, () => alice.signOrder({ leg: 1, price: 0n, quantity: 1n })),
      );
      const landing = signed.filter((_, index) => index % 3 !== 0); // the others never arrive
      const { results } = await submitter.submitBatch(landing);
      expect(results.every(({ accepted }) => accepted)).to.be.true;
    }
  });
});
