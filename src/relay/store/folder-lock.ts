/**
 * Keeps two processes from opening the same embedded database, which would destroy it: also two containers that share a volume.
 * The lock is in the folder itself. Whoever wants it puts a claim there first, and looks at all others then: of two, the one that
 * looks last sees the other. Claims of the dead are removed, so a crash leaves nothing to clear away.
 */
import { readdirSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";

import { RelayError } from "../errors.js";
import { type ClaimOptions, isAlive, isClaim, makeClaim } from "./lock-file.js";

export interface FolderLock {
  /** @throws RelayError RELAY_LOCKED if this process stood still for so long that another has taken the folder */
  check(): void;
  release(): Promise<void>;
}

/** Two that come at once may see each other, and both step back. */
const TRIES = 5;
const STEP_BACK_MS = 100;

/** @throws RelayError RELAY_LOCKED */
export async function lockFolder(folder: string, options: ClaimOptions = {}): Promise<FolderLock> {
  const real = realpathSync(folder);
  for (let tries = 1; ; tries += 1) {
    const claim = await makeClaim(real, options);
    const rival = await livingRival(real, claim.name, options);
    if (rival === undefined) {
      const check = (): void => {
        if (!claim.isThere()) throw new RelayError("RELAY_LOCKED", { folder });
      };
      return { check, release: () => claim.release() };
    }
    await claim.release();
    if (tries === TRIES) throw new RelayError("RELAY_LOCKED", { folder });
    await new Promise((resolve) => setTimeout(resolve, STEP_BACK_MS * Math.random()));
  }
}

/** Another claim that lives; those of the dead are removed. */
async function livingRival(folder: string, own: string, options: ClaimOptions): Promise<string | undefined> {
  const others = readdirSync(folder).filter((name) => isClaim(name) && name !== own);
  const lives = await Promise.all(others.map((name) => isAlive(folder, name, options)));
  for (const [k, name] of others.entries()) if (lives[k] === false) rmSync(join(folder, name), { force: true });
  return others.find((_, k) => lives[k]);
}
