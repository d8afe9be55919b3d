/** What it would cost an account to close what it has open, in what the book's orders can really bear. */
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import type { Fraction } from "../../../src/protocol/amounts/fraction.js";
import { magnitude } from "../../../src/protocol/amounts/magnitude.js";
import type { Lots } from "../../../src/protocol/amounts/units.js";
import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import { daysToUnwind } from "../../../src/risk/unwind.js";
import type { ChainSource } from "../../data/chain-source.js";
import type { Unwound, UnwoundPart } from "../../data/mirror/unwinding.js";
import { useMakers } from "../../data/makers.js";
import { useSession, useSourceState } from "../../data/session.js";
import { wordsOf } from "../../ui/words.js";
import { type Names, type Root, shortAddress } from "../../data/names.js";
import { Tokens } from "../../ui/Amount.js";
import { unitNameOf } from "../../ui/market-units.js";
import { fractionText, localText } from "../../ui/numbers.js";
import { Scrolled } from "../../ui/Scrolled.js";
import { Answered, Refusal } from "../../ui/State.js";
import { useAccount } from "../../wallet/AccountMenu.js";
import { NumberField } from "../../ui/Field.js";
import { type Fills, useFills } from "./fills.js";

interface UnwindingProps {
  readonly chain: ChainSource;
  readonly traders: readonly string[];
  readonly roots: readonly Root[];
  readonly names: Names;
  /** Since when there is trading, Unix seconds. */
  readonly t1: bigint;
}

export function Unwinding({ chain, traders, roots, names, t1 }: UnwindingProps): ReactNode {
  const fills = useFills(chain).data;
  const [share, setShare] = useState("10");
  const { address } = useSession();
  const connected = useAccount()?.address;
  const [chosen, choose] = useState<string>();
  const hash = useSourceState(chain).head?.hash;
  const trader = chosen ?? traders.find((one) => one === connected) ?? traders[0];
  const { makers, error: unknown } = useMakers();
  const query = useQuery({
    queryKey: [chain.url, address, "unwinding", trader, makers.map((maker) => maker.address), hash],
    queryFn: () => chain.unwinding(trader ?? "", makers),
    enabled: trader !== undefined,
    placeholderData: (last) => last,
    staleTime: Infinity,
  });
  return (
    <section className="panel" aria-label="Cost to close">
      <h2>What closing would cost{query.data === undefined ? "" : `, block ${query.data.block}`}</h2>
      {trader === undefined ? (
        <p>Nobody is registered yet.</p>
      ) : (
        <>
          <label>
            Account{" "}
            <select
              value={trader}
              onChange={(event) => {
                choose(event.target.value);
              }}
            >
              {traders.map((one) => (
                <option key={one} value={one}>
                  {shortAddress(one)}
                  {one === connected ? ", you" : ""}
                </option>
              ))}
            </select>
          </label>
          <NumberField label="Part of what is traded that one may be, %" value={share} set={setShare} />
          <Answered query={query} what="what closing would cost">
            {({ positions }) =>
              positions.length === 0 ? (
                <p>It has nothing open: there is nothing to close.</p>
              ) : (
                <Table {...{ positions, roots, names, t1, fills }} percent={percentIn(share)} />
              )
            }
          </Answered>
          {unknown !== null && <Refusal error={unknown} />}
        </>
      )}
      <p className="hint">
        Orders count with what their traders could be held to, each collateral once; the account’s own not at all. The
        cost is beside the middle of the best covered bid and offer. Days are of what was traded a day since trading
        began. Each market by itself: closing everywhere at once may cost more.
        {makers.length > 0 &&
          " An automated maker’s own price for the same lots stands beside, the best of several; the two could be combined."}
      </p>
    </section>
  );
}

/** From 1 to 100; 0, of which nothing follows, for anything else. */
function percentIn(text: string): bigint {
  return /^([1-9]\d?|100)$/.test(text) ? BigInt(text) : 0n;
}

const COLUMNS = [
  ...["Market", "Lots held", "Days for all", "Close"],
  ...["Lots", "The book gives", "Shown, but not covered", "Average price", "Costs"],
];
/** Where there is a maker. */
const BESIDE = ["A maker’s price", "Costs there"];

interface TableProps extends Pick<UnwindingProps, "roots" | "names" | "t1"> {
  readonly positions: readonly Unwound[];
  readonly fills: Fills | undefined;
  readonly percent: bigint;
}

function Table({ positions, roots, names, t1, fills, percent }: TableProps): ReactNode {
  const days = (position: Unwound): string => {
    const took = fills && daysOf(position, fills, t1, percent);
    return took === undefined ? "–" : localText(fractionText(took, 1), 1);
  };
  const hasMaker = positions.some(({ parts }) => parts.some(({ maker }) => maker !== undefined));
  return (
    <Scrolled name="Table of costs to close" columns={hasMaker ? [...COLUMNS, ...BESIDE] : COLUMNS}>
      {positions.flatMap((position) => {
        const { marketRootId, marketBranchId, lots, parts } = position;
        const root = roots.find((one) => one.marketRootId === marketRootId);
        const title =
          root === undefined ? `${marketRootId}.${marketBranchId}` : wordsOf(root, marketBranchId, names).title;
        return parts.map((part, k) => (
          <tr key={`${marketRootId}.${marketBranchId}.${part.percent}`}>
            {k === 0 && (
              <>
                <th scope="rowgroup" rowSpan={parts.length}>
                  {title}
                </th>
                <td rowSpan={parts.length} className="number">
                  {localText(String(lots))}
                </td>
                <td rowSpan={parts.length} className="number">
                  {days(position)}
                </td>
              </>
            )}
            <td className="number">{part.percent} %</td>
            <td className="number">{localText(String(part.lots))}</td>
            <td className="number">{localText(String(part.filledLots))}</td>
            <td className="number">{localText(String(part.uncoveredLots))}</td>
            <td className="number">{averageText(root, part.tickLots, part.filledLots)}</td>
            <Cost wei={part.costWei} />
            {hasMaker && <OfMaker root={root} part={part} />}
          </tr>
        ));
      })}
    </Scrolled>
  );
}

function Cost({ wei }: { readonly wei: bigint | undefined }): ReactNode {
  return <td className="number">{wei === undefined ? "no middle" : <Tokens wei={wei} />}</td>;
}

/** Its address is in the title. */
function OfMaker({ root, part: { lots, maker } }: { readonly root: Root | undefined; readonly part: UnwoundPart }) {
  if (maker === undefined)
    return (
      <>
        <td className="number">–</td>
        <td className="number">–</td>
      </>
    );
  return (
    <>
      <td className="number" title={maker.address}>
        {averageText(root, maker.tickLots, magnitude(lots))}
      </td>
      <Cost wei={maker.costWei} />
    </>
  );
}

/** Days to close all of it without being more than that part of what was traded; undefined where nothing was. */
function daysOf(position: Unwound, { items, block }: Fills, t1: bigint, percent: bigint): Fraction | undefined {
  const { marketRootId, marketBranchId } = position;
  const traded = items
    .filter((fill) => fill.marketRootId === marketRootId && fill.marketBranchId === marketBranchId)
    .reduce((sum, fill) => sum + fill.lots, 0n);
  const seconds = block.timestamp - t1;
  const { lots } = position;
  return seconds > 0n ? daysToUnwind({ lots: lots as Lots }, { lots: traded, seconds }, percent) : undefined; // as the book keeps them
}

const DIGITS = 4;

/** Of so many lots, in the market's unit. */
function averageText(root: Root | undefined, tickLots: bigint, filledLots: bigint): string {
  if (root === undefined || filledLots === 0n) return "·";
  const isWeight = root.marketRootId === BASKET_ROOT_ID || root.kind === "simplex";
  const [part, whole] = isWeight ? [100n, root.outcomes.upper] : [1n, root.head?.ticksPerUnit ?? 1n];
  const text = fractionText({ numerator: tickLots * part, denominator: filledLots * whole }, DIGITS);
  return `${localText(text, DIGITS)} ${unitNameOf(root)}`.trimEnd();
}
