/** The orders that make it up: prices of the book, limits, what they do to the account, and the way to their signatures. */
import { type ReactNode, useState } from "react";
import { Link } from "wouter";

import type { Facts } from "../../data/source.js";
import { type Root, useHead, useMarkets, useNames, useSession } from "../../data/session.js";
import type { Connected } from "../../wallet/acting.js";
import { sessionPath } from "../../data/routes.js";
import { Tokens } from "../../ui/Amount.js";
import { Refusal, Waiting } from "../../ui/State.js";
import { readTicket, TIMES, type TimeName } from "../trade/order-ticket.js";
import { TimeChoice } from "../trade/TimeChoice.js";
import { askedWords, placeAt } from "../trade/place.js";
import { bindingWords, RefusedOrder } from "../trade/Preview.js";
import { lotsText, priceUnit, priceWords } from "../trade/prices.js";
import { useSequence } from "./hooks.js";
import { type LegPlan, type Plan, sequences } from "./legs.js";
import { type Part, SignAll } from "./SignAll.js";
import { sizeOf, type Wish } from "./shapes.js";

interface LegsProps {
  readonly root: Root;
  readonly roots: readonly Root[];
  readonly facts: Facts;
  readonly plan: Plan;
  readonly wish: Wish;
  readonly account: Connected | undefined;
  readonly limits: ReadonlyMap<number, string>;
  readonly setLimit: (marketBranchId: number, text: string) => void;
}

export function Legs(props: LegsProps): ReactNode {
  const { plan, account } = props;
  const [time, setTime] = useState<TimeName>("FillOrKill");
  const [isSigning, setSigning] = useState(false);
  const parts = useParts(props, time);
  const ways = parts === undefined ? undefined : sequences(parts);
  const foreseen = useSequence(
    account === undefined
      ? undefined
      : ways?.map((way) => way.map(({ draft }) => ({ ...draft, trader: account.address }))),
  );
  const chosen = ways?.[foreseen.data?.chosen ?? 0];
  const canSign = chosen !== undefined && foreseen.data?.refusal === undefined;
  return (
    <section className="panel legs" aria-label="Orders">
      <h2>{plan.legs.length === 1 ? "One order" : `${plan.legs.length} orders`}</h2>
      {plan.legs.length > 1 && (
        <p>
          Each is signed by itself, and each stands for itself: they are not one, and one may be filled while another is
          not. “{TIMES.FillOrKill}” keeps each from being filled in part.
        </p>
      )}
      <LegTable {...props} />
      <TimeChoice label="Each good" value={time} choose={setTime} />
      <Foreseen {...props} parts={chosen} query={foreseen} />
      <p className="buttons">
        {plan.legs.length === 1 && chosen?.[0] !== undefined && <TicketLink part={chosen[0]} time={time} />}
        <button
          type="button"
          className="primary"
          disabled={!canSign || account === undefined}
          onClick={() => {
            setSigning(true);
          }}
        >
          Review &amp; sign {plan.legs.length === 1 ? "it" : `${plan.legs.length} orders`}
        </button>
      </p>
      {account === undefined && <p className="hint">Connect a wallet to see what it would do to your account.</p>}
      {isSigning && chosen !== undefined && account !== undefined && (
        <SignAll
          parts={chosen}
          account={account}
          close={() => {
            setSigning(false);
          }}
        />
      )}
    </section>
  );
}

/** Each leg as it would be signed; undefined as long as one has no limit. */
function useParts({ plan, facts, roots }: LegsProps, time: TimeName): readonly Part[] | undefined {
  const names = useNames();
  const head = useHead();
  const parts: Part[] = [];
  for (const leg of plan.legs) {
    const place = placeAt(leg.market, roots, facts, names);
    if (place === undefined || leg.limit === undefined || leg.problem !== undefined) return undefined;
    const { market, root, isBasket, assets, scale } = place;
    const side = leg.leg.lots > 0n ? "buy" : "sell";
    const typed = { side, price: `${leg.limit}t`, lots: String(sizeOf(leg.leg)), time, minutes: "" } as const;
    const now = BigInt(head?.time ?? 0);
    const { draft, asked } = readTicket(typed, { market, root, isBasket, assets, scale, t2: facts.t2, now });
    if (draft === undefined || asked === undefined) return undefined;
    parts.push({ ...leg, place, draft, words: askedWords(place, asked) });
  }
  return parts;
}

function LegTable({ root, plan, roots, facts, limits, setLimit }: LegsProps): ReactNode {
  const names = useNames();
  return (
    <div className="scrolled" tabIndex={0} role="region" aria-label="Orders and their prices">
      <table>
        <thead>
          <tr>
            <th scope="col">Order</th>
            <th scope="col" className="number">
              Lots
            </th>
            <th scope="col" className="number">
              In the book
            </th>
            <th scope="col">Limit, {priceUnit(root)}</th>
            <th scope="col" className="number">
              Costs now
            </th>
          </tr>
        </thead>
        <tbody>
          {plan.legs.map((leg) => {
            const { marketBranchId } = leg.market;
            const title = placeAt(leg.market, roots, facts, names)?.title ?? `${root.marketRootId}.${marketBranchId}`;
            return (
              <tr key={marketBranchId}>
                <th scope="row">
                  <span className={leg.leg.lots > 0n ? "bid" : "ask"}>
                    <span aria-hidden="true">{leg.leg.lots > 0n ? "▲" : "▼"}</span> {leg.leg.lots > 0n ? "Buy" : "Sell"}
                  </span>{" "}
                  {title}
                </th>
                <td className="number">{lotsText(sizeOf(leg.leg))}</td>
                <td className="number">{leg.available === undefined ? "…" : lotsText(leg.available)}</td>
                <td>
                  <input
                    aria-label={`Limit of ${title}`}
                    inputMode="decimal"
                    size={9}
                    value={limits.get(marketBranchId) ?? ""}
                    placeholder={leg.quote === undefined ? "" : priceWords(root, leg.quote.limit)}
                    aria-invalid={leg.problem !== undefined}
                    onChange={(event) => {
                      setLimit(marketBranchId, event.target.value);
                    }}
                  />
                  {leg.problem !== undefined && <small> {leg.problem}</small>}
                </td>
                <td className="number">
                  <CostNow leg={leg} tickValue={root.tickValue} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Of the book as it stands, not of the limit. */
function CostNow({ leg, tickValue }: { readonly leg: LegPlan; readonly tickValue: bigint }): ReactNode {
  if (leg.quote === undefined) return <>–</>;
  const wei = leg.quote.cash * tickValue;
  return wei < 0n ? (
    <>
      brings <Tokens wei={-wei} />
    </>
  ) : (
    <Tokens wei={wei} />
  );
}

function Foreseen({
  parts,
  query,
  account,
}: LegsProps & {
  readonly parts: readonly Part[] | undefined;
  readonly query: ReturnType<typeof useSequence>;
}): ReactNode {
  const names = useNames();
  const markets = useMarkets() ?? [];
  const { chain } = useSession();
  const { data, error } = query;
  if (account === undefined || parts === undefined) return null;
  if (chain === undefined)
    return <p className="hint">Without a node nothing can be foreseen here: name one in the settings.</p>;
  if (error !== null) return <Refusal error={error} />;
  if (data === undefined) return <Waiting what="what the orders would do" rows={3} />;
  const { effects, refusal, block } = data;
  const [first, last] = [effects[0], effects.at(-1)];
  const refused = refusal === undefined ? undefined : parts[effects.length];
  return (
    <section className="preview" aria-live="polite" aria-label="Preview">
      <h3>
        Preview, block {block}
        {parts.length > 1 && (parts[0]?.leg.lots ?? 0n) < 0n && ", what is sold first"}
      </h3>
      {first !== undefined && last !== undefined && (
        <>
          <table>
            <thead>
              <tr>
                <th scope="col">One after the other</th>
                <th scope="col" className="number">
                  Filled
                </th>
                <th scope="col" className="number">
                  Rests
                </th>
                <th scope="col" className="number">
                  Free in the worst case, after it
                </th>
              </tr>
            </thead>
            <tbody>
              {effects.map((effect, k) => (
                <tr key={parts[k]?.market.marketBranchId}>
                  <th scope="row">{parts[k]?.words}</th>
                  <td className="number">{lotsText(effect.fills.reduce((sum, { lots }) => sum + lots, 0n))}</td>
                  <td className="number">{lotsText(effect.restingLots)}</td>
                  <td className="number">
                    <Tokens wei={effect.after.slackWei} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <dl>
            <dt>Worst case</dt>
            <dd>
              <Tokens wei={first.before.slackWei} /> → <Tokens wei={last.after.slackWei} />
            </dd>
            <dt>Free to withdraw</dt>
            <dd>
              <Tokens wei={first.before.withdrawableWei} /> → <Tokens wei={last.after.withdrawableWei} />
            </dd>
            <dt>Binds</dt>
            <dd>{bindingWords(last, markets, names)}</dd>
          </dl>
        </>
      )}
      {refusal !== undefined && refused !== undefined && (
        <>
          <p>{refused.words}:</p>
          <RefusedOrder refusal={refusal} place={refused.place} isBid={refused.leg.lots > 0n} cure={() => undefined} />
        </>
      )}
    </section>
  );
}

function TicketLink({ part, time }: { readonly part: Part; readonly time: TimeName }): ReactNode {
  const session = useSession();
  const { market, leg, limit } = part;
  const query = new URLSearchParams({
    side: leg.lots > 0n ? "buy" : "sell",
    lots: String(sizeOf(leg)),
    price: `${limit ?? 0n}t`,
    time,
  });
  return (
    <Link href={`${sessionPath(session, "trade", market.marketRootId, market.marketBranchId)}?${query.toString()}`}>
      Take it to the ticket
    </Link>
  );
}
