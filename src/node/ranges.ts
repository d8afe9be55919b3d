/**
 * How many blocks of logs a node searches at once. Providers allow 5, 500, 2 000 or 10 000, some limit the logs instead: what was
 * refused is remembered as a ceiling, what was answered as good; ranges grow by steps between the two, and do not shrink because
 * a node limits requests.
 */
import { nodeErrorOf } from "./classify.js";
import type { NodeError } from "./errors.js";

/** One answer, and the blocks that it is about. */
export interface Searched<T> {
  readonly first: number;
  readonly last: number;
  readonly found: T;
}

export interface Ranges {
  /** Blocks that the next question asks for. */
  readonly span: number;
  /**
   * Asks for as many of these blocks, from the first on, as the node answers at once.
   * @throws NodeError what the node says to a single block, or if it fails otherwise; what else `ask` throws
   */
  search<T>(first: number, last: number, ask: (first: number, last: number) => Promise<T>): Promise<Searched<T>>;
}

export const MOST_BLOCKS = 10_000;
/** Good answers in a row after which a ceiling that the node did not name is tried anew. */
const CONFIDENCE = 8;

interface State {
  span: number;
  /** Most that is asked for. */
  ceiling: number;
  /** Whether the node named the ceiling itself: then it stays. */
  isNamed: boolean;
  /** Most that was answered since something was refused. */
  good: number;
  /** Full ranges that were answered in a row. */
  row: number;
}

export function createRanges(most = MOST_BLOCKS): Ranges {
  const state: State = { span: most, ceiling: most, isNamed: false, good: 0, row: 0 };
  return {
    get span() {
      return state.span;
    },
    async search(first, last, ask) {
      for (;;) {
        const blocks = Math.min(state.span, last - first + 1);
        try {
          const found = await ask(first, first + blocks - 1);
          answered(state, blocks, most);
          return { first, last: first + blocks - 1, found };
        } catch (thrown) {
          const error = nodeErrorOf(thrown, "eth_getLogs");
          if (error === undefined) throw thrown;
          if (blocks === 1 || !isOfSize(error)) throw error;
          refused(state, blocks, error);
        }
      }
    },
  };
}

/** Whether fewer blocks may do: refused for their number, or too slow; some nodes refuse without saying why. */
function isOfSize({ code, values: { status } }: NodeError): boolean {
  if (code === "NODE_RANGE_REFUSED" || code === "NODE_TIMEOUT") return true;
  return code === "NODE_REFUSED" && status !== 401 && status !== 403;
}

function refused(state: State, blocks: number, { values: { ceiling, results } }: NodeError): void {
  state.row = 0;
  if (ceiling !== undefined && ceiling < blocks) {
    state.span = ceiling;
    if (results === true) return; // of this place only: other blocks have fewer logs
    [state.ceiling, state.isNamed, state.good] = [ceiling, true, ceiling];
    return;
  }
  if (state.isNamed) {
    state.span = Math.max(1, Math.floor(blocks / 2));
    return;
  }
  state.ceiling = blocks - 1;
  if (state.good >= blocks) state.good = 0;
  state.span = state.good > 0 ? state.good : Math.max(1, Math.floor(blocks / 2));
}

function answered(state: State, blocks: number, most: number): void {
  state.good = Math.max(state.good, blocks);
  if (blocks < state.span) return; // whoever asks wanted no more, and it does not show whether the node would give it
  state.row += 1;
  if (state.row >= CONFIDENCE && !state.isNamed && state.ceiling < most && state.span === state.good) {
    state.ceiling = Math.min(most, 2 * state.ceiling);
    state.row = 0;
  }
  const room = state.ceiling - state.span;
  if (room > state.span / 8) state.span += Math.ceil(room / 2);
  else if (state.ceiling === most || state.isNamed) state.span = state.ceiling;
}
