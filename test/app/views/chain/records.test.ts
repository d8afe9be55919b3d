/** Records of the chain in words: a line for every kind, and their fields. */
import { expect } from "chai";

import { createExplorer } from "../../../../app/data/mirror/explorer.js";
import { recordFields, recordLine, signedText } from "../../../../app/views/chain/records.js";
import { blocksOf, eventfulRun } from "../../../history/support.js";
import { OWNER, rainRoot } from "../markets/roots.js";

const run = eventfulRun(11, 160);
const records = blocksOf(run.logged).flatMap(({ records: some }) => some);
const explorer = createExplorer(records, { domain: run.stage.terms.domain, times: new Map() });
const { total } = explorer.page({ limit: 1 });
const facts = Array.from({ length: total }, (_, index) => explorer.call(index)!.records).flat();
const nothing = { roots: [], names: undefined };

describe("recordLine", () => {
  it("has a line for every record of a history", () => {
    for (const one of facts) expect(recordLine(one, nothing), one.record.kind).to.match(/\S/);
  });

  it("tells an order by its market's title and unit if that is known, else by numbers", () => {
    const order = facts.find(({ record }) => record.kind === "tradeCreated")!;
    const { package: own, tradeRootId } = order.record as Extract<typeof order.record, { kind: "tradeCreated" }>;
    expect(recordLine(order, nothing)).to.match(
      new RegExp(`^#${tradeRootId} ${own.marketRootId}\\.${own.marketBranchId} `),
    );
    const root = rainRoot([0, 2_500], { marketRootId: own.marketRootId });
    const line = recordLine(order, { roots: [root], names: undefined });
    expect(line).to.match(/^#\d+ Rain in Seattle: [\d.]+ to [\d.]+ mm [▲▼] (buys|sells) \d+ lots? @ -?[\d.]+ mm/);
  });
});

describe("recordFields", () => {
  it("has every value but texts of strangers, amounts as all their digits", () => {
    const recorded = records.find((record) => record.kind === "marketRecorded")!;
    const fields = new Map(recordFields(recorded));
    expect(fields.get("record.owner")).to.equal(recorded.record.owner);
    expect(fields.get("record.marketMax")).to.equal(recorded.record.marketMax.toString());
    expect(fields.has("description")).to.equal(false);
  });
});

describe("signedText", () => {
  it("claims no more than was found", () => {
    const digest = `0x${"00".repeat(32)}`;
    const recovered = (by: string | undefined) =>
      signedText({ kind: "recovered", signer: OWNER, digest, recovered: by });
    expect(recovered(OWNER)).to.match(/✔$/);
    expect(recovered(undefined)).to.not.contain("✔");
    expect(recovered(`0x${"11".repeat(20)}`)).to.not.contain("✔");
    expect(signedText({ kind: "contract", signer: OWNER })).to.contain("only it can judge");
    expect(signedText({ kind: "caller", signer: OWNER })).to.contain("nothing to recover");
  });
});
