/** What an owner says of a market: bounds, branches, outcomes that are out, and the outcome itself. */
import { type ReactNode, useState } from "react";

import type { MarketOwner, Recorded } from "../../../src/client/market-owner.js";
import type { Bounds } from "../../../src/protocol/market/bounds.js";
import { boundsRecord, branchRecord } from "../../../src/protocol/market/market-drafts.js";
import type { Ticks } from "../../../src/protocol/amounts/units.js";
import type { ChainSource } from "../../data/chain-source.js";
import type { Root } from "../../data/session.js";
import { BoundsPicture } from "./BoundsPicture.js";
import { unitsText } from "../../ui/numbers.js";
import { readBounds, readOutcome } from "./saying.js";
import { useLook, Look } from "./Look.js";
import { Field } from "../../ui/Field.js";

interface SayProps {
  readonly root: Root;
  readonly price: (ticks: bigint) => string;
}

/** Where the next record of it goes. */
async function recordPlace(
  chain: ChainSource,
  { owner, marketRootId }: Root,
): Promise<Parameters<typeof boundsRecord>[0]> {
  const { roots } = await chain.markets();
  const root = roots.find((one) => one.marketRootId === marketRootId);
  if (root === undefined) throw new Error(`The chain has no market ${marketRootId}.`);
  return { owner, marketRootId, previousLink: root.tip };
}

export function SayOfInterval({ root, price }: SayProps): ReactNode {
  const head = root.head ?? undefined;
  const { marketRootId, branches } = root;
  const today = branches[0]?.bounds ?? root.outcomes;
  const [lower, setLower] = useState(unitsText(today.lower, head));
  const [upper, setUpper] = useState(unitsText(today.upper, head));
  const [strikes, setStrikes] = useState({ lower: "", upper: "" });
  const [looking, look, forget] = useLook(price);
  const market = { marketRootId, marketBranchId: 1 };
  const bounded = (from: string, to: string): Bounds => {
    const bounds = readBounds(from, to, head);
    if (bounds === undefined)
      throw new Error("The least has to be below the greatest; to settle, say the outcome below.");
    return bounds;
  };
  const unit = head?.unit ?? "ticks";
  return (
    <>
      <section className="panel">
        <h2>Tighten</h2>
        <p className="hint">
          What the outcome can still be, in {unit || "its own numbers"}: drag the lines, or type. Bounds only ever
          tighten.
        </p>
        <BoundsPicture
          root={root}
          today={today}
          typed={{ lower, upper }}
          move={(end, ticks) => {
            (end === "lower" ? setLower : setUpper)(unitsText(ticks, head));
            forget();
          }}
        />
        <Field
          label="At least"
          value={lower}
          set={(value) => {
            setLower(value);
            forget();
          }}
        />
        <Field
          label="At most"
          value={upper}
          set={(value) => {
            setUpper(value);
            forget();
          }}
        />
        <button
          type="button"
          onClick={() => {
            look(async (chain) => {
              const bounds = bounded(lower, upper);
              const record = boundsRecord(await recordPlace(chain, root), 1, bounds);
              return { record, description: "", send: (owner) => owner.tighten(market, bounds) };
            });
          }}
        >
          See what it does
        </button>
      </section>
      <section className="panel">
        <h2>Branch</h2>
        <p className="hint">A new market on the same number, that pays between two strikes of it.</p>
        <Field
          label="Lower strike"
          value={strikes.lower}
          set={(value) => {
            setStrikes({ ...strikes, lower: value });
            forget();
          }}
        />
        <Field
          label="Upper strike"
          value={strikes.upper}
          set={(value) => {
            setStrikes({ ...strikes, upper: value });
            forget();
          }}
        />
        <button
          type="button"
          onClick={() => {
            look(async (chain) => {
              const spec = {
                strikes: bounded(strikes.lower, strikes.upper),
                parentBranchId: 1,
                marketBranchId: branches.length + 1,
              };
              const send = (owner: MarketOwner): Promise<Recorded> => owner.createBranch(marketRootId, spec.strikes);
              return { record: branchRecord(await recordPlace(chain, root), spec), description: "", send };
            });
          }}
        >
          See what it does
        </button>
      </section>
      <Settle
        root={root}
        look={(outcome) => {
          look(async (chain) => {
            const at = outcome as Ticks; // read as such
            const record = boundsRecord(await recordPlace(chain, root), 1, { lower: at, upper: at });
            return { record, description: "", send: (owner) => owner.settle(market, at) };
          });
        }}
        forget={forget}
      />
      <Look looking={looking} />
    </>
  );
}

export function SayOfEvent({ root, price }: SayProps): ReactNode {
  const { marketRootId, branches } = root;
  const head = root.head ?? undefined;
  const [looking, look, forget] = useLook(price);
  const scale = root.outcomes.upper;
  const open = branches.filter(({ bounds }) => bounds.upper > 0n);
  return (
    <>
      <section className="panel">
        <h2>Strike out</h2>
        <p className="hint">What cannot happen any more. If one outcome is left then, the market is settled.</p>
        <ul>
          {open.map(({ marketBranchId }) => (
            <li key={marketBranchId}>
              <button
                type="button"
                onClick={() => {
                  look(async (chain) => {
                    const none = { lower: 0n as Ticks, upper: 0n as Ticks };
                    const record = boundsRecord(await recordPlace(chain, root), marketBranchId, none);
                    const send = (owner: MarketOwner): Promise<Recorded> =>
                      owner.eliminate(marketRootId, marketBranchId, { settle: open.length <= 2 });
                    return { record, description: "", send };
                  });
                }}
              >
                Strike out {marketBranchId} {head?.outcomes[marketBranchId - 1]}
              </button>
            </li>
          ))}
        </ul>
      </section>
      <Settle
        root={root}
        look={(outcome) => {
          look(async (chain) => {
            const number = Number(outcome);
            const record = boundsRecord(await recordPlace(chain, root), number, { lower: scale, upper: scale });
            return { record, description: "", send: (owner) => owner.award(marketRootId, number) };
          });
        }}
        forget={forget}
      />
      <Look looking={looking} />
    </>
  );
}

interface SettleProps {
  readonly root: Root;
  readonly look: (outcome: bigint) => void;
  readonly forget: () => void;
}

function Settle({ root, look, forget }: SettleProps): ReactNode {
  const [first, setFirst] = useState("");
  const [second, setSecond] = useState("");
  const head = root.head ?? undefined;
  const told = { kind: root.kind === "interval" ? "interval" : "simplex", outcomes: root.outcomes, head } as const;
  const outcome = readOutcome(first, second, told, root.branches.length);
  return (
    <section className="panel">
      <h2>Settle</h2>
      <p className="hint">The outcome, for good. It is typed twice.</p>
      <Field
        label="Outcome"
        value={first}
        set={(value) => {
          setFirst(value);
          forget();
        }}
      />
      <Field
        label="Once more"
        value={second}
        set={(value) => {
          setSecond(value);
          forget();
        }}
      />
      <button
        type="button"
        disabled={typeof outcome === "string"}
        onClick={() => {
          if (typeof outcome === "bigint") look(outcome);
        }}
      >
        See what it does
      </button>
      {first !== "" && typeof outcome === "string" && <p className="hint">{outcome}</p>}
    </section>
  );
}
