/** Verifies a session's logs in a thread of its own, with the same code as the command line. */
import "../without-eval.js";

import { expose } from "comlink";

import { verifySession } from "../../../src/verify/verify-session.js";
import { openLog } from "../log-source.js";
import type { VerifyApi } from "./api.js";
import { openRelayLog } from "./relay-log.js";

const api: VerifyApi = {
  async verify(subject, tell) {
    const { stream, provider } = await (subject.kind === "relay" ? openRelayLog(subject) : openLog(subject, tell));
    try {
      return await verifySession(stream, { onProgress: tell, ...(provider !== undefined && { provider }) });
    } finally {
      provider?.destroy();
    }
  },
};

expose(api);
