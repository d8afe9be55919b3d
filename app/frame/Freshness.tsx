/** How old what is shown is, and where it comes from. */
import { type ReactNode, useEffect, useState } from "react";

import { useSourceState } from "../data/session.js";
import type { SessionSource } from "../data/source.js";

/** After how long without a word data counts as stale, s. */
const STALE_S = 10;

export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, everyMs);
    return () => {
      clearInterval(timer);
    };
  }, [everyMs]);
  return now;
}

export function Freshness({
  source,
  chain,
}: {
  readonly source: SessionSource;
  readonly chain: SessionSource | undefined;
}): ReactNode {
  const state = useSourceState(source);
  const now = useNow();
  const age = state.head === undefined ? undefined : Math.max(0, Math.round((now - state.head.heardAt) / 1_000));
  return (
    <p className="freshness" data-status={state.status}>
      {state.head === undefined ? "no block yet" : `block ${state.head.number} · ${age} s`}
      {" · "}
      <Light source={source} />
      {chain !== undefined && chain !== source && (
        <>
          {" "}
          <Light source={chain} />
        </>
      )}
    </p>
  );
}

function Light({ source }: { readonly source: SessionSource }): ReactNode {
  const { status } = useSourceState(source);
  const name = source.kind === "relay" ? "relay" : "node";
  return (
    <span title={source.url}>
      {name} <span aria-hidden="true">{status === "live" ? "●" : "○"}</span>
      <span className="unseen">
        {status === "live" ? "answers" : status === "opening" ? "is being asked" : "does not answer"}
      </span>
    </span>
  );
}

/** In the place of the phase, which takes as much room, as long as nothing is known of the session. */
export function Opening({ source }: { readonly source: SessionSource }): ReactNode {
  const state = useSourceState(source);
  return (
    <p className="phase opening" role="status">
      {state.status === "opening" ? `${state.note} …` : "…"}
    </p>
  );
}

/** Of a source that does not answer: since when, and what is shown meanwhile. Nothing while it does. */
export function LostLine({ source }: { readonly source: SessionSource }): ReactNode {
  const state = useSourceState(source);
  const now = useNow();
  if (state.status !== "lost") return null;
  const seconds = Math.max(0, Math.round((now - state.since) / 1_000));
  const shown = state.head === undefined ? "nothing of it to show yet" : `showing block ${state.head.number}`;
  return (
    <p className="line amber" role="status">
      The {source.kind === "relay" ? "relay" : "node"} was lost {seconds} s ago; {shown}; asking again. {state.reason}
    </p>
  );
}

/** One line under the frame when something is stale. */
export function StaleLine({ source }: { readonly source: SessionSource }): ReactNode {
  const state = useSourceState(source);
  const now = useNow();
  if (state.status === "opening") return null; // told where the phase will stand
  if (state.status === "lost") return <LostLine source={source} />;
  const age = Math.round((now - state.head.heardAt) / 1_000);
  return age < STALE_S ? null : (
    <p className="line amber" role="status">
      What is shown is {age} s old.
    </p>
  );
}
