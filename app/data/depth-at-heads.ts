/** The levels of a market where nothing streams them: asked for at each new block. */
import type { MarketRef } from "../../src/protocol/signing/package.js";
import type { OwnDepth, SessionSource } from "./source.js";

export type DepthSource = Pick<SessionSource, "depth" | "state" | "onState">;

/** @returns what ends it */
export function watchAtHeads(
  { depth, state, onState }: DepthSource,
  market: MarketRef,
  levels: number,
  listener: (depth: OwnDepth) => void,
): () => void {
  let isOver = false;
  let seen: string | undefined;
  const ask = async (): Promise<void> => {
    const { hash } = state().head ?? {};
    if (hash === seen) return;
    seen = hash;
    try {
      const told = await depth(market, levels);
      if (!isOver) listener(told);
    } catch {
      if (seen === hash) seen = undefined; // the state of the source tells why; asked again when it says something
    }
  };
  void ask();
  const end = onState(() => void ask());
  return () => {
    isOver = true;
    end();
  };
}
