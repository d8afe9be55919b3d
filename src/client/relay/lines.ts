/** A long answer of a relay, line by line as it comes: it is never held as a whole. */
import { refused } from "../../wire/state.js";
import type { RelayAddress } from "./address.js";
import { reasonOf, RelayRequestError, unreachable } from "./errors.js";
import { parseAnswer, parseJson } from "./parse.js";

/**
 * Without their ends.
 * @throws RelayRequestError what the relay refuses; RELAY_UNREACHABLE if the answer breaks off; the signal's reason
 */
export async function* linesOf(
  address: RelayAddress,
  path: string,
  send: typeof fetch,
  signal?: AbortSignal,
): AsyncGenerator<string> {
  const { headers } = address;
  const broken = (cause: unknown): unknown =>
    signal?.aborted === true ? signal.reason : unreachable(address, reasonOf(cause), cause);
  const response = await send(address.at(path), { headers, ...(signal && { signal }) }).catch((cause: unknown) => {
    throw broken(cause);
  });
  const { status, ok, body } = response;
  if (!ok || body === null) {
    const answer = parseJson(await response.text(), status);
    throw new RelayRequestError(parseAnswer(refused, answer, status).error, status);
  }
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw broken(cause);
      });
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
      if (done) break;
    }
    if (rest !== "") yield rest;
  } finally {
    void reader.cancel().catch(() => undefined); // whoever stops reading wants no more
  }
}
