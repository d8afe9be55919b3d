import { expect } from "chai";
import fc from "fast-check";

import { element, label, picture, tooltip } from "../../../src/pictures/svg/element.js";
import { FIXED } from "../../protocol/support.js";
import { expectWellFormed, parseSvg } from "../support.js";

describe("SVG as text", function () {
  it("closes an element without children in itself, and any other around them", function () {
    expect(element("g", {})).to.equal("<g/>");
    expect(element("rect", { x: 1, fill: "#fff" })).to.equal('<rect x="1" fill="#fff"/>');
    expect(element("g", {}, element("a", {}), element("b", {}))).to.equal("<g><a/><b/></g>");
  });

  it("writes numbers to a hundredth, and never in scientific notation below it", function () {
    expect(element("x", { a: 1 / 3, b: 2, c: -0.005, d: 1e-9 })).to.equal('<x a="0.33" b="2" c="0" d="0"/>');
  });

  it("lets no text leave its place", function () {
    expect(label('<b>"&', 1, 2)).to.equal('<text x="1" y="2">&lt;b&gt;&quot;&amp;</text>');
    expect(tooltip("a < b")).to.equal("<title>a &lt; b</title>");
    expect(element("x", { title: '"/><script>' })).to.equal('<x title="&quot;/&gt;&lt;script&gt;"/>');
  });

  it("lets a label have attributes of its own", function () {
    expect(label("a", 0, 0, { "text-anchor": "end" })).to.equal('<text x="0" y="0" text-anchor="end">a</text>');
  });

  it("is a whole picture: sized, on white, with title and description before anything else", function () {
    const svg = picture({ width: 10, height: 20 }, "a title", "what it shows", element("g", {}));
    expect(svg.endsWith("</svg>\n")).to.be.true;
    const root = parseSvg(svg).querySelector("svg")!;
    expect(root.getAttribute("viewBox")).to.equal("0 0 10 20");
    expect(root.getAttribute("aria-labelledby")).to.equal("title desc");
    expect(svg).to.match(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).to.match(/<title id="title">a title<\/title><desc id="desc">what it shows<\/desc><rect [^>]*#ffffff/);
  });

  it("gives back the very text that it was given, to whoever reads it", function () {
    const anyText = fc.string({ unit: fc.constantFrom("<", ">", "&", '"', "'", ";", "a", "é", "…", "1") });
    fc.assert(
      fc.property(anyText, anyText, (title, text) => {
        const svg = picture({ width: 1, height: 1 }, title, text, label(text, 0, 0));
        expectWellFormed(svg);
        const unescaped = (escaped: string): string =>
          escaped.replace(/&(amp|lt|gt|quot);/g, (_, name: string) => ({ amp: "&", lt: "<", gt: ">" })[name] ?? '"');
        expect(unescaped(/<title id="title">(.*?)<\/title>/s.exec(svg)?.[1] ?? "")).to.equal(title);
        expect(unescaped(/<text x="0" y="0">(.*?)<\/text>/s.exec(svg)?.[1] ?? "")).to.equal(text);
      }),
      FIXED,
    );
  });
});
