/** A session verified from its logs as a node gives them: one step, for whoever has just run one. */
import type { Provider } from "ethers";

import { fastCrypto } from "../bindings/fast-crypto.js";
import type { SessionHandle } from "../bindings/session.js";
import { ClientError } from "../bindings/errors.js";
import { streamSessionLog } from "./read-session-log.js";
import type { Progress, VerifyReport } from "./report.js";
import { verifySession } from "./verify-session.js";

/**
 * Reads the session's logs from its creation on and verifies them, with the same node.
 * @throws SessionLogError; ClientError Client_NoProvider, or what the node says
 */
export async function verifyFromChain(
  { address, runner }: Pick<SessionHandle, "address" | "runner">,
  onProgress?: (progress: Progress) => void,
): Promise<VerifyReport> {
  const provider: Provider | null = runner.provider;
  if (provider === null) throw new ClientError("Client_NoProvider");
  const options = onProgress === undefined ? {} : { onProgress };
  const crypto = await fastCrypto();
  const log = await streamSessionLog(address, provider, options);
  return verifySession(log, { ...options, provider, crypto });
}
