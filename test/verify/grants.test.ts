import { expect } from "chai";

import { type Established, GRANT_CODES, type GrantCode, Grants, NAMED_SUBJECTS } from "../../src/verify/grants.js";

const NOTHING: Established = { logs: false, clones: false, code: false, assets: false };
const ALL: Established = { logs: true, clones: true, code: true, assets: true };

function granting(...codes: readonly GrantCode[]): Grants {
  const grants = new Grants();
  for (const code of codes) grants.add(code, () => `about ${code}`);
  return grants;
}

describe("Grants", function () {
  it("are none where nothing came up", function () {
    expect(new Grants().left(NOTHING)).to.deep.equal([]);
  });

  it("say each what is granted, about what, and what to do about it", function () {
    const left = granting(...GRANT_CODES).left(NOTHING);
    expect(left.map(({ code }) => code)).to.deep.equal(GRANT_CODES);
    for (const { code, sentence, count, subjects, remedy } of left) {
      expect(sentence, code)
        .to.match(/^[A-Z0-9].*[^.]\.$/)
        .and.not.include("#");
      expect(remedy, code).to.match(/^[A-Z].*\.$/);
      expect([count, subjects]).to.deep.equal([1, [`about ${code}`]]);
    }
  });

  it("are one with a count where ten thousand are alike, and only the first are asked for their subject", function () {
    const grants = new Grants();
    let asked = 0;
    for (let order = 1; order <= 10_000; order += 1) {
      grants.add("WALLET_APPROVED", () => {
        asked += 1;
        return `order ${order}`;
      });
    }
    const [{ count, subjects, sentence } = {}, ...rest] = grants.left(ALL);
    expect([count, asked, rest]).to.deep.equal([10_000, NAMED_SUBJECTS, []]);
    expect(subjects).to.deep.equal(["order 1", "order 2", "order 3", "order 4", "order 5"]);
    expect(sentence).to.match(/^10000 signatures/);
  });

  it("fall away with what has been established, and what the node did not answer never does", function () {
    const left = (established: Established): GrantCode[] =>
      granting(...GRANT_CODES)
        .left(established)
        .map(({ code }) => code);
    expect(left(NOTHING).filter((code) => !left(ALL).includes(code))).to.deep.equal([
      ...["SESSION_FROM_FILE", "TERMS_FROM_FILE", "TIMES_FROM_FILE", "TRANSACTIONS_FROM_FILE", "TAIL_NOT_COMPARED"],
      ...["RECEIVERS_FROM_FILE", "CALLS_UNSIGNED", "OWNER_CALLED", "ORGANISER_CALLED", "POLICY_ADMITTED"],
      ...["RESERVES_FROM_BELOW", "TRANSFERS_FROM_FILE", "PLACES_FROM_FILE", "ASSETS_TRUSTED", "WALLET_WITHIN_CALL"],
    ]);
    expect(left({ ...ALL, logs: false })).to.include.members([
      "SESSION_FROM_FILE",
      "TAIL_NOT_COMPARED",
      "CALLS_UNSIGNED",
    ]);
    expect(left({ ...ALL, clones: false })).to.include.members(["SESSION_FROM_FILE", "TERMS_FROM_FILE"]);
    expect(left({ ...ALL, code: false }))
      .to.include("CALLS_UNSIGNED")
      .and.not.include("RECEIVERS_FROM_FILE");
    expect(left({ ...ALL, assets: false })).to.include("ASSETS_TRUSTED");
  });
});
