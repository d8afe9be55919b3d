/** Keeps two processes from opening the same embedded database, which would destroy it. Ends with the process, however that ends. */
import { createHash } from "node:crypto";
import { realpathSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { RelayError } from "../errors.js";

export interface FolderLock {
  release(): Promise<void>;
}

/**
 * The lock is a local socket that the holder listens on: a dead process does not listen, whatever files it left.
 * @throws RelayError RELAY_LOCKED
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = socketOf(folder);
  const server = await listen(path);
  return {
    release: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** Paths of sockets are short, so the folder goes in as a hash. */
function socketOf(folder: string): string {
  const name = createHash("sha256").update(realpathSync(folder)).digest("hex").slice(0, 24);
  return process.platform === "win32" ? `\\\\.\\pipe\\session-relay-${name}` : join(tmpdir(), `session-relay-${name}`);
}

async function listen(path: string): Promise<Server> {
  try {
    return await tryListen(path);
  } catch (error) {
    if (!isInUse(error)) throw error;
    if (await isHeld(path)) throw new RelayError("RELAY_LOCKED", { lock: path }, error);
    rmSync(path, { force: true }); // left by a process that was killed
    return tryListen(path);
  }
}

function tryListen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      server.unref(); // the lock alone keeps no process alive
      resolve(server);
    });
  });
}

function isHeld(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
