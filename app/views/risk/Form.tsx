/** Prices and shocks, in what gains are counted, and how other markets end. */
import type { ReactNode } from "react";

import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import type { Names, Root } from "../../data/names.js";
import { unitNameOf } from "../../ui/market-units.js";
import { NumberField } from "../../ui/Field.js";
import type { RiskInput } from "./model.js";

const KINDS = ["relative", "absolute", "ratio"] as const;

interface FormProps {
  readonly input: RiskInput;
  readonly assets: Names["assets"];
  readonly roots: readonly Root[];
  readonly change: (part: Partial<RiskInput>) => void;
}

export function Form({ input, assets, roots, change }: FormProps): ReactNode {
  const { shocks = "relative", reference = "1" } = input;
  const unit = shocks === "absolute" ? "" : ", %";
  const assetOptions = assets.map(({ symbol }, k) => (
    <option key={k} value={String(k + 1)}>
      {symbol}
    </option>
  ));
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
            <NumberField
              label="Price of one"
              value={input.prices[k] ?? ""}
              set={(text) => {
                change({ prices: input.prices.map((price, at) => (at === k ? text : price)) });
              }}
            />
            <NumberField
              label={`Shock from${unit}`}
              value={range?.from ?? ""}
              set={(from) => {
                put({ from });
              }}
            />
            <NumberField
              label={`to${unit}`}
              value={range?.to ?? ""}
              set={(to) => {
                put({ to });
              }}
            />
            <NumberField
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
        Shocks are
        <select
          value={shocks}
          onChange={({ target }) => {
            const kind = KINDS.find((one) => one === target.value) ?? "relative";
            change({ shocks: kind });
          }}
        >
          <option value="relative">of the price</option>
          <option value="absolute">amounts of the prices’ unit</option>
          <option value="ratio">of the ratio to another price</option>
        </select>
      </label>
      {shocks === "ratio" && (
        <label>
          To the price of
          <select
            value={reference}
            onChange={({ target }) => {
              change({ reference: target.value });
            }}
          >
            {assetOptions}
          </select>
        </label>
      )}
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
          {assetOptions}
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
          <NumberField
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
