import { expect } from "chai";
import { DrizzleQueryError } from "drizzle-orm";

import type { RelayError } from "../../../src/relay/errors.js";
import { guarded, isBroken } from "../../../src/relay/store/away.js";

/** As a driver throws it, within what drizzle makes of it. */
const failing = (code: string | undefined): Error => {
  const thrown = Object.assign(new Error(`SQLSTATE ${code}`), code === undefined ? {} : { code });
  return new DrizzleQueryError("select secret from packages", ["0xkey"], thrown);
};
const toldOf = (code: string | undefined): Promise<unknown> =>
  guarded(() => Promise.reject(failing(code))).then(
    () => expect.fail("nothing was thrown"),
    (error: unknown) => error,
  );

describe("what a database throws", () => {
  for (const [code, what] of [
    ["08006", "its connection broke"],
    ["40001", "a copy had to take over what was written"],
    ["40P01", "two waited for each other"],
    ["53300", "it has too many connections"],
    ["55P03", "others had a lock for too long"],
    ["57P01", "its operator ends it"],
    ["25006", "it takes no writing"],
    [undefined, "it is no answer of a database at all"],
  ] as const) {
    it(`is its own fault where ${what}, and may be asked again`, async () => {
      const error = (await toldOf(code)) as RelayError;
      expect([error.code, error.retryable]).to.deep.equal(["RELAY_STORE_UNAVAILABLE", true]);
      expect(error.message).not.to.contain("0xkey");
    });
  }

  it("is told as too slow where it took longer than it may", async () => {
    expect(((await toldOf("57014")) as RelayError).code).to.equal("RELAY_QUERY_TIMEOUT");
  });

  it("is thrown as it is where the question was at fault, but without the values that were asked with", async () => {
    for (const code of ["22P02", "23505", "42P01"]) {
      const error = (await toldOf(code)) as Error & { readonly code?: string };
      expect(error.code).to.equal(code);
      expect(error.message).not.to.contain("0xkey");
    }
  });

  it("breaks an embedded database only where no answer can be had of it any more", () => {
    for (const code of ["08006", "25006", "40001", "40P01", "53100", "55P03", "57014"]) {
      expect(isBroken(failing(code)), code).to.equal(false);
    }
    for (const code of ["58030", "XX000", undefined]) expect(isBroken(failing(code)), String(code)).to.equal(true);
  });
});
