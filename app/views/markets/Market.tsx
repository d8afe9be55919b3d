/** One market: how its bounds closed in, or which outcomes are left; and its rules beside the price, not behind it. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { Link } from "wouter";

import { eliminationPicture } from "../../../src/pictures/elimination.js";
import { telescopePicture } from "../../../src/pictures/telescope.js";
import { sessionPath } from "../../data/routes.js";
import type { ViewProps } from "../../frame/view-props.js";
import { useAt, useHead, useNames, useSession } from "../../data/session.js";
import type { MarketRecordFacts } from "../../data/mirror/market-records.js";
import type { Root } from "../../data/names.js";
import { amountOf, priceDigits } from "../../ui/market-units.js";
import { Picture } from "../../ui/Picture.js";
import { Answered, Refusal } from "../../ui/State.js";
import { useAccount } from "../../wallet/AccountMenu.js";
import { ApplyFallback } from "./ApplyFallback.js";
import { boundsOf, pricesOf } from "./history.js";
import { Price, StateWord } from "./parts.js";
import { Rules } from "./Rules.js";
import { leftText, outcomesOf, stepRows, type StepRow, stepsOf, telescopeOf } from "./steps.js";
import { kindOf, marketTree, type RootLine } from "./tree.js";
import "../../style/markets.css";

/** Every record of a root as the log has it, checked again; null without a node. */
function useRecords(marketRootId: number): UseQueryResult<readonly MarketRecordFacts[] | null> {
  const { chain, address } = useSession();
  const head = useHead();
  return useQuery({
    queryKey: [chain?.url, address, "market-records", marketRootId, head?.hash],
    queryFn: async () => (chain === undefined ? null : chain.marketRecords(marketRootId)),
    placeholderData: (before: readonly MarketRecordFacts[] | null | undefined) => before,
    staleTime: Infinity,
  });
}

export default function Market({ rest }: ViewProps): ReactNode {
  const query = useAt(["markets"], (source) => source.markets());
  const marketRootId = Number(rest[0]);
  const session = useSession();
  return (
    <Answered query={query} what="the market" rows={8}>
      {({ roots }) => {
        const root = roots.find((one) => one.marketRootId === marketRootId);
        if (root === undefined) {
          return (
            <Refusal error={new Error(`There is no market ${rest[0] ?? ""} in this session.`)}>
              <Link href={sessionPath(session, "markets")}>All markets</Link>
            </Refusal>
          );
        }
        return <Found root={root} />;
      }}
    </Answered>
  );
}

function Found({ root }: { readonly root: Root }): ReactNode {
  const names = useNames();
  const head = useHead();
  const session = useSession();
  const { marketRootId } = root;
  const [line] = marketTree([root], undefined, names, BigInt(head?.time ?? 0));
  const records = useRecords(marketRootId);
  if (line === undefined) return null;
  return (
    <>
      <h1>
        {marketRootId}. {line.title} <StateWord state={line.state} />
      </h1>
      <nav aria-label="Market" className="market-links">
        <Link href={sessionPath(session, "trade", marketRootId, 1)}>Trade</Link>
        <Link href={sessionPath(session, "compose", marketRootId)}>Compose a payoff</Link>
        <Link href={sessionPath(session, "markets")}>All markets</Link>
      </nav>
      {line.state === "fallback due" && <ApplyFallback root={root} />}
      <div className="grid">
        <section className="panel wide" aria-label="Course">
          <h2>{kindOf(root) === "interval" ? "Bounds" : "What is left"}</h2>
          <Course line={line} records={records.data ?? undefined} />
        </section>
        {kindOf(root) !== "basket" && <Rules line={line} records={records} />}
        <Prices line={line} />
      </div>
    </>
  );
}

function Prices({ line }: { readonly line: RootLine }): ReactNode {
  const session = useSession();
  const { root, branches } = line;
  const digits = priceDigits(root);
  return (
    <section className="panel" aria-label="Prices">
      <h2>Prices</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Branch</th>
            <th scope="col" className="number">
              Bid
            </th>
            <th scope="col" className="number">
              Offer
            </th>
          </tr>
        </thead>
        <tbody>
          {branches.map(({ marketBranchId, title, bestBid, bestOffer }) => (
            <tr key={marketBranchId}>
              <th scope="row">
                <Link href={sessionPath(session, "trade", root.marketRootId, marketBranchId)}>{title}</Link>
              </th>
              <Price side="bid" price={bestBid} digits={digits} />
              <Price side="ask" price={bestOffer} digits={digits} />
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface CourseProps {
  readonly line: RootLine;
  readonly records: readonly MarketRecordFacts[] | undefined;
}

function Course({ line, records }: CourseProps): ReactNode {
  const { root } = line;
  const { marketRootId } = root;
  const query = useAt(["bounds", marketRootId], (source) => boundsOf(source, marketRootId));
  return (
    <Answered query={query} what="the market's records">
      {({ rows, isCut }) => {
        const steps = stepsOf(rows, records);
        return (
          <>
            {isCut && <p className="hint">Older records than these are not shown.</p>}
            {kindOf(root) === "interval" ? <Interval line={line} steps={steps} /> : <Event line={line} steps={steps} />}
          </>
        );
      }}
    </Answered>
  );
}

type Steps = ReturnType<typeof stepsOf>;

function Interval({ line, steps }: { readonly line: RootLine; readonly steps: Steps }): ReactNode {
  const { root, title } = line;
  const head = useHead();
  const symbol = useNames()?.symbol ?? "tokens";
  const prices = useAt(["prices", root.marketRootId], (source) => pricesOf(source, root.marketRootId));
  const until = BigInt(head?.time ?? 0);
  const data = telescopeOf(root, title, steps, { until, prices: prices.data?.points ?? [], symbol });
  const drawing = useMemo(() => telescopePicture(data), [JSON.stringify(data)]);
  return (
    <Picture drawing={drawing}>
      <StepTable root={root} rows={stepRows(root, steps, symbol)} />
    </Picture>
  );
}

function StepTable({ root, rows }: { readonly root: Root; readonly rows: readonly StepRow[] }): ReactNode {
  const session = useSession();
  const { unit } = amountOf(root, 0n);
  return (
    <details>
      <summary>Show as table</summary>
      <div className="scrolled" tabIndex={0} role="region" aria-label="Records">
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Record</th>
              <th scope="col" className="number">
                Lower, {unit}
              </th>
              <th scope="col" className="number">
                Upper, {unit}
              </th>
              <th scope="col">Branches determined</th>
              <th scope="col" className="number">
                Set free
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ step, when, what, lower, upper, determined, freed }) => (
              <tr key={`${step.blockNumber}/${step.logIndex}`}>
                <td>{when}</td>
                <td>
                  <Link href={sessionPath(session, "chain", `block-${step.blockNumber}`)}>
                    {what}, block {step.blockNumber}
                  </Link>
                </td>
                <td className="number">{lower}</td>
                <td className="number">{upper}</td>
                <td>{determined}</td>
                <td className="number">{freed}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Event({ line, steps }: { readonly line: RootLine; readonly steps: Steps }): ReactNode {
  const { root, title } = line;
  const account = useAccount();
  const { chain } = useSession();
  const own = useAt(["account", account?.address], async () =>
    account === undefined || chain === undefined ? undefined : chain.account(account.address),
  );
  const outcomes = outcomesOf(root, steps, own.data?.positions.get(root.marketRootId));
  return (
    <>
      <p>{leftText(root)}</p>
      <Picture drawing={eliminationPicture(title, outcomes)} />
    </>
  );
}
