/** Text of strangers: what is shown of it. */
import { expect } from "chai";

import { MOST_SHOWN, shownText } from "../../../app/ui/hostile-text.js";

describe("shownText", () => {
  it("keeps letters, line ends and marks of any language as they are", () => {
    const text = "Rain in Seattle\nمطر, 雨, हिन्दी 🌧\t<b>no markup</b> https://example.com";
    expect(shownText(text)).to.deep.equal({ pieces: [{ kind: "text", text }], left: 0 });
  });

  it("makes visible what turns, hides or ends what stands beside it", () => {
    const { pieces } = shownText("pays \u202E001\u202C to\u200B you\u0007\u2066!\uFEFF");
    expect(pieces.map(({ kind, text }) => (kind === "sign" ? `<${text}>` : text)).join("")).to.equal(
      "pays <U+202E>001<U+202C> to<U+200B> you<U+0007><U+2066>!<U+FEFF>",
    );
  });

  it("writes every kind of line end as one", () => {
    expect(shownText("a\r\nb\rc").pieces).to.deep.equal([{ kind: "text", text: "a\nb\nc" }]);
    expect(shownText("a\u2028b").pieces.map(({ text }) => text)).to.deep.equal(["a", "U+2028", "b"]);
  });

  it("shows no more than so many characters, never half of one, and says how many are left", () => {
    const { pieces, left } = shownText("🌧".repeat(MOST_SHOWN + 5));
    expect(pieces).to.deep.equal([{ kind: "text", text: "🌧".repeat(MOST_SHOWN) }]);
    expect(left).to.equal(5);
    expect(shownText("\ud83c")).to.deep.equal({ pieces: [{ kind: "sign", text: "U+D83C" }], left: 0 });
    expect(shownText("")).to.deep.equal({ pieces: [], left: 0 });
  });
});
