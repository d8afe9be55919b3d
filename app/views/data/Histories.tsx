/** Histories as files, all of each at one block. */
import { type ReactNode, useRef, useState } from "react";

import type { HistoryKind } from "../../../src/wire/history.js";
import { useSession } from "../../data/session.js";
import { Copied } from "../../ui/Copied.js";
import { Refusal } from "../../ui/State.js";
import { codeOf, collect, csvText, jsonLines, type Page } from "./files.js";
import { saveText } from "./save.js";

const KINDS: Readonly<Record<HistoryKind, string>> = {
  orders: "Orders",
  fills: "Fills",
  offsets: "Cancellations",
  bounds: "Bounds of markets",
  allocations: "Allocations",
  markets: "Books after each change",
  weights: "Weights",
  records: "Records of the order chain",
  accounts: "Changes of accounts by themselves",
  checkpoints: "Checkpoints",
};
type Shape = "csv" | "jsonl";

type Reading =
  | { readonly status: "none" }
  | { readonly status: "reading"; readonly rows: number }
  | { readonly status: "done"; readonly rows: number; readonly block: Page["block"] }
  | { readonly status: "failed"; readonly error: unknown };

export function Histories(): ReactNode {
  const { source, sources, address, chainId } = useSession();
  const [kind, setKind] = useState<HistoryKind>("fills");
  const [reading, setReading] = useState<Reading>({ status: "none" });
  const stopping = useRef<AbortController>(undefined);
  const download = async (shape: Shape): Promise<void> => {
    const { signal } = (stopping.current = new AbortController());
    setReading({ status: "reading", rows: 0 });
    try {
      const { block, rows } = await collect(
        (query) => source.history(kind, query),
        (count) => {
          setReading({ status: "reading", rows: count });
        },
        signal,
      );
      const head = { kind, chainId, session: address, block };
      saveText(`${kind}-${block.number}.${shape}`, shape === "csv" ? csvText(head, rows) : jsonLines(head, rows));
      setReading({ status: "done", rows: rows.length, block });
    } catch (error) {
      setReading(signal.aborted ? { status: "none" } : { status: "failed", error });
    }
  };
  const isReading = reading.status === "reading";
  return (
    <section className="panel">
      <h2>Files</h2>
      <p className="hint">
        Amounts are whole decimal text: ticks, lots and wei as they are on the chain. All of a file holds at one block,
        whose hash stands in its first line.
      </p>
      <label>
        What
        <select
          value={kind}
          onChange={(event) => {
            setKind(event.target.value as HistoryKind);
          }}
        >
          {Object.entries(KINDS).map(([name, title]) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <button type="button" disabled={isReading} onClick={() => void download("csv")}>
        CSV
      </button>{" "}
      <button type="button" disabled={isReading} onClick={() => void download("jsonl")}>
        JSON Lines
      </button>{" "}
      {isReading && (
        <button type="button" onClick={() => stopping.current?.abort()}>
          Stop
        </button>
      )}
      {reading.status === "reading" && <p role="status">{reading.rows} rows …</p>}
      {reading.status === "done" && (
        <p role="status">
          {reading.rows} rows at block {reading.block.number}, <code>{reading.block.hash}</code>.
        </p>
      )}
      {reading.status === "failed" && <Refusal error={reading.error} />}
      <details>
        <summary>The same as code</summary>
        {codeOf({ kind, session: address, rpcUrl: sources.rpcUrl, relayUrl: sources.relayUrl }).map(
          ({ title, text }) => (
            <Copied key={title} what={title} text={text} />
          ),
        )}
      </details>
    </section>
  );
}
