import { expect } from "chai";
import fc from "fast-check";

import { FIXED } from "../../protocol/support.js";
import { createRateLimit } from "../../../src/relay/http/rate.js";

function limited(perSecond: number) {
  const time = { ms: 0 };
  const limit = createRateLimit(perSecond, () => time.ms);
  /** @returns how many of so many requests pass */
  const pass = (count: number, address = "here"): number =>
    Array.from({ length: count }, () => limit.take(address)).filter((wait) => wait === 0).length;
  return { time, limit, pass };
}

describe("createRateLimit", () => {
  it("lets two seconds' worth pass at once, and no more", () => {
    expect(limited(10).pass(50)).to.equal(20);
  });

  it("lets as many pass as time goes on for", () => {
    const { time, pass } = limited(10);
    pass(20);
    time.ms += 300;
    expect(pass(9)).to.equal(3);
    time.ms += 1_000;
    expect(pass(50)).to.equal(10);
  });

  it("saves up no more than two seconds' worth", () => {
    const { time, pass } = limited(10);
    pass(20);
    time.ms += 3_600_000;
    expect(pass(50)).to.equal(20);
  });

  it("says how many whole seconds to wait", () => {
    const { time, limit } = limited(1);
    limit.take("here");
    limit.take("here");
    expect(limit.take("here")).to.equal(1);
    time.ms += 400;
    expect(limit.take("here")).to.equal(1);
    time.ms += 600;
    expect(limit.take("here")).to.equal(0);
  });

  it("lets one address take nothing from another", () => {
    const { pass } = limited(10);
    expect([pass(50, "one"), pass(50, "two")]).to.deep.equal([20, 20]);
  });

  it("forgets the address that has been quiet for longest when there are too many", () => {
    const { limit, pass } = limited(10);
    pass(20, "first");
    pass(20, "busy");
    for (let other = 0; other < 49_999; other += 1) {
      if (other === 25_000) limit.take("busy");
      limit.take(String(other));
    }
    expect(limit.take("busy"), "still known").to.equal(1);
    expect(limit.take("first"), "new again").to.equal(0);
  });

  it("never lets more pass in any time than its rate and the burst", () => {
    const waits = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), waits, (perSecond, pauses) => {
        const { time, pass } = limited(perSecond);
        let passed = 0;
        for (const ms of pauses) {
          time.ms += ms;
          passed += pass(7);
          expect(passed).to.be.at.most(perSecond * 2 + (time.ms / 1_000) * perSecond + 1e-6);
        }
      }),
      FIXED,
    );
  });
});
