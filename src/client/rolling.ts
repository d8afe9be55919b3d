/** From one session into the next, in kind: rollers are planned, opened, given to, rolled and taken from (see IRoller). */
import {
  type ContractRunner,
  type ContractTransaction,
  type Signer,
  type TransactionReceipt,
  ZeroAddress,
} from "ethers";

import { CloneToken__factory, IRoller__factory, RollerFactory__factory } from "../../typechain-types/index.js";
import { ClientError } from "../bindings/errors.js";
import { readBookTerms } from "../bindings/market-terms.js";
import { type RollPlan, rollerAddress } from "../bindings/roll-terms.js";
import type { SessionHandle } from "../bindings/session.js";
import { read, readAs, readUnlessRefused, transact } from "../bindings/transact.js";
import { tokenWei, type TokenWei } from "../protocol/amounts/units.js";
import { approveExactly, erc20At, requireWilling } from "./tokens.js";

/** What a roller is to be like; what is left out is as of the old session. */
export interface RollRequest {
  /** Three days after the old t2 by default. */
  readonly givesUntil?: bigint;
  /** A day after givesUntil by default. */
  readonly t1?: bigint;
  /** By default the next session trades as long as the old one. */
  readonly t2?: bigint;
  /** By default as long after t2 as in the old one. */
  readonly settleLimit?: bigint;
  readonly policy?: string;
  readonly openMarkets?: boolean;
  /** The least that the factory takes by default: a basket lot, and a smallest unit of each asset. */
  readonly minimum?: bigint;
  readonly name?: string;
  readonly symbol?: string;
}

/** A roller as it stands. */
export interface RollerNow extends RollPlan {
  readonly address: string;
  /** What it has rolled into; undefined before. */
  readonly next: string | undefined;
  /** Claims on each asset that all have given; at the roll they stop. */
  readonly totals: readonly TokenWei[];
}

/** What came of a gift, of taking it back, or of taking a part of the next session. */
export interface RollTokens {
  readonly receipt: TransactionReceipt;
  readonly sessionTokens: TokenWei;
  /** Of leg k at index k - 1, besides the session tokens. */
  readonly legTokens: readonly TokenWei[];
}

const DAY = 86_400n;
const GIVING_DAYS = 3n;

/**
 * The terms of a roller, with what was left out in its place.
 * @param factory of rollers
 * @throws ClientError Client_NoRollerFactory
 */
export async function planRoll(handle: SessionHandle, factory: string, request: RollRequest = {}): Promise<RollPlan> {
  await requireRollers(handle.runner, factory);
  const token = CloneToken__factory.connect(handle.address, handle.runner);
  const [terms, name, symbol, least] = await Promise.all([
    readBookTerms(handle),
    read(token.name()),
    read(token.symbol()),
    readUnlessRefused(
      noRollers(factory),
      RollerFactory__factory.connect(factory, handle.runner).leastMinimum(handle.address),
    ),
  ]);
  const givesUntil = request.givesUntil ?? terms.t2 + GIVING_DAYS * DAY;
  const t1 = request.t1 ?? givesUntil + DAY;
  const t2 = request.t2 ?? t1 + terms.t2 - terms.t1;
  return {
    from: handle.address,
    givesUntil,
    t1,
    t2,
    settleLimit: request.settleLimit ?? t2 + terms.settleLimit - terms.t2,
    policy: request.policy ?? terms.policy,
    openMarkets: request.openMarkets ?? terms.marketCreator === ZeroAddress,
    minimum: tokenWei(request.minimum ?? least),
    name: request.name ?? name,
    symbol: request.symbol ?? symbol,
  };
}

/**
 * Makes the roller, or finds it if somebody has.
 * @returns its address, computed here, and what became of the transaction if one was needed
 * @throws ClientError Client_NoRollerFactory, Client_RollerElsewhere, or the factory's refusal, before anything is sent
 */
export async function openRoller(
  signer: Signer,
  factory: string,
  plan: RollPlan,
): Promise<{ readonly address: string; readonly receipt?: TransactionReceipt }> {
  await requireRollers(signer, factory);
  const contract = RollerFactory__factory.connect(factory, signer);
  const [said, computed] = [await read(contract.addressOf(plan)), rollerAddress(factory, plan)];
  if (said !== computed) throw new ClientError("Client_RollerElsewhere", { said, computed });
  if ((await codeAt(signer, computed)) !== "0x") return { address: computed };
  return { address: computed, receipt: await transact(signer, contract.create.populateTransaction(plan)) };
}

/**
 * A roller of this session as it stands.
 * @throws ClientError Client_NotARoller if there is none of this factory at the address, or it is one of another session
 */
export async function readRoller(handle: SessionHandle, factory: string, address: string): Promise<RollerNow> {
  const none = new ClientError("Client_NotARoller", { address, factory });
  const roller = IRoller__factory.connect(address, handle.runner);
  const said = await readAs(none, roller.terms());
  const plan: RollPlan = {
    from: said.from,
    givesUntil: said.givesUntil,
    t1: said.t1,
    t2: said.t2,
    settleLimit: said.settleLimit,
    policy: said.policy,
    openMarkets: said.openMarkets,
    minimum: tokenWei(said.minimum),
    name: said.name,
    symbol: said.symbol,
  };
  if (plan.from !== handle.address || rollerAddress(factory, plan) !== address) throw none;
  const [next, totals] = await read(Promise.all([roller.next(), roller.totals()]));
  return { ...plan, address, next: next === ZeroAddress ? undefined : next, totals: totals.map(tokenWei) };
}

/** Claims on each asset that a holder has given and not taken. */
export async function givenBy({ runner }: SessionHandle, roller: string, holder: string): Promise<TokenWei[]> {
  return (await read(IRoller__factory.connect(roller, runner).claimsOf(holder))).map(tokenWei);
}

/**
 * Gives session and leg tokens: approves exactly so much, then gives.
 * @param sessionTokens wei @param legTokens wei of each leg; none by default
 * @throws ClientError ERC20InsufficientBalance before anything is sent; Roller_BelowMinimum, Roller_GivingClosed, …
 */
export async function giveToRoller(
  handle: SessionHandle,
  signer: Signer,
  roller: string,
  sessionTokens: bigint,
  legTokens: readonly bigint[] = handle.legs.map(() => 0n),
): Promise<TransactionReceipt> {
  const owner = await signer.getAddress();
  const legs = await Promise.all(handle.legs.map((leg) => leg.getAddress()));
  const gifts = [handle.address, ...legs].map((address, k) => ({
    token: erc20At(address, signer),
    amount: [sessionTokens, ...legTokens][k] ?? 0n,
  }));
  for (const { token, amount } of gifts) {
    const balance = await read(token.balanceOf(owner));
    if (balance < amount) throw new ClientError("ERC20InsufficientBalance", { sender: owner, balance, needed: amount });
  }
  const contract = IRoller__factory.connect(roller, signer);
  const give = (): Promise<ContractTransaction> => contract.give.populateTransaction(sessionTokens, [...legTokens]);
  await requireWilling(signer, give());
  for (const { token, amount } of gifts) {
    if (amount > 0n) await approveExactly(token, signer, owner, roller, amount);
  }
  return transact(signer, give());
}

/** Where a holder's tokens can be sent to be given: `exit` of the old book takes it as its receiver. */
export function inboxOf(runner: ContractRunner, roller: string, holder: string): Promise<string> {
  return read(IRoller__factory.connect(roller, runner).inboxOf(holder));
}

/** Gives what lies in a holder's inbox, in its name. Anyone may. */
export function giveFromInbox(signer: Signer, roller: string, holder: string): Promise<TransactionReceipt> {
  return transact(signer, IRoller__factory.connect(roller, signer).giveFromInbox.populateTransaction(holder));
}

/** Sends what lies in the signer's inbox to itself. @param tokens their addresses */
export async function emptyInbox(
  signer: Signer,
  roller: string,
  tokens: readonly string[],
  to?: string,
): Promise<TransactionReceipt> {
  const contract = IRoller__factory.connect(roller, signer);
  return transact(signer, contract.emptyInbox.populateTransaction([...tokens], to ?? (await signer.getAddress())));
}

/** Rolls. Anyone may, from givesUntil until before t1. @throws ClientError what stands in the way, before anything is sent */
export async function rollNow(
  signer: Signer,
  roller: string,
): Promise<{ readonly receipt: TransactionReceipt; readonly next: string }> {
  const contract = IRoller__factory.connect(roller, signer);
  const receipt = await transact(signer, contract.roll.populateTransaction());
  const next = eventOf(receipt, roller, "Rolled").args["next"] as string; // its type in the ABI
  return { receipt, next };
}

/** The signer's part of the next session. @throws ClientError Roller_NotRolled, Roller_NothingHere */
export async function takeFromRoller(signer: Signer, roller: string, to?: string): Promise<RollTokens> {
  const contract = IRoller__factory.connect(roller, signer);
  const receipt = await transact(signer, contract.take.populateTransaction(to ?? (await signer.getAddress())));
  const { args } = eventOf(receipt, roller, "Taken");
  const [sessionTokens, legTokens] = [args["sessionTokens"] as bigint, args["legTokens"] as readonly bigint[]]; // likewise
  return { receipt, sessionTokens: tokenWei(sessionTokens), legTokens: [...legTokens].map(tokenWei) };
}

/** All that the signer has given, back. @throws ClientError Roller_Rolled, Roller_NothingHere */
export async function takeBackFromRoller(signer: Signer, roller: string, to?: string): Promise<RollTokens> {
  const contract = IRoller__factory.connect(roller, signer);
  const receipt = await transact(signer, contract.takeBack.populateTransaction(to ?? (await signer.getAddress())));
  const claims = [...(eventOf(receipt, roller, "TakenBack").args["claims"] as readonly bigint[])]; // likewise
  const common = claims.reduce((a, b) => (b < a ? b : a));
  return { receipt, sessionTokens: tokenWei(common), legTokens: claims.map((claim) => tokenWei(claim - common)) };
}

async function requireRollers(runner: ContractRunner, factory: string): Promise<void> {
  if ((await codeAt(runner, factory)) === "0x") throw noRollers(factory);
}

/** What is at that address is no factory of rollers. */
function noRollers(factory: string): ClientError {
  return new ClientError("Client_NoRollerFactory", { address: factory });
}

function codeAt({ provider }: ContractRunner, address: string): Promise<string> {
  if (provider === null) throw new ClientError("Client_NoProvider");
  return read(provider.getCode(address));
}

function eventOf({ logs }: TransactionReceipt, roller: string, event: string) {
  const { interface: abi } = IRoller__factory.connect(roller);
  const found = logs
    .filter(({ address }) => address === roller)
    .map((log) => abi.parseLog(log))
    .find((parsed) => parsed?.name === event);
  if (found === undefined || found === null) throw new ClientError("Client_NoEvent", { event, roller });
  return found;
}
