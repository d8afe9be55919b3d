/** Views, and what is large in them, that are loaded when they are shown. */
import { type ComponentType, createElement, lazy } from "react";

import { messageOf } from "../../src/protocol/amounts/errors.js";

type Load<Props> = () => Promise<{ readonly default: ComponentType<Props> }>;

/** A part of the page could not be loaded. Browsers keep that for as long as the page is open: only a page that is loaded anew asks again. */
export class PartMissing extends Error {
  public override readonly name = "PartMissing";

  public constructor(cause: unknown) {
    super(`A part of the page could not be loaded: ${messageOf(cause)}`, { cause });
  }
}

/** A part that is loaded when it is shown, or from when it is known that it will be. */
export type LaterPart<Props> = ComponentType<Props> & { readonly begin: () => void };

/** What could not be loaded stays so: whatever is drawn meanwhile must not ask for it again and again. */
export function later<Props extends object>(load: Load<Props>): LaterPart<Props> {
  let begun: ReturnType<Load<Props>> | undefined;
  const loaded = (): ReturnType<Load<Props>> =>
    (begun ??= load().catch((error: unknown) => {
      throw new PartMissing(error);
    }));
  const Part = lazy(loaded) as ComponentType<Props>; // as it will have been loaded
  const begin = (): void => {
    loaded().catch(() => undefined); // told where it is shown
  };
  return Object.assign((props: Props) => createElement(Part, props), { begin });
}

/**
 * Loads the page anew, where it is, if whoever serves it answers: what is shown would be lost otherwise.
 * @returns false if nobody answers; else the page is left
 */
export async function loadAnew(): Promise<boolean> {
  try {
    const { ok } = await fetch(location.pathname, { cache: "no-store" });
    if (ok) location.reload();
    return ok;
  } catch {
    return false;
  }
}
