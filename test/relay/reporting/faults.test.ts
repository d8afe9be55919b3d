import { expect } from "chai";

import { RelayError } from "../../../src/relay/errors.js";
import { createFaults, publicFault } from "../../../src/relay/reporting/faults.js";

function world() {
  const time = { now: 0, date: 1_000 };
  const faults = createFaults(
    () => time.now,
    () => time.date,
  );
  return { time, faults };
}

const AWAY = { code: "RELAY_STORE_UNAVAILABLE", detail: "away" };

describe("createFaults", () => {
  it("has a fault from when it began until its part is well", () => {
    const { time, faults } = world();
    expect(faults.report("lease", AWAY), "new").to.equal(true);
    time.date += 5;
    expect(faults.report("lease", AWAY), "the same").to.equal(false);
    expect(faults.list()).to.deep.equal([{ part: "lease", ...AWAY, since: 1_000, blocking: false }]);
    expect([faults.end("lease"), faults.end("lease")]).to.deep.equal([true, false]);
    expect(faults.list()).to.deep.equal([]);
  });

  it("takes another code for another fault", () => {
    const { time, faults } = world();
    faults.report("lease", AWAY);
    time.date += 5;
    expect(faults.report("lease", { code: "RELAY_INTERNAL", detail: "" })).to.equal(true);
    expect(faults.list()[0]).to.include({ since: 1_005 });
  });

  it("has it block when it has lasted long enough, by a clock that never jumps", () => {
    const { time, faults } = world();
    faults.report("chain", { ...AWAY, blocksAfterMs: 10 });
    faults.report("lease", { ...AWAY, blocksAfterMs: 0 });
    time.date += 1_000_000;
    expect(faults.list().map(({ blocking }) => blocking)).to.deep.equal([false, true]);
    time.now += 10;
    faults.report("chain", { ...AWAY, blocksAfterMs: 10 });
    expect(faults.list().map(({ blocking }) => blocking)).to.deep.equal([true, true]);
  });

  it("asks parts that are watched, each time", () => {
    const { time, faults } = world();
    let report: typeof AWAY | undefined;
    faults.watch("purse", () => report);
    expect(faults.list()).to.deep.equal([]);
    report = AWAY;
    faults.list();
    time.date += 9;
    expect(faults.list(), "since it was first seen").to.deep.equal([
      { part: "purse", ...AWAY, since: 1_000, blocking: false },
    ]);
    report = undefined;
    expect(faults.list()).to.deep.equal([]);
  });
});

describe("publicFault", () => {
  it("says what to do, and nothing that an error says of queries, paths and servers", () => {
    const secret = "insert into packages at /srv/relay, postgres://user:secret@host";
    for (const error of [new RelayError("RELAY_STORE_UNAVAILABLE", { reason: secret }), new Error(secret), secret]) {
      const { code, detail } = publicFault(error);
      expect(code).to.equal(error instanceof RelayError ? "RELAY_STORE_UNAVAILABLE" : "RELAY_INTERNAL");
      expect(detail).not.to.equal("");
      expect(detail).not.to.match(/insert|srv|secret/);
    }
  });
});
