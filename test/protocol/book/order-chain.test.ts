/** The chain inside the book: its checkpoints, what is only expected, and what is undone. */
import { expect } from "chai";
import { id, ZeroHash } from "ethers";

import { checkpointLink, genesisLink } from "../../../src/protocol/book/checkpoint.js";
import { EventLog } from "../../../src/protocol/book/events.js";
import { Journal } from "../../../src/protocol/book/journal.js";
import { OrderChain } from "../../../src/protocol/book/order-chain.js";
import { foldCall, foldedWords, recordWord, TradeBranch } from "../../../src/protocol/book/record-words.js";
import { isRefusal } from "../../../src/protocol/market/refusal.js";
import { PLAIN_HASHING } from "../../../src/protocol/signing/hashing.js";
import { lot, tick } from "../support.js";

const SEPARATOR = id("separator");
const GENESIS = genesisLink(SEPARATOR);
const LINK = id("link");

class Opened {
  public readonly journal = new Journal();
  public readonly events = new EventLog(this.journal);
  public readonly chain = new OrderChain(this.journal, SEPARATOR, PLAIN_HASHING);

  /** One order in a call of its own. @returns the checkpoint */
  public call(mark: bigint): string {
    this.chain.append(LINK, 5n, 7n);
    this.chain.close(this.events, mark);
    return this.chain.link;
  }

  /** One order in a call that is only expected. */
  public expectCall(): void {
    this.chain.append(LINK, 5n, 7n);
    this.chain.expect();
  }

  /** @returns the checkpoint */
  public land(mark: bigint): string {
    const { link } = this.chain.nextEnding(mark);
    this.chain.land(link);
    return link;
  }
}

const primary = (tradeRootId: number): string[] =>
  foldedWords(recordWord({ tradeRootId, tradeBranchId: TradeBranch.Primary, price: tick(5), lots: lot(7) }), LINK);
const promoted = (branch: TradeBranch, price: number, lots: number): string[] =>
  foldedWords(recordWord({ tradeRootId: 1, tradeBranchId: branch, price: tick(price), lots: lot(lots) }));
const next = (before: string, mark: bigint, trade: number, number: number): string =>
  checkpointLink(foldCall(before, primary(trade)), { mark, trades: trade, number });

describe("OrderChain", () => {
  it("folds all records of a call behind the checkpoint from which it goes on", () => {
    const { chain, events } = new Opened();
    expect(chain.append(LINK, 5n, 7n)).to.equal(1);
    chain.promoteMatch(1, 5n, 4n, 3n);
    chain.promoteOffset(1, 5n, 4n);
    expect(chain.link, "as long as the call goes on").to.equal(GENESIS);
    chain.close(events, 70n);
    const words = [promoted(TradeBranch.Offset, 5, -3), promoted(TradeBranch.Match, 4, 3)];
    const head = foldCall(GENESIS, [...primary(1), ...words.flat(), ...promoted(TradeBranch.Offset, 5, -4)]);
    const link = checkpointLink(head, { mark: 70n, trades: 1, number: 1 });
    expect(events.take()).to.deep.equal([{ kind: "checkpoint", head, link }]);
    expect(chain.state).to.deep.equal({ link, checkpoints: 1n, trades: 1, changed: false });
  });

  it("makes no checkpoint for a call that appended nothing", () => {
    const { chain, events } = new Opened();
    chain.close(events, 70n);
    expect([chain.link, events.take()]).to.deep.equal([GENESIS, []]);
  });

  it("overwrites the checkpoint of a block that another call of it has made", () => {
    const opened = new Opened();
    const first = opened.call(70n);
    const second = opened.call(70n);
    expect(second).to.equal(next(first, 70n, 2, 1));
    const { chain } = opened;
    expect([chain.checkpointAt(1n), chain.checkpointAt(2n)]).to.deep.equal([second, undefined]);
    expect([first, second, GENESIS].map((link) => chain.accepts(link, 2, 0n))).to.deep.equal([false, true, true]);
    expect(opened.call(71n)).to.equal(next(second, 71n, 3, 2));
  });

  it("refuses a block whose number a checkpoint has no room for", () => {
    const { chain, events } = new Opened();
    chain.append(LINK, 5n, 7n);
    try {
      chain.close(events, 2n ** 32n);
      expect.fail("it was taken");
    } catch (error) {
      expect(isRefusal(error) && error.code).to.equal("Book_ChainFull");
    }
    chain.close(events, 2n ** 32n - 1n);
    expect(chain.checkpoints).to.equal(1n);
  });

  it("takes a whole call back, its checkpoint too, and what that has overwritten comes again", () => {
    const opened = new Opened();
    const { chain, journal } = opened;
    const first = opened.call(70n);
    const before = chain.state;
    const mark = journal.hold();
    const lost = [opened.call(70n), opened.call(71n)];
    journal.rollBack(mark);
    expect(chain.state).to.deep.equal(before);
    expect([first, ...lost].map((link) => chain.accepts(link, 256, 0n))).to.deep.equal([true, false, false]);
    expect(chain.checkpointAt(2n)).to.equal(undefined);
  });

  it("is back where it was when a call is undone in its middle", () => {
    const { chain, journal } = new Opened();
    const call = (): void => {
      chain.append(id("other"), 9n, 9n);
      throw new Error("undo");
    };
    chain.append(LINK, 5n, 7n);
    expect(() => {
      journal.attempt(call);
    }).to.throw("undo");
    expect(chain.state).to.deep.equal({ link: GENESIS, checkpoints: 0n, trades: 1, changed: true });
  });

  it("keeps the last 256 checkpoints, and accepts as many as it is asked to", () => {
    const opened = new Opened();
    const links = [GENESIS];
    for (let number = 1; number <= 300; number += 1) links.push(opened.call(BigInt(2 * number)));
    const { chain } = opened;
    const linkAt = (number: number): string => links[number] ?? "";
    expect(chain.checkpointAt(44n)).to.equal(undefined);
    expect(chain.checkpointAt(45n)).to.equal(linkAt(45));
    expect(chain.checkpointAt(301n)).to.equal(undefined);
    expect([297, 298, 300].map((number) => chain.accepts(linkAt(number), 3, 0n))).to.deep.equal([false, true, true]);
    expect([44, 45].map((number) => chain.accepts(linkAt(number), 256, 0n))).to.deep.equal([false, true]);
    expect([298, 299].map((number) => chain.accepts(linkAt(number), 3, 299n))).to.deep.equal([false, true]);
    expect([ZeroHash, id("other"), GENESIS].map((link) => chain.accepts(link, 256, 0n))).to.deep.equal([
      false,
      false,
      false,
    ]);
  });

  describe("given calls that are only expected", () => {
    it("counts each as a checkpoint that nobody can name", () => {
      const opened = new Opened();
      const known = opened.call(70n);
      const { chain } = opened;
      opened.expectCall();
      opened.expectCall();
      expect([chain.link, chain.trades]).to.deep.equal([known, 3]);
      expect([2, 3].map((window) => chain.accepts(known, window, 0n))).to.deep.equal([false, true]);
    });

    it("gives them their checkpoints when they land, in one block or in several", () => {
      for (const marks of [
        [71n, 71n, 75n],
        [70n, 70n, 70n],
        [71n, 72n, 73n],
      ]) {
        const [expected, made] = [new Opened(), new Opened()];
        for (const one of [expected, made]) one.call(70n);
        for (const mark of marks) {
          expected.expectCall();
          made.call(mark);
        }
        for (const mark of marks) expected.land(mark);
        expect(expected.chain.state).to.deep.equal(made.chain.state);
      }
    });

    it("takes back what has landed like any other call, and only what is above", () => {
      const opened = new Opened();
      const { chain, journal } = opened;
      const start = journal.hold();
      opened.call(70n);
      opened.expectCall();
      const afterFirst = journal.mark();
      opened.expectCall();
      const landed = opened.land(71n);
      journal.rollBack(afterFirst);
      expect(chain.state).to.deep.equal({ link: landed, checkpoints: 2n, trades: 2, changed: false });
      expect(() => chain.nextEnding(72n)).to.throw(RangeError, "no call is expected");
      journal.rollBack(start);
      expect(chain.state).to.deep.equal({ link: GENESIS, checkpoints: 0n, trades: 0, changed: false });
    });
  });
});
