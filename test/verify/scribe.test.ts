/** What these tests tell without a chain is what contracts log: a chain's own log, told again, is the same to the bit. */
import { expect } from "chai";

import { createReader } from "../../src/verify/events.js";
import type { SessionLog } from "../../src/verify/session-log.js";
import { rechained } from "../../trials/altered/edit.js";
import { withAddresses } from "./support/header.js";
import { encoded } from "./support/lines.js";
import { creationOf } from "./support/scribe.js";
import { logOf, settledStory } from "./support/story.js";

describe("A chain's log, told by these tests", function () {
  let log: SessionLog;
  before(async function () {
    log = await logOf("settled", settledStory);
  });

  it("has every event's address, topics and data as the contracts have written them", function () {
    const read = createReader(log.header);
    for (const record of log.records) {
      const { address, topics, data } = record;
      expect(encoded(log.header, read(record))).to.deep.equal({ address, topics, data });
    }
    const kinds = new Set(log.records.map((record) => read(record).event.kind));
    expect(kinds.size, "kinds of event").to.be.at.least(16);
  });

  it("has the heads that follow from its records", function () {
    expect(rechained(log.header, log.records, new Map())).to.deep.equal(log.records);
  });

  it("has the addresses that follow from its terms", function () {
    expect(withAddresses(log.header)).to.deep.equal(log.header);
  });

  it("begins with the creation that follows from its header", function () {
    const { address, topics, data } = log.records[0]!;
    const event = creationOf(log.header);
    expect(encoded(log.header, { source: "factory", event })).to.deep.equal({ address, topics, data });
  });
});
