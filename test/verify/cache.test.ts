/** Answers that are kept for who verifies many logs that are almost the same: they change no verdict. */
import { expect } from "chai";

import { fastCrypto } from "../../src/bindings/fast-crypto.js";
import { createVerifyCache } from "../../src/verify/cache.js";
import { verifySession } from "../../src/verify/verify-session.js";
import { upTo, withRecord } from "./support/records.js";
import { eventful } from "./support/stories.js";
import { judge } from "./support/expect.js";

describe("VerifyCache", function () {
  const log = eventful().log();

  it("is empty at first, and no two share anything", function () {
    const [one, other] = [createVerifyCache(), createVerifyCache()];
    one.signers.set("x", undefined);
    expect([other.signers.size, other.events.size, other.worsts.size]).to.deep.equal([0, 0, 0]);
  });

  it("leads to the same report, the first time and the second", async function () {
    const cache = createVerifyCache();
    const without = await verifySession(log);
    expect(await verifySession(log, { cache })).to.deep.equal(without);
    expect(await verifySession(log, { cache })).to.deep.equal(without);
  });

  it("keeps each signature, each record and each worst case once", async function () {
    const cache = createVerifyCache();
    const { counts } = await verifySession(log, { cache });
    const sizes = (): number[] => [cache.signers.size, cache.events.size, cache.worsts.size];
    const first = sizes();
    const different = new Set(log.records.map(({ address, topics, data }) => [address, ...topics, data].join()));
    expect(first.slice(0, 2)).to.deep.equal([counts.signaturesRecovered + counts.walletsAssumed, different.size]);
    expect(first[2]).to.be.greaterThan(0);
    await verifySession(log, { cache });
    expect(sizes()).to.deep.equal(first);
  });

  it("spares every recovery the second time", async function () {
    const cache = createVerifyCache();
    const { hashing, recoverSigner } = await fastCrypto();
    let recoveries = 0;
    const crypto = {
      hashing,
      recoverSigner: (...[digest, signature]: Parameters<typeof recoverSigner>) => {
        recoveries += 1;
        return recoverSigner(digest, signature);
      },
    };
    const { counts } = await verifySession(log, { cache, crypto });
    expect(recoveries).to.equal(counts.signaturesRecovered + counts.walletsAssumed);
    await verifySession(log, { cache, crypto });
    expect(recoveries).to.equal(counts.signaturesRecovered + counts.walletsAssumed);
  });

  it("hides no alteration: each record altered is found as without it", async function () {
    const cache = createVerifyCache();
    await verifySession(log, { cache });
    for (const index of log.records.keys()) {
      const altered = withRecord(log, index, ({ data }) => ({
        data: `${data.slice(0, -1)}${data.endsWith("f") ? "e" : "f"}`,
      }));
      const { failure, holds } = await judge(altered, { cache });
      const plain = await judge(altered);
      expect([holds, failure]).to.deep.equal([plain.holds, plain.failure]);
      const reason = log.records[index]!;
      expect(holds, `record ${index} of ${reason.address}`).to.equal(false);
    }
  });

  it("serves a part of the log, too", async function () {
    const cache = createVerifyCache();
    await verifySession(log, { cache });
    const part = upTo(log, 5);
    expect(await verifySession(part, { cache })).to.deep.equal(await verifySession(part));
  });
});
