/** What goes on by itself: the clock walks, the owner tells news, and one trader after the other acts, as people would. */
import type { NodeProvider } from "../../src/node/provider.js";
import { sleep } from "../../src/node/sleep.js";
import { messageOf, ProtocolError } from "../../src/protocol/amounts/errors.js";
import { createRandom } from "../../stage/rng.js";
import { walk } from "./clock.js";
import type { Tell } from "./ground.js";
import type { Turn } from "./turns.js";

export interface Going {
  readonly provider: NodeProvider;
  readonly speed: number;
  readonly seed: bigint;
  readonly tell: Tell;
  readonly news: () => Promise<void>;
  readonly nextRound: () => readonly Turn[];
  readonly act: (turn: Turn) => Promise<void>;
}

const LEAST_PAUSE_MS = 1_500;
const MOST_PAUSE_MS = 3_500;
/** A turn that is not over by then is left to itself: it ends when the node does. */
const PATIENCE_MS = 10_000;

/** @returns ends it, and waits for what is just being done */
export function goOn(going: Going): () => Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const onFault = faultTeller(going.tell, signal);
  const { provider, speed } = going;
  const running = Promise.all([walk(provider, { speed, signal, onFault }), trade(going, signal, onFault)]);
  return async () => {
    over.abort();
    const patience = new AbortController();
    await Promise.race([running, sleep(PATIENCE_MS, patience.signal)]);
    patience.abort();
  };
}

/** What goes wrong in a turn ends the turn. */
async function trade({ seed, news, nextRound, act }: Going, signal: AbortSignal, onFault: OnFault): Promise<void> {
  const pauses = createRandom(seed, "live pauses");
  for (;;) {
    for (const turn of nextRound()) {
      if (!(await sleep(pauses.integer(LEAST_PAUSE_MS, MOST_PAUSE_MS), signal))) return;
      await news().catch(onFault);
      await act(turn).catch(onFault);
    }
  }
}

type OnFault = (error: unknown) => void;

/** Of each kind the first: what happens again and again is told once. Nothing while it is being ended. */
function faultTeller(tell: Tell, signal: AbortSignal): OnFault {
  const told = new Set<string>();
  return (error) => {
    const kind = error instanceof ProtocolError ? error.code : messageOf(error);
    if (signal.aborted || told.has(kind)) return;
    told.add(kind);
    tell(`A turn was lost, and the others go on: ${messageOf(error)}`);
  };
}
