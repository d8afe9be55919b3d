/** The desk of a market's owner: makes markets, says what is known of their outcomes, and settles them. Nothing is signed unseen. */
import { type ReactNode, useState } from "react";
import { Link } from "wouter";

import { IOrderBook__factory } from "../../../typechain-types/index.js";
import { createMarketOwner, type MarketOwner, type Recorded } from "../../../src/client/market-owner.js";
import { signRecord } from "../../../src/bindings/market-records.js";
import { toReadableJson } from "../../../src/protocol/amounts/json.js";
import type { Bounds } from "../../../src/protocol/market/bounds.js";
import { boundsRecord, branchRecord, eventRecord, intervalRecord } from "../../../src/protocol/market/market-drafts.js";
import type { MarketRecord } from "../../../src/protocol/signing/market-record.js";
import { BASKET_ROOT_ID } from "../../../src/protocol/signing/package.js";
import type { Ticks } from "../../../src/protocol/amounts/units.js";
import type { ChainSource } from "../../data/chain-source.js";
import { reached } from "../../data/source.js";
import { useHandle } from "../../data/handle.js";
import { type Root, useHead, useMarketsQuery, useNames, useSession } from "../../data/session.js";
import { wordsOf } from "../../ui/words.js";
import type { ViewProps } from "../../frame/view-props.js";
import { sessionPath } from "../../data/routes.js";
import { Copied } from "../../ui/Copied.js";
import { BoundsPicture } from "./BoundsPicture.js";
import { Moment, Tokens } from "../../ui/Amount.js";
import { percentText, tokensText, unitsText } from "../../ui/numbers.js";
import { Missing, Refusal, Waiting } from "../../ui/State.js";
import { useAccount } from "../../wallet/AccountMenu.js";
import { signerOf } from "../../wallet/wallets.js";
import {
  EMPTY_MARKET,
  type EffectWords,
  effectWords,
  type MarketDraft,
  mostOfALot,
  readBounds,
  readMarket,
  readOutcome,
} from "./saying.js";
import "../../style/new.css";

export default function Own({ rest }: ViewProps): ReactNode {
  const markets = useMarketsQuery();
  const roots = markets.data?.roots;
  const account = useAccount();
  const session = useSession();
  const names = useNames();
  if (roots === undefined) return <Missing of={[markets]} what="the markets" />;
  const root = roots.find(({ marketRootId }) => String(marketRootId) === rest[0] && marketRootId !== BASKET_ROOT_ID);
  if (root !== undefined) return <RootDesk root={root} />;
  const own = roots.filter(({ owner }) => owner === account?.address);
  return (
    <div className="lone">
      <h1>Market desk</h1>
      {rest[0] !== undefined && <p role="alert">There is no market {rest[0]} to be owned.</p>}
      <section className="panel">
        <h2>Yours</h2>
        {own.length === 0 ? (
          <p>{account === undefined ? "Connect a wallet to see yours." : "You own none in this session yet."}</p>
        ) : (
          <ul>
            {own.map((one) => (
              <li key={one.marketRootId}>
                <Link href={sessionPath(session, "own", one.marketRootId)}>
                  {one.marketRootId} {wordsOf(one, 1, names).head?.title}
                </Link>
                {one.settled ? ", settled" : ""}
              </li>
            ))}
          </ul>
        )}
      </section>
      <Make />
    </div>
  );
}

// ------------------------------------------------------------------ before anything is signed

/** A record that is ready to be signed. */
interface Said {
  readonly record: MarketRecord;
  readonly description: string;
  /** Says it, through the client, which asks the book once more before anything is sent. */
  readonly send: (owner: MarketOwner) => Promise<Recorded>;
}

/** With what it would do. */
interface Proposal extends Said {
  readonly words: EffectWords;
  /** The block by whose book they are. */
  readonly block: number;
}

type Looking =
  | { readonly status: "none" | "looking" }
  | { readonly status: "ready"; readonly proposal: Proposal }
  | { readonly status: "failed"; readonly error: unknown };

type Make = (chain: ChainSource) => Promise<Said>;

/**
 * What a record would do, asked of the mirror, which plays it and takes it back. It is over what the mirror itself has as the newest
 * record: a relay may be a block before it, or behind.
 */
function useLook(price: (ticks: bigint) => string): readonly [Looking, (make: Make) => void, () => void] {
  const { chain, source } = useSession();
  const names = useNames();
  const [looking, setLooking] = useState<Looking>({ status: "none" });
  const look = async (make: Make): Promise<void> => {
    setLooking({ status: "looking" });
    try {
      if (chain === undefined)
        throw new Error("What it would do is worked out from the logs: name a node in Settings.");
      await reached(chain, source.state().head?.number ?? 0);
      const proposal = await make(chain);
      const { block, effect } = await chain.effect(proposal.record, proposal.description);
      const tokens = (wei: bigint): string => `${tokensText(wei)} ${names?.symbol ?? "tokens"}`;
      setLooking({ status: "ready", proposal: { ...proposal, block, words: effectWords(effect, tokens, price) } });
    } catch (error) {
      setLooking({ status: "failed", error });
    }
  };
  return [
    looking,
    (make) => void look(make),
    () => {
      setLooking({ status: "none" });
    },
  ];
}

type Sending =
  | { readonly status: "none" | "asking" }
  | { readonly status: "sent"; readonly recorded: Recorded }
  | { readonly status: "signed"; readonly text: string }
  | { readonly status: "failed"; readonly error: unknown };

function Look({ looking }: { readonly looking: Looking }): ReactNode {
  switch (looking.status) {
    case "none":
      return null;
    case "looking":
      return <Waiting what="what it would do" />;
    case "failed":
      return <Refusal error={looking.error} />;
    case "ready":
      return <Ready proposal={looking.proposal} />;
  }
}

function Ready({ proposal }: { readonly proposal: Proposal }): ReactNode {
  const { record, description, words, block, send } = proposal;
  const account = useAccount();
  const session = useSession();
  const { data: handle } = useHandle();
  const [sending, setSending] = useState<Sending>({ status: "none" });
  const [isMeant, setMeant] = useState(false);
  const isOwner = account?.address === record.owner;
  const act = async (how: "send" | "sign"): Promise<void> => {
    if (account === undefined) return;
    setSending({ status: "asking" });
    try {
      if (handle === undefined) return;
      const signer = await signerOf(account);
      if (how === "send") {
        setSending({ status: "sent", recorded: await send(createMarketOwner(handle, signer)) });
      } else {
        const signed = await signRecord(handle.domain, signer, record, description);
        setSending({ status: "signed", text: toReadableJson(signed) });
      }
    } catch (error) {
      setSending({ status: "failed", error });
    }
  };
  const data = IOrderBook__factory.createInterface().encodeFunctionData("createMarket", [
    record,
    "0x",
    "0x",
    description,
  ]);
  const isFree = isOwner && handle !== undefined && (isMeant || !words.isFinal) && sending.status !== "asking";
  return (
    <section className="panel" aria-label="What it would do">
      <h3>Before you sign, by block {block}</h3>
      <ul>
        {words.sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      {words.isFinal && (
        <label className="check">
          <input
            type="checkbox"
            checked={isMeant}
            onChange={(event) => {
              setMeant(event.target.checked);
            }}
          />
          I mean to settle it, for good
        </label>
      )}
      <button type="button" className="primary" disabled={!isFree} onClick={() => void act("send")}>
        {sending.status === "asking" ? "The wallet is asked …" : "Send it"}
      </button>{" "}
      <button type="button" disabled={!isFree} onClick={() => void act("sign")}>
        Sign only, for somebody else to bring
      </button>
      {!isOwner && <p className="hint">Only {record.owner} can say it: connect that account on the session’s chain.</p>}
      {sending.status === "failed" && <Refusal error={sending.error} />}
      {sending.status === "signed" && <Copied what="The signed record" text={sending.text} />}
      {sending.status === "sent" && (
        <p role="status">
          On chain in block {sending.recorded.receipt.blockNumber}, market{" "}
          <Link href={sessionPath(session, "own", sending.recorded.marketRootId)}>{sending.recorded.marketRootId}</Link>
          : <code>{sending.recorded.receipt.hash}</code>
        </p>
      )}
      <details>
        <summary>The owner is a contract: what it has to call</summary>
        <p>
          To <code>{handle?.bookAddress}</code>:
        </p>
        <Copied what="Call data" text={data} />
      </details>
    </section>
  );
}

interface TextProps {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
  readonly size?: number;
}

function Text({ label, value, set, size = 20 }: TextProps): ReactNode {
  return (
    <label>
      {label}
      <input
        size={size}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          set(event.target.value);
        }}
      />
    </label>
  );
}

function Lines({ label, value, set }: TextProps): ReactNode {
  return (
    <label>
      {label}
      <textarea
        rows={5}
        cols={50}
        value={value}
        onChange={(event) => {
          set(event.target.value);
        }}
      />
    </label>
  );
}

// ------------------------------------------------------------------ a new market

function Make(): ReactNode {
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
      <Text label="Title" size={50} value={draft.title} set={set("title")} />
      {draft.kind === "interval" ? (
        <>
          <Text label="Unit" size={8} value={draft.unit} set={set("unit")} />
          <Text label="Ticks a unit" size={8} value={draft.ticksPerUnit} set={set("ticksPerUnit")} />
          <Text label="Least" value={draft.lower} set={set("lower")} />
          <Text label="Greatest" value={draft.upper} set={set("upper")} />
        </>
      ) : (
        <Lines label="Outcomes, one on each line" value={draft.outcomes} set={set("outcomes")} />
      )}
      <Text label="Outcome if you never say it" value={draft.fallback} set={set("fallback")} />
      <Text label="Wei of a tick of a lot" value={draft.tickValue} set={set("tickValue")} />
      <Text label="Trading ends" value={draft.closesAt} set={set("closesAt")} />
      <Text label="Settled by" value={draft.settleBy} set={set("settleBy")} />
      <Text label="Source" size={50} value={draft.source} set={set("source")} />
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

// ------------------------------------------------------------------ one that is there

function RootDesk({ root }: { readonly root: Root }): ReactNode {
  const names = useNames();
  const session = useSession();
  const { marketRootId, owner, settled, branches } = root;
  const isEvent = root.kind !== "interval";
  const head = root.head ?? undefined;
  const price = (ticks: bigint): string =>
    isEvent
      ? `${percentText(ticks, root.outcomes.upper)} %`
      : `${unitsText(ticks, head)} ${head?.unit ?? "ticks"}`.trimEnd();
  return (
    <div className="lone">
      <h1>
        {marketRootId} {wordsOf(root, 1, names).head?.title ?? "A market"}
      </h1>
      <p>
        Owner <code>{owner}</code>. Settled by <Moment second={root.settleBy} />.{" "}
        <Link href={sessionPath(session, "own")}>All of yours</Link>
      </p>
      <section className="panel">
        <h2>What it can still pay</h2>
        <table>
          <thead>
            <tr>
              <th scope="col">{isEvent ? "Outcome" : "Branch"}</th>
              <th scope="col" className="number">
                At least
              </th>
              <th scope="col" className="number">
                At most
              </th>
            </tr>
          </thead>
          <tbody>
            {branches.map(({ marketBranchId, bounds }) => (
              <tr key={marketBranchId}>
                <th scope="row">
                  {marketBranchId} {head?.outcomes[marketBranchId - 1]}
                </th>
                <td className="number">{price(bounds.lower)}</td>
                <td className="number">{price(bounds.upper)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {settled ? (
        <p>It is settled: nothing can be said of it any more.</p>
      ) : isEvent ? (
        <SayOfEvent root={root} price={price} />
      ) : (
        <SayOfInterval root={root} price={price} />
      )}
    </div>
  );
}

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

function SayOfInterval({ root, price }: SayProps): ReactNode {
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
        <Text
          label="At least"
          value={lower}
          set={(value) => {
            setLower(value);
            forget();
          }}
        />
        <Text
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
        <Text
          label="Lower strike"
          value={strikes.lower}
          set={(value) => {
            setStrikes({ ...strikes, lower: value });
            forget();
          }}
        />
        <Text
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

function SayOfEvent({ root, price }: SayProps): ReactNode {
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
      <Text
        label="Outcome"
        value={first}
        set={(value) => {
          setFirst(value);
          forget();
        }}
      />
      <Text
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
