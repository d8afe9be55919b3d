/** A relay's user who sees every answer as it comes, status and all, where src/client would throw or read it. */
import type { SignedPackage } from "../../src/bindings/packages.js";
import { toJson } from "../../src/protocol/amounts/json.js";
import type { Hash } from "../../src/protocol/signing/typed-data.js";
import { relayPath } from "../../src/wire/locations.js";

export interface Answer {
  /** 0 if the relay did not answer at all. */
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RawClient {
  submit(signed: SignedPackage): Promise<Answer>;
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  /** The link to sign next. @throws Error if the relay does not answer */
  link(): Promise<Hash>;
}

/** @param url the relay's, or that of one session at it */
export function createRawClient(url: string): RawClient {
  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    try {
      const response = await fetch(relayPath(url, path), init);
      return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
    } catch {
      return { status: 0, body: {} };
    }
  };
  const post = (path: string, body: unknown): Promise<Answer> =>
    ask(path, { method: "POST", headers: { "content-type": "application/json" }, body: toJson(body) });
  return {
    submit: (signed) => post("/v1/packages", signed),
    async get(path) {
      const answer = await ask(path);
      return answer.status === 0 ? ask(path) : answer; // a connection that was idle for long may just have been closed
    },
    post,
    async link() {
      const { status, body } = await ask("/v1/link");
      if (status !== 200) throw new Error(`no link: status ${status}`);
      return body["link"] as Hash; // by the relay's interface
    },
  };
}
