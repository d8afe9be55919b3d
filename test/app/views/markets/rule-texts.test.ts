/** What is said of a market's text and records. */
import { expect } from "chai";

import { recordText, signedText, speakerText } from "../../../../app/views/markets/rule-texts.js";
import {
  boundsRecord,
  branchRecord,
  eventRecord,
  intervalRecord,
} from "../../../../src/protocol/market/market-drafts.js";
import { tick } from "../../../protocol/support.js";
import { between } from "../../../protocol/markets.js";
import { eventRoot, OWNER, rainRoot } from "./roots.js";

const link = `0x${"cd".repeat(32)}`;
const spec = { tickValue: 1n, closesAt: 10n, settleBy: 20n, description: "" };
const place = { owner: OWNER, previousLink: link };
const of = (marketRootId: number) => ({ ...place, marketRootId });

describe("signedText", () => {
  it("says whether the text is what was signed, or that nobody has looked", () => {
    expect(signedText({ text: "", descriptionHash: link, isAsSigned: true })).to.match(/^As the owner signed it ✔/);
    expect(signedText({ text: "", descriptionHash: link, isAsSigned: false })).to.match(
      /^✘ This is not what the owner/,
    );
    expect(signedText({ text: "" })).to.match(/not checked/);
  });
});

describe("recordText", () => {
  const rain = rainRoot();
  const event = eventRoot();

  it("tells every kind of record in the market's unit", () => {
    const made = intervalRecord(place, { ...spec, bounds: between(0, 2_500), fallbackOutcome: tick(1) });
    expect(recordText(rain, { record: made })).to.equal("Made, for outcomes from 0 mm to 250 mm");
    const branch = branchRecord(of(2), { marketBranchId: 2, parentBranchId: 1, strikes: between(800, 1_600) });
    expect(recordText(rain, { record: branch })).to.equal("Branch 2.2 within 2.1: strikes 80 mm to 160 mm");
    expect(recordText(rain, { record: boundsRecord(of(2), 1, between(300, 900)) })).to.equal("2.1 pays 30 mm to 90 mm");
    expect(recordText(rain, { record: boundsRecord(of(2), 1, between(830, 830)) })).to.equal("2.1 pays 83 mm");
    expect(recordText(rain, { record: undefined })).to.match(/^Fallback applied: 100 mm/);
  });

  it("tells of an event's outcomes, and of those that are struck out", () => {
    const made = eventRecord(place, { ...spec, outcomes: 3, scale: tick(100), fallbackOutcome: 3 });
    expect(recordText(event, { record: made })).to.equal("Made, with 3 outcomes");
    expect(recordText(event, { record: boundsRecord(of(3), 2, between(0, 0)) })).to.equal("3.2 struck out");
    expect(recordText(event, { record: boundsRecord(of(3), 2, between(100, 100)) })).to.equal("3.2 pays 100 %");
  });
});

describe("speakerText", () => {
  it("says who spoke, and says first if the record is another than the book took", () => {
    expect(speakerText({ isLinkRight: true, speaker: { kind: "key", address: OWNER } })).to.equal(
      "signed by the owner ✔",
    );
    expect(speakerText({ isLinkRight: true, speaker: { kind: "contract" } })).to.match(/contract/);
    expect(speakerText({ isLinkRight: true, speaker: { kind: "caller" } })).to.match(/itself/);
    expect(speakerText({ isLinkRight: true, speaker: undefined })).to.equal("applied by anybody");
    expect(speakerText({ isLinkRight: false, speaker: { kind: "caller" } })).to.match(/^✘/);
  });
});
