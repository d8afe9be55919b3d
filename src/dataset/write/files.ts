/** Where a dataset goes: files that are written from their beginning to their end. A folder, a browser's memory, or what is there already. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

export interface FileSink {
  /** The bytes stay as they are. */
  write(bytes: Uint8Array): void;
  end(): void;
}

export interface Folder {
  /** @param name without a path */
  open(name: string): FileSink;
}

/** What is known of a file that was written. */
export interface Written {
  readonly bytes: number;
  /** 64 hex digits. */
  readonly sha256: string;
}

/** A sink that knows in the end what went through it. */
export class CountedFile {
  readonly #sink: FileSink;
  readonly #hash = sha256.create();
  #bytes = 0;

  public constructor(folder: Folder, name: string) {
    this.#sink = folder.open(name);
  }

  public write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    this.#sink.write(bytes);
  }

  public writeText(text: string): void {
    this.write(utf8ToBytes(text));
  }

  /** SHA-256 of everything so far. */
  public get sha256(): string {
    return bytesToHex(this.#hash.clone().digest());
  }

  public end(): Written {
    this.#sink.end();
    return { bytes: this.#bytes, sha256: this.sha256 };
  }
}

/** A whole file at once. */
export function writeFile(folder: Folder, name: string, text: string): Written {
  const file = new CountedFile(folder, name);
  file.writeText(text);
  return file.end();
}

/** Bytes that are written at once. */
export const CHUNK = 1 << 16;

/** Few large writes instead of many small ones; none is larger than a chunk. */
export function inChunks(sink: FileSink): FileSink {
  const buffer = new Uint8Array(CHUNK);
  let held = 0;
  const flush = (): void => {
    if (held > 0) sink.write(buffer.subarray(0, held));
    held = 0;
  };
  return {
    write: (bytes) => {
      for (let at = 0; at < bytes.length;) {
        const taken = Math.min(bytes.length - at, CHUNK - held);
        buffer.set(bytes.subarray(at, at + taken), held);
        held += taken;
        at += taken;
        if (held === CHUNK) flush();
      }
    },
    end: () => {
      flush();
      sink.end();
    },
  };
}
