/** A limit on losses: whose worst scenario is beyond it, as things are and as they would be. */
import { compare, type Fraction, fraction } from "../../../src/protocol/amounts/fraction.js";
import { parseTokenWei } from "../../../src/protocol/amounts/units.js";
import { inKnownUnit } from "../../../src/protocol/value/stress-units.js";
import type { RiskTable } from "./model.js";

/** Of a typed limit, which has 18 decimals. */
const ONE = 10n ** 18n;

export interface LossNow {
  readonly scenario: string;
  /** In the table's unit; below zero where the worst is a gain. */
  readonly loss: Fraction;
  readonly isBeyond: boolean;
}

export interface BeyondLimit {
  readonly name: string;
  readonly now: LossNow;
  /** Undefined where nothing is pretended. */
  readonly then: LossNow | undefined;
}

/**
 * Everybody who loses more than the limit in some scenario, now or as it would be: what the limit is itself is within it.
 * @throws RuleError AMOUNT_… for a limit that is none
 */
export function beyondLimit(limit: string, risk: RiskTable, then: RiskTable | undefined): BeyondLimit[] {
  const most = fraction(parseTokenWei(limit), ONE);
  return risk.names.flatMap((name, holder) => {
    const now = lossOf(risk, holder, most);
    const pretended = then && lossOf(then, holder, most);
    return now.isBeyond || pretended?.isBeyond === true ? [{ name, now, then: pretended }] : [];
  });
}

function lossOf({ table, scale }: RiskTable, holder: number, most: Fraction): LossNow {
  const { name = "", value = fraction(0n) } = table.worstProfits[holder] ?? {};
  const { numerator, denominator } = inKnownUnit(value, scale);
  const loss = fraction(0n - numerator, denominator);
  return { scenario: name, loss, isBeyond: compare(loss, most) > 0 };
}
