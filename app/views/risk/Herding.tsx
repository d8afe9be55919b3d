/** Whether traders stood on one side of a market more often than chance and the mood of that time would have it. */
import { type ReactNode, useMemo, useState } from "react";

import { herdingIn } from "../../../src/risk/herding.js";
import type { ChainSource } from "../../data/chain-source.js";
import type { Names, Root } from "../../data/names.js";
import { Moment } from "../../ui/Amount.js";
import { Answered } from "../../ui/State.js";
import { wordsOf } from "../../ui/words.js";
import { Scrolled } from "../../ui/Scrolled.js";
import { NumberCell } from "./cells.js";
import { NumberField } from "../../ui/Field.js";
import { type Fills, useFills } from "./fills.js";

interface HerdingProps {
  readonly chain: ChainSource;
  readonly roots: readonly Root[];
  readonly names: Names;
}

const HOUR = 3_600n;
const DIGITS = 4;
/** The newest periods: each is a few rows. */
const MOST_PERIODS = 50;

export function Herding({ chain, roots, names }: HerdingProps): ReactNode {
  const query = useFills(chain);
  const [hours, setHours] = useState("24");
  const [least, setLeast] = useState("5");
  return (
    <section className="panel" aria-label="Herding">
      <h2>Whether traders run with the herd</h2>
      <NumberField label="Hours of a period" value={hours} set={setHours} />
      <NumberField label="Traders of a market, at least" value={least} set={setLeast} />
      <Answered query={query} what="what was traded">
        {(fills) => <Periods {...{ fills, roots, names }} hours={countIn(hours)} least={countIn(least)} />}
      </Answered>
      <p className="hint">
        By Lakonishok, Shleifer and Vishny: how far the part of buyers was from that of all markets of the time, less
        what chance alone would do. Near zero nobody follows anybody; above it traders were on one side together.
      </p>
    </section>
  );
}

/** Undefined for what is no number above zero. */
function countIn(text: string): number | undefined {
  return /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined;
}

interface PeriodsProps extends Omit<HerdingProps, "chain"> {
  readonly fills: Fills;
  readonly hours: number | undefined;
  readonly least: number | undefined;
}

function Periods({ fills: { items }, hours, least, roots, names }: PeriodsProps): ReactNode {
  const periods = useMemo(
    () => (hours === undefined || least === undefined ? undefined : herdingIn(items, BigInt(hours) * HOUR, least)),
    [items, hours, least],
  );
  if (periods === undefined) return <p role="alert">Both are whole numbers above zero.</p>;
  const told = periods.slice(-MOST_PERIODS).filter(({ markets }) => markets.length > 0);
  if (told.length === 0) return <p>In no period were there as many traders in a market.</p>;
  const columns = ["Period from", "Market", "Buyers", "Of traders", "Of all markets", "By chance", "Herding"];
  return (
    <Scrolled name="Table of herding" columns={columns} texts={1}>
      {told.flatMap(({ start, mood, markets }) =>
        markets.map(({ marketRootId, marketBranchId, buyers, traders, chance, herding }) => {
          const root = roots.find((one) => one.marketRootId === marketRootId);
          const key = `${marketRootId}.${marketBranchId}`;
          return (
            <tr key={`${start} ${key}`}>
              <th scope="row">
                <Moment second={start} />
              </th>
              <td>{root === undefined ? key : wordsOf(root, marketBranchId, names).title}</td>
              <td className="number">{buyers}</td>
              <td className="number">{traders}</td>
              <NumberCell value={mood} digits={DIGITS} />
              <NumberCell value={chance} digits={DIGITS} />
              <NumberCell value={herding} digits={DIGITS} />
            </tr>
          );
        }),
      )}
    </Scrolled>
  );
}
