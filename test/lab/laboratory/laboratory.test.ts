import { expect } from "chai";

import { auction, MAKER } from "../../../lab/laboratory/auction.js";
import { gainsOf } from "../../../lab/laboratory/gains.js";
import { openLaboratory } from "../../../lab/laboratory/laboratory.js";
import { libraryGround } from "../../../lab/laboratory/library-ground.js";
import { TimeInForce } from "../../../src/protocol/signing/package.js";

const RANGE = { low: 0n, high: 100n };
const open = async (people: number) => openLaboratory(await libraryGround(people));

describe("a laboratory's auction", function () {
  it("has everybody trade at one price with the maker, whose position is the sum", async function () {
    const laboratory = await open(4);
    const { result, gains } = await gainsOf(laboratory, [0, 1, 2, 3], async () => {
      const market = { marketRootId: await laboratory.openInterval(0n, 100n), marketBranchId: 1 };
      const wishes = [{ person: 1, lots: 30n }, { person: 2, lots: -50n }, { person: 3, lots: 5n }]; // prettier-ignore
      const price = await auction(laboratory, market, RANGE, wishes, (flow) => 50n + flow);
      const held = [0, 1, 2, 3].map((person) => laboratory.positionOf(person, market.marketRootId)[0]);
      await laboratory.settle(market, 60n);
      return { price, held };
    });
    expect(result).to.deep.equal({ price: 35n, held: [15n, 30n, -50n, 5n] }); // 30 − 50 + 5 = −15
    expect(gains).to.deep.equal([15 * 25, 30 * 25, -50 * 25, 5 * 25]);
  });

  it("keeps prices within what a market can pay, and needs nobody to come", async function () {
    const laboratory = await open(2);
    const market = { marketRootId: await laboratory.openInterval(0n, 100n), marketBranchId: 1 };
    expect(await auction(laboratory, market, RANGE, [{ person: 1, lots: 7n }], () => 900n)).to.equal(100n);
    expect(await auction(laboratory, market, RANGE, [], () => 40n)).to.equal(40n);
    expect(await auction(laboratory, market, RANGE, [{ person: 1, lots: -7n }], () => -900n)).to.equal(0n);
    expect(laboratory.positionOf(MAKER, market.marketRootId)).to.deep.equal([0n]);
  });

  it("fails where the book refuses an order, and leaves nothing of the call", async function () {
    const laboratory = await open(2);
    const market = { marketRootId: await laboratory.openInterval(0n, 100n), marketBranchId: 1 };
    const before = laboratory.book.link;
    const order = { person: 1, market, price: 101n, lots: 1n, timeInForce: TimeInForce.GoodTillCancelled };
    let code = "";
    await laboratory.bring([order]).catch((error: unknown) => (code = (error as { code: string }).code));
    expect(code).to.equal("Book_PackageRefused");
    expect(laboratory.book.link).to.equal(before);
  });

  it("takes a person's own orders out, and no others", async function () {
    const laboratory = await open(2);
    const market = { marketRootId: await laboratory.openEvent(2, 100n), marketBranchId: 1 };
    const rest = { market, timeInForce: TimeInForce.GoodTillCancelled };
    await laboratory.bring([{ ...rest, person: 0, price: 40n, lots: 1n }, { ...rest, person: 1, price: 41n, lots: 2n }]); // prettier-ignore
    await laboratory.clear(0, market);
    expect(laboratory.book.depthOf(market, true).map(({ price }) => price)).to.deep.equal([41n]);
  });
});
