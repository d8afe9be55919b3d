/** The book of one market: one table, a row for each price, what of it is one's own in a column of its own. */
import { type ReactNode, useState } from "react";

import { useDepth, useHouse } from "../../data/session.js";
import { Exact } from "../../ui/Amount.js";
import { Waiting } from "../../ui/State.js";
import { type Ladder as Rows, type LadderRow, ladderOf, type OwnResting, type Step, STEPS } from "./ladder-rows.js";
import { exactPrice, lotsText, priceDigits, priceUnit, priceWords } from "./prices.js";
import type { Place } from "./place.js";

const LEVELS = 200;
const ROWS = 12;
/** What a phone has room for of each side: of the book, and of what houses would add. */
const NEAR_ROWS = 6;
const NEAR_HOUSE_ROWS = 2;
/** As much room as both sides take when they are full: what stands below does not move when they come. */
const WAITING_ROWS = 28;

interface LadderProps {
  readonly place: Place;
  readonly own: readonly OwnResting[];
  /** A price was chosen: of an offer to buy at, of a bid to sell at. */
  readonly choose: (priceTicks: bigint, isBid: boolean) => void;
}

export function Ladder({ place, own, choose }: LadderProps): ReactNode {
  const depth = useDepth(place.book, LEVELS);
  const house = useHouse(place.book);
  const [step, setStep] = useState<Step>(1n);
  const rows =
    depth === undefined
      ? undefined
      : ladderOf(depth, own, { step, most: ROWS, house, ...(place.isTurned && { turnedAt: place.scale }) });
  return (
    <section className="panel ladder" aria-label="Book">
      <div className="panel-head">
        <h2>{place.title}: book</h2>
        <label className="inline">
          Step{" "}
          <select
            value={String(step)}
            onChange={(event) => {
              setStep(STEPS.find((one) => String(one) === event.target.value) ?? 1n);
            }}
          >
            {STEPS.map((one) => (
              <option key={String(one)} value={String(one)}>
                {priceWords(place.root, one)}
              </option>
            ))}
          </select>
        </label>
      </div>
      {rows === undefined ? (
        <Waiting what="the book" rows={WAITING_ROWS} />
      ) : (
        <LadderTable rows={rows} place={place} choose={choose} />
      )}
      {house.length > 0 && (
        <p className="hint">
          ◇: what this relay's {housesText(house)} would add. It rests nowhere, and counts for no sum: an order that
          takes is brought to whichever gives more.
        </p>
      )}
    </section>
  );
}

const HOUSES = { maker: "automated maker", set: "complete sets" } as const;

function housesText(house: ReturnType<typeof useHouse>): string {
  return [...new Set(house.map(({ through }) => HOUSES[through]))].join(" and ");
}

function LadderTable({
  rows,
  place,
  choose,
}: Pick<LadderProps, "place" | "choose"> & { readonly rows: Rows }): ReactNode {
  const { root } = place;
  const unit = priceUnit(root);
  const [nearAsks, nearBids] = [nearestOf(rows.asks.toReversed()), nearestOf(rows.bids)];
  return (
    <table>
      <caption className="unseen">{captionOf(rows, place)}</caption>
      <thead>
        <tr>
          <th scope="col" className="number">
            Price, {unit}
          </th>
          <th scope="col" className="number">
            Lots
          </th>
          <th scope="col" className="number">
            Together
          </th>
          <th scope="col" className="number">
            Mine
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.asks.length === 0 && <NoRow what="No offers" />}
        {rows.asks.map((row) => (
          <PriceRow key={keyOf(row)} row={row} place={place} choose={choose} isFar={!nearAsks.has(row)} />
        ))}
        <tr className="spread">
          <td colSpan={4}>{spreadWords(rows, place)}</td>
        </tr>
        {rows.bids.length === 0 && <NoRow what="No bids" />}
        {rows.bids.map((row) => (
          <PriceRow key={keyOf(row)} row={row} place={place} choose={choose} isFar={!nearBids.has(row)} />
        ))}
      </tbody>
    </table>
  );
}

function keyOf({ isBid, priceTicks, through }: LadderRow): string {
  return `${isBid ? "bid" : "ask"} ${priceTicks} ${through ?? "book"}`;
}

function spreadWords({ spread }: Rows, { root }: Place): string {
  if (spread === undefined) return "no spread: one side is empty";
  return spread > 0n ? `spread ${priceWords(root, spread)}` : "crossed: these orders still have to be matched";
}

function captionOf({ asks, bids }: Rows, { root, title }: Place): string {
  const isOwn = ({ through }: LadderRow): boolean => through === undefined;
  const [ask, bid] = [asks.findLast(isOwn), bids.find(isOwn)];
  const best = (row: LadderRow | undefined, what: string): string =>
    row === undefined
      ? `no ${what}s`
      : `best ${what} ${priceWords(root, row.priceTicks)} for ${lotsText(row.lots)} lots`;
  return `Orders of ${title}: ${best(bid, "bid")}, ${best(ask, "offer")}.`;
}

function NoRow({ what }: { readonly what: string }): ReactNode {
  return (
    <tr>
      <td colSpan={4} className="hint">
        {what}
      </td>
    </tr>
  );
}

/** What of a side is shown on a phone: houses must not take the room of the book's own best orders. @param rows from the spread on */
function nearestOf(rows: readonly LadderRow[]): ReadonlySet<LadderRow> {
  const own = rows.filter(({ through }) => through === undefined).slice(0, NEAR_ROWS);
  const house = rows.filter(({ through }) => through !== undefined).slice(0, NEAR_HOUSE_ROWS);
  return new Set([...own, ...house]);
}

function PriceRow({
  row,
  place,
  choose,
  isFar: far,
}: Pick<LadderProps, "place" | "choose"> & { readonly row: LadderRow; readonly isFar: boolean }): ReactNode {
  const { isBid, priceTicks, lots, cumulated, own, through } = row;
  const word = `${isBid ? "bid" : "offer"}${through === undefined ? "" : `, of ${HOUSES[through]}`}`;
  const side = isBid ? "bid" : "ask";
  return (
    <tr className={[side, ...(through === undefined ? [] : ["house"]), ...(far ? ["far"] : [])].join(" ")}>
      <td className="number">
        <button
          type="button"
          className="price"
          title={`${isBid ? "Sell" : "Buy"} at this price`}
          onClick={() => {
            choose(priceTicks, isBid);
          }}
        >
          <span aria-hidden="true">{through === undefined ? (isBid ? "▲" : "▼") : "◇"}</span>{" "}
          <Exact exact={exactPrice(place.root, priceTicks)} unit="" digits={6} least={priceDigits(place.root)} />
          <span className="unseen"> {word}</span>
        </button>
      </td>
      <td className="number">{lotsText(lots)}</td>
      <td className="number">{through === undefined ? lotsText(cumulated) : "·"}</td>
      <td className="number">{own === 0n ? "·" : lotsText(own)}</td>
    </tr>
  );
}
