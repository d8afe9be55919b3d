import { expect } from "chai";

import { NodeError } from "../../../src/node/errors.js";
import { ProtocolError } from "../../../src/protocol/amounts/errors.js";
import type { RelayTerms } from "../../../src/relay/config/session.js";
import { createLog } from "../../../src/relay/reporting/log.js";
import type { FoundSession } from "../../../src/relay/session/finding.js";
import { createRoster } from "../../../src/relay/session/roster.js";
import type { OpenSession } from "../../../src/relay/session/sessions.js";
import { createSessions } from "../../../src/relay/session/sessions.js";

const nameOf = (n: number): string => `0x${String(n).padStart(40, "0")}`;
const DAY = 86_400n;

/** A factory whose sessions have their limit at their number, in days. */
function given(mostSessions = 10) {
  const found: number[][] = [];
  const state = {
    time: 0n,
    opened: [] as number[],
    closed: [] as number[],
    broken: new Set<number>(),
    isAway: false,
    failure: undefined as NodeError | undefined,
  };
  const sessions = createSessions();
  const termsOf = (n: number) => ({ session: nameOf(n), settleLimit: BigInt(n) * DAY }) as RelayTerms;
  const roster = createRoster({
    finder: {
      next: () => {
        const some = found.splice(0).flat();
        return Promise.resolve(some.map((n): FoundSession => ({ session: nameOf(n), block: 100 + n })));
      },
    },
    ...{ sessions, mostSessions, log: createLog("silent") },
    time: () => Promise.resolve(state.time),
    async read(names) {
      const numbers = names.map(Number);
      await Promise.resolve();
      if (state.failure !== undefined) throw state.failure;
      const bad = numbers.find((n) => state.broken.has(n));
      if (bad !== undefined) throw new ProtocolError("Client_NotASession", "none", { retryable: false });
      return numbers.map(termsOf);
    },
    open(terms, fromBlock) {
      if (state.isAway)
        return Promise.reject(new ProtocolError("RELAY_STORE_UNAVAILABLE", "away", { retryable: true }));
      const n = Number(terms.session);
      expect(fromBlock).to.equal(100 + n);
      state.opened.push(n);
      const close = () => Promise.resolve();
      const end = () => Promise.resolve(void state.closed.push(n));
      return Promise.resolve({ terms, fromBlock, close, end } as unknown as OpenSession); // what a roster needs of it
    },
  });
  const served = (): number[] => sessions.all.map(({ terms }) => Number(terms.session));
  return { roster, state, served, found, sessions };
}

describe("given a process that serves the sessions of a factory", () => {
  it("opens those that are there, and those that come", async () => {
    const { roster, served, found } = given();
    found.push([3, 4]);
    expect(roster.hasLooked).to.equal(false);
    await roster.look();
    expect([roster.hasLooked, served()]).to.deep.equal([true, [3, 4]]);
    found.push([5]);
    await roster.look();
    expect(served()).to.deep.equal([3, 4, 5]);
  });

  it("does not open what is over, and closes what comes to be", async () => {
    const { roster, state, served, found } = given();
    found.push([1, 5, 6]);
    state.time = 2n * DAY + 1n;
    await roster.look();
    expect(served(), "the first ended a day ago").to.deep.equal([5, 6]);
    state.time = 6n * DAY;
    await roster.look();
    expect(served(), "in its last second").to.deep.equal([5, 6]);
    state.time = 6n * DAY + 1n;
    await roster.look();
    expect([served(), state.closed]).to.deep.equal([[6], [5]]);
  });

  it("serves no more than it may, the oldest first, and the next as soon as one is over", async () => {
    const { roster, state, served, found } = given(2);
    found.push([3, 9, 8]);
    await roster.look();
    expect([served(), roster.leftOut]).to.deep.equal([[3, 9], 1]);
    found.push([7]);
    await roster.look();
    expect([served(), roster.leftOut]).to.deep.equal([[3, 9], 2]);
    state.time = 4n * DAY + 1n;
    await roster.look();
    expect([served(), roster.leftOut]).to.deep.equal([[9, 8], 1]);
  });

  it("passes over what is no session any more", async () => {
    const { roster, state, served, found } = given();
    state.broken.add(4);
    found.push([4, 5]);
    await roster.look();
    expect([served(), roster.leftOut]).to.deep.equal([[5], 0]);
  });

  it("passes over nothing of which the node did not say what it is, however it failed", async () => {
    const { roster, state, served, found } = given();
    found.push([4, 5]);
    const lasting = new NodeError("NODE_REFUSED", { method: "eth_call", status: 401, reason: "the key was withdrawn" });
    expect(lasting.retryable).to.equal(false);
    for (const failure of [lasting, new NodeError("NODE_MALFORMED"), new NodeError("NODE_UNREACHABLE")]) {
      state.failure = failure;
      const failed = await roster.look().catch((error: unknown) => error);
      expect([failed, served()]).to.deep.equal([failure, []]);
    }
    state.failure = undefined;
    await roster.look();
    expect(served()).to.deep.equal([4, 5]);
  });

  it("goes on where a fault has stopped it, and opens nothing twice", async () => {
    const { roster, state, served, found } = given();
    found.push([3]);
    await roster.look();
    found.push([3, 4, 5]);
    state.isAway = true;
    const failed = await roster.look().catch((error: unknown) => error);
    expect(failed).to.have.property("code", "RELAY_STORE_UNAVAILABLE");
    state.isAway = false;
    await roster.look();
    expect([served(), state.opened]).to.deep.equal([
      [3, 4, 5],
      [3, 4, 5],
    ]);
  });
});
