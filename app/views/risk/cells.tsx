/** Cells that tables of risk share: who, and how much. */
import type { ReactNode } from "react";
import { Link } from "wouter";

import type { Fraction } from "../../../src/protocol/amounts/fraction.js";
import { reduced } from "../../../src/protocol/amounts/fraction.js";
import { useSession } from "../../data/session.js";
import { shortAddress } from "../../data/names.js";
import { sessionPath } from "../../data/routes.js";
import { fractionText, localText } from "../../ui/numbers.js";

const DIGITS = 2;

/** A trader's address leads to its account; a name is a name. */
export function HolderName({ name }: { readonly name: string }): ReactNode {
  const session = useSession();
  return (
    <th scope="row">
      {name.startsWith("0x") ? (
        <Link href={sessionPath(session, "account", name)} title={name}>
          {shortAddress(name)}
        </Link>
      ) : (
        name
      )}
    </th>
  );
}

/** Shown to two digits, with the exact fraction in its title. */
export function MoneyCell({
  value,
  digits = DIGITS,
}: {
  readonly value: Fraction;
  readonly digits?: number;
}): ReactNode {
  const { numerator, denominator } = reduced(value);
  return (
    <td className="number" title={`${numerator} / ${denominator}`}>
      {localText(fractionText(value, digits), digits)}
    </td>
  );
}
