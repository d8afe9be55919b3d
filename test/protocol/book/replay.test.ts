import { expect } from "chai";

import { foldPrimary, foldPromotion, recordWord, TradeBranch } from "../../../src/protocol/book/record-words.js";
import type { RuleErrorCode, RuleErrorValues } from "../../../src/protocol/amounts/errors.js";
import { type PackageFields, tradePackage } from "../../../src/protocol/signing/package.js";
import { type BookRecord, type Replay, replayChain } from "../../../src/protocol/book/replay.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import seeds from "../../vectors/seed-examples.json" with { type: "json" };
import vectors from "../../vectors/typed-data.json" with { type: "json" };
import { FROZEN, GOOD } from "../packages.js";
import { expectRuleError, lot, tick } from "../support.js";

const GENESIS = vectors.domainSeparator;
const headAfter = (records: number): string => vectors.recordHead[records - 1]!;

/** An address for each trader of an example. */
const address = (traderId: number | string): string => `0x${traderId.toString().padStart(40, "0")}`;

function primary(tradeRootId: number, fields: Partial<PackageFields>): BookRecord {
  return { kind: "primary", tradeRootId, order: tradePackage({ ...GOOD, ...fields }) };
}
function fill(makerRootId: number, takerRootId: number, price: bigint, lots: bigint): BookRecord {
  return { kind: "fill", makerRootId, takerRootId, price: tick(price), lots: lot(lots) };
}
function offset(tradeRootId: number, lots: bigint): BookRecord {
  return { kind: "offset", tradeRootId, lots: lot(lots) };
}
function checkpoint(number: bigint, head: string): BookRecord {
  return { kind: "checkpoint", number, head };
}
function frozen(tradeRootId: number): BookRecord {
  return { kind: "primary", tradeRootId, order: FROZEN[tradeRootId - 1]! };
}
function open({ orders }: Replay): Record<number, bigint> {
  return Object.fromEntries([...orders].map(([id, order]) => [id, order.open]));
}

/** The history of the frozen heads. */
const HISTORY: readonly BookRecord[] = [
  frozen(1),
  checkpoint(1n, headAfter(1)),
  frozen(2),
  fill(1, 2, 5_500n, 4n),
  checkpoint(2n, headAfter(6)),
  offset(1, 6n),
  checkpoint(3n, headAfter(7)),
  frozen(3),
  frozen(4),
  offset(3, 2n ** 63n - 1n),
  offset(4, 2n ** 63n - 1n),
  frozen(5),
  frozen(6),
  checkpoint(4n, headAfter(13)),
];

describe("replayChain", () => {
  it("no records: the head is the genesis link", () => {
    const replay = replayChain(GENESIS, []);
    expect(replay).to.deep.include({ head: GENESIS, checkpoints: 0n });
    expect(replay.orders.size).to.equal(0);
  });

  it("the frozen history: its head, its checkpoints, and what is left of each order", () => {
    const replay = replayChain(GENESIS, HISTORY);
    expect(replay).to.include({ head: headAfter(13), checkpoints: 4n });
    expect(open(replay)).to.deep.equal({ 1: 0n, 2: 0n, 3: 0n, 4: 0n, 5: 1n, 6: -1n });
  });

  it("every prefix of the frozen history reaches its own head", () => {
    const recordsOf = (record: BookRecord): number =>
      ({ primary: 1, fill: 4, offset: 1, market: 1, checkpoint: 0 })[record.kind];
    let folded = 0;
    HISTORY.forEach((record, index) => {
      folded += recordsOf(record);
      expect(replayChain(GENESIS, HISTORY.slice(0, index + 1)).head).to.equal(headAfter(folded));
    });
    expect(folded).to.equal(13);
  });

  describe("the seeds' sequences", () => {
    for (const { source, ...example } of seeds.sequences) {
      it(source, () => {
        const orders = example.traderIds.map((traderId, index) =>
          tradePackage({
            ...GOOD,
            trader: address(traderId),
            price: BigInt(example.prices[index]!),
            quantity: BigInt(example.quantities[index]!),
          }),
        );
        const fills = example.fillBids.map((bid, index) => {
          const ids = [Number(bid), Number(example.fillAsks[index])].sort((a, b) => a - b);
          return fill(ids[0]!, ids[1]!, BigInt(example.fillPrices[index]!), BigInt(example.fillLots[index]!));
        });
        const created = orders.map((order, index): BookRecord => ({ kind: "primary", tradeRootId: index + 1, order }));
        const replay = replayChain(GENESIS, [...created.slice(0, 2), ...fills, ...created.slice(2)]);

        // The judge folds the seeds' own list of trades, 1.1, 2.1, 1.2 and so on, one by one.
        const expected = example.book.reduce((head, trade) => {
          const [tradeRootId, branch] = trade.split(".").map(Number) as [number, TradeBranch];
          const order = orders[tradeRootId - 1]!;
          const price = branch === TradeBranch.Match ? tick(example.fillPrices[0]!) : order.price;
          const lots = branch === TradeBranch.Offset ? lot(0n - order.quantity) : order.quantity;
          const word = recordWord({ tradeRootId, tradeBranchId: branch, price, lots });
          return branch === TradeBranch.Primary
            ? foldPrimary(head, word, primaryLink(order))
            : foldPromotion(head, word);
        }, GENESIS);
        expect(replay.head).to.equal(expected);
        const left = Object.entries(open(replay)).filter(([, lots]) => lots !== 0n);
        expect(left.map(([id]) => id)).to.deep.equal(example.open);
      });
    }
  });

  describe("refuses what no book records", () => {
    const bid = primary(1, { trader: address(1), quantity: 10n, price: 5_500n });
    const ask = primary(2, { trader: address(2), quantity: -4n, price: 5_400n });
    const refused = (records: BookRecord[], code: RuleErrorCode, values: RuleErrorValues): void => {
      expectRuleError(() => replayChain(GENESIS, records), code, values);
    };

    it("a number that is not the next, or is unknown", () => {
      refused([ask], "RECORD_OUT_OF_ORDER", { tradeRootId: 2, expected: 1 });
      refused([bid, bid], "RECORD_OUT_OF_ORDER", { tradeRootId: 1, expected: 2 });
      refused([offset(1, 1n)], "RECORD_OUT_OF_ORDER", { unknownOrder: 1 });
      refused([bid, fill(1, 2, 5_500n, 1n)], "RECORD_OUT_OF_ORDER", { unknownOrder: 2 });
    });

    it("a checkpoint that is not the next, or has another head", () => {
      refused([bid, checkpoint(2n, GENESIS)], "RECORD_OUT_OF_ORDER", { checkpoint: 2n, expected: 1n });
      const replayed = replayChain(GENESIS, [bid]).head;
      refused([bid, checkpoint(1n, GENESIS)], "HEAD_MISMATCH", { checkpoint: 1n, recorded: GENESIS, replayed });
      expect(
        replayChain(GENESIS, [bid, checkpoint(1n, replayed.toUpperCase().replace("0X", "0x"))]).checkpoints,
      ).to.equal(1n);
    });

    it("another package in the place of a signed one", () => {
      const forged = { ...HISTORY[0]!, order: { ...FROZEN[0]!, nonce: 1n } } as BookRecord;
      const replayed = replayChain(GENESIS, [forged]).head;
      refused([forged, ...HISTORY.slice(1)], "HEAD_MISMATCH", { checkpoint: 1n, recorded: headAfter(1), replayed });
    });

    it("a fill between orders that do not meet", () => {
      const impossible = (
        first: BookRecord,
        second: BookRecord,
        price = 5_500n,
        makerRootId = 1,
        takerRootId = 2,
      ): void => {
        const values = { record: "fill", makerRootId, takerRootId, price };
        refused([first, second, fill(makerRootId, takerRootId, price, 1n)], "RECORD_IMPOSSIBLE", values);
      };
      const other = (fields: Partial<PackageFields>): BookRecord =>
        primary(2, { trader: address(2), quantity: -4n, price: 5_400n, ...fields });
      impossible(bid, other({ quantity: 4n })); // two bids
      impossible(primary(1, { trader: address(1), quantity: -1n, price: 5_500n }), other({})); // two offers
      impossible(bid, other({ price: 5_501n })); // limits that do not cross
      impossible(bid, other({ marketBranchId: 1 })); // another leg
      impossible(bid, other({ marketRootId: 2 })); // another root
      impossible(bid, other({ trader: address(1) })); // the trader's own
      impossible(bid, ask, 5_400n); // at the later order's price
      impossible(bid, ask, 5_400n, 2, 1); // the later order as maker
    });

    it("more lots than there are, or none", () => {
      const values = (tradeRootId: number, lots: bigint, available: bigint) => ({
        record: "offset",
        tradeRootId,
        lots,
        available,
      });
      refused([bid, ask, fill(1, 2, 5_500n, 5n)], "RECORD_IMPOSSIBLE", values(2, 5n, 4n));
      refused([bid, ask, fill(1, 2, 5_500n, 11n)], "RECORD_IMPOSSIBLE", values(1, 11n, 10n));
      refused([bid, ask, fill(1, 2, 5_500n, 0n)], "RECORD_IMPOSSIBLE", values(1, 0n, 10n));
      refused([bid, offset(1, -1n)], "RECORD_IMPOSSIBLE", values(1, -1n, 10n));
      refused([bid, offset(1, 10n), offset(1, 1n)], "RECORD_IMPOSSIBLE", values(1, 1n, 0n));
    });

    it("an offset that leaves something of the order", () => {
      refused([bid, offset(1, 9n)], "RECORD_IMPOSSIBLE", { record: "offset", tradeRootId: 1, lots: 9n, left: 1n });
    });
  });
});
