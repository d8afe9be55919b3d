import { expect } from "chai";

import { createPace, unlessStopped } from "../../src/bindings/pace.js";

/** Longer than any test. */
const NEVER_MS = 2 ** 30;

async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

describe("createPace", function () {
  it("goes on without a turn of the others until its time has come", function () {
    let told = 0;
    const pace = createPace(undefined, () => (told += 1), NEVER_MS);
    expect([pace(), pace(), pace()]).to.deep.equal([undefined, undefined, undefined]);
    expect(told).to.equal(0);
  });

  it("tells, and lets an event of the others happen, at each turn", async function () {
    const happened: string[] = [];
    const pace = createPace(undefined, () => happened.push("told"), 0);
    setTimeout(() => happened.push("event"), 0);
    await pace();
    expect(happened).to.deep.equal(["told", "event"]);
    await pace();
    expect(happened).to.deep.equal(["told", "event", "told"]);
  });

  it("throws the reason of whoever has stopped it, before a step", function () {
    const stop = new AbortController();
    const pace = createPace(stop.signal, undefined, NEVER_MS);
    expect(pace()).to.equal(undefined);
    const reason = new Error("enough");
    stop.abort(reason);
    expect(() => pace())
      .to.throw()
      .that.equals(reason);
  });

  it("throws it after a turn in which it was stopped", async function () {
    const stop = new AbortController();
    const pace = createPace(stop.signal, undefined, 0);
    setTimeout(() => {
      stop.abort();
    }, 0);
    expect(await reasonOf(pace() ?? Promise.resolve())).to.have.property("name", "AbortError");
  });
});

describe("unlessStopped", function () {
  const never = (): Promise<never> => new Promise(() => undefined);

  it("gives what the promise gives, and why it was not kept", async function () {
    const { signal } = new AbortController();
    const reason = new Error("refused");
    for (const heard of [undefined, signal]) {
      expect(await unlessStopped(Promise.resolve(7), heard)).to.equal(7);
      expect(await reasonOf(unlessStopped(Promise.reject(reason), heard))).to.equal(reason);
    }
  });

  it("waits no longer when it is stopped", async function () {
    const stop = new AbortController();
    const waiting = reasonOf(unlessStopped(never(), stop.signal));
    stop.abort(new Error("enough"));
    expect(await waiting).to.have.property("message", "enough");
  });

  it("does not begin to wait if it is stopped already, whatever the promise gives later", async function () {
    const signal = AbortSignal.abort();
    const late = Promise.reject(new Error("late"));
    expect(await reasonOf(unlessStopped(late, signal))).to.have.property("name", "AbortError");
  });
});
