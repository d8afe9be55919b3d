import { type RefObject, useLayoutEffect, useRef } from "react";

/**
 * A dialog that is modal as long as it is shown; the focus begins at what has `data-first`, and when the dialog
 * goes it goes back to where it was.
 */
export function useModal(): RefObject<HTMLDialogElement | null> {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    shown?.querySelector<HTMLElement>("[data-first]")?.focus();
    // Before it is taken out: only a dialog that is closed gives the focus back.
    return () => {
      shown?.close();
    };
  }, []);
  return dialog;
}
