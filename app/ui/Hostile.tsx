import type { ReactNode } from "react";

import { shownText } from "./hostile-text.js";

/** Somebody's text: never a link, never more than itself. */
export function Hostile({ text }: { readonly text: string }): ReactNode {
  const { pieces, left } = shownText(text);
  return (
    <>
      <p className="hostile" dir="auto">
        {pieces.map(({ kind, text: piece }, index) =>
          kind === "text" ? (
            <span key={index}>{piece}</span>
          ) : (
            <code key={index} className="sign" title={`the character ${piece}, which cannot be seen`}>
              ⟨{piece}⟩
            </code>
          ),
        )}
      </p>
      {left > 0 && <p className="hint">{left} more characters are not shown; the log of the chain has them.</p>}
    </>
  );
}
