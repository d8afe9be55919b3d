/** Folders of a disk that a dataset is written to, or compared with. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

import { CHUNK, type FileSink, type Folder, inChunks } from "../../dataset/write/files.js";
import { messageOf } from "../../protocol/amounts/errors.js";
import { CliError } from "../cli-error.js";

/** A folder that appears when it is whole: until then it has another name. */
export class NewFolder implements Folder {
  readonly #path: string;
  readonly #unfinished: string;

  /** @throws CliError FILE_UNWRITABLE if there is something already, or nothing can be made there */
  public constructor(path: string) {
    this.#path = path;
    this.#unfinished = `${path}.part`;
    if (existsSync(path))
      throw new CliError("FILE_UNWRITABLE", { file: path, reason: "there is something of that name" });
    attempt(path, () => {
      rmSync(this.#unfinished, { recursive: true, force: true });
      mkdirSync(this.#unfinished);
    });
  }

  public open(name: string): FileSink {
    const file = join(this.#unfinished, name);
    const handle = attempt(file, () => openSync(file, "w"));
    return inChunks({
      write: (bytes) => {
        attempt(file, () => {
          for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
        });
      },
      end: () => {
        closeSync(handle);
      },
    });
  }

  public finish(): void {
    attempt(this.#path, () => {
      renameSync(this.#unfinished, this.#path);
    });
  }

  public abandon(): void {
    rmSync(this.#unfinished, { recursive: true, force: true });
  }
}

/** Where a file is not what it should be. */
export interface Difference {
  readonly file: string;
  readonly what: "differs" | "missing" | "unknown" | "cannot be read";
  /** First byte that differs, from 0. */
  readonly at?: number;
  readonly why?: string;
}

/** What is there already, compared byte by byte with what is written. */
export class ComparedFolder implements Folder {
  readonly #path: string;
  readonly #seen = new Set<string>();
  readonly #differences: Difference[] = [];
  readonly #open = new Set<number>();

  public constructor(path: string) {
    this.#path = path;
  }

  public open(name: string): FileSink {
    this.#seen.add(name);
    const file = join(this.#path, name);
    if (!existsSync(file)) {
      this.#differences.push({ file: name, what: "missing" });
      return { write: () => undefined, end: () => undefined };
    }
    const handle = readHandle(file);
    this.#open.add(handle);
    let [at, first] = [0, -1];
    const found = Buffer.allocUnsafe(CHUNK);
    return inChunks({
      write: (bytes) => {
        const length = readFully(handle, found, Math.min(bytes.length, CHUNK));
        if (first < 0) first = differenceAt(bytes, found.subarray(0, length), at);
        at += bytes.length;
      },
      end: () => {
        if (first < 0 && readFully(handle, found, 1) > 0) first = at;
        if (first >= 0) this.#differences.push({ file: name, what: "differs", at: first });
        closeSync(handle);
        this.#open.delete(handle);
      },
    });
  }

  /** However far it has come. */
  public close(): void {
    for (const handle of this.#open) closeSync(handle);
    this.#open.clear();
  }

  /** Files that were compared. */
  public get count(): number {
    return this.#seen.size;
  }

  /** By name; files that nobody has written among them. */
  public differences(): Difference[] {
    const unknown = readdirSync(this.#path).filter((name) => !this.#seen.has(name));
    const all = [...this.#differences, ...unknown.map((file) => ({ file, what: "unknown" }) as const)];
    return all.sort((a, b) => (a.file < b.file ? -1 : 1));
  }
}

function differenceAt(wanted: Uint8Array, found: Uint8Array, offset: number): number {
  if (Buffer.compare(wanted, found) === 0) return -1;
  const at = wanted.findIndex((byte, k) => byte !== found[k]);
  return offset + (at < 0 ? wanted.length : at);
}

function readHandle(file: string): number {
  try {
    return openSync(file, "r");
  } catch (error) {
    throw new CliError("FILE_UNREADABLE", { file, reason: messageOf(error) });
  }
}

function readFully(handle: number, into: Uint8Array, length: number): number {
  let read = 0;
  while (read < length) {
    const more = readSync(handle, into, read, length - read, null);
    if (more === 0) break;
    read += more;
  }
  return read;
}

function attempt<Result>(file: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError("FILE_UNWRITABLE", { file, reason: messageOf(error) });
  }
}
