/** What order flow and prices told: the figures of `session measure`, by the relay, or of the node's logs in this browser. */
import { type ReactNode, useState } from "react";

import { useMakers } from "../../data/makers.js";
import { elsewhereIn } from "../../data/prices.js";
import { useHead, useNames, useSession } from "../../data/session.js";
import { PriceFile, Problems } from "../../ui/PriceFile.js";
import { Refusal } from "../../ui/State.js";
import { useAsked, useTablesWorker } from "./asking.js";
import { type Measured, Told } from "./Told.js";

interface MeasuresOf {
  readonly measures: Measured;
  readonly of: string;
}

export function Measures(): ReactNode {
  const { source, address, sources, chain } = useSession();
  const head = useHead();
  const names = useNames();
  const worker = useTablesWorker();
  const { makers, areComing, error: unknown } = useMakers();
  const [text, setText] = useState<string>();
  const { elsewhere, problems } = elsewhereOf(text, names?.assets ?? []);
  const { rpcUrl, fromBlock } = sources;
  const ofRelay = source.measures;
  const byRelay = async (ask: NonNullable<typeof ofRelay>): Promise<MeasuresOf> => {
    const measures = await ask(elsewhere);
    return { measures, of: `up to the final block ${measures.block.number}, by the relay` };
  };
  const here = async (node: string, until: bigint): Promise<MeasuresOf> => {
    const subject = { kind: "node", rpcUrl: node, session: address, fromBlock } as const;
    const known = makers.map((maker) => ({ ...maker, trader: maker.address }));
    const measures = await worker.run((api) => api.measure(subject, until, known, elsewhere));
    return { measures, of: "of the logs of the node, in this browser" };
  };
  const ask =
    head === undefined || problems.length > 0
      ? undefined
      : ofRelay !== undefined
        ? () => byRelay(ofRelay)
        : rpcUrl === undefined || areComing
          ? undefined
          : () => here(rpcUrl, BigInt(head.time));
  const { asked, start } = useAsked(ask);
  return (
    <section className="panel" aria-label="Measures">
      <h2>Measures</h2>
      <p className="hint">
        What came true, and how much of it prices knew, when, and who paid for it: I is 0 where prices know no more than
        at first, and 1 where they know what comes. Estimates are of one session: errors say how sure they are.
      </p>
      {chain === undefined ? (
        <p>Prices from elsewhere take a node, which knows the assets’ decimals: name one in Settings.</p>
      ) : names === undefined ? null : (
        <PriceFile
          label="Prices elsewhere, a CSV with a column date and one for each asset: foresight and volatility"
          put={setText}
        />
      )}
      <Problems problems={problems} />
      <button type="button" disabled={start === undefined} onClick={start}>
        Measure
      </button>
      {ofRelay === undefined && rpcUrl === undefined && <p>This needs a relay or a node: name one in Settings.</p>}
      {ofRelay !== undefined && elsewhere !== undefined && (
        <p className="hint">The relay is sent the prices, and keeps none of them.</p>
      )}
      {asked.status === "asking" && <p role="status">Reading every record …</p>}
      {asked.status === "failed" && <Refusal error={asked.error} />}
      {ofRelay === undefined && unknown !== null && <Refusal error={unknown} />}
      {asked.status === "told" && <Told {...asked.answer} />}
    </section>
  );
}

function elsewhereOf(
  text: string | undefined,
  assets: Parameters<typeof elsewhereIn>[1],
): ReturnType<typeof elsewhereIn> {
  return text === undefined ? { elsewhere: undefined, problems: [] } : elsewhereIn(text, assets);
}
