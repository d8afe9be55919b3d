import { expect } from "chai";
import { id } from "ethers";

import { ClientError } from "../../src/bindings/errors.js";
import { SessionLogError } from "../../src/verify/errors.js";
import { verifyFromChain } from "../../src/verify/from-chain.js";
import type { Progress } from "../../src/verify/report.js";
import { sealed } from "../../src/verify/session-log.js";
import { failureOf, grantsOf } from "../../src/verify/verdict.js";
import { SUPPLY } from "./support/header.js";
import { SessionNode } from "./support/node.js";
import { ALICE, BOB } from "./support/people.js";
import { STAKE, trade, trading } from "./support/stories.js";

describe("verifyFromChain", function () {
  const scribe = trading();
  trade(scribe, [ALICE, BOB], 5_000n, 100n);
  const { header, records } = scribe.log();
  const tip = records.at(-1)!.blockNumber;
  const log = sealed({ ...header, toBlock: tip }, records);
  const { link, checkpoints } = scribe.book.state.chain.state;
  const standing = {
    link,
    checkpoints,
    supplies: [SUPPLY, 0n, 0n],
    heldByBook: [3n * STAKE, 0n, 0n],
    vault: header.terms.quantities,
  };
  const runner = new SessionNode(log, id("salt"), { tip, standing });

  it("reads the log and verifies it, with the same node", async function () {
    const report = await verifyFromChain({ address: header.session, runner });
    expect(failureOf(report.verdict)).to.equal(undefined);
    expect([report.counts.records, report.checksum]).to.deep.equal([records.length, log.checksum]);
    // The code that the clones run is not in this node.
    expect(grantsOf(report.verdict).map(({ code }) => code)).to.deep.equal([
      "FACTORY_UNKNOWN",
      "CODE_UNKNOWN",
      "CALLS_UNSIGNED",
    ]);
  });

  it("tells of both: first how far the reading is, then the verification", async function () {
    const told: Progress[] = [];
    await verifyFromChain({ address: header.session, runner }, (progress) => told.push(progress));
    expect(told.map(({ phase }) => phase)).to.deep.equal(["reading", "verifying"]);
    expect(told[1]).to.deep.equal({ phase: "verifying", done: records.length, total: undefined });
  });

  it("says in the report what does not hold", async function () {
    const elsewhere = new SessionNode(log, id("salt"), { tip, standing: { ...standing, checkpoints: 7n } });
    const { verdict } = await verifyFromChain({ address: header.session, runner: elsewhere });
    expect(failureOf(verdict)?.rule).to.equal("R23");
  });

  it("needs a node", async function () {
    const error: unknown = await verifyFromChain({ address: header.session, runner: { provider: null } }).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(ClientError);
    expect((error as ClientError).code).to.equal("Client_NoProvider"); // as was just seen
  });

  it("passes on that there is no session", async function () {
    const error: unknown = await verifyFromChain({ address: ALICE.address, runner }).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(SessionLogError);
    expect((error as SessionLogError).code).to.equal("LOG_NOT_A_SESSION"); // as was just seen
  });
});
