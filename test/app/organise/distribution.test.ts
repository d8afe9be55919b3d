/** Who is sent how many session tokens. */
import { expect } from "chai";

import { MOST_GIFTS, readDistribution, warningsOf } from "../../../app/views/organise/distribution.js";

const A = "0x157bFBEcd023fD6384daD2Bded5DAD7e27Bf92E4";
const B = "0x37dA28C050E3c0A1c0aC3BE97913EC038783dA4C";
const ONE = 10n ** 18n;

describe("readDistribution", () => {
  it("reads addresses and exact amounts, whatever else the table has", () => {
    const { gifts, total, problems } = readDistribution(
      `\uFEFFname;Address;amount\r\nAnn;${A};1.5\r\n\r\nBob;${B.toLowerCase()};0.000000000000000001\r\n`,
      2n * ONE,
    );
    expect(problems).to.deep.equal([]);
    expect(gifts).to.deep.equal([
      { line: 2, address: A, amount: (3n * ONE) / 2n },
      { line: 4, address: B, amount: 1n },
    ]);
    expect(total).to.equal((3n * ONE) / 2n + 1n);
  });

  for (const [what, text, problem] of [
    ["no header", `${A},1`, "The first line has to name address and amount."],
    ["nobody", "address,amount\n", "It names nobody."],
    ["an address twice", `address,amount\n${A},1\n${A.toLowerCase()},1`, `Line 3: ${A} stands in line 2 already.`],
    [
      "a wrong checksum",
      `address,amount\n${A.replace("B", "b")},1`,
      `Line 2: ${A.replace("B", "b")} is no address, or its checksum is wrong.`,
    ],
    [
      "the zero address",
      `address,amount\n0x${"0".repeat(40)},1`,
      "Line 2: The zero address: what is sent there is lost.",
    ],
    [
      "the session itself",
      `address,amount\n${B},1`,
      `Line 2: ${B} is a part of the session; what is sent there is lost.`,
    ],
    ["nothing", `address,amount\n${A},0`, "Line 2: An amount above zero is needed."],
    ["a cell too few", `address,amount\n${A}`, "Line 2: 1 cells under 2 columns."],
    ["a column twice", `address,amount,Amount\n${A},1,2`, 'Line 1: column "Amount" stands there twice.'],
    ["more than there is", `address,amount\n${A},3.1`, "All together it is 3.1; there are 3."],
  ] as const) {
    it(`given ${what}, then it says so`, () => {
      expect(readDistribution(text, 3n * ONE, [B]).problems).to.include(problem);
    });
  }

  it("given amounts that are none, then it says so, and adds nothing up wrongly", () => {
    for (const amount of ["-1", "1e3", "0x10", "1,5", "1.0000000000000000001", "a lot"]) {
      const { problems, gifts } = readDistribution(`address;amount\n${A};${amount}`, 3n * ONE);
      expect(problems, amount).to.have.length(1);
      expect(gifts, amount).to.deep.equal([]);
    }
  });

  it("given too many lines, then it says so", () => {
    const rows = Array.from({ length: MOST_GIFTS + 1 }, () => `${A},1`).join("\n");
    expect(readDistribution(`address,amount\n${rows}`, ONE).problems[0]).to.equal(
      "At most 500 lines at once; it has 501.",
    );
  });
});

describe("warningsOf", () => {
  it("names contracts, and whom the policy does not admit", () => {
    const list = readDistribution(`address,amount\n${A},1\n${B},1`, 3n * ONE);
    const facts = new Map([
      [A, { isContract: true, isAdmitted: undefined }],
      [B, { isContract: false, isAdmitted: false }],
    ]);
    expect(warningsOf(list, facts)).to.deep.equal([
      `Line 2: ${A} is a contract; be sure that it can use tokens.`,
      `Line 3: ${B} is not admitted now; it could hold, not trade.`,
    ]);
  });
});
