/** The sessions that a study has run, as tables (docs/dataset.md). */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { basketOf } from "../../src/bindings/assets.js";
import { fastCrypto } from "../../src/bindings/fast-crypto.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import { housesOf } from "../../src/cli/dataset/given.js";
import { NewFolder } from "../../src/cli/dataset/disk.js";
import { packageVersion } from "../../src/cli/version.js";
import { buildDataset } from "../../src/dataset/build.js";
import { NO_INPUTS, type ReferencePrice } from "../../src/dataset/inputs.js";
import { readSessionLog } from "../../src/verify/read-session-log.js";

/** A session whose chain is still there. */
export interface RanSession {
  /** Where several were run, the folder of this one. */
  readonly name: string;
  readonly handle: SessionHandle;
  /** Of the world outside, by time and leg. */
  readonly prices?: readonly ReferencePrice[];
}

/** One folder, or one in it for each of several. */
export async function writeDatasets(path: string, sessions: readonly RanSession[]): Promise<void> {
  const isOne = sessions.length === 1;
  if (!isOne) mkdirSync(path);
  for (const session of sessions) await writeOne(isOne ? path : join(path, session.name), session);
}

async function writeOne(path: string, { handle, prices = [] }: RanSession): Promise<void> {
  const { provider } = handle.runner;
  if (provider === null) throw new Error("unreachable: a study's session has its chain");
  const log = await readSessionLog(handle.address, provider);
  const assets = (await basketOf(handle)).map(({ symbol, decimals }) => ({ symbol, decimals }));
  const inputs = { ...NO_INPUTS, assets, prices, houses: await housesOf(provider, log) };
  const folder = new NewFolder(path);
  const { hashing } = await fastCrypto();
  try {
    await buildDataset(log, folder, { inputs, version: packageVersion(), hashing });
    folder.finish();
  } catch (error) {
    folder.abandon();
    throw error;
  }
}
