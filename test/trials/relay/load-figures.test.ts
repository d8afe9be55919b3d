import { expect } from "chai";

import { memoryOf, percentile } from "../../../trials/relay/load-figures.js";

describe("memoryOf", () => {
  it("reads megabytes from what the relay says of itself", () => {
    const values = new Map([
      ["process_resident_memory_bytes", 100.4 * 2 ** 20],
      ["nodejs_heap_size_used_bytes", 50 * 2 ** 20],
    ]);
    expect(memoryOf(0.25, values)).to.deep.equal({ at: 0.25, resident: 100, heap: 50 });
  });
});

describe("percentile", () => {
  it("gives the time that a part of all stay below", () => {
    const times = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([percentile(times, 0.5), percentile(times, 0.99), percentile(times, 1)]).to.deep.equal([51, 100, 100]);
    expect(percentile([], 0.5)).to.equal(0);
  });
});
