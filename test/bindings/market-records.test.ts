/** Records of the market table: signed for one book, brought to it, and as logs give them back. */
import { expect } from "chai";
import { makeError, recoverAddress, type Signer, Wallet } from "ethers";
import fc from "fast-check";

import { ClientError } from "../../src/bindings/errors.js";
import {
  type DecodedRecord,
  marketRecordOf,
  NO_SIGNATURE,
  permitRecord,
  signRecord,
  submitRecord,
} from "../../src/bindings/market-records.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import { bookDomain, marketDigest } from "../../src/protocol/signing/typed-data.js";
import { IOrderBook__factory } from "../../typechain-types/index.js";
import { FIXED } from "../protocol/support.js";
import { anyRecord } from "./support/market-records.js";
import { rejectionOf } from "./support/scripted.js";

const book = IOrderBook__factory.createInterface();
const BOOK = "0x00000000000000000000000000000000000b00c5";
const domain = bookDomain(31_337n, BOOK);
const wallet = new Wallet(`0x${"11".repeat(32)}`);
const organiser = new Wallet(`0x${"22".repeat(32)}`);
const [record] = fc.sample(anyRecord, { ...FIXED, numRuns: 1 });

describe("signRecord", function () {
  it("gives the record with its owner's signature over that domain", async function () {
    const signed = await signRecord(domain, wallet, record!);
    expect(signed).to.deep.include({ record, description: "" });
    expect(recoverAddress(marketDigest(domain, record!), signed.signature)).to.equal(wallet.address);
  });

  it("keeps the text of a new root beside it, which is not signed but by its hash", async function () {
    const [plain, told] = [
      await signRecord(domain, wallet, record!),
      await signRecord(domain, wallet, record!, "Rain."),
    ];
    expect(told.description).to.equal("Rain.");
    expect(told.signature).to.equal(plain.signature);
  });

  it("signs whatever fits, for one book alone", async function () {
    await fc.assert(
      fc.asyncProperty(anyRecord, async (any) => {
        const { signature } = await signRecord(domain, wallet, any);
        expect(recoverAddress(marketDigest(domain, any), signature)).to.equal(wallet.address);
        const elsewhere = marketDigest({ ...domain, chainId: 1n }, any);
        expect(recoverAddress(elsewhere, signature)).to.not.equal(wallet.address);
      }),
      { ...FIXED, numRuns: 20 },
    );
  });

  it("says that the wallet's user has declined", async function () {
    const thrown = makeError("user rejected action", "ACTION_REJECTED", {
      action: "signTypedData",
      reason: "rejected",
    });
    const signer = { signTypedData: () => Promise.reject(thrown) } as unknown as Signer; // all that is asked of it
    const reason = await rejectionOf(signRecord(domain, signer, record!));
    expect(reason).to.be.instanceOf(ClientError);
    const { code, cause } = reason as ClientError; // as was just seen
    expect([code, cause]).to.deep.equal(["Client_Declined", thrown]);
  });
});

/** As much of a request as is looked at. */
interface Sent {
  readonly to?: string;
  readonly data?: string;
  readonly gasLimit?: bigint;
}

describe("submitRecord", function () {
  const handle = { book: IOrderBook__factory.connect(BOOK) } as unknown as SessionHandle; // all that it looks at
  const receipt = { status: 1 };

  /** Who sends, and what was sent. */
  function sender(estimate: () => Promise<bigint>): { readonly signer: Signer; readonly sent: Sent[] } {
    const sent: Sent[] = [];
    const signer = {
      provider: { getCode: () => Promise.resolve("0x60") },
      estimateGas: estimate,
      sendTransaction: (request: Sent) => {
        sent.push(request);
        return Promise.resolve({ hash: "0x", wait: () => Promise.resolve(receipt) });
      },
    };
    return { signer: signer as unknown as Signer, sent };
  }

  it("calls the book with record, signature and text", async function () {
    const { signer, sent } = sender(() => Promise.resolve(100n));
    const signed = await signRecord(domain, wallet, record!, "Rain.");
    expect(await submitRecord(handle, signer, signed)).to.equal(receipt);
    const [{ to, data, gasLimit } = {}] = sent;
    expect([to?.toLowerCase(), gasLimit]).to.deep.equal([BOOK, 125n]);
    const call = book.parseTransaction({ data: data! });
    expect(call?.name).to.equal("createMarket");
    expect(marketRecordOf(call?.args[0] as DecodedRecord)).to.deep.equal(record);
    expect(call?.args.slice(1)).to.deep.equal([signed.signature, NO_SIGNATURE, "Rain."]);
  });

  it("brings what its owner calls without a signature", async function () {
    const { signer, sent } = sender(() => Promise.resolve(100n));
    await submitRecord(handle, signer, { record: record!, signature: NO_SIGNATURE, description: "" });
    expect(book.parseTransaction({ data: sent[0]!.data! })?.args.slice(1)).to.deep.equal(["0x", "0x", ""]);
  });

  it("brings the organiser's signature beside the owner's", async function () {
    const { signer, sent } = sender(() => Promise.resolve(100n));
    const signed = await permitRecord(domain, organiser, await signRecord(domain, wallet, record!));
    await submitRecord(handle, signer, signed);
    const [, signature, organiserSignature] = book.parseTransaction({ data: sent[0]!.data! })?.args ?? [];
    expect([signature, organiserSignature]).to.deep.equal([signed.signature, signed.organiserSignature]);
    const signers = [signed.signature, signed.organiserSignature!].map((each) =>
      recoverAddress(marketDigest(domain, record!), each),
    );
    expect(signers).to.deep.equal([wallet.address, organiser.address]);
  });

  it("sends nothing that the book refuses, and says why", async function () {
    const data = book.encodeErrorResult("Book_MarketSettled", [7]);
    const { signer, sent } = sender(() => Promise.reject(Object.assign(new Error("execution reverted"), { data })));
    const reason = await rejectionOf(submitRecord(handle, signer, await signRecord(domain, wallet, record!)));
    expect(reason).to.be.instanceOf(ClientError);
    const { code, args } = reason as ClientError; // as was just seen
    expect([code, args, sent]).to.deep.equal(["Book_MarketSettled", { marketRootId: 7n }, []]);
  });
});

describe("marketRecordOf", function () {
  const event = book.getEvent("MarketRecorded");

  it("gives back any record that was logged", function () {
    fc.assert(
      fc.property(anyRecord, (any) => {
        const values = [any.marketRootId, any.marketBranchId, any.descriptionHash, any, "0x", "0x", ""];
        const { topics, data } = book.encodeEventLog(event, values);
        const decoded = book.decodeEventLog(event, data, topics)["record"] as DecodedRecord;
        expect(marketRecordOf(decoded)).to.deep.equal(any);
      }),
      FIXED,
    );
  });

  it("refuses what does not fit a record's fields", function () {
    const decoded: DecodedRecord = {
      ...record!,
      marketRootId: 1n,
      marketBranchId: 1n,
      parentBranchId: 0n,
      kind: 1n,
      outcomes: 2n,
    };
    expect(marketRecordOf(decoded)).to.deep.include({ marketRootId: 1, kind: 1, outcomes: 2 });
    for (const change of [{ marketRootId: 2n ** 32n }, { kind: 256n }, { marketMin: 2n ** 31n }, { tickValue: -1n }]) {
      expect(() => marketRecordOf({ ...decoded, ...change }), Object.keys(change)[0]).to.throw("MARKET_FIELD_INVALID");
    }
  });
});
