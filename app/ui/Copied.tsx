/** A text that is to be taken elsewhere: what it is, the text, and a button that copies it. */
import type { ReactNode } from "react";

export function Copied({ what, text }: { readonly what: string; readonly text: string }): ReactNode {
  return (
    <figure>
      <figcaption>
        {what}{" "}
        <button type="button" onClick={() => void navigator.clipboard.writeText(text)}>
          Copy
        </button>
      </figcaption>
      <code className="long">{text}</code>
    </figure>
  );
}
