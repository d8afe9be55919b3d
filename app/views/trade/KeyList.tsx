import type { ReactNode } from "react";

import { useModal } from "../../ui/modal.js";

import { KEY_WORDS } from "./keys.js";

export function KeyList({ close }: { readonly close: () => void }): ReactNode {
  const dialog = useModal();
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
      <button type="button" data-first onClick={close}>
        Close
      </button>
    </dialog>
  );
}
