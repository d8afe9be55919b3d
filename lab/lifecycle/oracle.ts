/** UMA's oracle decides the event: somebody lies and is disputed, somebody says what is true, and the root is settled by that. */
import { realise } from "../../src/client/market-settlement.js";
import { assertOutcome, recordAssertion } from "../../src/client/settlement/settler.js";
import { approveExactly, erc20At } from "../../src/client/tokens.js";
import type { Ticks } from "../../src/protocol/amounts/units.js";
import type { StageTrader } from "../../stage/traders.js";
import { ONE } from "../command/decimals.js";
import { anybody, type Ground, refusalOf } from "./ground.js";
import { LIVENESS, type Roots } from "./roots.js";

export interface OracleMade {
  /** Who lied, and who disputed it and then said what is true. */
  readonly liar: string;
  readonly watcher: string;
  /** Smallest units of cash, of each of the two assertions and of the dispute. */
  readonly bond: bigint;
  /** Of a lost bond, what the oracle keeps. */
  readonly burnt: bigint;
  readonly lie: readonly Ticks[];
  readonly truth: readonly Ticks[];
  /** With what a record of the lie was refused, and one of the truth before its time. */
  readonly lieRefused: string | undefined;
  readonly earlyRefused: string | undefined;
  /** Whether the root was settled before the truth was recorded, and after. */
  readonly settledBefore: boolean;
  readonly settledAfter: boolean;
}

export async function settleEvent(ground: Ground, { oracle, event }: Roots): Promise<OracleMade> {
  const { handle, chain, traders, plan } = ground;
  const [liar, watcher] = [traders[0], traders[1]] as const;
  if (liar === undefined || watcher === undefined) throw new RangeError("it takes two to disagree");
  const { settler, root, outcome: truth } = event;
  const { marketRootId } = root;
  const settled = async (): Promise<boolean> => (await handle.book.rootOf(marketRootId)).settled;
  await chain.clock.moveTo(plan.times.eventCloses);
  const lie = truth.map((_, k) => truth.at(k - 1) ?? truth[0] ?? (0n as Ticks)); // the winner's neighbour
  const told = await assertOutcome(liar.wallet, settler, marketRootId, lie);
  await dispute(ground, oracle, told, watcher);
  await oracle.vote(false);
  await oracle.settle(told.assertionId);
  const lieRefused = await refusalOf(recordAssertion(anybody(ground), settler, told.assertionId));
  const { assertionId, bond } = await assertOutcome(watcher.wallet, settler, marketRootId, truth);
  const earlyRefused = await refusalOf(recordAssertion(anybody(ground), settler, assertionId));
  const settledBefore = await settled();
  await chain.clock.moveTo((await chain.clock.now()) + LIVENESS);
  await recordAssertion(anybody(ground), settler, assertionId);
  const settledAfter = await settled();
  await realise(
    handle,
    anybody(ground),
    marketRootId,
    traders.map(({ address }) => address),
  );
  const percentage = (await oracle.oracle.getFunction("burnedBondPercentage")()) as bigint; // its type in the ABI
  const burnt = (bond * percentage) / ONE;
  const [names, told_] = [
    { liar: liar.name, watcher: watcher.name },
    { lieRefused, earlyRefused },
  ];
  return { ...names, bond, burnt, lie, truth, ...told_, settledBefore, settledAfter };
}

async function dispute(
  { cash }: Ground,
  oracle: Roots["oracle"],
  { assertionId, bond }: { readonly assertionId: string; readonly bond: bigint },
  { wallet, address }: StageTrader,
): Promise<void> {
  await approveExactly(erc20At(cash.address, wallet), wallet, address, oracle.address, bond);
  await oracle.dispute(assertionId, wallet);
}
