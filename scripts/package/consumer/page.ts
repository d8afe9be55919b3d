/** What a web page of somebody else would do: it leaves its results where a test can read them. */
import { createRelayClient } from "session-contracts/client";

import { playSession } from "./replay.js";

/** The link that a relay gives, asked for and then heard of: what a book's stream begins with. */
async function askRelay(url: string): Promise<string> {
  const relay = createRelayClient(url);
  const { link } = await relay.link();
  for await (const { type } of relay.stream([{ channel: "book", marketRootId: 1, marketBranchId: 1 }])) {
    return JSON.stringify({ link, type });
  }
  return "the stream ended";
}

Object.assign(globalThis, { played: JSON.stringify(playSession()), askRelay });
