/** The log that verification is measured with is one that holds: a short piece of it, by the plain ways. */
import { expect } from "chai";

import { busyLog } from "../../bench/parts/verify/source.js";
import { fastCrypto } from "../../src/bindings/fast-crypto.js";
import { grantsOf } from "../../src/verify/verdict.js";
import { verifySession } from "../../src/verify/verify-session.js";

describe("The log of a busy session", function () {
  it("holds, of any length, if what a file does not prove is granted", async function () {
    const { hashing } = await fastCrypto();
    const { verdict, counts } = await verifySession(busyLog(3_000, 50, hashing));
    // Nobody but the test has ever seen this session: it is made up whole.
    expect(grantsOf(verdict).map(({ code }) => code)).to.include.members(["SESSION_FROM_FILE", "FACTORY_UNKNOWN"]);
    expect(counts.records).to.be.within(3_000, 3_100);
    expect(counts.signaturesRecovered).to.equal(counts.orders);
    expect(counts.orders).to.be.greaterThan(100);
    expect(counts.fills).to.be.greaterThan(10);
    expect(counts.offsets).to.be.greaterThan(10);
  });
});
