/** What every holder would gain or lose if prices moved: scenarios by holders, each cell exact. */
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactNode, useMemo } from "react";
import { Link, useLocation } from "wouter";

import { type Fraction, fraction } from "../../../src/protocol/amounts/fraction.js";
import type { AssetUnits } from "../../../src/protocol/amounts/units.js";
import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import { inKnownUnit } from "../../../src/protocol/value/stress-units.js";
import { sessionPath } from "../../data/routes.js";
import { basketOf, Beyond } from "./Beyond.js";
import { useFactsQuery, useMarketsQuery, useNames, useSession, useSourceState } from "../../data/session.js";
import type { ChainSource } from "../../data/chain-source.js";
import type { Facts } from "../../data/source.js";
import { type Names, type Root, shortAddress } from "../../data/names.js";
import { unitNameOf } from "../../ui/market-units.js";
import { equals } from "../../../src/protocol/amounts/fraction.js";
import { fractionText, localText } from "../../ui/numbers.js";
import { Answered, Missing, Refusal } from "../../ui/State.js";
import {
  readRisk,
  riskCsv,
  type RiskGround,
  type RiskInput,
  type RiskTable,
  riskTable,
  strengthOf,
  writeRisk,
} from "./model.js";
import { Field } from "./Field.js";
import { Unwinding } from "./Unwinding.js";
import { pretended, readWhatIf, type WhatIf, writeWhatIf } from "./what-if.js";
import { WhatIfForm } from "./WhatIfForm.js";
import "../../style/risk.css";

export default function Risk(): ReactNode {
  const { chain } = useSession();
  const terms = useFactsQuery();
  const facts = terms.data;
  const names = useNames();
  const markets = useMarketsQuery();
  const roots = markets.data?.roots;
  if (chain === undefined) {
    return (
      <>
        <h1>Risk</h1>
        <p role="alert">Who holds what is read from the session’s logs: name a node in Settings.</p>
      </>
    );
  }
  if (facts === undefined || names === undefined || roots === undefined)
    return <Missing of={[terms, markets]} what="the session" rows={6} />;
  return <Stress chain={chain} facts={facts} names={names} roots={roots} />;
}

interface StressProps {
  readonly chain: ChainSource;
  readonly facts: Facts;
  readonly names: Names;
  readonly roots: readonly Root[];
}

function Stress({ chain, facts, names, roots }: StressProps): ReactNode {
  const { address } = useSession();
  const [path, go] = useLocation();
  const search = path.split("?")[1] ?? "";
  const hash = useSourceState(chain).head?.hash;
  const query = useQuery({
    queryKey: [chain.url, address, "holdings", hash],
    queryFn: () => chain.holdings(),
    placeholderData: (last) => last,
    staleTime: Infinity,
  });
  const { assets } = names;
  const input = readRisk(search, assets.length);
  const whatIf = readWhatIf(new URLSearchParams(search));
  const put = (next: RiskInput, then: WhatIf): void => {
    const params = new URLSearchParams(writeRisk(next));
    writeWhatIf(then, params);
    go(`${path.split("?")[0] ?? path}?${params.toString()}`, { replace: true });
  };
  const change = (part: Partial<RiskInput>): void => {
    put({ ...input, ...part }, whatIf);
  };
  return (
    <>
      <h1>Risk</h1>
      <Form input={input} assets={assets} roots={roots} change={change} />
      <Answered query={query} what="who holds what" rows={8}>
        {(holdings) => {
          const basket = {
            quantities: facts.assets.map(({ quantity }) => quantity as AssetUnits),
            supply: facts.supply,
          };
          return (
            <>
              <WhatIfForm
                {...{ whatIf, roots, names }}
                traders={holdings.traders}
                change={(part) => {
                  put(input, { ...whatIf, ...part });
                }}
              />
              <Outcome input={input} whatIf={whatIf} ground={{ holdings, basket, assets, roots }} />
            </>
          );
        }}
      </Answered>
      {query.data !== undefined && <Unwinding {...{ chain, roots, names }} traders={query.data.traders} />}
      {query.data !== undefined && (
        <Beyond
          input={input}
          ground={{ holdings: query.data, basket: basketOf(facts), assets, roots }}
          change={(moving) => {
            change({ moving });
          }}
        />
      )}
    </>
  );
}

interface FormProps {
  readonly input: RiskInput;
  readonly assets: Names["assets"];
  readonly roots: readonly Root[];
  readonly change: (part: Partial<RiskInput>) => void;
}

function Form({ input, assets, roots, change }: FormProps): ReactNode {
  return (
    <section className="panel" aria-label="What is tried">
      {assets.map(({ symbol }, k) => {
        const range = input.ranges[k];
        const put = (part: Partial<NonNullable<typeof range>>): void => {
          const next = { from: "", to: "", steps: "7", ...range, ...part };
          const isEmpty = next.from === "" && next.to === "";
          change({ ranges: input.ranges.map((one, at) => (at === k ? (isEmpty ? undefined : next) : one)) });
        };
        return (
          <fieldset key={k}>
            <legend>{symbol}</legend>
            <Field
              label="Price of one"
              value={input.prices[k] ?? ""}
              set={(text) => {
                change({ prices: input.prices.map((price, at) => (at === k ? text : price)) });
              }}
            />
            <Field
              label="Shock from, %"
              value={range?.from ?? ""}
              set={(from) => {
                put({ from });
              }}
            />
            <Field
              label="to, %"
              value={range?.to ?? ""}
              set={(to) => {
                put({ to });
              }}
            />
            <Field
              label="in steps"
              value={range?.steps ?? ""}
              set={(steps) => {
                put({ steps });
              }}
            />
          </fieldset>
        );
      })}
      <label>
        Counted in
        <select
          value={input.numeraire}
          onChange={(event) => {
            change({ numeraire: event.target.value });
          }}
        >
          <option value="price">the prices’ unit</option>
          <option value="basket">parts of the basket</option>
          {assets.map(({ symbol }, k) => (
            <option key={k} value={String(k + 1)}>
              {symbol}
            </option>
          ))}
        </select>
      </label>
      <label>
        Gains count from
        <select
          value={input.baseline}
          onChange={(event) => {
            change({ baseline: event.target.value === "equal" ? "equal" : "deposits" });
          }}
        >
          <option value="deposits">what each has paid in</option>
          <option value="equal">equal parts</option>
        </select>
      </label>
      {roots
        .filter(({ marketRootId }) => marketRootId !== BASKET_ROOT_ID)
        .map((root) => (
          <Field
            key={root.marketRootId}
            label={`${root.head?.title ?? `Market ${root.marketRootId}`} ends ${root.kind === "interval" ? `at, ${unitNameOf(root)}` : "with outcome number"}`}
            value={input.outcomes.get(root.marketRootId) ?? ""}
            set={(text) => {
              change({ outcomes: new Map(input.outcomes).set(root.marketRootId, text) });
            }}
          />
        ))}
      <p className="hint">
        A market without an outcome counts at its worst for everybody; what that leaves over stands in a column of its
        own.
      </p>
    </section>
  );
}

interface OutcomeProps {
  readonly input: RiskInput;
  readonly whatIf: WhatIf;
  readonly ground: RiskGround;
}

function Outcome({ input, whatIf, ground }: OutcomeProps): ReactNode {
  const isReady = input.prices.every((price) => price !== "");
  const result = useMemo(() => {
    if (!isReady) return undefined;
    try {
      const then = pretended(whatIf, input, ground);
      return { risk: riskTable(input, ground), then: then && riskTable(then.input, then.ground) };
    } catch (error) {
      return { error };
    }
  }, [writeRisk(input), JSON.stringify([whatIf, [...whatIf.outcomes]]), ground.holdings, ground.assets, ground.roots]);
  if (result === undefined) return <p role="status">Give each asset a price, in whatever unit you count in.</p>;
  if (result.risk === undefined) return <Refusal error={result.error} />;
  return <Heat risk={result.risk} then={result.then} />;
}

const DIGITS = 2;
const ZERO = fraction(0n);

function isZero({ numerator }: Fraction): boolean {
  return numerator === 0n;
}

function magnitude({ numerator, denominator }: Fraction): Fraction {
  return { numerator: numerator < 0n ? -numerator : numerator, denominator };
}

/** Cells of a grid: arrow keys go from one to the next. */
function move(event: KeyboardEvent<HTMLTableElement>): void {
  const steps: Record<string, readonly [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }; // prettier-ignore
  const step = steps[event.key];
  const cell = event.target instanceof HTMLTableCellElement ? event.target : undefined;
  const row = cell?.parentElement;
  if (step === undefined || cell === undefined || !(row instanceof HTMLTableRowElement)) return;
  const next = event.currentTarget.rows[row.rowIndex + step[0]]?.cells[cell.cellIndex + step[1]];
  if (next?.tabIndex !== -1 && next?.tabIndex !== 0) return;
  event.preventDefault();
  next.focus();
}

/** @param then the same test as it would be; undefined if nothing is pretended */
function Heat({ risk, then }: { readonly risk: RiskTable; readonly then: RiskTable | undefined }): ReactNode {
  const { table, names, scale, unit } = risk;
  const session = useSession();
  const all = table.rows.flatMap(({ profits }) => profits.map(magnitude));
  const most = all.reduce((a, b) => (b.numerator * a.denominator > a.numerator * b.denominator ? b : a), ZERO);
  const text = (value: Fraction | undefined): string => localText(fractionText(inKnownUnit(value ?? ZERO, scale), DIGITS), DIGITS); // prettier-ignore
  const exact = (value: Fraction | undefined): string => {
    const { numerator, denominator } = inKnownUnit(value ?? ZERO, scale);
    return `${numerator} / ${denominator} ${unit}`;
  };
  const changed = (after: Fraction | undefined, before: Fraction): string =>
    after === undefined || equals(after, before) ? "" : ` → ${text(after)}`;
  const save = (): void => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([riskCsv(risk)], { type: "text/csv" }));
    link.download = "stress.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <section className="panel" aria-label="Gains and losses">
      <h2>Gain or loss against the baseline, in {unit}</h2>
      <button type="button" onClick={save}>
        Save as CSV, exactly
      </button>
      <div className="scrolled" role="region" aria-label="Table of gains and losses" tabIndex={0}>
        <table role="grid" className="heat" onKeyDown={move}>
          <thead>
            <tr>
              <th scope="col">Scenario</th>
              {names.map((name) => (
                <th key={name} scope="col" className="number">
                  {name.startsWith("0x") ? (
                    <Link href={sessionPath(session, "account", name)} title={name}>
                      {shortAddress(name)}
                    </Link>
                  ) : (
                    name
                  )}
                </th>
              ))}
              <th scope="col" className="number">
                Sum
              </th>
            </tr>
          </thead>
          <tbody>
            {table.rows.map(({ name, profits, profitTotal }, row) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {profits.map((profit, column) => {
                  const strength = strengthOf(profit, most);
                  const isWorst = table.worstProfits[column]?.row === row && !isZero(profit);
                  return (
                    <td
                      key={column}
                      role="gridcell"
                      tabIndex={row === 0 && column === 0 ? 0 : -1}
                      title={exact(profit)}
                      className={`number heat-${strength < 0 ? "loss" : "gain"}-${Math.min(5, Math.ceil(Math.abs(strength) * 5))}`}
                    >
                      {text(profit)}
                      {changed(then?.table.rows[row]?.profits[column], profit)}
                      {isWorst && <small> worst</small>}
                    </td>
                  );
                })}
                <td className="number" title={exact(profitTotal)}>
                  {isZero(then?.table.rows[row]?.profitTotal ?? profitTotal) && isZero(profitTotal)
                    ? "0 ✔"
                    : `${text(profitTotal)} ✘`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="hint">
        Every row sums to zero, exactly: what one gains others lose. The colour only shows the size.
      </p>
    </section>
  );
}
