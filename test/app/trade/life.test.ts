import { expect } from "chai";

import type { AskedOrder, Told } from "../../../app/data/deeds.js";
import { lifeOf, type OrderRow } from "../../../app/views/trade/life.js";
import { tradePackage } from "../../../src/protocol/signing/package.js";
import { lot } from "../../protocol/support.js";

const LINK = `0x${"5a".repeat(32)}`;
const order = tradePackage({
  ...{ marketRootId: 1, marketBranchId: 1, priceTicks: 5_500n, quantityLots: 200n, nonce: 0n, timeInForce: 0 },
  ...{ trader: `0x${"a1".repeat(20)}`, previousLink: LINK, deadline: 1_999n },
});

function asked(given: Partial<AskedOrder> = {}): AskedOrder {
  const signed = { package: order, signature: "0x" };
  return {
    ...{ kind: "order", id: LINK, place: "1/0x", trader: order.trader, at: 0, words: "Buy", signed, via: "relay" },
    ...given,
  };
}

const row = (filled: number, offset: number): OrderRow => {
  return { tradeRootId: 812, link: LINK, filled: lot(filled), offset: lot(offset), left: lot(200 - filled - offset) };
};

const said = (deed: AskedOrder, of?: OrderRow, now = 1_000n): string[] =>
  lifeOf(deed, of, now).steps.map(({ word, isSure }) => `${isSure ? "●" : "○"} ${word}`);

describe("the life of an order", function () {
  it("goes from its signature to the chain, hollow where it is only expected", function () {
    expect(said(asked())).to.deep.equal(["● signed", "○ on its way to the relay"]);
    const told: Told = { status: "pending", ahead: 3, expectedLots: 80n };
    expect(said(asked({ told }))).to.deep.equal(["● signed", "● with the relay", "○ 80 lots to be filled"]);
    expect(lifeOf(asked({ told }), undefined, 1_000n).steps[1]?.detail).to.equal("3 before it");
    expect(said(asked({ told: { status: "submitted" } }))).to.deep.equal(["● signed", "● in a transaction"]);
    expect(said(asked({ told: { status: "submitted", through: "maker" } }))).to.deep.equal([
      "● signed",
      "● in a transaction through an automated maker",
    ]);
    expect(said(asked({ told }), row(120, 0))).to.deep.equal([
      "● signed",
      "● on the chain as #812",
      "● 120 lots filled",
      "● 80 lots rest",
    ]);
    expect(lifeOf(asked(), row(120, 80), 1_000n).isOver).to.equal(true);
  });

  it("is hollow again if the chain has it no more", function () {
    expect(said(asked({ told: { status: "onChain", tradeRootId: 812 } }))).to.deep.equal([
      "● signed",
      "○ to be on the chain",
    ]);
  });

  it("can be taken back until it is sent, and ends by itself at its deadline", function () {
    const pending = asked({ told: { status: "pending" } });
    expect(lifeOf(pending, undefined, 1_999n)).to.deep.include({ canTakeBack: true, isOver: false });
    expect(lifeOf(pending, undefined, 2_000n)).to.deep.include({ canTakeBack: false, isOver: true });
    expect(lifeOf(asked({ told: { status: "submitted" } }), undefined, 1n).canTakeBack).to.equal(false);
    expect(said(asked({ told: { status: "withdrawn" } }))).to.deep.equal(["● signed", "● taken back"]);
  });

  it("says why nobody has it", function () {
    const { steps } = lifeOf(asked({ problem: "The relay is away." }), undefined, 1n);
    expect(steps.at(-1)).to.deep.equal({ word: "was not taken", detail: "The relay is away.", isSure: true });
    const refusal = { code: "Book_Uncovered", values: {} };
    expect(lifeOf(asked({ told: { status: "refused", refusal } }), undefined, 1n)).to.deep.include({ isOver: true });
  });
});
