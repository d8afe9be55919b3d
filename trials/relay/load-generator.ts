/** Users who keep submitting, whatever happens to the relay, and remember what was acknowledged. */
import type { SignedPackage } from "../../src/bindings/packages.js";
import type { Hash } from "../../src/protocol/signing/typed-data.js";
import type { Answer, RawClient } from "./http-client.js";
import type { OrderSource } from "./orders.js";

export interface LoadGenerator {
  /** Links in the order of their acknowledgement. */
  readonly acknowledged: ReadonlySet<Hash>;
  /** How often each code was given. */
  readonly refusals: ReadonlyMap<string, number>;
  /** Keeps submitting, a few at a time, until told to stop. */
  run(signal: AbortSignal): Promise<void>;
  /** Where to submit from now on; undefined while there is nobody. */
  target: RawClient | undefined;
}

const PAUSE_MS = 20;

/** @param everyMs how long each user takes for one at least */
export function createLoadGenerator(source: OrderSource, users: number, everyMs = 0): LoadGenerator {
  const acknowledged = new Set<Hash>();
  const refusals = new Map<string, number>();
  /** Packages of which it is not known whether they were taken. */
  const unsure: SignedPackage[] = [];
  const generator: LoadGenerator = { acknowledged, refusals, run, target: undefined };

  async function one(): Promise<void> {
    const relay = generator.target;
    if (relay === undefined) return pause(PAUSE_MS);
    const again = unsure.shift();
    try {
      const signed = again ?? source.next(await relay.link());
      note(signed, await relay.submit(signed), again !== undefined);
    } catch {
      if (again !== undefined) unsure.push(again);
      await pause(PAUSE_MS); // no link: the relay is away
    }
  }

  function note(signed: SignedPackage, { status, body }: Answer, isAgain: boolean): void {
    if (status === 202) {
      acknowledged.add(body["link"] as Hash); // by the relay's interface
      return;
    }
    if (status === 0 || status >= 500) {
      unsure.push(signed);
      return;
    }
    const { code } = body["error"] as { code: string }; // likewise
    refusals.set(code, (refusals.get(code) ?? 0) + 1);
    if (!isAgain && code !== "Book_NonceUsed") source.giveBack(signed);
  }

  async function run(signal: AbortSignal): Promise<void> {
    const user = async (): Promise<void> => {
      while (!signal.aborted) {
        const due = performance.now() + everyMs;
        await one();
        const left = due - performance.now();
        if (left > 0) await pause(left);
      }
    };
    await Promise.all(Array.from({ length: users }, user));
  }

  return generator;
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits until the relay has nothing left to send, or `ms` have passed. */
export async function drained(relay: RawClient, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    const { status, body } = await relay.get("/health");
    if (status === 200 && body["waiting"] === 0 && body["inFlight"] === 0) return true;
    await pause(PAUSE_MS * 5);
  }
  return false;
}

/** Waits until the relay takes packages. @throws Error after `ms` */
export async function ready(relay: RawClient, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    if ((await relay.get("/health")).status === 200) return;
    await pause(PAUSE_MS);
  }
  throw new Error(`the relay was not ready within ${ms} ms`);
}
