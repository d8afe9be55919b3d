import { type ReactNode, useEffect, useRef } from "react";

import { KEY_WORDS } from "./keys.js";

export function KeyList({ close }: { readonly close: () => void }): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="keys-title" onClose={close}>
      <h2 id="keys-title">Keys</h2>
      <p>None of them does anything while you type.</p>
      <dl>
        {KEY_WORDS.map(([keys, words]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <button type="button" autoFocus onClick={close}>
        Close
      </button>
    </dialog>
  );
}
