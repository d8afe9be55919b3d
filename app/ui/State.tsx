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
  const { data, error } = query;
  if (data === undefined && error !== null) {
    return (
      <Refusal error={error}>
        <button type="button" onClick={() => void query.refetch()}>
          Ask again
        </button>
      </Refusal>
    );
  }
  if (data === undefined) return <Waiting what={what} {...(rows !== undefined && { rows })} />;
  if (data === null) return empty ?? null;
  return children(data);
}
