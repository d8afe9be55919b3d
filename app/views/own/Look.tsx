/** What a record would do, before anything is signed, and then the signing. */
import { type ReactNode, useState } from "react";
import { Link } from "wouter";

import { IOrderBook__factory } from "../../../typechain-types/index.js";
import { createMarketOwner, type MarketOwner, type Recorded } from "../../../src/client/market-owner.js";
import { signRecord } from "../../../src/bindings/market-records.js";
import { toReadableJson } from "../../../src/protocol/amounts/json.js";
import type { MarketRecord } from "../../../src/protocol/signing/market-record.js";
import type { ChainSource } from "../../data/chain-source.js";
import { reached } from "../../data/source.js";
import { useHandle } from "../../data/handle.js";
import { useNames, useSession } from "../../data/session.js";
import { sessionPath } from "../../data/routes.js";
import { Copied } from "../../ui/Copied.js";
import { tokensText } from "../../ui/numbers.js";
import { Refusal, Waiting } from "../../ui/State.js";
import { useAccount } from "../../wallet/AccountMenu.js";
import { signerOf } from "../../wallet/wallets.js";
import { type EffectWords, effectWords } from "./saying.js";

/** A record that is ready to be signed. */
export interface Said {
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

export type Make = (chain: ChainSource) => Promise<Said>;

/**
 * What a record would do, asked of the mirror, which plays it and takes it back. It is over what the mirror itself has as the newest
 * record: a relay may be a block before it, or behind.
 */
export function useLook(price: (ticks: bigint) => string): readonly [Looking, (make: Make) => void, () => void] {
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

export function Look({ looking }: { readonly looking: Looking }): ReactNode {
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
        <label>
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
