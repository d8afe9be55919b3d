import { expect } from "chai";

import { createLane } from "../../../src/relay/queue/lane.js";

/** Something that takes until it is told to end. */
function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open };
}

describe("createLane", () => {
  it("runs one piece of work after the other, also while one waits", async () => {
    const lane = createLane();
    const said: string[] = [];
    const first = gate();
    const done = [
      lane.run(async () => {
        said.push("first begins");
        await first.passed;
        said.push("first ends");
      }),
      lane.run(() => said.push("second")),
    ];
    await Promise.resolve();
    expect(said).to.deep.equal(["first begins"]);
    first.open();
    await Promise.all(done);
    expect(said).to.deep.equal(["first begins", "first ends", "second"]);
  });

  it("hands on what the work gives, and what it throws, to whoever asked alone", async () => {
    const lane = createLane();
    const failing = lane.run(() => {
      throw new RangeError("this one");
    });
    const working = lane.run(() => 7);
    expect(await failing.catch((error: unknown) => (error as Error).message)).to.equal("this one");
    expect(await working).to.equal(7);
  });

  it("is idle when nothing is left, whatever became of it", async () => {
    const lane = createLane();
    await lane.idle();
    const last = gate();
    let isDone = false;
    const work = lane.run(async () => {
      await last.passed;
      isDone = true;
      throw new Error("too late");
    });
    work.catch(() => undefined);
    const idle = lane.idle().then(() => isDone);
    last.open();
    expect(await idle).to.equal(true);
  });
});
