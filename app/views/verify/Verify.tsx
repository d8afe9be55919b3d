/** The session, verified in this browser: from a node or from a file, by the same code as the command line. */
import { proxy, wrap } from "comlink";
import { type ReactNode, useEffect, useRef, useState } from "react";

import type { Progress, VerifyReport } from "../../../src/verify/report.js";
import { type Failure, failureOf, grantsOf } from "../../../src/verify/verdict.js";
import { useNow } from "../../frame/Freshness.js";
import type { Sources } from "../../data/config.js";
import { useSession } from "../../data/session.js";
import { startWorker } from "../../data/workers.js";
import { Refusal } from "../../ui/State.js";
import type { Verified, VerifyApi } from "../../data/verifier/api.js";

type Run =
  | { readonly status: "none" }
  | { readonly status: "running"; readonly since: number; readonly progress: Progress | undefined }
  | {
      readonly status: "done";
      readonly report: VerifyReport;
      readonly seconds: number;
      readonly wasChainAsked: boolean;
    }
  | { readonly status: "failed"; readonly error: unknown };

/** Where the logs come from. */
const FROM = {
  node: "a node: the chain itself",
  relay: "the relay: as far as blocks are final",
  file: "a file",
} as const;
type From = keyof typeof FROM;

export default function Verify(): ReactNode {
  const { address, sources } = useSession();
  const [file, setFile] = useState<File>();
  const [chosen, setFrom] = useState<From>();
  const { run, start, stop } = useRun();
  const usual: From = sources.rpcUrl !== undefined ? "node" : sources.relayUrl !== undefined ? "relay" : "file";
  const from = chosen ?? usual;
  const subject = subjectOf(from, address, sources, file);
  return (
    <div className="lone">
      <h1>Verify</h1>
      <p>
        Every order, fill, market record and payment of this session is read from the logs and done again here:
        signatures, priority, prices, collateral, the chain of heads, the tokens. Nobody is believed: logs from a relay
        or a file are compared with the chain, record by record, where there is a node.
      </p>
      <section className="panel" aria-label="What is verified">
        <label>
          The logs are read from
          <select
            value={from}
            onChange={(event) => {
              setFrom(event.target.value as From);
            }}
          >
            {Object.entries(FROM).map(([name, words]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        </label>
        {from === "file" && (
          <label>
            A log file, written by <code>session logs</code>
            <input
              type="file"
              accept=".jsonl,.ndjson,.json,.txt"
              onChange={(event) => {
                setFile(event.target.files?.[0]);
              }}
            />
          </label>
        )}
        <p>{subject === undefined ? MISSING[from] : wordsOf(subject)}</p>
        {run.status === "running" ? (
          <button type="button" onClick={stop}>
            Stop
          </button>
        ) : (
          <button
            type="button"
            className="primary"
            disabled={subject === undefined}
            onClick={() => {
              if (subject !== undefined) start(subject);
            }}
          >
            Verify
          </button>
        )}
      </section>
      <Outcome run={run} />
    </div>
  );
}

const MISSING: Readonly<Record<From, string>> = {
  node: "There is no node to ask: name one in Settings, or choose a file.",
  relay: "There is no relay to ask: name one in Settings, or choose a file.",
  file: "No file is chosen.",
};

function subjectOf(
  from: From,
  session: string,
  { rpcUrl, relayUrl, fromBlock }: Sources,
  file: File | undefined,
): Verified | undefined {
  switch (from) {
    case "node":
      return rpcUrl === undefined ? undefined : { kind: "node", rpcUrl, session, fromBlock };
    case "relay":
      return relayUrl === undefined ? undefined : { kind: "relay", relayUrl, session, rpcUrl };
    case "file":
      return file === undefined ? undefined : { kind: "file", file, rpcUrl };
  }
}

function wordsOf(subject: Verified): string {
  if (subject.kind === "node") return `All logs of the session, from ${new URL(subject.rpcUrl).host}.`;
  const read =
    subject.kind === "file" ? "The chosen file" : `The log of the relay at ${new URL(subject.relayUrl).host}, up to the last final block`; // prettier-ignore
  const chain =
    subject.rpcUrl === undefined
      ? "the chain is not asked"
      : `compared with the chain at ${new URL(subject.rpcUrl).host}`;
  return `${read}; ${chain}.`;
}

function useRun(): { readonly run: Run; readonly start: (subject: Verified) => void; readonly stop: () => void } {
  const [run, setRun] = useState<Run>({ status: "none" });
  const worker = useRef<Worker>(undefined);
  const stop = (): void => {
    worker.current?.terminate();
    worker.current = undefined;
    setRun({ status: "none" });
  };
  useEffect(
    () => () => {
      worker.current?.terminate();
    },
    [],
  );
  const start = (subject: Verified): void => {
    worker.current?.terminate();
    const mine = (worker.current = startWorker("verify"));
    const since = Date.now();
    setRun({ status: "running", since, progress: undefined });
    const tell = (progress: Progress): void => {
      if (worker.current === mine) setRun({ status: "running", since, progress });
    };
    wrap<VerifyApi>(mine)
      .verify(subject, proxy(tell))
      .then(
        (report) => {
          if (worker.current !== mine) return;
          setRun({
            status: "done",
            report,
            seconds: (Date.now() - since) / 1_000,
            wasChainAsked: subject.rpcUrl !== undefined,
          });
        },
        (error: unknown) => {
          if (worker.current === mine) setRun({ status: "failed", error });
        },
      )
      .finally(() => {
        mine.terminate();
      });
  };
  return { run, start, stop };
}

function Outcome({ run }: { readonly run: Run }): ReactNode {
  switch (run.status) {
    case "none":
      return null;
    case "running":
      return <Running since={run.since} progress={run.progress} />;
    case "failed":
      return <Refusal error={run.error} />;
    case "done":
      return <Report {...run} />;
  }
}

function Running({ since, progress }: { readonly since: number; readonly progress: Progress | undefined }): ReactNode {
  const seconds = Math.round((useNow(500) - since) / 1_000);
  const of = progress?.total === undefined ? "" : ` of ${progress.total}`;
  const unit = progress?.phase === "verifying" ? "records" : "blocks";
  return (
    <section className="panel" role="status">
      <p>
        {progress === undefined
          ? "Starting"
          : `${progress.phase === "reading" ? "Reading" : "Verifying"}: ${progress.done}${of} ${unit}`}
        , {seconds} s
      </p>
      <progress
        {...(progress?.total !== undefined && { max: progress.total, value: progress.done })}
        aria-label="How far it is"
      />
    </section>
  );
}

interface ReportProps {
  readonly report: VerifyReport;
  readonly seconds: number;
  readonly wasChainAsked: boolean;
}

/** The same words as the command line. */
export function headlineOf({ verdict }: Pick<VerifyReport, "verdict">, wasChainAsked: boolean): string {
  if (verdict.kind === "does-not-hold") return "Does not hold";
  if (verdict.kind === "holds") return wasChainAsked ? "Holds" : "Holds as written; the chain was not asked";
  const { length } = verdict.grants;
  return `Holds if ${length === 1 ? "one thing is" : `${length} things are`} granted`;
}

function Report({ report, seconds, wasChainAsked }: ReportProps): ReactNode {
  const { verdict, counts, checksum, checked, link, fromBlock, toBlock } = report;
  const failure = failureOf(verdict);
  return (
    <section className="panel" aria-label="Verdict" data-verdict={verdict.kind}>
      <h2 role="status">{headlineOf(report, wasChainAsked)}</h2>
      {failure !== undefined && <FailureFacts failure={failure} />}
      {grantsOf(verdict).length > 0 && (
        <>
          <h3>To be granted</h3>
          <ul>
            {grantsOf(verdict).map(({ code, sentence, remedy }) => (
              <li key={code}>
                {sentence} <em>{remedy}</em>
              </li>
            ))}
          </ul>
        </>
      )}
      <p>
        Blocks {fromBlock} to {toBlock}: {counts.records} records, {counts.orders} orders, {counts.fills} fills,{" "}
        {counts.signaturesRecovered} signatures recovered, {counts.walletsAsked} wallets asked, {counts.walletsAssumed}{" "}
        assumed, in {seconds.toFixed(1)} s.
      </p>
      <dl>
        <dt>Newest checkpoint</dt>
        <dd>
          <code>{link}</code>
        </dd>
        <dt>SHA-256 of the log</dt>
        <dd>
          <code data-testid="checksum">{checksum}</code>{" "}
          <button type="button" onClick={() => void navigator.clipboard.writeText(checksum)}>
            Copy
          </button>
        </dd>
      </dl>
      <h3>Checked</h3>
      <ul>
        {checked.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}

function FailureFacts({ failure }: { readonly failure: Failure }): ReactNode {
  return (
    <dl className="refusal" role="alert">
      {Object.entries(failure).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <code>{typeof value === "object" ? JSON.stringify(value, bigintsAsText) : String(value)}</code>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function bigintsAsText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
