/** A session's log, as a node has it or as a file; for workers. */
import { NodeProvider } from "../../src/node/provider.js";
import type { Progress } from "../../src/verify/report.js";
import { readCreation } from "../../src/verify/find-session.js";
import { streamSessionLog } from "../../src/verify/read-session-log.js";
import { parseSessionLogLines, type SessionLogStream } from "../../src/verify/session-log.js";

/** The logs of a session as a node has them. */
export interface NodeSubject {
  readonly kind: "node";
  readonly rpcUrl: string;
  readonly session: string;
  readonly fromBlock: number | undefined;
}

/** A file; with a node what it says can be compared with the chain. */
export interface FileSubject {
  readonly kind: "file";
  readonly file: Blob;
  readonly rpcUrl: string | undefined;
}

export type Subject = NodeSubject | FileSubject;

export interface OpenedLog {
  readonly stream: SessionLogStream;
  /** To be destroyed by whoever has opened it. */
  readonly provider: NodeProvider | undefined;
}

/** @throws what could not be read */
export async function openLog(subject: Subject, onProgress: (progress: Progress) => void): Promise<OpenedLog> {
  const provider = subject.rpcUrl === undefined ? undefined : await NodeProvider.open(subject.rpcUrl);
  if (subject.kind === "file") return { stream: await parseSessionLogLines(linesOf(subject.file)), provider };
  if (provider === undefined) throw new Error("unreachable: a node is named");
  const fromBlock = subject.fromBlock ?? (await readCreation(subject.session, provider)).blockNumber;
  return { stream: await streamSessionLog(subject.session, provider, { fromBlock, onProgress }), provider };
}

/** A line at a time, however long the file is. */
async function* linesOf(file: Blob): AsyncGenerator<string> {
  const reader = file.stream().pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    const lines = (rest + value).split(/\r?\n/);
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
