/** What a panel shows while its data is not there, and what it says if it never comes. */
import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";

import { messageOf } from "../../src/protocol/amounts/errors.js";

const SLOW_MS = 5_000;

/** The same room with grey bars; after a while it says what is waited for. */
export function Waiting({ what, rows = 3 }: { readonly what: string; readonly rows?: number }): ReactNode {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      setSlow(true);
    }, SLOW_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return (
    <div className="skeleton" role="status" aria-label={`Waiting for ${what}`}>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} className="bar" />
      ))}
      {isSlow && <p>Still waiting for {what}.</p>}
    </div>
  );
}

/** What was refused, with what to do: every error of this project says it itself. */
export function Refusal({ error, children }: { readonly error: unknown; readonly children?: ReactNode }): ReactNode {
  return (
    <div className="refusal" role="alert">
      <p>{messageOf(error)}</p>
      {children}
    </div>
  );
}

interface MissingProps {
  /** What is missing of them is waited for. */
  readonly of: readonly Pick<UseQueryResult, "data" | "error" | "refetch">[];
  readonly what: string;
  readonly rows?: number;
}

/** In the place of what cannot be shown before all answers are there: that they are waited for, or why the first of them does not come. */
export function Missing({ of, ...waiting }: MissingProps): ReactNode {
  const failed = of.find(({ data, error }) => data === undefined && error !== null);
  return failed === undefined ? <Waiting {...waiting} /> : <Unanswered {...failed} />;
}

function Unanswered({ error, refetch }: Pick<UseQueryResult, "error" | "refetch">): ReactNode {
  return (
    <Refusal error={error}>
      <button type="button" onClick={() => void refetch()}>
        Ask again
      </button>
    </Refusal>
  );
}

interface AnsweredProps<Value> {
  readonly query: UseQueryResult<Value>;
  /** What is waited for. */
  readonly what: string;
  readonly rows?: number;
  readonly children: (value: NonNullable<Value>) => ReactNode;
  /** If there is nothing. */
  readonly empty?: ReactNode;
}

/** An answer of a source: as it is, or the last one with the reason why there is no newer. */
export function Answered<Value>({ query, what, rows, children, empty }: AnsweredProps<Value>): ReactNode {
  const { data } = query;
  if (data === undefined) return <Missing of={[query]} what={what} {...(rows !== undefined && { rows })} />;
  if (data === null) return empty ?? null;
  return children(data);
}
