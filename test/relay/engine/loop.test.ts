import { expect } from "chai";

import { loop } from "../../../src/relay/engine/loop.js";
import { RelayError } from "../../../src/relay/errors.js";
import { createFaults } from "../../../src/relay/reporting/faults.js";
import { createLog } from "../../../src/relay/reporting/log.js";
import { createMetrics } from "../../../src/relay/reporting/metrics.js";

/** A loop over pieces of work that end as they are told, the last of which stops it. */
async function run(endings: readonly (Error | undefined)[], ms = 0) {
  const heard: unknown[] = [];
  const log = createLog("info", {
    write(line) {
      heard.push((JSON.parse(line) as { readonly msg: string }).msg); // as every line has
    },
  });
  const metrics = createMetrics("0x");
  const faults = createFaults(() => 0);
  const seen: (string | undefined)[] = [];
  const stopping = new AbortController();
  let turn = 0;
  await loop({ faults, log, metrics }, "chain", ms, stopping.signal, () => {
    const ending = endings[turn];
    seen.push(faults.list()[0]?.code);
    turn += 1;
    if (turn === endings.length) stopping.abort();
    return ending === undefined ? Promise.resolve() : Promise.reject(ending);
  });
  const counted = (await metrics.faults.get()).values[0]?.value ?? 0;
  return { turn, faults, seen, heard, counted };
}

const AWAY = new RelayError("RELAY_STORE_UNAVAILABLE", { reason: "away" });

describe("loop", () => {
  it("repeats its work until the signal", async () => {
    expect((await run([undefined, undefined, undefined])).turn).to.equal(3);
  });

  it("does nothing if the signal has come already", async () => {
    const { log } = { log: createLog("silent") };
    const work = (): Promise<never> => Promise.reject(new Error("it worked"));
    await loop(
      { faults: createFaults(() => 0), log, metrics: createMetrics("0x") },
      "chain",
      0,
      AbortSignal.abort(),
      work,
    );
  });

  it("goes on after a fault, and knows of it until it is over", async () => {
    const { turn, faults, seen, heard, counted } = await run([undefined, AWAY, undefined, undefined]);
    expect([turn, counted]).to.deep.equal([4, 1]);
    expect(seen).to.deep.equal([undefined, undefined, "RELAY_STORE_UNAVAILABLE", undefined]);
    expect(faults.list()).to.deep.equal([]);
    expect(heard).to.deep.equal(["fault, going on", "fault is over"]);
  });

  it("says the same fault once, and counts it each time", async () => {
    const other = new Error("another");
    const { heard, counted } = await run([AWAY, AWAY, other, other, undefined]);
    expect(counted).to.equal(4);
    expect(heard).to.deep.equal(["fault, going on", "fault, going on", "fault is over"]);
  });

  it("takes what breaks off because of the signal for no fault", async () => {
    const { counted, faults, heard } = await run([undefined, AWAY]);
    expect([counted, faults.list().length, heard]).to.deep.equal([0, 0, []]);
  });
});
