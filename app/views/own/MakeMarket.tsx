/** A new market. */
import { type ReactNode, useState } from "react";

import { eventRecord, intervalRecord } from "../../../src/protocol/market/market-drafts.js";
import type { ChainSource } from "../../data/chain-source.js";
import { useHead, useNames } from "../../data/session.js";
import { Moment, Tokens } from "../../ui/Amount.js";
import { percentText, unitsText } from "../../ui/numbers.js";
import { useAccount } from "../../wallet/AccountMenu.js";
import { EMPTY_MARKET, type MarketDraft, mostOfALot, readMarket } from "./saying.js";
import { type Said, useLook, Look } from "./Look.js";
import { Field, Lines } from "../../ui/Field.js";

export function MakeMarket(): ReactNode {
  const [draft, setDraft] = useState<MarketDraft>(EMPTY_MARKET);
  const account = useAccount();
  const head = useHead();
  const names = useNames();
  const market = readMarket(draft, head?.time ?? 0);
  const isGood = "spec" in market;
  const [looking, look, forget] = useLook((price) =>
    isGood && market.kind === "interval"
      ? `${unitsText(price, market.head)} ${market.head.unit}`.trimEnd()
      : `${percentText(price, 10_000n)} %`,
  );
  const set = (name: keyof MarketDraft) => (value: string) => {
    setDraft({ ...draft, [name]: value });
    forget();
  };
  const propose = async (chain: ChainSource): Promise<Said> => {
    if (!isGood || account === undefined) throw new Error("Connect a wallet: who signs owns the market.");
    const { link } = await chain.link();
    const place = { owner: account.address, previousLink: link };
    const { description } = market.spec;
    return market.kind === "event"
      ? { record: eventRecord(place, market.spec), description, send: (owner) => owner.createEvent(market.spec) }
      : { record: intervalRecord(place, market.spec), description, send: (owner) => owner.createInterval(market.spec) };
  };
  return (
    <section className="panel">
      <h2>Make a market</h2>
      <label>
        On
        <select
          value={draft.kind}
          onChange={(event) => {
            set("kind")(event.target.value);
          }}
        >
          <option value="interval">a number, within bounds</option>
          <option value="event">an event, one of several outcomes</option>
        </select>
      </label>
      <Field label="Title" size={50} value={draft.title} set={set("title")} />
      {draft.kind === "interval" ? (
        <>
          <Field label="Unit" size={8} value={draft.unit} set={set("unit")} />
          <Field label="Ticks a unit" size={8} value={draft.ticksPerUnit} set={set("ticksPerUnit")} />
          <Field label="Least" value={draft.lower} set={set("lower")} />
          <Field label="Greatest" value={draft.upper} set={set("upper")} />
        </>
      ) : (
        <Lines label="Outcomes, one on each line" value={draft.outcomes} set={set("outcomes")} />
      )}
      <Field label="Outcome if you never say it" value={draft.fallback} set={set("fallback")} />
      <Field label="Wei of a tick of a lot" value={draft.tickValue} set={set("tickValue")} />
      <Field label="Trading ends" value={draft.closesAt} set={set("closesAt")} />
      <Field label="Settled by" value={draft.settleBy} set={set("settleBy")} />
      <Field label="Source" size={50} value={draft.source} set={set("source")} />
      <Lines label="Rules" value={draft.rules} set={set("rules")} />
      {isGood ? (
        <>
          <h3>What everybody will read</h3>
          <p className="hint">Its hash is what you sign; the text is kept on the chain.</p>
          <pre className="long">{market.spec.description}</pre>
          <p>
            Most that one lot can pay: <Tokens wei={mostOfALot(market)} digits={18} />. Trading ends{" "}
            <Moment second={market.spec.closesAt} />; from <Moment second={market.spec.settleBy} /> on anybody may
            settle it by the fallback. It is in units of {names?.symbol ?? "session tokens"}.
          </p>
        </>
      ) : (
        <ul className="hint">
          {market.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      <button
        type="button"
        disabled={!isGood || account === undefined}
        onClick={() => {
          look(propose);
        }}
      >
        See what it does
      </button>
      {account === undefined && <p className="hint">Connect a wallet: who signs owns the market.</p>}
      <Look looking={looking} />
    </section>
  );
}
