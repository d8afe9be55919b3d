/** The chain inside the book: heads that are folded when they are asked for, and what is undone. */
import { expect } from "chai";
import { id, ZeroHash } from "ethers";

import { EventLog } from "../../../src/protocol/book/events.js";
import { Journal } from "../../../src/protocol/book/journal.js";
import { OrderChain } from "../../../src/protocol/book/order-chain.js";
import { foldPrimary, foldPromotion, recordWord, TradeBranch } from "../../../src/protocol/book/record-words.js";
import { PLAIN_HASHING } from "../../../src/protocol/signing/hashing.js";
import { lot, tick } from "../support.js";

const GENESIS = id("genesis");
const LINK = id("link");

function open(): { journal: Journal; events: EventLog; chain: OrderChain } {
  const journal = new Journal();
  return { journal, events: new EventLog(journal), chain: new OrderChain(journal, GENESIS, PLAIN_HASHING) };
}

const primary = (head: string, tradeRootId: number): string =>
  foldPrimary(
    head,
    recordWord({ tradeRootId, tradeBranchId: TradeBranch.Primary, price: tick(5), lots: lot(7) }),
    LINK,
  );
const promoted = (head: string, branch: TradeBranch, price: number, lots: number): string =>
  foldPromotion(head, recordWord({ tradeRootId: 1, tradeBranchId: branch, price: tick(price), lots: lot(lots) }));

describe("OrderChain", () => {
  it("folds an order, an offset and a match into the head", () => {
    const { chain } = open();
    expect(chain.append(LINK, 5n, 7n)).to.equal(1);
    const ordered = primary(GENESIS, 1);
    chain.promoteMatch(1, 5n, 4n, 3n);
    const filled = promoted(promoted(ordered, TradeBranch.Offset, 5, -3), TradeBranch.Match, 4, 3);
    chain.promoteOffset(1, 5n, 4n);
    expect(chain.head).to.equal(promoted(filled, TradeBranch.Offset, 5, -4));
  });

  it("has the same head whether it was asked for on the way or not", () => {
    const { chain } = open();
    chain.append(LINK, 5n, 7n);
    expect(chain.head).to.equal(primary(GENESIS, 1));
    chain.append(LINK, 5n, 7n);
    expect(chain.head).to.equal(primary(primary(GENESIS, 1), 2));
    expect(chain.head).to.equal(primary(primary(GENESIS, 1), 2));
  });

  it("is back where it was when what came after a head was asked for is undone", () => {
    const { chain, journal } = open();
    chain.append(LINK, 5n, 7n);
    const call = (): void => {
      chain.append(id("other"), 9n, 9n);
      expect(chain.head).to.not.equal(primary(GENESIS, 1));
      throw new Error("undo");
    };
    expect(() => {
      journal.attempt(call);
    }).to.throw("undo");
    expect(chain.state).to.deep.equal({
      head: primary(GENESIS, 1),
      checkpoint: GENESIS,
      checkpoints: 0n,
      trades: 1,
      changed: true,
    });
    chain.append(LINK, 5n, 7n);
    expect(chain.head).to.equal(primary(primary(GENESIS, 1), 2));
  });

  it("takes a whole call back, its checkpoint too", () => {
    const { chain, journal, events } = open();
    chain.append(LINK, 5n, 7n);
    chain.close(events);
    const before = chain.state;
    const mark = journal.hold();
    journal.attempt(() => {
      chain.append(LINK, 5n, 7n);
      chain.close(events);
    });
    expect(chain.checkpoints).to.equal(2n);
    expect(chain.accepts(primary(primary(GENESIS, 1), 2), 1, 0n)).to.equal(true);
    journal.rollBack(mark);
    expect(chain.state).to.deep.equal(before);
    expect(chain.accepts(primary(primary(GENESIS, 1), 2), 256, 0n)).to.equal(false);
    expect(chain.checkpointAt(2n)).to.equal(undefined);
  });

  it("keeps the last 256 checkpoints, and accepts as many as it is asked to", () => {
    const { chain, events } = open();
    const heads = [GENESIS];
    for (let number = 1; number <= 300; number += 1) {
      chain.append(ZeroHash, 5n, 7n);
      chain.close(events);
      heads.push(chain.head);
    }
    const headAt = (number: number): string => heads[number] ?? "";
    expect(chain.checkpointAt(44n)).to.equal(undefined);
    expect(chain.checkpointAt(45n)).to.equal(headAt(45));
    expect(chain.checkpointAt(301n)).to.equal(undefined);
    expect([297, 298, 300].map((number) => chain.accepts(headAt(number), 3, 0n))).to.deep.equal([false, true, true]);
    expect([44, 45].map((number) => chain.accepts(headAt(number), 256, 0n))).to.deep.equal([false, true]);
    expect([298, 299].map((number) => chain.accepts(headAt(number), 3, 299n))).to.deep.equal([false, true]);
  });
});
