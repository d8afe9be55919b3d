/** What would be this account's if the session ended now: of each asset, beside what it would have if it had never traded. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { AssetUnits, TokenWei } from "../../../src/protocol/amounts/units.js";
import { allocation, type Basket, poolShares, wholeUnits } from "../../../src/protocol/value/allocations.js";
import type { RelayTrader } from "../../../src/wire/state.js";
import { type Names, useNames, useSession, useSourceState } from "../../data/session.js";
import type { Facts } from "../../data/source.js";
import { AssetAmount, Exact } from "../../ui/Amount.js";
import { Waiting } from "../../ui/State.js";
import { assetText, fractionText, localText } from "../../ui/numbers.js";

/** As claims are counted in it. */
export function basketIn({ assets, supply }: Facts): Basket {
  return { quantities: assets.map(({ quantity }) => quantity as AssetUnits), supply }; // what the vault holds, as the session says
}

interface AllocationProps {
  readonly trader: RelayTrader;
  readonly address: string;
  readonly facts: Facts;
}

/** Claims paid in: undefined without a node to read them from. */
function usePaidIn(address: string): readonly TokenWei[] | undefined {
  const { chain, source } = useSession();
  const head = useSourceState(chain ?? source).head;
  const { data } = useQuery({
    queryKey: ["paid in", chain?.url, head?.hash, address],
    queryFn: async () => (await chain?.paidIn(address)) ?? null,
    enabled: chain !== undefined && head !== undefined,
    placeholderData: (before) => before,
    staleTime: Infinity,
  });
  return (data ?? undefined) as readonly TokenWei[] | undefined; // sums of what was paid in
}

export function AllocationPanel({ trader, address, facts }: AllocationProps): ReactNode {
  const paid = usePaidIn(address);
  const basket = basketIn(facts);
  const own = wholeUnits(allocation(trader.claims, basket));
  const passive = paid === undefined ? undefined : wholeUnits(allocation(paid, basket));
  const shares = poolShares(trader.claims, facts.supply).map((share) =>
    fractionText({ ...share, numerator: share.numerator * 100n }, 18),
  );
  return (
    <section className="panel">
      <h2>What is sure if it ended now</h2>
      <Bars own={own} passive={passive} facts={facts} shares={shares} />
      <p className="hint">
        Every open market at its worst: this much is sure, whatever happens. Assets are rounded down to their smallest
        unit.
        {passive !== undefined && " Never traded: what has been paid in and not taken out would be."}
      </p>
    </section>
  );
}

interface BarsProps {
  readonly own: readonly AssetUnits[];
  readonly passive: readonly AssetUnits[] | undefined;
  readonly facts: Facts;
  readonly shares: readonly string[];
}

const WIDTH = 400;
const ROW = 34;

/** Of each asset all that is in the vault is the whole width. */
function Bars(props: BarsProps): ReactNode {
  const names = useNames();
  return names === undefined ? <Waiting what="the names of the assets" /> : <NamedBars {...props} names={names} />;
}

function NamedBars({ own, passive, facts, shares, names }: BarsProps & { readonly names: Names }): ReactNode {
  const symbols = facts.assets.map((_, k) => names.assets[k]?.symbol ?? `leg ${k + 1}`);
  const wholes = facts.assets.map(({ quantity }) => quantity);
  const most = widest(own, passive ?? [], wholes);
  const caption = symbols
    .map(
      (symbol, k) =>
        `${symbol} ${localText(assetText(own[k] ?? 0n, names.assets[k]?.decimals ?? 0))} (${localText(shares[k] ?? "0", 2)} %)`,
    )
    .join(", ");
  return (
    <figure>
      <svg
        viewBox={`0 0 ${WIDTH} ${ROW * symbols.length + 4}`}
        role="img"
        aria-label={`Allocation: ${caption}`}
        className="picture"
      >
        {symbols.map((symbol, k) => {
          const width = partOf(own[k] ?? 0n, wholes[k] ?? 1n) / most;
          const tick = passive === undefined ? undefined : partOf(passive[k] ?? 0n, wholes[k] ?? 1n) / most;
          return (
            <g key={symbol}>
              <text x={0} y={ROW * k + 22}>
                {symbol}
              </text>
              <rect
                x={80}
                y={ROW * k + 8}
                width={Math.max(0, width * (WIDTH - 90))}
                height={18}
                className={`part part-${k % 6}`}
              />
              {tick !== undefined && (
                <line
                  x1={80 + tick * (WIDTH - 90)}
                  x2={80 + tick * (WIDTH - 90)}
                  y1={ROW * k + 4}
                  y2={ROW * k + 30}
                  stroke="currentColor"
                  strokeWidth={2}
                >
                  <title>if it had never traded</title>
                </line>
              )}
            </g>
          );
        })}
      </svg>
      <figcaption>{caption}. The line across a bar: if it had never traded.</figcaption>
      <table>
        <thead>
          <tr>
            <th scope="col">Asset</th>
            <th scope="col" className="number">
              Sure
            </th>
            <th scope="col" className="number">
              Of the vault
            </th>
            <th scope="col" className="number">
              Never traded
            </th>
          </tr>
        </thead>
        <tbody>
          {symbols.map((symbol, k) => (
            <tr key={symbol}>
              <td>{symbol}</td>
              <td className="number">
                <AssetAmount index={k} units={own[k] ?? 0n} />
              </td>
              <td className="number">
                <Exact exact={shares[k] ?? "0"} unit="%" digits={2} />
              </td>
              <td className="number">
                {passive === undefined ? "–" : <AssetAmount index={k} units={passive[k] ?? 0n} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

/** Of a picture, not of an amount. */
function partOf(units: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((units * 1_000_000n) / whole) / 1_000_000;
}

function widest(own: readonly bigint[], passive: readonly bigint[], wholes: readonly bigint[]): number {
  const parts = [...own, ...passive].map((units, index) => partOf(units, wholes[index % wholes.length] ?? 1n));
  return Math.max(...parts, 0.000_001);
}
