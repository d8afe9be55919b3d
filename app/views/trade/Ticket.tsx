/** The order ticket: what is asked, what it would do, and the way to its signature. */
import { type ReactNode, useRef } from "react";
import { Link, useLocation } from "wouter";

import { limitsNothing } from "../../../src/client/market.js";
import type { UnsignedOrder } from "../../data/mirror/foresight.js";
import { useNames, useSession } from "../../data/session.js";
import { sessionPath } from "../../data/routes.js";
import { Tokens } from "../../ui/Amount.js";
import { formatMoment } from "../../ui/time.js";
import { Refusal, Waiting } from "../../ui/State.js";
import { useForesight, useMostLots } from "./hooks.js";
import type { Place } from "./place.js";
import { Preview } from "./Preview.js";
import { exactPrice, lotsText, priceUnit, priceWords } from "./prices.js";
import { typedDecimal } from "./typed.js";
import type { Remedy } from "./remedies.js";
import { partOf, type Read, type Ticket as Typed } from "./order-ticket.js";
import { TimeChoice } from "./TimeChoice.js";

interface TicketProps {
  readonly place: Place;
  readonly typed: Typed;
  readonly change: (change: Partial<Typed>) => void;
  readonly read: Read;
  /** The order with one lot: as many as can be borne depend on side, price and time alone. */
  readonly probe: UnsignedOrder | undefined;
  /** Whose order it would be; undefined while nobody is connected. */
  readonly trader: string | undefined;
  /** What keeps anything from being signed now, in words. */
  readonly blocked: string | undefined;
  readonly review: () => void;
  readonly toOrders: () => void;
  readonly match: () => void;
  /** On a phone it lies at the lower edge, and is opened when it is wanted. */
  readonly isSheetOpen: boolean;
  readonly openSheet: (isOpen: boolean) => void;
}

export function Ticket(props: TicketProps): ReactNode {
  const { place, typed, change, read, trader, review, blocked, isSheetOpen, openSheet } = props;
  const order = unsigned(read, trader);
  const foresight = useForesight(order);
  const form = useRef<HTMLFormElement>(null);
  const cure = useCures(props);
  const isGood = order !== undefined && (foresight.data === undefined || foresight.data.effect !== undefined);
  return (
    <form
      ref={form}
      className="panel ticket"
      data-open={isSheetOpen}
      aria-label="Order"
      onSubmit={(event) => {
        event.preventDefault();
        if (isGood && blocked === undefined) review();
      }}
    >
      <h2>Order</h2>
      <button
        type="button"
        className="sheet-button"
        aria-expanded={isSheetOpen}
        onClick={() => {
          openSheet(!isSheetOpen);
        }}
      >
        {isSheetOpen ? "Close" : `Buy or sell ${place.title}`}
      </button>
      <SideChoice typed={typed} change={change} title={place.title} />
      <PriceField {...props} />
      <LotsField {...props} />
      <TimeFields {...props} />
      <TurnedNote {...props} />
      {foresight.data !== undefined && order !== undefined && (
        <Preview foreseen={foresight.data} place={place} isBid={order.quantityLots > 0n} cure={cure} />
      )}
      {order !== undefined && foresight.data === undefined && <Foreseeing error={foresight.error} />}
      {trader === undefined && <p className="hint">Connect a wallet to see what an order would do to your account.</p>}
      <button
        type="submit"
        className="primary"
        disabled={!isGood || blocked !== undefined}
        aria-describedby="ticket-blocked"
      >
        Review &amp; sign
      </button>
      <p id="ticket-blocked" className="hint">
        {blocked}
      </p>
    </form>
  );
}

export function unsigned({ draft }: Read, trader: string | undefined): UnsignedOrder | undefined {
  return draft === undefined || trader === undefined ? undefined : { ...draft, trader };
}

function Foreseeing({ error }: { readonly error: unknown }): ReactNode {
  return error === null ? <Waiting what="the session's logs" rows={2} /> : <Refusal error={error} />;
}

function useCures({
  place,
  change,
  toOrders,
  match,
  ...rest
}: TicketProps): (remedy: Remedy) => (() => void) | undefined {
  const session = useSession();
  const [, navigate] = useLocation();
  const most = useMostLots(rest.probe);
  return (remedy) => {
    switch (remedy.kind) {
      case "deposit":
        return () => {
          navigate(`${sessionPath(session, "account")}?deposit=${remedy.wei}`);
        };
      case "reduce": {
        const lots = remedy.lots ?? (typeof most.data === "bigint" && most.data > 0n ? most.data : undefined);
        if (lots === undefined) return undefined;
        return () => {
          change({ lots: String(lots) });
        };
      }
      case "price":
        return () => {
          const shown = place.isTurned ? place.scale - remedy.priceTicks : remedy.priceTicks;
          change({ price: typedDecimal(exactPrice(place.root, shown)) });
        };
      case "cancel":
        return toOrders;
      case "signAgain":
        return rest.review;
      case "match":
        return match;
      case "mayRest":
        return () => {
          change({ time: "GoodTillCancelled" });
        };
      case "noDeadline":
        return () => {
          change({ minutes: "" });
        };
    }
  };
}

function SideChoice({
  typed,
  change,
  title,
}: Pick<TicketProps, "typed" | "change"> & { readonly title: string }): ReactNode {
  return (
    <fieldset className="sides">
      <legend className="unseen">Side</legend>
      {(["buy", "sell"] as const).map((side) => (
        <label key={side} className={`inline ${side === "buy" ? "bid" : "ask"}`}>
          <input
            type="radio"
            name="side"
            checked={typed.side === side}
            onChange={() => {
              change({ side });
            }}
          />
          <span>
            <span aria-hidden="true">{side === "buy" ? "▲" : "▼"}</span> {side === "buy" ? "Buy" : "Sell"} {title}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function PriceField({ place, typed, change, read }: TicketProps): ReactNode {
  const { root, bounds } = place;
  const problem = typed.price === "" ? undefined : read.problems.price;
  const isAny =
    read.asked !== undefined &&
    limitsNothing(bounds, { priceTicks: read.asked.priceTicks, quantityLots: read.asked.quantityLots });
  const step = (ticks: bigint): void => {
    const now = read.asked?.priceTicks;
    if (now !== undefined) change({ price: typedDecimal(exactPrice(root, now + ticks)) });
  };
  return (
    <div className="field">
      <label>
        Limit, {priceUnit(root)}
        <input
          id="ticket-price"
          inputMode="decimal"
          autoComplete="off"
          value={typed.price}
          aria-invalid={problem !== undefined}
          aria-describedby="ticket-price-hint"
          onChange={(event) => {
            change({ price: event.target.value });
          }}
        />
      </label>
      <button
        type="button"
        aria-label="One tick lower"
        disabled={read.asked === undefined}
        onClick={() => {
          step(-1n);
        }}
      >
        −
      </button>
      <button
        type="button"
        aria-label="One tick higher"
        disabled={read.asked === undefined}
        onClick={() => {
          step(1n);
        }}
      >
        +
      </button>
      <p id="ticket-price-hint" className="hint">
        {problem ??
          (isAny
            ? "This limit limits nothing: the order takes any price, and can only lose at it."
            : `${priceWords(root, bounds.lower)} to ${priceWords(root, bounds.upper)}${
                read.asked === undefined ? "" : ` · ${read.asked.priceTicks} ticks`
              }; 5505t counts ticks`)}
      </p>
    </div>
  );
}

const PARTS = [25n, 50n, 75n, 100n] as const;

function LotsField({ place, typed, change, read, probe }: TicketProps): ReactNode {
  const problem = typed.lots === "" ? undefined : read.problems.lots;
  const most = useMostLots(probe);
  const count = typeof most.data === "bigint" ? most.data : undefined;
  const lots = read.asked?.quantityLots ?? 0n;
  return (
    <div className="field">
      <label>
        Size, lots
        <input
          id="ticket-lots"
          inputMode="numeric"
          autoComplete="off"
          value={typed.lots}
          aria-invalid={problem !== undefined}
          aria-describedby="ticket-lots-hint"
          onChange={(event) => {
            change({ lots: event.target.value });
          }}
        />
      </label>
      <span className="parts" role="group" aria-label="Part of what can be borne">
        {PARTS.map((part) => (
          <button
            key={String(part)}
            type="button"
            disabled={count === undefined || count === 0n}
            onClick={() => {
              if (count !== undefined) change({ lots: String(partOf(count, part)) });
            }}
          >
            {part === 100n ? "max" : `${part} %`}
          </button>
        ))}
      </span>
      <p id="ticket-lots-hint" className="hint">
        {problem}
        {problem === undefined && lots !== 0n && (
          <>
            pays out at most{" "}
            <Tokens wei={(lots < 0n ? -lots : lots) * (place.bounds.upper - place.bounds.lower) * place.tickValue} />
            {count !== undefined && ` · at most ${lotsText(count)} lots can be borne at this price`}
          </>
        )}
      </p>
    </div>
  );
}

function TimeFields({ typed, change, read }: TicketProps): ReactNode {
  const problem = typed.minutes === "" ? undefined : read.problems.minutes;
  return (
    <div className="field">
      <TimeChoice
        label="Good"
        value={typed.time}
        choose={(time) => {
          change({ time });
        }}
      />
      <label>
        For minutes
        <input
          inputMode="numeric"
          autoComplete="off"
          size={8}
          placeholder="till the end"
          value={typed.minutes}
          aria-invalid={problem !== undefined}
          onChange={(event) => {
            change({ minutes: event.target.value });
          }}
        />
      </label>
      <p className="hint">
        {problem ?? (read.draft !== undefined && `until ${formatMoment(Number(read.draft.deadline))}`)}
      </p>
    </div>
  );
}

/** With two assets there is one book: an order for the second leg stands in it the other way round. */
function TurnedNote({ place, read }: TicketProps): ReactNode {
  const session = useSession();
  const names = useNames();
  if (!read.isTurned || read.draft === undefined) return null;
  const { quantityLots, priceTicks } = read.draft;
  const side = quantityLots > 0n ? "Buy" : "Sell";
  const size = quantityLots < 0n ? -quantityLots : quantityLots;
  const other = place.otherTitle ?? names?.assets[0]?.symbol ?? "leg 1";
  return (
    <p className="hint">
      Both legs have one book. This order stands in it, and is signed, as: {side} {lotsText(size)} lots of{" "}
      <Link href={sessionPath(session, "trade", 1, 1)}>{other}</Link> at {priceWords(place.root, priceTicks)}.
    </p>
  );
}
