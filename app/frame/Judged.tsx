/** Whether the relay says what the chain says: asked once a minute, and whenever somebody wants to know. */
import { type ReactNode, useEffect, useState } from "react";
import { Link } from "wouter";

import { messageOf } from "../../src/protocol/amounts/errors.js";
import { judge, type Verdict } from "../data/judge.js";
import { useSession, useSourceState } from "../data/session.js";
import { useAccount } from "../wallet/AccountMenu.js";
import { sessionPath } from "../data/routes.js";

const EVERY_MS = 60_000;

type Judged =
  | { readonly name: "unasked" | "asking" }
  | { readonly name: "judged"; readonly verdict: Verdict }
  | { readonly name: "unknown"; readonly reason: string };

/** Nothing where there are not both. */
export function Judge(): ReactNode {
  const { source, chain } = useSession();
  const isRelay = source.kind === "relay";
  return isRelay && chain !== undefined ? <Line /> : null;
}

function Line(): ReactNode {
  const session = useSession();
  const [judged, ask] = useJudged();
  if (judged.name === "judged" && judged.verdict.differences.length > 0) {
    return (
      <div className="line red" role="alert">
        <p>
          The relay does not say what the chain says, at block {judged.verdict.block}: trust the chain.{" "}
          <Link href={sessionPath(session, "settings")}>Go on without this relay, in Settings.</Link>{" "}
          <Again ask={ask} />
        </p>
        <ul>
          {judged.verdict.differences.map(({ what, relay, chain }) => (
            <li key={what}>
              {what}: the relay says {relay}, the chain {chain}
            </li>
          ))}
        </ul>
      </div>
    );
  }
  return (
    <p className="judged hint">
      {wordsOf(judged)} <Again ask={ask} />
    </p>
  );
}

function Again({ ask }: { readonly ask: () => void }): ReactNode {
  return (
    <button type="button" onClick={ask}>
      Compare now
    </button>
  );
}

function wordsOf(judged: Judged): string {
  switch (judged.name) {
    case "unasked":
      return "The relay is compared with the chain once both answer.";
    case "asking":
      return "The relay is compared with the chain …";
    case "unknown":
      return `The relay could not be compared with the chain: ${judged.reason}`;
    case "judged": {
      const { block, behind } = judged.verdict;
      return `The relay agrees with the chain at block ${block}${behind > 1 ? `, ${behind} blocks behind it` : ""}.`;
    }
  }
}

function useJudged(): readonly [Judged, () => void] {
  const { source, chain } = useSession();
  const account = useAccount();
  const trader = account?.address;
  const [relayState, chainState] = [useSourceState(source), useSourceState(chain ?? source)];
  const isReady = relayState.status === "live" && chainState.status === "live";
  const [judged, setJudged] = useState<Judged>({ name: "unasked" });
  const [round, setRound] = useState(0);
  useEffect(() => {
    if (!isReady || chain === undefined) return undefined;
    let isOver = false;
    const ask = async (): Promise<void> => {
      setJudged((before) => (before.name === "judged" ? before : { name: "asking" }));
      try {
        const verdict = await judge(source, chain, trader);
        if (!isOver) setJudged({ name: "judged", verdict });
      } catch (error) {
        if (!isOver) setJudged({ name: "unknown", reason: messageOf(error) });
      }
    };
    void ask();
    const timer = setInterval(() => void ask(), EVERY_MS);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, [source, chain, trader, isReady, round]);
  return [
    judged,
    () => {
      setRound((count) => count + 1);
    },
  ];
}
