import { expect } from "chai";

import type { SessionHandle } from "../../src/bindings/session.js";
import { createSubmitter, type Submission } from "../../src/client/submitter.js";
import { usedPlaces } from "../../src/client/used-places.js";
import { TimeInForce } from "../../src/protocol/signing/package.js";
import { chain, networkHelpers, openThree } from "./support.js";

/** At least so much less gas takes an order at a place that was used before. */
const SAVED = 15_000n;

/** Where the orders of a submission rest, by their numbers; an order that is not named rests at its own. */
const placesIn = ({ records }: Submission): number[][] =>
  records.flatMap((record) => (record.kind === "tradePlaced" ? [[record.tradeRootId, record.place]] : []));

describe("given places where orders rested that are gone", function () {
  /** Orders 1 to 3 of Alice; the first two are gone. Order 4 has never rested. */
  async function openUsed() {
    const stage = await networkHelpers.loadFixture(openThree);
    const { alice, bob, submitter } = stage;
    for (const price of [100n, 101n, 102n]) {
      await submitter.submitOne(await alice.signOrder({ leg: 1, price, quantity: 10n }));
    }
    await alice.cancel([
      { tradeRootId: 1, place: 1 },
      { tradeRootId: 2, place: 2 },
    ]);
    const timeInForce = TimeInForce.ImmediateOrCancel;
    await submitter.submitOne(await bob.signOrder({ leg: 1, price: 200n, quantity: -1n, timeInForce }));
    return stage;
  }

  it("finds these alone, each once, and 0 for the rest", async function () {
    const { handle } = await openUsed();
    const places = usedPlaces(handle);
    expect(await places.find(0)).to.deep.equal([]);
    expect(await places.find(1)).to.deep.equal([1]);
    expect(await places.find(4)).to.have.members([1, 2, 0, 0]);
  });

  it("an order is brought to rest there, for less gas", async function () {
    const { alice, submitter } = await openUsed();
    const bring = async (price: bigint): Promise<Submission> =>
      submitter.submitOne(await alice.signOrder({ leg: 1, price, quantity: 10n }));
    const used = await bring(90n);
    const places = [...placesIn(used), ...placesIn(await bring(89n))];
    expect(places.map(([id]) => id)).to.deep.equal([5, 6]);
    expect(places.map(([, place]) => place)).to.have.members([1, 2]);
    const fresh = await bring(88n);
    expect(placesIn(fresh)).to.deep.equal([]);
    expect(fresh.gasUsed - used.gasUsed > SAVED, `${used.gasUsed} against ${fresh.gasUsed}`).to.equal(true);
  });

  it("so are those of a batch that may rest, and quotes", async function () {
    const { alice, bob, submitter } = await openUsed();
    const timeInForce = TimeInForce.ImmediateOrCancel;
    const batch = await submitter.submitBatch([
      await bob.signOrder({ leg: 1, price: 200n, quantity: -1n, timeInForce }),
      await alice.signOrder({ leg: 1, price: 90n, quantity: 10n }),
    ]);
    const quotes = await alice.signQuotes([{ leg: 1, price: 80n, quantity: 10n }]);
    const set = await submitter.submitQuotes(quotes);
    const [created] = set.records.filter((record) => record.kind === "quoteCreated");
    expect(created).to.include({ tradeRootId: 7 });
    expect(placesIn(batch).map(([id]) => id)).to.deep.equal([6]);
    expect([...placesIn(batch).map(([, place]) => place), created?.place]).to.have.members([1, 2]);
  });

  it("a node that does not tell storage costs gas and no more", async function () {
    const { handle, alice, submitter } = await openUsed();
    const signer = await chain.ethers.getSigner(submitter.address);
    const silent = Object.create(chain.ethers.provider, {
      getStorage: { value: () => Promise.reject(new Error("the method eth_getStorageAt does not exist")) },
    }) as NonNullable<SessionHandle["runner"]["provider"]>; // but for that method, the provider itself
    const runner = { provider: silent };
    const told = createSubmitter({ ...handle, runner }, signer);
    const submission = await told.submitOne(await alice.signOrder({ leg: 1, price: 90n, quantity: 10n }));
    expect(placesIn(submission)).to.deep.equal([]);
    expect(submission.results).to.deep.equal([{ accepted: true, tradeRootId: 5 }]);
  });
});
