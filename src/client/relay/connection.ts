/** One connection of a relay's stream: what comes in, in its order, until it ends for whatever reason. */
import { toJson } from "../../protocol/amounts/json.js";
import type { RelayAddress } from "./address.js";
import { unreachable } from "./errors.js";

export interface Connection {
  /** @throws RelayRequestError RELAY_UNREACHABLE */
  readonly opened: Promise<void>;
  /** Until the connection ends. */
  readonly messages: AsyncIterable<string>;
  /** Nothing is sent while it is not open. */
  send(request: object): void;
  close(): void;
}

export interface ConnectionOptions {
  readonly signal: AbortSignal | undefined;
  /** After how long without a word it is given up, ms: half open, it would say nothing for ever. */
  readonly silenceMs: number;
  /** After how long without a word the relay is asked for one, ms. A page's WebSocket cannot ping, so it is asked in words. */
  readonly pingMs: number;
  /** Messages that may wait for their reader; with one more the connection is given up, and the next one tells it again. */
  readonly mostWaiting: number;
}

export function connect(
  address: RelayAddress,
  { signal, silenceMs, pingMs, mostWaiting }: ConnectionOptions,
): Connection {
  const socket = new WebSocket(address.stream);
  const waiting: string[] = [];
  let isClosed = false;
  let wake: () => void = () => undefined;
  let giveUp: () => void = () => undefined;
  const send = (request: object): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(toJson(request));
  };
  const silence = watchSilence([
    [
      pingMs,
      () => {
        send({ op: "ping" });
      },
    ],
    [
      silenceMs,
      () => {
        giveUp();
        close();
      },
    ],
  ]);
  const close = (): void => {
    isClosed = true;
    silence.end();
    signal?.removeEventListener("abort", close);
    socket.close();
    wake();
  };
  const opened = new Promise<void>((resolve, reject) => {
    giveUp = () => {
      reject(unreachable(address, `not a word for ${silenceMs} ms`));
    };
    socket.addEventListener("open", () => {
      resolve();
    });
    socket.addEventListener("close", ({ code, reason }) => {
      reject(unreachable(address, `stream closed: ${code} ${reason}`));
      close();
    });
  });
  opened.catch(() => undefined); // heard of where it is awaited, if it still is
  socket.addEventListener("message", ({ data }) => {
    if (isClosed) return;
    silence.broken();
    if (waiting.length >= mostWaiting) {
      close(); // those that wait are read all the same
      return;
    }
    waiting.push(String(data));
    wake();
  });
  socket.addEventListener("error", close);
  signal?.addEventListener("abort", close);
  if (signal?.aborted === true) close();

  async function* messages(): AsyncGenerator<string, void, void> {
    for (;;) {
      const text = waiting.shift();
      if (text !== undefined) yield text;
      else if (isClosed) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  return { opened, messages: messages(), send, close };
}

/** Does each thing once a silence has lasted so long. */
function watchSilence(acts: readonly (readonly [ms: number, act: () => void])[]) {
  const start = () => acts.map(([ms, act]) => setTimeout(act, ms));
  let timers = start();
  const end = (): void => {
    for (const timer of timers) clearTimeout(timer);
  };
  return {
    end,
    broken(): void {
      end();
      timers = start();
    },
  };
}
