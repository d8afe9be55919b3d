/** The four parts of a new session's terms, as they are typed. */
import { type ReactNode, useId } from "react";

import { MAX_ASSETS } from "../../../src/protocol/amounts/limits.js";
import { secondsOf } from "../../../src/protocol/amounts/times.js";
import { Field } from "../../ui/Field.js";
import { assetText } from "../../ui/numbers.js";
import { formatMoment } from "../../ui/time.js";
import { type AssetFacts, type Checked, type Draft, type FieldName, unitsSentence } from "./terms.js";

interface PartProps {
  readonly draft: Draft;
  readonly change: (part: Partial<Draft>) => void;
  readonly checked: Checked;
  readonly now: number;
}

interface CheckedFieldProps {
  readonly label: string;
  readonly value: string;
  readonly problem: string | undefined;
  readonly set: (value: string) => void;
  readonly size?: number;
  readonly children?: ReactNode;
}

function CheckedField({ problem, children, size = 24, ...rest }: CheckedFieldProps): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <Field {...rest} size={size} said={{ id, isProblem: problem !== undefined }} />
      <span id={id} className="hint">
        {rest.value === "" ? "" : problem} {children}
      </span>
    </div>
  );
}

function Typed({
  name,
  label,
  size,
  children,
  draft,
  change,
  checked,
}: PartProps & {
  readonly name: FieldName;
  readonly label: string;
  readonly size?: number;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <CheckedField
      label={label}
      value={draft[name]}
      problem={checked.problems.get(name)}
      set={(value) => {
        change({ [name]: value });
      }}
      {...(size !== undefined && { size })}
    >
      {children}
    </CheckedField>
  );
}

export function Basket({
  draft,
  change,
  checked,
  facts,
}: PartProps & { readonly facts: ReadonlyMap<string, AssetFacts> | undefined }): ReactNode {
  const set = (index: number, part: Partial<Draft["assets"][number]>): void => {
    change({ assets: draft.assets.map((one, k) => (k === index ? { ...one, ...part } : one)) });
  };
  return (
    <section className="panel">
      <h2>1 Basket</h2>
      {draft.assets.map(({ address, quantity }, index) => {
        const known = facts?.get(address.trim().toLowerCase());
        return (
          <fieldset key={index} className="asset">
            <legend>
              Asset {index + 1} {known === undefined ? "" : `${known.symbol}, ${known.decimals} decimals`}
            </legend>
            <CheckedField
              label="Token’s address"
              size={44}
              value={address}
              problem={checked.problems.get(`asset ${index + 1}`)}
              set={(value) => {
                set(index, { address: value });
              }}
            />
            <CheckedField
              label="Whole units in the basket"
              value={quantity}
              problem={checked.problems.get(`quantity ${index + 1}`)}
              set={(value) => {
                set(index, { quantity: value });
              }}
            >
              {known?.balance !== undefined && `You have ${assetText(known.balance, known.decimals)} ${known.symbol}.`}
            </CheckedField>
            <button
              type="button"
              disabled={draft.assets.length === 1}
              onClick={() => {
                change({ assets: draft.assets.filter((_, k) => k !== index) });
              }}
            >
              Leave out
            </button>
          </fieldset>
        );
      })}
      <button
        type="button"
        disabled={draft.assets.length >= MAX_ASSETS}
        onClick={() => {
          change({ assets: [...draft.assets, { address: "", quantity: "" }] });
        }}
      >
        One more asset
      </button>
      <p className="hint">
        Tokens that take a fee of each transfer, or change balances by themselves, cannot be locked away: funding
        refuses them. {checked.problems.get("assets")}
      </p>
    </section>
  );
}

function When({ text, now }: { readonly text: string; readonly now: number }): ReactNode {
  const second = secondsOf(text.trim(), now);
  if (second === undefined) return null;
  return (
    <>
      {formatMoment(second)}, {new Date(second * 1_000).toISOString().slice(0, 16).replace("T", " ")} UTC
    </>
  );
}

export function Times(props: PartProps): ReactNode {
  const { draft, now } = props;
  return (
    <section className="panel">
      <h2>2 Time</h2>
      <p className="hint">A date like 2026-12-01T00:00:00Z, or from the chain’s time on: +2h, +7d.</p>
      <Typed {...props} name="t1" label="Trading begins (t1)">
        <When text={draft.t1} now={now} />
      </Typed>
      <Typed {...props} name="t2" label="Settlement begins (t2)">
        <When text={draft.t2} now={now} />
      </Typed>
      <Typed {...props} name="settleLimit" label="Last settlement of its markets">
        {draft.settleLimit === "" ? "30 days after t2." : <When text={draft.settleLimit} now={now} />}
      </Typed>
    </section>
  );
}

export function Units(props: PartProps): ReactNode {
  const { draft, checked } = props;
  return (
    <section className="panel">
      <h2>3 Units</h2>
      <Typed {...props} name="name" label="Session token’s name" />
      <Typed {...props} name="symbol" label="Its symbol" />
      <Typed {...props} name="supply" label="Session tokens for the whole basket" />
      <Typed {...props} name="basketScale" label="Ticks of a weight of 1" />
      <Typed {...props} name="basketTickValue" label="Wei that a tick of a lot is worth" />
      <p>{unitsSentence(draft.basketScale, checked.lotValue, draft.symbol)}</p>
    </section>
  );
}

export function Who(props: PartProps): ReactNode {
  const { draft, change } = props;
  return (
    <section className="panel">
      <h2>4 Who</h2>
      <Typed {...props} name="policy" label="Contract that says who may take part" size={44}>
        {draft.policy === "" ? "Nobody is asked: everybody may." : "It is asked of each who registers."}
      </Typed>
      <label>
        <input
          type="checkbox"
          checked={draft.openMarkets}
          onChange={(event) => {
            change({ openMarkets: event.target.checked });
          }}
        />
        Every registered trader may make markets, not I alone
      </label>
      <details>
        <summary>Limits</summary>
        <Typed {...props} name="chainWindow" label="Blocks with calls that an order may lag behind" />
        <Typed {...props} name="maxOpenOrders" label="Open orders of a trader, at most" />
        <Typed {...props} name="maxLots" label="Lots of a position, at most">
          {draft.maxLots === "" && "No limit."}
        </Typed>
      </details>
    </section>
  );
}
