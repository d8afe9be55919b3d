import { expect } from "chai";

import { readRecords } from "../../src/bindings/logs.js";
import type { ChainRecord } from "../../src/bindings/records.js";
import { recomputeLink, replayRecords } from "../../src/bindings/replay.js";
import { RuleError } from "../../src/protocol/amounts/errors.js";
import { expectClientError, networkHelpers } from "../client/support.js";
import { fullHistory } from "./full-history.js";

/** Why a promise was not kept. */
async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

describe("replayRecords", function () {
  it("leads from the logs alone to the head on the chain, and to its accounts", async function () {
    const { handle, alice, bob } = await networkHelpers.loadFixture(fullHistory);
    const book = await replayRecords(handle, await readRecords(handle));
    const { link: head, checkpoints, trades } = await handle.book.chainState();
    expect(book.chainState()).to.deep.equal({ link: head, checkpoints, trades: Number(trades) });
    for (const { address } of [alice, bob]) {
      const { claim, worst } = await handle.book.accountOf(address);
      expect(book.accountOf(address)).to.include({ claim, worst });
    }
    expect(await recomputeLink(handle, await readRecords(handle))).to.equal(head);
  });

  it("refuses a history in which something was changed, left out or turned round", async function () {
    const { handle } = await networkHelpers.loadFixture(fullHistory);
    const records = await readRecords(handle);
    const firstFill = records.findIndex(({ kind }) => kind === "matched");
    const cases: readonly ChainRecord[][] = [
      records.map((record, at) =>
        at === firstFill && record.kind === "matched" ? { ...record, lots: 3n as typeof record.lots } : record,
      ),
      records.filter((_, at) => at !== firstFill),
      [...records].reverse(),
    ];
    for (const changed of cases) {
      const reason = await reasonOf(replayRecords(handle, changed));
      expect(reason).to.be.instanceOf(RuleError).with.property("code", "RECORD_IMPOSSIBLE");
      expect(await reasonOf(recomputeLink(handle, changed))).to.be.instanceOf(RuleError);
    }
  });

  it("refuses another book's domain, whose first checkpoint would be another", async function () {
    const { handle } = await networkHelpers.loadFixture(fullHistory);
    const domain = { ...handle.domain, chainId: 1n };
    const reason = await reasonOf(recomputeLink({ ...handle, domain }, await readRecords(handle)));
    expect(reason).to.be.instanceOf(RuleError).with.property("code", "RECORD_IMPOSSIBLE");
  });

  it("needs a provider", async function () {
    const { handle } = await networkHelpers.loadFixture(fullHistory);
    await expectClientError(recomputeLink({ ...handle, runner: { provider: null } }, []), "Client_NoProvider");
  });
});
