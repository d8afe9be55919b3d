import { expect } from "chai";
import type { Provider } from "ethers";

import { readBlockTimes, readRecords } from "../../src/bindings/logs.js";
import { NodeError } from "../../src/node/errors.js";
import type { ChainRecord } from "../../src/bindings/records.js";
import { compactSignature } from "../../src/protocol/signing/signatures.js";
import { chain, expectClientError, networkHelpers, ONE, openThree } from "../client/support.js";
import { fullHistory } from "./full-history.js";

const only = <Kind extends ChainRecord["kind"]>(records: readonly ChainRecord[], kind: Kind) =>
  records.filter((record): record is Extract<ChainRecord, { kind: Kind }> => record.kind === kind);

describe("readRecords", function () {
  it("gives everything in log order, parsed", async function () {
    const { handle, alice, bob } = await networkHelpers.loadFixture(fullHistory);
    const records = await readRecords(handle);
    expect(records.map(({ kind }) => kind)).to.deep.equal([
      "userCreated",
      "deposited",
      "userCreated",
      "deposited",
      "tradeCreated",
      "skipped",
      "tradeCreated",
      "matched",
      "tradeCreated",
      "tradeCreated",
      "matched",
      "offset",
      "checkpoint",
      "tradeCreated",
      "tradePlaced",
      "checkpoint",
      "offset",
      "offsetSkipped",
      "checkpoint",
      "noncesInvalidated",
      "offset",
      "checkpoint",
      "withdrawn",
      "exited",
    ]);
    const places = records.map(({ blockNumber, logIndex }) => blockNumber * 1_000 + logIndex);
    expect(places).to.deep.equal([...places].sort((a, b) => a - b));

    expect(only(records, "userCreated").map(({ traderId, trader }) => [traderId, trader])).to.deep.equal([
      [1, alice.address],
      [2, bob.address],
    ]);
    expect(
      only(records, "matched").map(({ makerRootId, takerRootId, priceTicks: price, lots }) => [
        makerRootId,
        takerRootId,
        price,
        lots,
      ]),
    ).to.deep.equal([
      [1, 2, 4_000n, 4n],
      [1, 4, 4_000n, 6n],
    ]);
    expect(only(records, "offset").map(({ tradeRootId, lots, reason }) => [tradeRootId, lots, reason])).to.deep.equal([
      [4, 3n, "remainder"],
      [5, 7n, "cancelled"],
      [3, 5n, "expired"],
    ]);
    const [skipped] = only(records, "skipped");
    expect([skipped!.index, skipped!.trader, skipped!.refusal.code]).to.deep.equal([
      1,
      alice.address,
      "Book_PriceOutOfBounds",
    ]);
    expect(only(records, "offsetSkipped").map(({ tradeRootId, refusal }) => [tradeRootId, refusal.code])).to.deep.equal(
      [[3, "Book_OrderStands"]],
    );
    expect(only(records, "noncesInvalidated")[0]).to.deep.include({ traderId: 1, nonceFloor: 50n });
    expect(only(records, "withdrawn")[0]).to.deep.include({ traderId: 1, leg: 0, amount: ONE, to: alice.address });
    const [exited] = only(records, "exited");
    expect(exited).to.deep.include({ traderId: 1, to: bob.address, redeemed: true });
    expect(exited!.claims).to.have.length(3);
  });

  it("gives packages as they were signed, with their signatures", async function () {
    const { handle, alice, submitter } = await networkHelpers.loadFixture(openThree);
    const signed = await alice.signOrder({ leg: 2, price: 123n, quantity: -45n });
    await submitter.submitOne(signed);
    const [created] = only(await readRecords(handle), "tradeCreated");
    const signature = compactSignature(signed.signature);
    expect(created).to.deep.include({ tradeRootId: 1, package: signed.package, signature });
  });

  it("reads a range of blocks only", async function () {
    const { handle } = await networkHelpers.loadFixture(fullHistory);
    const all = await readRecords(handle);
    const { blockNumber } = all[5]!;
    const part = await readRecords(handle, blockNumber, blockNumber);
    expect(part).to.deep.equal(all.filter((record) => record.blockNumber === blockNumber));
    expect(await readRecords(handle, 1_000_000)).to.deep.equal([]);
  });

  it("halves a range that the node refuses, until it is answered", async function () {
    const { handle } = await networkHelpers.loadFixture(fullHistory);
    const all = await readRecords(handle);
    const { provider } = chain.ethers;
    const spans: number[] = [];
    const strict = {
      getBlockNumber: () => provider.getBlockNumber(),
      getLogs: async (filter: { fromBlock: number; toBlock: number }) => {
        const span = filter.toBlock - filter.fromBlock + 1;
        if (span > 5) throw Object.assign(new Error("query returned more than 5 blocks"), { code: -32_000 });
        spans.push(span);
        return provider.getLogs(filter);
      },
    };
    const runner = { provider: strict as unknown as Provider }; // the two functions that are used
    expect(await readRecords({ ...handle, runner })).to.deep.equal(all);
    expect(spans.length).to.be.greaterThan(1);
    expect(Math.max(...spans)).to.be.at.most(5);
  });

  it("needs a provider", async function () {
    const { handle } = await networkHelpers.loadFixture(openThree);
    await expectClientError(readRecords({ ...handle, runner: { provider: null } }), "Client_NoProvider");
  });
});

describe("readBlockTimes", function () {
  it("gives each block's time once, however many there are", async function () {
    const { handle } = await networkHelpers.loadFixture(fullHistory);
    await networkHelpers.mine(80, { interval: 3 });
    const { provider } = chain.ethers;
    const last = await provider.getBlockNumber();
    const numbers = Array.from({ length: 80 }, (_, index) => last - index);
    const times = await readBlockTimes(provider, [...numbers, ...numbers]);
    expect([...times.keys()]).to.deep.equal(numbers);
    const newest = BigInt((await provider.getBlock(last))!.timestamp);
    expect([...times.values()]).to.deep.equal(numbers.map((_, index) => newest - 3n * BigInt(index)));
    const records = await readRecords(handle);
    expect(
      (
        await readBlockTimes(
          provider,
          records.map(({ blockNumber }) => blockNumber),
        )
      ).size,
    ).to.be.above(5);
    expect((await readBlockTimes(provider, [])).size).to.equal(0);
  });

  it("refuses a block that the node does not know", async function () {
    const { provider } = chain.ethers;
    const refused = await readBlockTimes(provider, [1, 1_000_000]).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(NodeError);
    const { code, values } = refused as NodeError; // as just seen
    expect([code, values.reason]).to.deep.equal(["NODE_MALFORMED", "it has no block 1000000, of which it gave logs"]);
  });
});
