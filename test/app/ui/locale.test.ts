import { expect } from "chai";

import { changeSettings } from "../../../app/data/settings.js";
import { momentFormat, numberFormat } from "../../../app/ui/locale.js";

describe("what writes in the reader's own way", function () {
  afterEach(() => {
    changeSettings({ locale: undefined });
  });

  it("is made once for each form, however often it is asked for", function () {
    const form = { minimumFractionDigits: 2 };
    const made = numberFormat(form);
    expect(numberFormat({ ...form })).to.equal(made);
    expect(numberFormat({ minimumFractionDigits: 3 })).to.not.equal(made);
    expect(momentFormat({ month: "short" })).to.equal(momentFormat({ month: "short" }));
  });

  it("is another one as soon as the reader chooses another way, and back", function () {
    const written = (locale: string): string => {
      changeSettings({ locale });
      return numberFormat({ minimumFractionDigits: 2 }).format(1_234.5);
    };
    expect(["de-DE", "en-GB", "de-DE"].map(written)).to.deep.equal(["1.234,50", "1,234.50", "1.234,50"]);
  });
});
