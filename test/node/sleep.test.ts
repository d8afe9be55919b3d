import { expect } from "chai";

import { sleep } from "../../src/node/sleep.js";

const HOUR_MS = 3_600_000;

describe("sleep", function () {
  it("is over when its time is, and says so", async function () {
    expect(await sleep(0, undefined)).to.equal(true);
    expect(await sleep(1, new AbortController().signal)).to.equal(true);
  });

  it("is over at once when the signal comes, or has come, and says so", async function () {
    const stopping = new AbortController();
    const asleep = [sleep(HOUR_MS, stopping.signal), sleep(HOUR_MS, stopping.signal)];
    stopping.abort();
    expect(await Promise.all(asleep)).to.deep.equal([false, false]);
    expect(await sleep(HOUR_MS, stopping.signal)).to.equal(false);
  });
});
