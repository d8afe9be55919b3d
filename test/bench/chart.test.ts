/** The pictures of the benchmark. */
import { expect } from "chai";

import { renderPicture } from "../../bench/chart.js";

describe("A picture of the benchmark", () => {
  const svg = renderPicture({
    id: "any",
    title: "Cost by size",
    x: { label: "size", scale: "log" },
    y: { label: "gas", scale: "linear" },
    series: [
      {
        name: "flat",
        points: [
          { x: 1, y: 70 },
          { x: 64, y: 70 },
        ],
      },
      {
        name: "rising",
        points: [
          { x: 1, y: 80 },
          { x: 64, y: 900 },
        ],
      },
    ],
  });

  it("is a document of its own", () => {
    expect(svg).to.match(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  });

  it("says what it shows", () => {
    expect(svg).to.include("Cost by size: gas").and.to.include('aria-label="Cost by size"');
    for (const label of ["size", "flat", "rising"]) expect(svg).to.include(label);
  });

  it("tells each point's value", () => {
    for (const point of ["flat: 1, 70", "rising: 64, 900"]) expect(svg).to.include(`<title>${point}</title>`);
  });
});
