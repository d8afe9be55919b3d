/** When a relay lets settlers be called: while it may submit, and never before what traders have brought. */
import { expect } from "chai";

import { applyFallbackCall } from "../../../src/bindings/calls.js";
import { settleByOwners } from "../../../src/relay/engine/settlers.js";
import type { EngineState } from "../../../src/relay/engine/state.js";
import { NodeError } from "../../../src/node/errors.js";
import { ordersOf } from "../paper/chain.js";
import { engineState } from "../paper/engine.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

const CHORE = { call: { ...applyFallbackCall(2), kind: "record" as const, to: `0x${"5e".repeat(20)}` }, gas: 300_000n };

async function open(found: typeof CHORE | "nothing" | Error = CHORE) {
  const relay = await paperRelay({ batchMs: 1_000_000 });
  await relay.follow();
  let asked = 0;
  const next = () => {
    asked += 1;
    return found instanceof Error ? Promise.reject(found) : Promise.resolve(found === "nothing" ? undefined : found);
  };
  const state = engineState(relay, { settlerDesk: { next } });
  [state.fence, state.leaseUntil] = [await relay.fence(), Infinity];
  return { relay, state, asked: () => asked };
}

/** The node has every call succeed: the book on paper knows no settlers. */
function calling(relay: PaperRelay, state: EngineState): { readonly state: EngineState; readonly sent: unknown[] } {
  const sent: unknown[] = [];
  const chore: EngineState["dispatcher"]["chore"] = (...words) => Promise.resolve(void sent.push(words));
  return { state: { ...state, dispatcher: { ...relay.dispatcher, chore } }, sent };
}

describe("given a relay with gas for settlers", () => {
  it("sends what is found, to the settler", async () => {
    const { relay, state } = await open();
    const { state: watched, sent } = calling(relay, state);
    await settleByOwners(watched);
    expect(sent).to.deep.equal([[state.fence, CHORE.call, CHORE.gas]]);
  });

  it("sends nothing where nothing is found", async () => {
    const { relay, state, asked } = await open("nothing");
    const { state: watched, sent } = calling(relay, state);
    await settleByOwners(watched);
    expect([sent, asked()]).to.deep.equal([[], 1]);
  });

  it("looks for nothing while a package or a cancellation waits to be sent", async () => {
    const { relay, state, asked } = await open();
    await relay.intake.offer(relay.chain.sign(0));
    await settleByOwners(state);
    expect(asked()).to.equal(0);
    const other = await open();
    const { chain } = other.relay;
    chain.mine(ordersOf(chain.sign(0)));
    await other.relay.follow();
    await other.relay.cancelDesk.cancel(chain.signCancellation(0, { toTradeRootId: 2 ** 32 - 1, nonceFloor: 9n }));
    await settleByOwners(other.state);
    expect(other.asked()).to.equal(0);
  });

  it("looks for nothing while it may not submit, has not caught up, or has such a call on its way", async () => {
    const { relay, state, asked } = await open();
    await settleByOwners({ ...state, leaseUntil: -Infinity });
    const standing = relay.tracker.standing!;
    const call = { ...CHORE.call, gasLimit: 1n, priorityFee: 1n, links: [], cancellations: [] };
    await relay.sender.submit(state.fence!, call, standing);
    expect(relay.ledger.openSubmissions().map(({ kind, to }) => [kind, to])).to.deep.equal([["record", CHORE.call.to]]);
    await settleByOwners(state);
    await relay.tracker.restart("for a test");
    await settleByOwners(state);
    expect(asked()).to.equal(0);
  });

  it("says what the node failed to do, and has sent nothing", async () => {
    const away = new NodeError("NODE_UNREACHABLE");
    const { relay, state } = await open(away);
    const { state: watched, sent } = calling(relay, state);
    const thrown = await settleByOwners(watched).catch((error: unknown) => error);
    expect([thrown, sent]).to.deep.equal([away, []]);
  });
});
