import { expect } from "chai";

import { RelayError } from "../../../src/relay/errors.js";
import { createLog, type Log } from "../../../src/relay/reporting/log.js";

describe("createLog", () => {
  let lines: Record<string, unknown>[];
  let log: Log;
  beforeEach(() => {
    lines = [];
    log = createLog("info", { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) });
  });

  it("writes one object a line, with its message and its values", () => {
    log.info({ block: 7 }, "block applied");
    const [{ level, msg, block, time }] = lines as [Record<string, unknown>];
    expect([level, msg, block, typeof time]).to.deep.equal([30, "block applied", 7, "number"]);
  });

  it("writes amounts as decimal text", () => {
    log.info({ fee: 2n ** 70n, few: 3 }, "fee offered");
    expect([lines[0]!["fee"], lines[0]!["few"]]).to.deep.equal([(2n ** 70n).toString(), 3]);
  });

  it("writes nothing below its level", () => {
    log.debug({}, "nobody asks");
    log.warn({}, "somebody asks");
    expect(lines.map(({ msg }) => msg)).to.deep.equal(["somebody asks"]);
  });

  it("describes an error by name, code, words and cause, without its stack", () => {
    const cause = new Error("the disk is full");
    log.error({ error: new RelayError("RELAY_STORE_UNAVAILABLE", { reason: "disk" }, cause) }, "fault, going on");
    const { error } = lines[0] as { readonly error: Record<string, unknown> };
    expect(error).to.deep.equal({
      name: "RelayError",
      code: "RELAY_STORE_UNAVAILABLE",
      message: new RelayError("RELAY_STORE_UNAVAILABLE", { reason: "disk" }).message,
      cause: { name: "Error", message: "the disk is full" },
    });
  });

  it("writes only the beginning of what is long: a failed query names all its values", () => {
    log.error({ error: new Error("x".repeat(9_000)) }, "fault, going on");
    expect((lines[0]!["error"] as { readonly message: string }).message.length).to.equal(500);
    log.error({ error: "no error at all" }, "fault, going on");
    expect(lines[1]!["error"]).to.equal("no error at all");
  });
});
