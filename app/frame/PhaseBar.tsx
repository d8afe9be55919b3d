/** Created, funded, open, settling: where the session stands by the chain's own time. */
import type { ReactNode } from "react";

import type { Facts, Head } from "../data/source.js";
import { formatMoment, formatSpan } from "../ui/time.js";
import { useNow } from "./Freshness.js";

export function PhaseBar({ facts, head }: { readonly facts: Facts; readonly head: Head }): ReactNode {
  const now = useNow();
  // Between two blocks the chain's clock is taken to go on as this one does.
  const time = head.time + Math.max(0, Math.round((now - head.heardAt) / 1_000));
  const [t1, t2] = [Number(facts.t1), Number(facts.t2)];
  const phase = time < t1 ? "before" : time < t2 ? "open" : "settling";
  const part = phase === "open" ? (time - t1) / Math.max(1, t2 - t1) : phase === "before" ? 0 : 1;
  const words = {
    before: `Trading begins in ${formatSpan(t1 - time)}`,
    open: `Open: ${formatSpan(t2 - time)} left`,
    settling: "Trading is over: claims are paid out",
  }[phase];
  return (
    <section className="phase" aria-label="Phase" data-phase={phase}>
      <span className="phase-word">{words}</span>
      <progress max={1} value={part} aria-label="Part of the trading window that is over" />
      <span className="phase-times">
        {formatMoment(t1)} – {formatMoment(t2)}
      </span>
    </section>
  );
}
