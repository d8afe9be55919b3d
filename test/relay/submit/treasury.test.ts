import { expect } from "chai";

import { createTreasury } from "../../../src/relay/submit/treasury.js";
import { GWEI } from "../paper/chain.js";
import { expectRefused } from "../paper/expect.js";
import { httpOf } from "../paper/http.js";
import { paperRelay } from "../paper/relay.js";

describe("given an account that pays", () => {
  /** 3 gwei for each of 1.1 million. */
  const ONE_ORDER = 3_300_000n * GWEI;

  it("acknowledges nothing below what one order may cost, and does again above it", async () => {
    const relay = await paperRelay();
    const { chain, treasury, account } = relay;
    await relay.follow();
    chain.balance = ONE_ORDER - 1n;
    await treasury.look(relay.tracker.standing!);
    const values = { account, balance: ONE_ORDER - 1n, floor: ONE_ORDER };
    await expectRefused(relay.intake.offer(chain.sign(0)), "RELAY_NO_FUNDS", values);
    await expectRefused(
      relay.cancelDesk.cancel(chain.signCancellation(0, { nonceFloor: 1n })),
      "RELAY_NO_FUNDS",
      values,
    );
    expect(treasury.fault()).to.deep.include({ code: "RELAY_NO_FUNDS", blocksAfterMs: 0 });
    expect(Math.round((await relay.balances.get()).values[0]!.value)).to.equal(3_300_000);
    chain.balance = ONE_ORDER;
    await treasury.look(relay.tracker.standing!);
    await relay.intake.offer(chain.sign(0));
    expect(treasury.fault()).to.equal(undefined);
  });

  it("tells its log once that it cannot pay, and once that it can again", async () => {
    const heard: string[] = [];
    const relay = await paperRelay({ heard });
    const { chain, treasury, tracker } = relay;
    await relay.follow();
    for (const balance of [0n, 0n, ONE_ORDER, ONE_ORDER]) {
      chain.balance = balance;
      await treasury.look(tracker.standing!);
    }
    expect(heard.filter((message) => message.startsWith("account"))).to.deep.equal([
      "account cannot pay",
      "account can pay again",
    ]);
  });

  it("answers over HTTP that it may be tried later", async () => {
    const relay = await paperRelay();
    await relay.follow();
    relay.chain.balance = 0n;
    await relay.treasury.look(relay.tracker.standing!);
    const { status, body } = await (await httpOf(relay)).submit(relay.chain.sign(0));
    expect([status, body["error"]]).to.deep.include(503);
    expect(body["error"]).to.deep.include({ code: "RELAY_NO_FUNDS", retryable: true });
  });

  it("has a floor of its own if one was set, and none while another relay submits", async () => {
    const relay = await paperRelay();
    await relay.follow();
    const treasury = createTreasury({ ...relay, minBalance: 2n * 10n ** 18n });
    await treasury.look(relay.tracker.standing!);
    expect(() => {
      treasury.requireFunds();
    }).to.throw("RELAY_NO_FUNDS");
    treasury.rest();
    treasury.requireFunds();
  });
});
