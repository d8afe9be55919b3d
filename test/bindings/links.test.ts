import { expect } from "chai";
import { id } from "ethers";

import { createLinkAges } from "../../src/bindings/links.js";
import { createTrader } from "../../src/client/trader.js";
import { networkHelpers, openThree } from "../client/support.js";

describe("link ages", function () {
  it("count checkpoints back from the newest", async function () {
    const { handle, aliceSigner, submitter } = await networkHelpers.loadFixture(openThree);
    const alice = createTrader(handle, aliceSigner);
    const ages = createLinkAges(handle.book);
    const heads: string[] = [];
    const note = async (): Promise<void> => {
      heads.push((await handle.book.chainState()).head);
    };
    await note();
    expect(await ages.agesOf(heads)).to.deep.equal([0]);
    for (let count = 0; count < 3; count++) {
      await submitter.submitOne(await alice.signOrder({ leg: 1, price: 0n, quantity: 1n }));
      await note();
    }
    expect(await ages.agesOf(heads)).to.deep.equal([3, 2, 1, 0]);
    expect(await ages.agesOf([id("never"), heads[1]!])).to.deep.equal([0, 2]);
    expect(await createLinkAges(handle.book).agesOf(heads)).to.deep.equal([3, 2, 1, 0]);
  });

  it("forget what a reorganisation took back", async function () {
    const { handle, aliceSigner, submitter } = await networkHelpers.loadFixture(openThree);
    const alice = createTrader(handle, aliceSigner);
    const ages = createLinkAges(handle.book);
    const genesis = (await handle.book.chainState()).head;
    const snapshot = await networkHelpers.takeSnapshot();
    await submitter.submitOne(await alice.signOrder({ leg: 1, price: 0n, quantity: 1n }));
    const lost = (await handle.book.chainState()).head;
    expect(await ages.agesOf([lost, genesis])).to.deep.equal([0, 1]);

    await snapshot.restore();
    for (const price of [5n, 6n]) await submitter.submitOne(await alice.signOrder({ leg: 1, price, quantity: 1n }));
    const head = (await handle.book.chainState()).head;
    expect(await ages.agesOf([head, lost, genesis])).to.deep.equal([0, 0, 2]);
  });
});
