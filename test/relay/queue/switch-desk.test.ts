import { expect } from "chai";
import { sql } from "drizzle-orm";

import type { SignedTradesCancellation } from "../../../src/protocol/signing/trades-cancellation.js";
import { cancellationHash, primaryLink } from "../../../src/protocol/signing/typed-data.js";
import { RelayError } from "../../../src/relay/errors.js";
import { ordersOf, PaperChain, traderAt } from "../paper/chain.js";
import { expectRefused } from "../paper/expect.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

const MINUTE = 60_000;

describe("given a trader with a dead man's switch", () => {
  let chain: PaperChain;
  let relay: PaperRelay;
  let heard: string[];
  beforeEach(async () => {
    chain = new PaperChain();
    heard = [];
    relay = await paperRelay({ chain, heard });
    chain.mine(ordersOf(chain.sign(0), chain.sign(0, { nonce: 1n })));
    await relay.follow();
  });

  /** Of all orders, given or not, and of all nonces below 9. */
  const everything = (fields = {}): SignedTradesCancellation =>
    chain.signCancellation(0, { toTradeRootId: 2 ** 32 - 1, nonceFloor: 9n, ...fields });
  const arm = (signed = everything()) => relay.switches.arm(signed, MINUTE);
  const hashOf = ({ cancellation }: SignedTradesCancellation): string => cancellationHash(cancellation);
  /** As if nobody had been heard of for long. */
  const runOut = (): Promise<unknown> =>
    relay.database.run((tables) =>
      tables.execute(sql`update switches set fires_at = now() - interval '1 second' where book = ${relay.rows}`),
    );
  async function land(): Promise<void> {
    await relay.dispatcher.tick(await relay.fence());
    chain.mine();
    await relay.follow();
  }

  it("gives a token when it is armed, another one each time, and keeps neither", async () => {
    const [first, second] = [await arm(), await arm()];
    expect(first.token).to.match(/^[0-9a-f]{64}$/);
    expect(second.token).not.to.equal(first.token);
    const rows = await relay.database.run((tables) => tables.execute(sql`select * from switches`));
    expect(JSON.stringify(rows)).not.to.include(second.token);
    await expectRefused(relay.switches.renew(first.hash, first.token), "RELAY_SWITCH_UNKNOWN", { hash: first.hash });
  });

  it("does nothing while heartbeats come", async () => {
    const { hash, token } = await arm();
    await runOut();
    const { status, remainingMs, refusal } = await relay.switches.renew(hash, token);
    expect([status, refusal]).to.deep.equal(["armed", undefined]);
    expect(remainingMs).to.be.above(MINUTE - 5_000);
    await relay.switches.fire();
    expect(relay.cancels.undecided()).to.equal(0);
  });

  it("fires when they stop: its orders go, and all nonces that it names", async () => {
    const waiting = chain.sign(0, { nonce: 2n });
    await relay.intake.offer(waiting);
    const { hash, token } = await arm();
    expect(relay.statusOf(waiting), "it is only armed").to.equal("pending");
    await runOut();
    await relay.switches.fire();
    expect((await relay.packages.find(primaryLink(waiting.package)))!.fate.status).to.equal("withdrawn");
    await land();
    expect([chain.resting, (await relay.cancelDesk.find(hash)).fate.status]).to.deep.equal([[], "onChain"]);
    expect((await relay.switches.find(hash, token)).status).to.equal("fired");
    const over = { hash, status: "fired" };
    await expectRefused(relay.switches.renew(hash, token), "RELAY_SWITCH_OVER", over);
    await expectRefused(relay.switches.disarm(hash, token), "RELAY_SWITCH_OVER", over);
    await expectRefused(arm(), "RELAY_SWITCH_OVER", over);
  });

  it("never fires once it is taken back", async () => {
    const { hash, token } = await arm();
    expect((await relay.switches.disarm(hash, token)).status).to.equal("disarmed");
    await runOut();
    await relay.switches.fire();
    expect(relay.cancels.undecided()).to.equal(0);
    await expectRefused(relay.switches.renew(hash, token), "RELAY_SWITCH_OVER", { hash, status: "disarmed" });
  });

  it("is nobody's who has another token", async () => {
    const { hash } = await arm();
    const token = "ab".repeat(32);
    for (const ask of ["renew", "disarm", "find"] as const) {
      await expectRefused(relay.switches[ask](hash, token), "RELAY_SWITCH_UNKNOWN", { hash });
    }
    await runOut();
    await relay.switches.fire();
    expect(relay.cancels.undecided()).to.equal(1);
  });

  it("fires for the next relay of the database, which its trader may go on with", async () => {
    const { hash, token } = await arm();
    const next = await paperRelay({ chain, rows: relay.rows });
    await next.follow();
    expect((await next.switches.renew(hash, token)).status).to.equal("armed");
    await runOut();
    await next.switches.fire();
    await next.dispatcher.tick(await next.fence());
    chain.mine();
    await next.follow();
    expect(chain.resting).to.deep.equal([]);
  });

  it("fires late rather than never when the database was away", async () => {
    await arm();
    await runOut();
    const store = { ...relay.switchStore };
    relay.switchStore.fireDue = () => Promise.reject(new RelayError("RELAY_STORE_UNAVAILABLE", {}));
    await expectRefused(relay.switches.fire(), "RELAY_STORE_UNAVAILABLE");
    Object.assign(relay.switchStore, store);
    await relay.switches.fire();
    await land();
    expect(chain.resting).to.deep.equal([]);
  });

  it("is brought again if the block is taken back in which it had fired", async () => {
    await arm();
    await runOut();
    await relay.switches.fire();
    await land();
    chain.rewind(chain.tip.number - 1);
    chain.mine();
    chain.mine();
    await relay.follow();
    expect(chain.resting).to.deep.equal([]);
    expect(relay.cancels.find(hashOf(everything()))!.fate.status).to.equal("onChain");
  });

  it("tells that its cancellation is void by now, when it is armed and while it lasts", async () => {
    const signed = everything({ nonceFloor: 3n });
    const { hash, token } = await arm(signed);
    const caller = chain.traders[0]!.address;
    chain.mine((book, context) => book.invalidateNonces({ ...context, caller }, 4n));
    await relay.follow();
    expect((await relay.switches.renew(hash, token)).refusal!.code).to.equal("Book_CancellationVoid");
    const values = { trader: caller, nonceFloor: 3n, current: 4n };
    await expectRefused(arm(signed), "Book_CancellationVoid", values);
    await runOut();
    await relay.switches.fire();
    await relay.dispatcher.tick(await relay.fence());
    const { fate } = await relay.cancelDesk.find(hash);
    expect(fate.status === "refused" && fate.refusal.code).to.equal("Book_CancellationVoid");
    expect([chain.sent, chain.resting]).to.deep.equal([[], [1, 2]]);
  });

  it("is refused for what the chain would refuse, and for a deadline before its first silence", async () => {
    const { signature } = chain.signCancellation(1);
    const forged = await arm({ ...everything(), signature }).catch((error: unknown) => error);
    expect(forged).to.include({ code: "Book_SignatureInvalid" });
    const stranger = traderAt(77);
    const unknown = chain.signCancellation(stranger, { nonceFloor: 1n });
    await expectRefused(arm(unknown), "Book_TraderUnknown", { trader: stranger.address });
    const timestamp = relay.clock.now();
    const soon = everything({ deadline: timestamp + 64n });
    const near = { deadline: timestamp + 64n, timestamp, margin: 65 };
    await expectRefused(arm(soon), "RELAY_DEADLINE_NEAR", near);
    for (let floor = 10n; floor < 18n; floor += 1n) await arm(everything({ nonceFloor: floor }));
    const full = { trader: chain.traders[0]!.address, limit: 8 };
    await expectRefused(arm(everything({ nonceFloor: 18n })), "RELAY_SWITCHES_FULL", full);
    const early = await paperRelay({ chain });
    await expectRefused(early.switches.arm(everything(), MINUTE), "RELAY_NOT_READY");
  });

  it("says in the log that it fired", async () => {
    await arm();
    await runOut();
    await relay.switches.fire();
    expect(heard).to.include("switch fired");
  });
});
