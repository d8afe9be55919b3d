import { expect } from "chai";
import { id, TypedDataEncoder } from "ethers";
import hre from "hardhat";

import type { KeyWallet } from "../../../typechain-types/index.js";
import {
  boundsOf,
  expectRefused,
  intervalRoot,
  MARKET_TYPES,
  newInterval,
  recordOf,
  signMarket,
  submitMarket,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { openWorld, paramsFor, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

interface Owners extends World {
  /** A contract wallet that moves with Alice's key. */
  readonly wallet: KeyWallet & { readonly address: string };
}

/** Everybody who is registered may create markets. */
async function open(): Promise<Owners> {
  const w = await openWorld(connection, { openMarkets: true });
  const wallet = await ethers.deployContract("KeyWallet", [w.alice]);
  const address = await wallet.getAddress();
  await w.book.createUser(address);
  return { ...w, wallet: Object.assign(wallet, { address }) };
}

describe("OrderBook.createMarket: owners that are contracts", () => {
  let w: Owners;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  describe("given a contract wallet", () => {
    it("takes what its key has signed", async () => {
      const root = await intervalRoot(w, { owner: w.wallet, key: w.alice });
      expect((await w.book.rootOf(root)).owner).to.equal(w.wallet.address);
      await submitMarket(w, { root, owner: w.wallet, key: w.alice, min: 40n, max: 40n });
      expect((await w.book.rootOf(root)).settled).to.equal(true);
    });

    it("takes its call without a signature", async () => {
      const { record, description } = await signMarket(w, newInterval(w, { owner: w.wallet, signature: "0x" }));
      const call = w.book.interface.encodeFunctionData("createMarket", [record, "0x", "0x", description]);
      await w.wallet.connect(w.alice).act(w.bookAddress, call);
      expect((await w.book.rootOf(2)).owner).to.equal(w.wallet.address);
    });

    it("refuses what another key has signed", async () => {
      const signed = await signMarket(w, newInterval(w, { owner: w.wallet, key: w.bob }));
      const digest = TypedDataEncoder.hash(w.domain, MARKET_TYPES, signed.record);
      await expectRefused(w, submitMarket(w, signed), "Book_SignatureInvalid", w.wallet.address, digest);
    });

    it("is asked with enough gas, or the call fails and says so", async () => {
      const { record, signature, description } = await signMarket(w, newInterval(w, { owner: w.wallet, key: w.alice }));
      const signatures = await ethers.getContractFactory("OrderBookMarkets");
      await expect(
        w.book.createMarket(record, signature, "0x", description, { gasLimit: 400_000 }),
      ).to.be.revertedWithCustomError(signatures, "Signatures_OutOfGas");
    });
  });

  describe("given a plain contract that knows nothing of signatures, as an oracle's settler would be", () => {
    it("takes its calls: a root, a record, the settlement", async () => {
      const settler = await plainContract(w);
      const owner = { address: settler.address };
      await w.book.createUser(settler);
      const book = w.book.connect(settler);
      const { record, description } = await signMarket(w, newInterval(w, { owner, signature: "0x" }));
      await book.createMarket(record, "0x", "0x", description);
      await book.createMarket(await recordOf(w, { root: 2, owner, min: 20n, max: 70n }), "0x", "0x", "");
      expect(await boundsOf(w, 2, 1)).to.deep.equal([20n, 70n]);
      await book.createMarket(await recordOf(w, { root: 2, owner, min: 33n, max: 33n }), "0x", "0x", "");
      expect((await w.book.rootOf(2)).settled).to.equal(true);
    });

    it("refuses whatever is submitted in its name", async () => {
      const { address } = await plainContract(w);
      await w.book.createUser(address);
      const signed = await signMarket(w, newInterval(w, { owner: { address }, key: w.alice }));
      const digest = TypedDataEncoder.hash(w.domain, MARKET_TYPES, signed.record);
      await expectRefused(w, submitMarket(w, signed), "Book_SignatureInvalid", address, digest);
      await expectRefused(w, submitMarket(w, { ...signed, signature: "0x" }), "Book_SignatureInvalid", address, digest);
    });

    it("where the organiser permits roots, it makes its own under the organiser's signature", async () => {
      const closed = await openWorld(connection);
      const settler = await plainContract(closed);
      const spec = newInterval(closed, { owner: settler, signature: "0x", organiser: closed.organiser });
      const { record, organiserSignature, description } = await signMarket(closed, spec);
      const book = closed.book.connect(settler);
      const values = [settler.address, closed.organiser.address];
      await expectRefused(
        closed,
        book.createMarket(record, "0x", "0x", description),
        "Book_MayNotCreateMarkets",
        ...values,
      );
      expect(await book.createMarket.staticCall(record, "0x", organiserSignature!, description)).to.equal(2n);
      await book.createMarket(record, "0x", organiserSignature!, description);
      await book.createMarket(await recordOf(closed, { root: 2, owner: settler, min: 33n, max: 33n }), "0x", "0x", "");
      const { owner, settled } = await closed.book.rootOf(2);
      expect([owner, settled]).to.deep.equal([settler.address, true]);
      await expectMarketsSound(closed);
    });
  });

  it("given an organiser that is a wallet, it permits what its key has signed", async () => {
    const call = w.factory.interface.encodeFunctionData("createSession", [await paramsFor(w), id("by a wallet")]);
    await w.wallet.connect(w.alice).act(w.factory, call);
    const [created] = (await w.factory.queryFilter(w.factory.filters.SessionCreated())).slice(-1);
    const { organiser, orderBook } = created!.args;
    expect(organiser).to.equal(w.wallet.address);
    const book = w.book.attach(orderBook) as typeof w.book; // of the same code
    const there = { ...w, book, domain: { ...w.domain, verifyingContract: orderBook } };
    const spec = newInterval(there, { owner: w.bob, organiser: w.alice });
    await submitMarket(there, spec);
    expect((await book.rootOf(2)).owner).to.equal(w.bob.address);
    const signed = await signMarket(there, newInterval(there, { owner: w.bob, organiser: w.bob }));
    const digest = TypedDataEncoder.hash(there.domain, MARKET_TYPES, signed.record);
    await expectRefused(there, submitMarket(there, signed), "Book_SignatureInvalid", organiser, digest);
  });

  for (const manner of [0, 1, 2, 3, 4, 5, 6, 7, 8]) {
    it(`given a wallet that answers badly (${manner}), it cannot be spoken for`, async () => {
      const wallet = await ethers.deployContract("HostileWallet", [manner]);
      const address = await wallet.getAddress();
      await w.book.createUser(address);
      const signed = await signMarket(w, newInterval(w, { owner: { address }, key: w.alice }));
      const digest = TypedDataEncoder.hash(w.domain, MARKET_TYPES, signed.record);
      await expectRefused(w, submitMarket(w, signed), "Book_SignatureInvalid", address, digest);
    });
  }

  /** One of the assets will do: it has code and no `isValidSignature`. */
  async function plainContract(world: World): ReturnType<typeof ethers.getImpersonatedSigner> {
    const address = await world.assets[0]!.getAddress();
    await networkHelpers.setBalance(address, 10n ** 18n);
    return ethers.getImpersonatedSigner(address);
  }
});
