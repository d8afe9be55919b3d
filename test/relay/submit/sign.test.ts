import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect } from "chai";
import { Wallet } from "ethers";
import fc from "fast-check";

import { createTransactionSigner, type UnsignedTransaction } from "../../../src/relay/submit/sign.js";

const KEY = `0x${"17".repeat(32)}`;
const wallet = new Wallet(KEY);
const sign = createTransactionSigner(KEY, keccak_256);

async function expectSame(transaction: UnsignedTransaction): Promise<void> {
  const { priorityFee, maxFee, isLegacy, ...rest } = transaction;
  const fees = isLegacy
    ? { type: 0, gasPrice: maxFee }
    : { type: 2, maxPriorityFeePerGas: priorityFee, maxFeePerGas: maxFee };
  const { raw, hash } = sign(transaction);
  expect(raw).to.equal(await wallet.signTransaction({ ...rest, ...fees, value: 0n }));
  expect(hash).to.equal(`0x${Buffer.from(keccak_256(Buffer.from(raw.slice(2), "hex"))).toString("hex")}`);
}

const PLAIN: UnsignedTransaction = {
  chainId: 31_337n,
  nonce: 0,
  priorityFee: 1n,
  maxFee: 2n,
  isLegacy: false,
  gasLimit: 21_000n,
  to: `0x${"ab".repeat(20)}`,
  data: "0x",
};

describe("createTransactionSigner", () => {
  // Where RLP changes its form: nothing, one byte below and above 0x80, 55 and 56 bytes, 255 and 256 bytes, 64 kB.
  for (const bytes of [0, 1, 2, 55, 56, 255, 256, 65_536]) {
    it(`given ${bytes} bytes of data, signs as the library does`, async () => {
      await expectSame({ ...PLAIN, data: `0x${"7f".repeat(bytes)}` });
      await expectSame({ ...PLAIN, data: `0x${"80".repeat(bytes)}` });
      await expectSame({ ...PLAIN, isLegacy: true, data: `0x${"80".repeat(bytes)}` });
    });
  }

  it("given any transaction, signs as the library does", async () => {
    const amount = fc.bigInt({ min: 0n, max: 2n ** 90n });
    const transactions = fc.record({
      chainId: fc.bigInt({ min: 1n, max: 2n ** 50n }),
      nonce: fc.nat(),
      priorityFee: amount,
      maxFee: amount,
      isLegacy: fc.boolean(),
      gasLimit: fc.bigInt({ min: 0n, max: 2n ** 40n }),
      to: fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`),
      data: fc.uint8Array({ maxLength: 400 }).map((bytes) => `0x${Buffer.from(bytes).toString("hex")}`),
    });
    await fc.assert(
      fc.asyncProperty(transactions, (transaction) => {
        const { priorityFee, maxFee } = transaction;
        return expectSame({ ...transaction, maxFee: maxFee > priorityFee ? maxFee : priorityFee });
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});
