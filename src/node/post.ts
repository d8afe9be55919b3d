/** Posts JSON to one address, in Node and in browsers alike. */
import { whenAborted } from "./aborting.js";
import type { HttpAnswer } from "./classify.js";
import type { Address } from "./secrets.js";

/** There was no whole answer within the time limit. */
export class PostTimeout extends Error {
  override readonly name = "PostTimeout";
}

/** @throws PostTimeout; Error if there is no whole answer, or the signal came first */
export type Post = (body: string) => Promise<HttpAnswer>;

export function createPost({ target, authorization }: Address, timeoutMs: number, signal?: AbortSignal): Post {
  const headers = { "content-type": "application/json", ...(authorization !== undefined && { authorization }) };
  return async (body) => {
    signal?.throwIfAborted();
    const ending = new AbortController();
    const stop = (): void => {
      ending.abort(signal?.reason);
    };
    const limit = setTimeout(() => {
      ending.abort(new PostTimeout(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    const leave = whenAborted(signal, stop);
    try {
      const response = await fetch(target, { method: "POST", headers, body, signal: ending.signal });
      const retryAfter = response.headers.get("retry-after") ?? undefined;
      return { status: response.status, text: await response.text(), retryAfter };
    } catch (error) {
      throw ending.signal.aborted ? ending.signal.reason : error;
    } finally {
      clearTimeout(limit);
      leave();
    }
  };
}

/** What went wrong with the connection: `fetch` itself only says that something did. */
export function innermostWords(error: unknown): string {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  if (!(at instanceof Error)) return String(at);
  const code = "code" in at && typeof at.code === "string" ? at.code : "";
  return at.message === "" ? code || at.name : at.message;
}
