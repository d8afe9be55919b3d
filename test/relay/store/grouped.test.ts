import { expect } from "chai";

import type { Database } from "../../../src/relay/store/database.js";
import { grouped } from "../../../src/relay/store/grouped.js";

const database = {} as Database; // nothing is asked of it here

describe("given a question that many ask again and again", () => {
  it("is asked once for all who ask at the same time, each with its own answer", async () => {
    const asked: (readonly number[])[] = [];
    const ask = grouped((_, keys: readonly number[]) => {
      asked.push(keys);
      return Promise.resolve(keys.map((key) => key * 10));
    });
    expect(await Promise.all([1, 2, 3, 2].map((key) => ask(database, key)))).to.deep.equal([10, 20, 30, 20]);
    expect(asked).to.deep.equal([[1, 2, 3, 2]]);
  });

  it("is asked again by who asks later: no answer is kept", async () => {
    let count = 0;
    const ask = grouped((_, keys: readonly string[]) => Promise.resolve(keys.map(() => (count += 1))));
    expect([await ask(database, "a"), await ask(database, "a")]).to.deep.equal([1, 2]);
  });

  it("goes wrong for all that were asked together, and for nobody after them", async () => {
    let isAway = true;
    const ask = grouped((_, keys: readonly number[]) =>
      isAway ? Promise.reject(new Error("away")) : Promise.resolve(keys),
    );
    const failed = await Promise.allSettled([ask(database, 1), ask(database, 2)]);
    expect(failed.map(({ status }) => status)).to.deep.equal(["rejected", "rejected"]);
    isAway = false;
    expect(await ask(database, 3)).to.equal(3);
  });

  it("is each database's own", async () => {
    const other = {} as Database;
    const asked: unknown[] = [];
    const ask = grouped((of, keys: readonly number[]) => {
      asked.push([of === other, keys]);
      return Promise.resolve(keys);
    });
    await Promise.all([ask(database, 1), ask(other, 2)]);
    expect(asked).to.have.deep.members([
      [false, [1]],
      [true, [2]],
    ]);
  });
});
