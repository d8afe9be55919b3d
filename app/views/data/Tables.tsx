/** The session as tables: the files of `session dataset`, made in this browser from a node's logs. */
import { proxy } from "comlink";
import { type ReactNode, useState } from "react";

import type { AssetName } from "../../../src/dataset/inputs.js";
import { useNames, useSession } from "../../data/session.js";
import { Refusal } from "../../ui/State.js";
import type { MadeTables } from "../../data/tables/api.js";
import { useTablesWorker } from "./asking.js";
import { saveBlob } from "./save.js";

type Making =
  | { readonly status: "none" }
  | { readonly status: "making"; readonly records: number }
  | { readonly status: "made"; readonly made: MadeTables }
  | { readonly status: "failed"; readonly error: unknown };

export function Tables(): ReactNode {
  const { making, start, stop, canStart } = useMaking();
  return (
    <section className="panel" aria-label="Tables">
      <h2>Tables</h2>
      <p className="hint">
        Every order, fill, book and account as Parquet and CSV, with what each order had seen and what of each book was
        covered; made here, from the logs of your node. The same bytes as <code>session dataset</code> writes, whose
        folder <code>session dataset --check</code> makes again. Without asking contracts for their code: fills through
        a maker are told as through a contract.
      </p>
      {making.status === "making" ? (
        <button type="button" onClick={stop}>
          Stop
        </button>
      ) : (
        <button type="button" disabled={!canStart} onClick={start}>
          Make the tables
        </button>
      )}
      {!canStart && <p>This needs a node: name one in Settings.</p>}
      <Made making={making} />
    </section>
  );
}

function Made({ making }: { readonly making: Making }): ReactNode {
  if (making.status === "making") return <p role="status">{making.records} records …</p>;
  if (making.status === "failed") return <Refusal error={making.error} />;
  if (making.status === "none") return null;
  const { files, checksum } = making.made;
  return (
    <>
      <p role="status">
        {files.length} files. SHA-256 of the log: <code data-testid="log-sha256">{checksum}</code>
      </p>
      <ul>
        {files.map(({ name, blob }) => (
          <li key={name}>
            <button
              type="button"
              onClick={() => {
                saveBlob(name, blob);
              }}
            >
              {name}
            </button>{" "}
            <small>{blob.size} bytes</small>
          </li>
        ))}
      </ul>
    </>
  );
}

function useMaking(): {
  readonly making: Making;
  readonly start: () => void;
  readonly stop: () => void;
  readonly canStart: boolean;
} {
  const { address, sources } = useSession();
  const names = useNames();
  const [making, setMaking] = useState<Making>({ status: "none" });
  const worker = useTablesWorker();
  const { rpcUrl, fromBlock } = sources;
  const stop = (): void => {
    worker.stop();
    setMaking({ status: "none" });
  };
  const make = async (node: string, assets: readonly AssetName[]): Promise<void> => {
    setMaking({ status: "making", records: 0 });
    const tell = proxy((records: number) => {
      setMaking((now) => (now.status === "making" ? { status: "making", records } : now)); // it may have been stopped
    });
    const subject = { kind: "node", rpcUrl: node, session: address, fromBlock } as const;
    try {
      setMaking({ status: "made", made: await worker.run((api) => api.make(subject, assets, __VERSION__, tell)) });
    } catch (error) {
      setMaking({ status: "failed", error });
    }
  };
  const start = (): void => {
    if (rpcUrl === undefined || names === undefined) return;
    void make(
      rpcUrl,
      names.assets.map(({ symbol, decimals }) => ({ symbol, decimals })),
    );
  };
  return { making, start, stop, canStart: rpcUrl !== undefined && names !== undefined };
}
