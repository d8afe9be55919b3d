/** Gives a step its meaning: the very call that goes to the contract and to the library. */
import { concat, id, type Signature, SigningKey, toBeHex, ZeroAddress } from "ethers";

import { lotValueOf } from "../../src/protocol/book/money.js";
import { type Permit, permitterOf } from "./ledger.js";
import { type Call, call, MAX_NONCE, nonceAt, personAt, type Setting, traderAt } from "./call.js";
import { marketCall } from "./market-calls.js";
import { orderCall } from "./order-calls.js";
import type { Step } from "./steps.js";
import type { Person, Scene } from "./scene.js";

/** @returns undefined for a step that only lets time pass */
export function callOf(setting: Setting, step: Step): Call | undefined {
  switch (step.op) {
    case "wait":
      return undefined;
    case "createUser": {
      const trader = traderAt(setting.world, step.who);
      return call(setting, step, "createUser", [trader], (book) => book.createUser(trader));
    }
    case "deposit":
    case "depositLeg":
      return depositCall(setting, step);
    case "depositWithPermit":
      return permitCall(setting, step);
    case "withdraw":
    case "withdrawLeg":
    case "exit":
      return payoutCall(setting, step);
    case "newRoot":
    case "record":
    case "applyFallback":
    case "realise":
    case "refresh":
      return marketCall(setting, step);
    case "createTrade":
    case "createTrades":
    case "matchTrades":
    case "offset":
    case "cancelTrades":
      return orderCall(setting, step);
    case "invalidateNonces": {
      const { address } = personAt(setting.world, step.caller);
      const floor = (setting.book.state.traders.find(address)?.nonces.floor ?? 0n) + BigInt(step.ahead);
      const nonceFloor =
        step.ahead === 155 ? MAX_NONCE : step.ahead === 154 ? MAX_NONCE + 1n : floor < 0n ? 0n : nonceAt(floor);
      return {
        ...call(setting, step, "invalidateNonces", [nonceFloor], (book, at) => book.invalidateNonces(at, nonceFloor)),
        caller: address,
      };
    }
  }
}

// ------------------------------------------------------------------ people

function receiverAt({ terms, ...world }: Scene, index: number): string {
  const others = [ZeroAddress, terms.domain.verifyingContract, terms.session];
  return others[index - 11] ?? traderAt({ terms, ...world }, index);
}

// ------------------------------------------------------------------ money

type Deposit = Extract<Step, { op: "deposit" | "depositLeg" }>;

function depositCall(setting: Setting, step: Deposit): Call {
  const { world, book } = setting;
  const holders = [world.organiser, world.people[0]!, world.people[1]!];
  const { address: caller } = step.flaw === "stranger" ? world.stranger : holders[step.caller % 3]!;
  const trader = step.flaw === "zeroAddress" ? ZeroAddress : traderAt(world, step.who);
  if (step.op === "deposit") {
    const usual = (BigInt(step.amount) * world.supply) / 4_000_000n + BigInt(step.amount % 7);
    const amount = flawed(step.flaw, usual, { huge: 2n ** 96n, tooMuch: world.supply });
    const args = [trader, amount] as const;
    return { ...call(setting, step, "deposit", args, (b, at) => b.deposit(at, ...args)), caller };
  }
  const leg = step.leg % (world.terms.assets + 1) === 0 && step.leg < 15 ? 1 : step.leg % (world.terms.assets + 1);
  const supplyLots = world.supply / lotValueOf(book.state);
  const usual = (BigInt(step.lots) * supplyLots) / 1_000_000n;
  const lots = flawed(step.flaw, usual, { huge: 2n ** 64n - 1n, tooMuch: supplyLots });
  const args = [trader, leg, lots] as const;
  return { ...call(setting, step, "depositLeg", args, (b, at) => b.depositLeg(at, ...args)), caller };
}

type PermitDeposit = Extract<Step, { op: "depositWithPermit" }>;

/** Mostly by the one who has allowed nothing; sometimes by others, who have, and whose allowance the permit replaces. */
function permitCall(setting: Setting, step: PermitDeposit): Call {
  const { world, book, ledger, timestamp } = setting;
  const owner = step.caller % 5 === 0 ? personAt(world, step.caller) : permitterOf(world);
  const trader = step.flaw === "zeroAddress" ? ZeroAddress : traderAt(world, step.who);
  const leg = step.leg % (world.terms.assets + 1);
  const units = step.flaw === "zero" ? 0n : BigInt(step.amount);
  const [name, value] =
    leg === 0
      ? (["depositWithPermit", units * lotValueOf(book.state) + (units % 7n)] as const)
      : (["depositLegWithPermit", units * lotValueOf(book.state)] as const);
  const deadline = step.flaw === "expired" ? timestamp - 1n : timestamp + BigInt(step.amount % 3);
  const permit: Permit = { leg, owner: owner.address, value, deadline };
  const { r, s, v } = signPermit(setting, permit, owner, step.flaw);
  const signature = concat([r, s, toBeHex(v)]);
  const given = leg === 0 ? [trader, value] : [trader, leg, units];
  const run: Call["run"] = (b, at) =>
    ledger.withPermit(permit, signature, timestamp, () =>
      leg === 0 ? b.deposit(at, trader, value) : b.depositLeg(at, trader, leg, units),
    );
  return { ...call(setting, step, name, [...given, deadline, v, r, s], run), caller: owner.address };
}

function signPermit({ ledger, world }: Setting, permit: Permit, owner: Person, flaw: string): Signature {
  const signed = flaw === "amount" ? { ...permit, value: permit.value + 1n } : permit;
  const digest = flaw === "nonce" ? ledger.permitDigest(signed, 99n) : ledger.permitDigest(signed);
  const key = flaw === "otherKey" ? world.stranger : owner;
  return new SigningKey(key.privateKey).sign(flaw === "garbage" ? id(digest) : digest);
}

function flawed(flaw: string, usual: bigint, { huge, tooMuch }: { huge: bigint; tooMuch: bigint }): bigint {
  if (flaw === "zero") return 0n;
  if (flaw === "huge") return huge;
  return flaw === "tooMuch" ? tooMuch : usual;
}

type Payout = Extract<Step, { op: "withdraw" | "withdrawLeg" | "exit" }>;

function payoutCall(setting: Setting, step: Payout): Call {
  const { world, book } = setting;
  const to = receiverAt(world, step.to);
  if (step.op === "exit") {
    return call(setting, step, "exit", [to, step.redeem], (b, at) => b.exit(at, to, step.redeem));
  }
  const known = book.state.traders.find(personAt(world, step.caller).address);
  const traderId = known?.traderId ?? 0;
  const wanted = (known?.nonces.floor ?? 0n) + BigInt(step.ahead ?? 0);
  const floor = step.ahead === undefined || wanted < 0n ? 0n : nonceAt(wanted);
  const slack = book.state.margin.slackOf(traderId);
  if (step.op === "withdraw") {
    const amount = step.part > 16 ? slack + BigInt(step.part - 20) : (slack * BigInt(step.part)) / 16n;
    const args = [amount < 0n ? 0n : amount, to, floor] as const;
    return call(setting, step, "withdraw", args, (b, at) => b.withdraw(at, ...args));
  }
  const leg = step.leg % (world.terms.assets + 1);
  const lots = (slack / lotValueOf(book.state) / 12n) * BigInt(step.part) + BigInt(step.part % 3);
  const args = [leg, step.part === 23 ? 2n ** 64n - 1n : lots, to, floor] as const;
  return call(setting, step, "withdrawLeg", args, (b, at) => b.withdrawLeg(at, ...args));
}
