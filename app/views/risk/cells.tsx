/** Cells that tables of risk share: who, how much, and by how much assets move. */
import type { ReactNode } from "react";
import { Link } from "wouter";

import { fixed } from "../../../src/protocol/amounts/decimals.js";
import { type Fraction, fraction, reduced } from "../../../src/protocol/amounts/fraction.js";
import type { ToldMove } from "../../../src/risk/told-move.js";
import { useSession } from "../../data/session.js";
import { type Names, shortAddress } from "../../data/names.js";
import { sessionPath } from "../../data/routes.js";
import { decimalText, localText } from "../../ui/numbers.js";

/** Of money, behind the point. */
export const DIGITS = 2;

/** A trader's address leads to its account; a name is a name. */
export function NameOf({ name }: { readonly name: string }): ReactNode {
  const session = useSession();
  if (!name.startsWith("0x")) return name;
  return (
    <Link href={sessionPath(session, "account", name)} title={name}>
      {shortAddress(name)}
    </Link>
  );
}

export function HolderName({ name }: { readonly name: string }): ReactNode {
  return (
    <th scope="row">
      <NameOf name={name} />
    </th>
  );
}

interface MoneyProps {
  readonly value: Fraction;
  readonly digits?: number;
}

/** Shown to two digits, with the exact fraction in its title. */
export function MoneyCell({ value, digits = DIGITS }: MoneyProps): ReactNode {
  const { numerator, denominator } = reduced(value);
  return (
    <td className="number" title={`${numerator} / ${denominator}`}>
      {moneyText(value, digits)}
    </td>
  );
}

/** Rounded half away from zero, as the command line has it. */
export function moneyText({ numerator, denominator }: Fraction, digits: number = DIGITS): string {
  return localText(fixed(numerator, denominator, digits), digits, digits);
}

export function percentOf({ numerator, denominator }: Fraction): string {
  return `${moneyText(fraction(numerator * 100n, denominator), DIGITS)} %`;
}

/** An estimate. @param digits behind its point; five in all if they are not said */
export function NumberCell({
  value,
  digits,
}: {
  readonly value: number | undefined;
  readonly digits?: number;
}): ReactNode {
  return (
    <td className="number">
      {value === undefined ? "–" : digits === undefined ? value.toPrecision(5) : value.toFixed(digits)}
    </td>
  );
}

const shockText = (shock: bigint): string => `${shock > 0n ? "+" : ""}${decimalText(shock * 100n, 18)}%`;

export function ShockCells({ shocks }: Pick<ToldMove, "shocks">): ReactNode {
  return shocks.map((shock, k) => (
    <td key={k} className="number">
      {shockText(shock)}
    </td>
  ));
}

export function moveText({ shocks }: ToldMove, assets: Names["assets"]): string {
  return shocks.map((shock, k) => `${assets[k]?.symbol ?? ""} ${shockText(shock)}`).join(", ");
}
