/** A symbol that was cut at sixteen could end in half of a letter, which is none. */
import { expect } from "chai";
import fc from "fast-check";

import { printable } from "../../src/bindings/assets.js";
import { FIXED } from "../protocol/support.js";

describe("a symbol that is too long", function () {
  const GOTHIC = "𐌰"; // two units of UTF-16

  it("is cut between letters", function () {
    expect(printable(GOTHIC.repeat(9), 16)).to.equal(GOTHIC.repeat(8));
    expect(printable(`x${GOTHIC.repeat(9)}`, 16)).to.equal(`x${GOTHIC.repeat(7)}`);
    expect(printable(GOTHIC, 1)).to.equal("?");
  });

  it("is cut between letters wherever it is cut", function () {
    const anyText = fc.string({ unit: fc.constantFrom("x", GOTHIC, "€"), maxLength: 30 });
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, most) => {
        const shown = printable(text, most);
        expect(shown).to.not.match(/\p{Surrogate}/u);
        expect(shown.length).to.be.at.most(most);
        if (shown !== "?") expect(text.startsWith(shown)).to.be.true;
      }),
      FIXED,
    );
  });
});
