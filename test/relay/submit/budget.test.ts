import { expect } from "chai";

import { type Budget, createBudget, ONE_ORDER_GAS } from "../../../src/relay/submit/budget.js";
import { expectRefused } from "../paper/expect.js";
import { paperRelay } from "../paper/relay.js";

const DAY_MS = 86_400_000;

const isOpen = (budget: Budget): boolean => budget.fault() === undefined;

describe("given what one session may take of the accounts that pay", () => {
  it("is open as long as there is enough for an order, and says so when there is not", () => {
    let ms = 0;
    const budget = createBudget(2n * ONE_ORDER_GAS, () => ms);
    expect([budget.take(ONE_ORDER_GAS), isOpen(budget)]).to.deep.equal([true, true]);
    expect([budget.take(1n), isOpen(budget)]).to.deep.equal([true, false]);
    expect(budget.fault()).to.deep.include({ code: "RELAY_SESSION_BUDGET", blocksAfterMs: 0 });
    expect(() => {
      budget.require();
    })
      .to.throw()
      .with.property("values")
      .that.deep.equals({ perDay: 2n * ONE_ORDER_GAS, left: ONE_ORDER_GAS - 1n });
    expect(budget.take(ONE_ORDER_GAS), "more than there is").to.equal(false);
    ms = DAY_MS;
    expect(isOpen(budget), "a day later").to.equal(true);
  });

  it("has back what a transaction did not take, and never more than a day's", () => {
    const budget = createBudget(2n * ONE_ORDER_GAS, () => 0);
    budget.take(2n * ONE_ORDER_GAS);
    budget.giveBack(ONE_ORDER_GAS);
    expect([isOpen(budget), budget.take(ONE_ORDER_GAS + 1n)]).to.deep.equal([true, false]);
    budget.giveBack(10n * ONE_ORDER_GAS);
    expect([budget.take(2n * ONE_ORDER_GAS), budget.take(1n)]).to.deep.equal([true, false]);
  });

  it("bounds nothing if it is 0", () => {
    const budget = createBudget(0n, () => 0);
    expect([budget.take(10n ** 18n), isOpen(budget)]).to.deep.equal([true, true]);
    budget.require();
  });
});

describe("given a relay whose session has spent what it may", () => {
  it("acknowledges no more, and sends no more, until some of it has come back", async () => {
    const relay = await paperRelay({ sessionGas: 2n * ONE_ORDER_GAS });
    const { chain } = relay;
    await relay.follow();
    await relay.bring(chain.sign(0));
    expect(relay.ledger.openSubmissions().length, "the first goes").to.equal(1);
    const second = chain.sign(1);
    relay.budget.giveBack(ONE_ORDER_GAS); // so that it is taken
    await relay.intake.offer(second);
    for (let gas = ONE_ORDER_GAS; gas > 0n; gas /= 2n) while (relay.budget.take(gas));
    await expectRefused(relay.intake.offer(chain.sign(2)), "RELAY_SESSION_BUDGET", {
      perDay: 2n * ONE_ORDER_GAS,
      left: 0n,
    });
    await relay.dispatcher.tick(await relay.fence());
    expect([relay.ledger.openSubmissions().length, relay.statusOf(second)]).to.deep.equal([1, "pending"]);
    relay.time.ms += DAY_MS;
    await relay.dispatcher.tick(await relay.fence());
    expect([relay.ledger.openSubmissions().length, relay.statusOf(second)]).to.deep.equal([2, "submitted"]);
  });
});
