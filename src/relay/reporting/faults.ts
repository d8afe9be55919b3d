/** What keeps the relay, or a part of it, from its work at the moment. Each fault has a code that programs can decide on. */
import { NodeError } from "../../node/errors.js";
import { ProtocolError } from "../../protocol/amounts/errors.js";
import { adviceOf } from "../errors.js";

export interface Fault {
  /** Stable: what goes wrong. */
  readonly code: string;
  /** Unix ms by this machine's clock at which it began: for people, nothing is decided on it. */
  readonly since: number;
  /** In words. It is public: no query, no stack, no path, no address of a server, no secret. */
  readonly detail: string;
  /** Whether packages should go to another relay as long as it lasts: `/ready` then says no. */
  readonly blocking: boolean;
}

/** A fault and the part of the relay that has it. */
export interface PartFault extends Fault {
  readonly part: string;
}

/** What a part says of itself when something goes wrong. */
export interface FaultReport {
  readonly code: string;
  readonly detail: string;
  /** How long it may last before packages should go elsewhere, ms; undefined if for as long as it likes. */
  readonly blocksAfterMs?: number | undefined;
}

/** Asked whenever somebody wants to know: for what is a state, and no event. @returns undefined if all is well */
export type FaultSource = () => FaultReport | undefined;

export interface Faults {
  /** A part has a fault, in place of the one it had. @returns whether it is another than before */
  report(part: string, report: FaultReport): boolean;
  /** A part is well again. @returns whether it was not */
  end(part: string): boolean;
  /** A part that is asked. */
  watch(part: string, source: FaultSource): void;
  list(): readonly PartFault[];
}

interface Noted extends FaultReport {
  readonly since: number;
  /** When it began, by `now`. */
  readonly at: number;
}

/**
 * @param now ms of a clock that never jumps
 * @param date unix ms, for people
 */
export function createFaults(now: () => number, date: () => number = Date.now): Faults {
  const noted = new Map<string, Noted>();
  const sources = new Map<string, FaultSource>();
  const note = (part: string, report: FaultReport): boolean => {
    const before = noted.get(part);
    const isSame = before?.code === report.code;
    noted.set(part, { ...report, since: isSame ? before.since : date(), at: isSame ? before.at : now() });
    return !isSame;
  };
  const ask = (part: string, source: FaultSource): void => {
    const report = source();
    if (report === undefined) noted.delete(part);
    else note(part, report);
  };
  return {
    report: note,
    end: (part) => noted.delete(part),
    watch: (part, source) => void sources.set(part, source),
    list() {
      for (const [part, source] of sources) ask(part, source);
      return [...noted].map(([part, { code, detail, since, at, blocksAfterMs = Infinity }]) => ({
        ...{ part, code, since, detail },
        blocking: now() - at >= blocksAfterMs,
      }));
    },
  };
}

/** An error in words that anybody may read. What it says itself is for the log alone: it may name queries, paths and servers. */
export function publicFault(error: unknown): Pick<FaultReport, "code" | "detail"> {
  const code = error instanceof ProtocolError ? error.code : "RELAY_INTERNAL";
  return { code, detail: error instanceof NodeError ? error.advice : adviceOf(code) };
}
