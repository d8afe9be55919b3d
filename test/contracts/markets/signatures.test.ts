import { expect } from "chai";
import { Signature, TypedDataEncoder } from "ethers";
import hre from "hardhat";

import {
  expectRefused,
  MARKET_TYPES,
  newInterval,
  type SignedMarket,
  signMarket,
  submitMarket,
} from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

async function open(): Promise<World> {
  return openWorld(connection);
}

describe("OrderBook.createMarket: who speaks", () => {
  let w: World;
  let signed: SignedMarket;
  let digest: string;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
    signed = await signMarket(w, newInterval(w));
    digest = TypedDataEncoder.hash(w.domain, MARKET_TYPES, signed.record);
  });
  afterEach(() => expectMarketsSound(w));

  async function refuses(changed: Partial<SignedMarket>, hash = digest): Promise<void> {
    const call = submitMarket(w, { ...signed, ...changed });
    await expectRefused(w, call, "Book_SignatureInvalid", w.organiser.address, hash);
  }

  it("takes the owner's signature in its 64-byte form", async () => {
    const { compactSerialized } = Signature.from(signed.signature);
    await expect(submitMarket(w, { ...signed, signature: compactSerialized })).to.emit(w.book, "MarketRecorded");
  });

  describe("when the owner calls", () => {
    async function callWith(signature: string): ReturnType<typeof submitMarket> {
      return w.book.connect(w.organiser).createMarket(signed.record, signature, "0x", signed.description);
    }

    it("needs no signature, but takes its own", async () => {
      const fresh = await networkHelpers.takeSnapshot();
      await expect(callWith("0x")).to.emit(w.book, "MarketRecorded");
      await fresh.restore();
      await expect(callWith(signed.signature)).to.emit(w.book, "MarketRecorded");
    });

    it("refuses one that is not its own: what the log shows was signed", async () => {
      const { signature } = await signMarket(w, newInterval(w, { key: w.alice }));
      for (const wrong of [signature, "0x01"]) {
        await expectRefused(w, callWith(wrong), "Book_SignatureInvalid", w.organiser.address, digest);
      }
    });
  });

  it("refuses somebody else without a signature", () => refuses({ signature: "0x" }));

  it("refuses another key's signature", async () => {
    const { signature } = await signMarket(w, newInterval(w, { key: w.alice }));
    await refuses({ signature });
  });

  it("refuses a signature that was cut, stretched, or mirrored to its high s", async () => {
    const { r, s, v } = Signature.from(signed.signature);
    const mirrored = ethers.concat([r, ethers.toBeHex(CURVE_ORDER - BigInt(s), 32), ethers.toBeHex(55 - v, 1)]);
    for (const signature of [signed.signature.slice(0, -4), `${signed.signature}00`, mirrored]) {
      await refuses({ signature });
    }
  });

  for (const [field, value] of Object.entries({
    marketMax: 99n,
    fallbackOutcome: 49n,
    tickValue: 1n,
    settleBy: 2,
    parentBranchId: 1,
  })) {
    it(`refuses a record whose ${field} was changed on the way`, async () => {
      const record = { ...signed.record, [field]: value };
      await refuses({ record }, TypedDataEncoder.hash(w.domain, MARKET_TYPES, record));
    });
  }

  it("refuses a record in the name of nobody", async () => {
    const record = { ...signed.record, owner: ethers.ZeroAddress };
    const hash = TypedDataEncoder.hash(w.domain, MARKET_TYPES, record);
    await expectRefused(w, submitMarket(w, { ...signed, record }), "Book_SignatureInvalid", ethers.ZeroAddress, hash);
  });
});
