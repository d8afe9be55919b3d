/**
 * A claim to a folder: a file in it that tells whether its maker lives. It is a socket that the maker listens on, wherever the file
 * system has sockets: the kernel ends it with the process, and finds it from every container that sees the file, whatever names
 * processes and networks have there. For kernels that cannot reach each other the maker touches the file again and again.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

export interface Claim {
  readonly name: string;
  /** Whether nobody has taken it for dead, and removed it. */
  isThere(): boolean;
  release(): Promise<void>;
}

export interface ClaimOptions {
  /** Names the kernel: sockets reach whoever runs on the same one. */
  readonly kernel?: string;
  /** How often the file is touched, ms. */
  readonly beatMs?: number;
  /** How long a file from another kernel is watched before it is taken for dead, ms. */
  readonly watchMs?: number;
}

const BEAT_MS = 1_000;
/** Many beats: a machine that stands still for a while is not dead. */
const WATCH_MS = 10_000;
const PREFIX = "relay.lock-";
/** Names of sockets have room for about a hundred bytes. */
const MOST_PATH = 100;
const ID_DIGITS = 8;

/** All claims in the folder. */
export function isClaim(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** Makes a claim. It can be seen only when it lives. */
export async function makeClaim(folder: string, options: ClaimOptions = {}): Promise<Claim> {
  const name = `${PREFIX}${kernelOf(options)}-${randomBytes(ID_DIGITS / 2).toString("hex")}`;
  const [path, unborn] = [join(folder, name), join(folder, `.${name}`)];
  const server = await withShortPath(unborn, listen);
  if (server === undefined) writeFileSync(unborn, "");
  renameSync(unborn, path);
  const beating = setInterval(() => {
    touch(path);
  }, options.beatMs ?? BEAT_MS);
  beating.unref(); // a claim alone keeps no process alive
  return {
    name,
    isThere: () => existsSync(path),
    async release() {
      clearInterval(beating);
      rmSync(path, { force: true });
      if (server !== undefined) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Whether somebody else's claim lives. Takes a while if it comes from another kernel. */
export async function isAlive(folder: string, name: string, options: ClaimOptions = {}): Promise<boolean> {
  const path = join(folder, name);
  const isNear = name.startsWith(`${PREFIX}${kernelOf(options)}-`);
  if (isNear && isSocket(path)) return withShortPath(path, answers);
  const before = touchedAt(path);
  await new Promise((resolve) => setTimeout(resolve, options.watchMs ?? WATCH_MS));
  const after = touchedAt(path);
  return after !== undefined && after !== before;
}

/** The kernel's name since it was started; on systems that do not tell, the machine's. */
function kernelOf({ kernel }: ClaimOptions): string {
  return createHash("sha256")
    .update(kernel ?? bootId())
    .digest("hex")
    .slice(0, ID_DIGITS);
}

function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8");
  } catch {
    return `${process.platform} ${hostname()}`;
  }
}

// ------------------------------------------------------------------ sockets

/** @returns undefined where there are no sockets in folders */
function listen(path: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", () => {
      resolve(undefined);
    });
    server.listen({ path, readableAll: true, writableAll: true }, () => {
      server.unref();
      resolve(server);
    });
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error) => {
      resolve(!("code" in error && (error.code === "ECONNREFUSED" || error.code === "ENOENT")));
    });
  });
}

/** Reaches a file in a folder whose name is too long for a socket by a short name of the folder. */
async function withShortPath<Result>(path: string, use: (path: string) => Promise<Result>): Promise<Result> {
  if (path.length <= MOST_PATH) return use(path);
  const above = mkdtempSync(join(tmpdir(), "lock-"));
  try {
    symlinkSync(join(path, ".."), join(above, "f"));
    return await use(join(above, "f", path.slice(path.lastIndexOf("/") + 1)));
  } finally {
    rmSync(above, { recursive: true, force: true });
  }
}

// ------------------------------------------------------------------ files

function isSocket(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false;
}

function touchedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/** Gone if somebody took it for dead: its holder hears of it when it asks. */
function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    return;
  }
}
