/** Through what a fill came: what the logs alone say, and what the code of the two says besides. */
import { expect } from "chai";

import type { House } from "../../src/bindings/houses.js";
import type { Projector } from "../../src/history/projector.js";
import { filledThrough } from "../../src/history/order-life.js";
import type { BlockRows, FillRow } from "../../src/history/rows.js";
import { nameHouses, withHouses } from "../../src/history/vias.js";
import { lot } from "../protocol/support.js";
import { ALICE, batchSigned, BOB, CAROL, type Deed, deposit, HandChain, orderOf, project } from "./by-hand.js";

const KEY = `0x${"5a".repeat(64)}`;
/** Of a contract wallet that has one, and of a contract that has none. */
const [WALLET, NONE] = ["0x5afe", "0x"];

describe("through what a fill came, by the logs", () => {
  let chain: HandChain;
  let projector: Projector;
  const next = (...deeds: readonly Deed[]): BlockRows => project(projector, chain.block(deeds));
  const sell = (signature: string): Deed => {
    return (book, time) => batchSigned([orderOf(book, CAROL, 5_400n, -5n), signature])(book, time);
  };
  const buy = (signature: string): Deed => {
    return (book, time) => batchSigned([orderOf(book, ALICE, 5_500n, 5n), signature])(book, time);
  };
  /** Carol's order first, Alice's after it, in one transaction. */
  const both = (seller: string, buyer: string): Deed => {
    return (book, time) =>
      batchSigned([orderOf(book, CAROL, 5_400n, -5n), seller], [orderOf(book, ALICE, 5_500n, 5n), buyer])(book, time);
  };
  const vias = ({ rows }: BlockRows): string[] => rows.fills.map(({ via }) => via);

  beforeEach(() => {
    chain = new HandChain();
    projector = chain.projector();
    next(deposit(ALICE, 1_000n), deposit(BOB, 1_000n), deposit(CAROL, 1_000n));
  });

  it("is the book if both orders are signed, by keys or by wallets", () => {
    expect(vias(next(both(KEY, KEY)))).to.deep.equal(["book"]);
    expect(vias(next(both(WALLET, KEY)))).to.deep.equal(["book"]);
    expect(vias(next(both(KEY, WALLET)))).to.deep.equal(["book"]);
  });

  it("is a contract if one of them, brought by the same transaction, bears no signature", () => {
    expect(vias(next(both(NONE, KEY)))).to.deep.equal(["contract"]);
    expect(vias(next(both(KEY, NONE)))).to.deep.equal(["contract"]);
  });

  it("is a contract if what rests meets an order that bears none", () => {
    expect(vias(next(sell(KEY), buy(NONE)))).to.deep.equal(["contract"]);
    next(sell(KEY));
    expect(vias(next(buy(NONE)))).to.deep.equal(["contract"]);
  });

  it("is the book if such an order has come to rest: then it waits as any", () => {
    expect(vias(next(sell(NONE), buy(KEY))), "in another transaction of its block").to.deep.equal(["book"]);
    next(sell(NONE));
    expect(vias(next(buy(KEY))), "in another block").to.deep.equal(["book"]);
  });

  describe("and by code", () => {
    const at = (known: Readonly<Record<string, House>>) => {
      const asked: string[] = [];
      const houseAt = (address: string): Promise<House | undefined> => {
        asked.push(address);
        return Promise.resolve(known[address]);
      };
      return { asked, houseAt };
    };

    it("is the house that one of the two is, on either side", async () => {
      const block = next(both(NONE, KEY));
      for (const [known, via] of [
        [{ [CAROL]: "maker" }, "maker"],
        [{ [ALICE]: "set" }, "set"],
        [{}, "contract"],
      ] as const) {
        expect(vias(await withHouses(block, at(known).houseAt))).to.deep.equal([via]);
      }
      expect(vias(block), "the rows that went in are as they were").to.deep.equal(["contract"]);
    });

    it("is not looked up where the logs say it: nobody is asked", async () => {
      const { asked, houseAt } = at({ [CAROL]: "maker" });
      const block = next(both(KEY, KEY));
      expect(await withHouses(block, houseAt)).to.equal(block);
      expect(asked).to.deep.equal([]);
      const [fill] = block.rows.fills;
      const rows = [fill!, { ...fill!, via: "unknown" as const }];
      expect(await nameHouses(rows, houseAt)).to.deep.equal(rows);
    });
  });
});

describe("what an order was filled through", () => {
  const fill = (lots: number, via: FillRow["via"], makerRootId: number, takerRootId = 7) => {
    return { makerRootId, takerRootId, lots: lot(lots), via };
  };

  it("is told in lots, by what they came through", () => {
    const fills = [fill(4, "book", 1), fill(2, "maker", 2), fill(3, "book", 7, 9), fill(8, "set", 1, 2)];
    expect(filledThrough({ tradeRootId: 7 }, fills)).to.deep.equal({ book: 7n, maker: 2n });
    expect(filledThrough({ tradeRootId: 5 }, fills)).to.deep.equal({});
  });
});
