import { expect } from "chai";

import { createMemoryWatch, percentile } from "../../scripts/relay/load-figures.js";

const figures = (megabytes: number) =>
  new Map([
    ["process_resident_memory_bytes", megabytes * 2 ** 20],
    ["nodejs_heap_size_used_bytes", (megabytes / 2) * 2 ** 20],
  ]);

describe("createMemoryWatch", () => {
  it("keeps the first look of each quarter, and that of the end", () => {
    const watch = createMemoryWatch();
    [0, 0.1, 0.26, 0.4, 0.99, 1, 1, 2].forEach((part, index) => {
      watch.see(part, figures(100 + 2 * index));
    });
    expect(watch.looks).to.deep.equal([
      { at: 0, resident: 100, heap: 50 },
      { at: 0.25, resident: 104, heap: 52 },
      { at: 0.75, resident: 108, heap: 54 },
      { at: 1, resident: 110, heap: 55 },
      { at: 2, resident: 114, heap: 57 },
    ]);
    expect([watch.isDue(0.3), watch.isDue(0.6), watch.isDue(2)]).to.deep.equal([false, true, false]);
  });
});

describe("percentile", () => {
  it("gives the time that a part of all stay below", () => {
    const times = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([percentile(times, 0.5), percentile(times, 0.99), percentile(times, 1)]).to.deep.equal([51, 100, 100]);
    expect(percentile([], 0.5)).to.equal(0);
  });
});
