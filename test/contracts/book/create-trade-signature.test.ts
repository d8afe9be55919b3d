import { expect } from "chai";
import { concat, Signature, toBeHex, TypedDataEncoder } from "ethers";
import hre from "hardhat";

import type { TradePackageStruct } from "../../../typechain-types/interfaces/IOrderBook.sol/IOrderBook.js";
import {
  createdArgs,
  type OrderSpec,
  packageOf,
  sign,
  submit,
  TRADE_PACKAGE_TYPES,
} from "../../../stage/contracts/orders.js";
import { expectSound } from "../support/sound.js";
import { createSession, type World } from "../../../stage/contracts/world.js";
import { openWithCash } from "../support/openings.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

/** Order of the curve's group; its half divides low from high s. */
const N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

async function open(): Promise<World> {
  return openWithCash(connection);
}

describe("OrderBook.createTrade: the signature", () => {
  let w: World;
  let usual: OrderSpec;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
    usual = { trader: w.alice, lots: 10n, price: 5_000n };
  });
  afterEach(() => expectSound(w));

  function digestOf(order: TradePackageStruct): string {
    return TypedDataEncoder.hash(w.domain, TRADE_PACKAGE_TYPES, order);
  }

  async function expectRefused(spec: OrderSpec): Promise<void> {
    const order = await sign(w, spec);
    await expect(submit(w, order))
      .to.be.revertedWithCustomError(w.book, "Book_SignatureInvalid")
      .withArgs(order.tradePackage.trader, digestOf(order.tradePackage));
    expect((await w.book.chainState()).trades).to.equal(0n);
    expect([...(await w.book.noncesOf(w.alice))]).to.deep.equal([0n, 0n]);
  }

  async function goodSignature(): Promise<Signature> {
    return Signature.from((await sign(w, usual)).signature as string);
  }

  describe("it takes", () => {
    it("65 bytes: r, s, v", async () => {
      await expect(submit(w, usual)).to.emit(w.book, "TradeCreated");
    });

    it("64 bytes: r, and s with v in its top bit (ERC-2098)", async () => {
      const signature = (await goodSignature()).compactSerialized;
      const order = await sign(w, { ...usual, signature });
      await expect(submit(w, order))
        .to.emit(w.book, "TradeCreated")
        .withArgs(...createdArgs(1, order));
    });

    it("either form, and logs both in the shorter one, without an approval", async () => {
      for (const nonce of [0n, 1n, 2n, 3n]) {
        const order = await sign(w, { ...usual, nonce }); // some with v 27, some with 28
        const tx = submit(w, order);
        const { compactSerialized } = Signature.from(order.signature as string);
        await expect(tx)
          .to.emit(w.book, "TradeCreated")
          .withArgs(...createdArgs(Number(nonce) + 1, { ...order, signature: compactSerialized }));
        await expect(tx).to.not.emit(w.book, "TradeApproved");
      }
    });

    it("the key's signature of an account that carries code (EIP-7702)", async () => {
      const wallet = await ethers.deployContract("HostileWallet", [0]);
      await networkHelpers.setCode(w.alice.address, await ethers.provider.getCode(wallet));
      const domain = w.domain;
      await expect(submit(w, { ...usual, domain })).to.emit(w.book, "TradeCreated");
    });
  });

  describe("it refuses", () => {
    it("another trader's key", async () => {
      await expectRefused({ ...usual, key: w.bob });
    });

    it("the submitter's own", async () => {
      await expectRefused({ ...usual, key: w.submitter });
    });

    it("a signature over another chain's book", async () => {
      await expectRefused({ ...usual, domain: { ...w.domain, chainId: 1n } });
    });

    it("a signature over another contract", async () => {
      await expectRefused({ ...usual, domain: { ...w.domain, verifyingContract: await w.session.getAddress() } });
    });

    it("a signature over the code that the book runs", async () => {
      const { orderBook } = await w.factory.implementations();
      await expectRefused({ ...usual, domain: { ...w.domain, verifyingContract: orderBook } });
    });

    it("a signature over another session's book", async () => {
      const params = { ...w.params, t1: w.t1 + 1_000, name: "Other session" };
      const other = await createSession(w, params);
      await expectRefused({ ...usual, domain: other.domain });
    });

    it("a signature over another name or version", async () => {
      await expectRefused({ ...usual, domain: { ...w.domain, version: "2" } });
      await expectRefused({ ...usual, domain: { ...w.domain, name: "Session" } });
    });

    it("high s, with the v that belongs to it", async () => {
      const { r, s, v } = await goodSignature();
      const signature = concat([r, toBeHex(N - BigInt(s), 32), toBeHex(55 - v)]);
      await expectRefused({ ...usual, signature });
    });

    it("a flipped v", async () => {
      const { r, s, v } = await goodSignature();
      await expectRefused({ ...usual, signature: concat([r, s, toBeHex(55 - v)]) });
    });

    it("v as 0 or 1", async () => {
      const { r, s, yParity } = await goodSignature();
      await expectRefused({ ...usual, signature: concat([r, s, toBeHex(yParity, 1)]) });
    });

    it("nothing, and signatures that are too short or too long", async () => {
      const good = (await goodSignature()).serialized;
      for (const signature of ["0x", "0x00", good.slice(0, -4), `${good}00`, `0x${"00".repeat(1_000)}`]) {
        await expectRefused({ ...usual, signature });
      }
    });

    it("zeros, for which recovery gives no address", async () => {
      await expectRefused({ ...usual, signature: `0x${"00".repeat(65)}` });
      await expectRefused({ ...usual, signature: `0x${"00".repeat(64)}1b` });
    });

    const changes: [string, (p: TradePackageStruct) => TradePackageStruct][] = [
      ["trader", (p) => ({ ...p, trader: w.bob.address })],
      ["branch", (p) => ({ ...p, marketBranchId: 2 })],
      ["price", (p) => ({ ...p, priceTicks: 5_001n })],
      ["quantity", (p) => ({ ...p, quantityLots: 11n })],
      ["side", (p) => ({ ...p, quantityLots: -10n })],
      ["nonce", (p) => ({ ...p, nonce: 1n })],
      ["deadline", (p) => ({ ...p, deadline: w.t2 })],
      ["time in force", (p) => ({ ...p, timeInForce: 1 })],
    ];
    for (const [field, change] of changes) {
      it(`a package whose ${field} was changed after signing`, async () => {
        const order = await sign(w, usual);
        const changed = change(order.tradePackage);
        await expect(submit(w, { ...order, tradePackage: changed }))
          .to.be.revertedWithCustomError(w.book, "Book_SignatureInvalid")
          .withArgs(changed.trader, digestOf(changed));
      });
    }
  });

  it("gives no meaning to the submitter's hint", async () => {
    const order = await sign(w, usual);
    await expect(submit(w, { ...order, insertAfter: 77 })).to.emit(w.book, "TradeCreated");
  });

  it("is over the digest that linksOf says", async () => {
    const order = await packageOf(w, usual);
    expect((await w.book.linksOf(order)).digest).to.equal(digestOf(order));
  });
});
