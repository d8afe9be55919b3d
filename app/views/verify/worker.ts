/** Verifies a session's logs in a thread of its own, with the same code as the command line. */
import "../../data/without-eval.js";

import { expose } from "comlink";

import { NodeProvider } from "../../../src/node/provider.js";
import type { Progress } from "../../../src/verify/report.js";
import { readCreation, streamSessionLog } from "../../../src/verify/read-session-log.js";
import { parseSessionLogLines, type SessionLogStream } from "../../../src/verify/session-log.js";
import { verifySession } from "../../../src/verify/verify-session.js";
import type { Subject, VerifyApi } from "./api.js";

interface Opened {
  readonly stream: SessionLogStream;
  readonly provider: NodeProvider | undefined;
}

async function open(subject: Subject, onProgress: (progress: Progress) => void): Promise<Opened> {
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

const api: VerifyApi = {
  async verify(subject, tell) {
    const { stream, provider } = await open(subject, tell);
    try {
      return await verifySession(stream, { onProgress: tell, ...(provider !== undefined && { provider }) });
    } finally {
      provider?.destroy();
    }
  },
};

expose(api);
