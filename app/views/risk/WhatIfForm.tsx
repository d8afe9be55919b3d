/** A trade between two holders, and outcomes, that are pretended; and a limit on what anybody loses, with and without them. */
import type { ReactNode } from "react";

import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import { type Names, type Root, shortAddress } from "../../data/names.js";
import { unitNameOf } from "../../ui/market-units.js";
import { branchTitle } from "../markets/tree.js";
import { NumberField } from "../../ui/Field.js";
import type { WhatIf } from "./what-if.js";

interface WhatIfFormProps {
  readonly whatIf: WhatIf;
  readonly change: (part: Partial<WhatIf>) => void;
  readonly traders: readonly string[];
  readonly roots: readonly Root[];
  readonly names: Names;
}

export function WhatIfForm({ whatIf, change, traders, roots, names }: WhatIfFormProps): ReactNode {
  const root = roots.find(({ marketRootId }) => whatIf.market.startsWith(`${marketRootId}.`));
  return (
    <details className="panel what-if">
      <summary>What if … (nothing is signed)</summary>
      <fieldset>
        <legend>they traded</legend>
        <Holder
          label="Buyer"
          value={whatIf.buyer}
          traders={traders}
          set={(buyer) => {
            change({ buyer });
          }}
        />
        <Holder
          label="Seller"
          value={whatIf.seller}
          traders={traders}
          set={(seller) => {
            change({ seller });
          }}
        />
        <label>
          Market
          <select
            value={whatIf.market}
            onChange={(event) => {
              change({ market: event.target.value });
            }}
          >
            <option value="">none</option>
            {roots.flatMap((one) =>
              one.branches.map((branch) => (
                <option
                  key={`${one.marketRootId}.${branch.marketBranchId}`}
                  value={`${one.marketRootId}.${branch.marketBranchId}`}
                >
                  {one.marketRootId}.{branch.marketBranchId} {branchTitle(one, branch, names)}
                </option>
              )),
            )}
          </select>
        </label>
        <NumberField
          label={`Price${root === undefined ? "" : `, ${unitNameOf(root)}`}`}
          value={whatIf.price}
          set={(price) => {
            change({ price });
          }}
        />
        <NumberField
          label="Lots traded"
          value={whatIf.lots}
          set={(lots) => {
            change({ lots });
          }}
        />
      </fieldset>
      <fieldset>
        <legend>it ended so</legend>
        {roots
          .filter(({ marketRootId }) => marketRootId !== BASKET_ROOT_ID)
          .map((one) => (
            <NumberField
              key={one.marketRootId}
              label={`If ${one.head?.title ?? `market ${one.marketRootId}`} ends ${one.kind === "interval" ? `at, ${unitNameOf(one)}` : "with outcome number"}`}
              value={whatIf.outcomes.get(one.marketRootId) ?? ""}
              set={(text) => {
                change({ outcomes: new Map(whatIf.outcomes).set(one.marketRootId, text) });
              }}
            />
          ))}
      </fieldset>
      <fieldset>
        <legend>nobody may lose more</legend>
        <NumberField
          label="Most that anybody may lose"
          value={whatIf.limit}
          set={(limit) => {
            change({ limit });
          }}
        />
      </fieldset>
      <p className="hint">Each cell that would change shows what it is, an arrow, and what it would be.</p>
    </details>
  );
}

interface HolderProps {
  readonly label: string;
  readonly value: string;
  readonly traders: readonly string[];
  readonly set: (address: string) => void;
}

function Holder({ label, value, traders, set }: HolderProps): ReactNode {
  return (
    <label>
      {label}
      <select
        value={value}
        onChange={(event) => {
          set(event.target.value);
        }}
      >
        <option value="">nobody</option>
        {traders.map((trader) => (
          <option key={trader} value={trader}>
            {shortAddress(trader)}
          </option>
        ))}
      </select>
    </label>
  );
}
