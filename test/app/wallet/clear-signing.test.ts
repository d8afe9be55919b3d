/** "Your wallet will show": by hand, what the page says of a signature. */
import { expect } from "chai";

import { renderMessage, renderPackage } from "../../../app/wallet/clear-signing.js";
import { tradePackage } from "../../../src/protocol/signing/package.js";
import { bookDomain } from "../../../src/protocol/signing/typed-data.js";
import { lots, ticks } from "../../../src/protocol/amounts/units.js";

const DOMAIN = bookDomain(31_337n, "0x0000000000000000000000000000000000000001");
const LINK = `0x${"ab".repeat(32)}`;
const TRADER = "0xe05fcC23807536bEe418f142D19fa0d21BB0cfF7";

describe("renderPackage", () => {
  it("shows the nine fields as they are signed", async () => {
    const order = tradePackage({
      marketRootId: 1,
      marketBranchId: 2,
      trader: TRADER,
      priceTicks: ticks(-37n),
      quantityLots: lots(-200n),
      previousLink: LINK,
      nonce: 63n,
      deadline: 1_796_083_199n,
      timeInForce: 3,
    });
    expect(await renderPackage(DOMAIN, order)).to.deep.equal([
      { label: "Market, 1 = basket", value: "1" },
      { label: "Leg or contract", value: "2" },
      { label: "Lots, - means sell", value: "-200" },
      { label: "Limit in ticks", value: "-37" },
      { label: "Time in force", value: "Post only" },
      { label: "Good until", value: "2026-11-30 23:59:59Z" },
      { label: "Account", value: TRADER },
      { label: "Nonce", value: "63" },
      { label: "Signed over", value: LINK },
    ]);
  });
});

describe("renderMessage", () => {
  it("says what is done", async () => {
    expect(await renderMessage(DOMAIN, "CancelPackage", { link: LINK })).to.deep.equal({
      intent: "Take an order back before it is sent",
      lines: [{ label: "The order’s link", value: LINK }],
    });
  });

  it("throws rather than show half of a message", async () => {
    const refused = await renderMessage(DOMAIN, "CancelTrades", { trader: TRADER }).catch((error: unknown) => error);
    expect(refused).to.be.an("error").with.property("message").that.contains("fromTradeRootId");
  });
});
