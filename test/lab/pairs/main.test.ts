import { expect } from "chai";

import { startStudy } from "../start-study.js";

interface Document {
  readonly study: string;
  readonly ok: boolean;
  readonly figures: readonly {
    readonly chapter: string;
    readonly name: string;
    readonly measured: number;
    readonly ok: boolean;
  }[];
}

describe("npm run lab pairs", function () {
  it("finds the known figures, and has each payoff and delivery from the book, with --short", function () {
    const { status, stdout, stderr } = startStudy("pairs", ["--short", "--json"]);
    expect(status, stderr).to.equal(0);
    const { study, ok, figures } = JSON.parse(stdout) as Document; // whatever it is, the lines below look at it
    expect([study, ok]).to.deep.equal(["pairs", true]);
    const measured = (name: string) => figures.filter((one) => one.name === name).map((one) => one.measured);
    expect(measured("three closest: trades")).to.deep.equal([30]);
    expect(measured("payoffs, the same fraction")).to.deep.equal([30, 30]);
    expect(measured("deliveries, to the last unit")).to.deep.equal([108, 108]);
    expect(measured("accounts on the chain, to the wei")).to.deep.equal([2]);
  });
});
