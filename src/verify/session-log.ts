/**
 * A session's log as text: JSON lines. The first line is the header, then one line for each record, and last a line with the
 * number of records and the SHA-256 of all bytes before it, so that `head -n -1 FILE | sha256sum` gives it too. Lines, because
 * a million of them can be read, written and checked one at a time; JSON, because any program can read it.
 *
 * The checksum tells damage and an alteration by somebody who did not mind it. It proves nothing about the chain: whoever
 * alters a file can write another checksum. What holds whoever wrote the file is what `verifySession` finds.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Provider } from "ethers";
import * as z from "zod";

import { SessionLogError, type SessionLogErrorCode } from "./errors.js";
import { LOG_FORMAT, LOG_VERSION, type LogHeader, parseHeader, printHeader } from "./log-header.js";

/** One log of the vault, a leg token, the book, the factory or an asset, as the chain has it. */
export interface LogRecord {
  readonly blockNumber: number;
  /** Of the block; Unix seconds. */
  readonly timestamp: number;
  /** In the block. */
  readonly logIndex: number;
  readonly transactionHash: string;
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  /** Said of an order or a market record: its signer is a contract that was asked (ERC-1271), for no key has signed it. */
  readonly byWallet: boolean;
}

/** All of a session's logs, in the order of the chain. */
export interface SessionLog {
  readonly header: LogHeader;
  readonly records: readonly LogRecord[];
  /** SHA-256 of the text before the last line, as the log came with it; 64 hex digits. */
  readonly checksum: string;
}

/** The same, record by record. */
export interface SessionLogStream {
  readonly header: LogHeader;
  /** To be gone through once. @throws SessionLogError */
  readonly records: AsyncIterable<LogRecord>;
  /** Known after the last record. */
  readonly checksum: () => string;
  /** The node that gives the records, if they come from one: they need not be compared with it again. */
  readonly source?: Provider;
}

const hex = z.string().regex(/^0x(?:[0-9a-f]{2})*$/);
const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const count = z.int().nonnegative();

const RECORD = z.strictObject({
  block: count,
  time: count,
  index: count,
  tx: hash,
  address: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
  topics: z.array(hash).max(4),
  data: hex,
  wallet: z.literal(true).optional(),
});

const SEAL = z.strictObject({ records: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) });

/** Reads a whole file. @throws SessionLogError */
export function parseSessionLog(text: string): SessionLog {
  const lines = text.split("\n");
  const reader = new LineReader(lines[0] ?? "");
  const records: LogRecord[] = [];
  for (const line of lines.slice(1)) {
    const record = reader.read(line);
    if (record !== undefined) records.push(record);
  }
  return { header: reader.header, records, checksum: reader.checksum() };
}

/** Reads a file line by line, in constant memory. @throws SessionLogError for the header at once, for the rest on the way */
export async function parseSessionLogLines(lines: AsyncIterable<string>): Promise<SessionLogStream> {
  const iterator = lines[Symbol.asyncIterator]();
  const first = await iterator.next();
  const reader = new LineReader(first.done === true ? "" : first.value);
  async function* records(): AsyncGenerator<LogRecord> {
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      const record = reader.read(next.value);
      if (record !== undefined) yield record;
    }
    reader.checksum();
  }
  return { header: reader.header, records: records(), checksum: () => reader.checksum() };
}

/** The whole file. */
export function printSessionLog(log: SessionLog): string {
  const lines = [printHeader(log.header), ...log.records.map(printRecord), printSeal(log.records.length, log.checksum)];
  return lines.map((line) => `${line}\n`).join("");
}

/** The file line by line, without their ends. The records are gone through once. */
export async function* printSessionLogLines(log: SessionLogStream): AsyncGenerator<string> {
  yield printHeader(log.header);
  let records = 0;
  for await (const record of log.records) {
    records += 1;
    yield printRecord(record);
  }
  yield printSeal(records, log.checksum());
}

/** A log with the checksum that it should have. */
export function sealed(header: LogHeader, records: readonly LogRecord[]): SessionLog {
  const checksum = new Checksum(header);
  for (const record of records) checksum.add(record);
  return { header, records, checksum: checksum.value() };
}

/** The checksum of a log, record by record. */
export class Checksum {
  readonly #hash = sha256.create();

  public constructor(header: LogHeader) {
    this.#line(printHeader(header));
  }

  public add(record: LogRecord): void {
    this.#line(printRecord(record));
  }

  /** Of everything so far. */
  public value(): string {
    return bytesToHex(this.#hash.clone().digest());
  }

  #line(line: string): void {
    this.#hash.update(utf8ToBytes(`${line}\n`));
  }
}

class LineReader {
  public readonly header: LogHeader;
  #line = 1;
  #records = 0;
  #checksum: string | undefined;

  public constructor(first: string) {
    if (first === "") throw new SessionLogError("LOG_EMPTY");
    const saved = savedAnew(first);
    if (saved !== undefined) throw new SessionLogError("LOG_HEADER_INVALID", { line: 1, reason: saved });
    const value = json(first, 1, "LOG_HEADER_INVALID");
    requireVersion(value);
    try {
      this.header = parseHeader(value);
    } catch (error) {
      throw unreadable(error, 1, "LOG_HEADER_INVALID");
    }
  }

  /** @returns undefined for the last line, and for what an editor may have left behind it */
  public read(line: string): LogRecord | undefined {
    this.#line += 1;
    if (this.#checksum !== undefined) {
      if (line === "") return undefined;
      throw new SessionLogError("LOG_CONTINUES", { line: this.#line });
    }
    const value = line === "" ? undefined : json(line, this.#line, "LOG_LINE_INVALID");
    if (value === undefined) throw new SessionLogError("LOG_TRUNCATED", { line: this.#line, records: this.#records });
    try {
      if (typeof value === "object" && value !== null && "sha256" in value) {
        this.#end(SEAL.parse(value));
        return undefined;
      }
      this.#records += 1;
      return recordOf(RECORD.parse(value));
    } catch (error) {
      throw unreadable(error, this.#line, "LOG_LINE_INVALID");
    }
  }

  /** @throws SessionLogError LOG_TRUNCATED before the last line was read */
  public checksum(): string {
    if (this.#checksum === undefined) {
      throw new SessionLogError("LOG_TRUNCATED", { line: this.#line, records: this.#records });
    }
    return this.#checksum;
  }

  #end({ records, sha256: checksum }: z.output<typeof SEAL>): void {
    if (records !== this.#records) {
      throw new SessionLogError("LOG_TRUNCATED", { line: this.#line, records: this.#records, announced: records });
    }
    this.#checksum = checksum;
  }
}

function recordOf({ block, time, index, tx, address, topics, data, wallet }: z.output<typeof RECORD>): LogRecord {
  return {
    blockNumber: block,
    timestamp: time,
    logIndex: index,
    transactionHash: tx,
    address,
    topics,
    data,
    byWallet: wallet === true,
  };
}

/** One line that `printRecord` has written. @throws ZodError, SyntaxError */
export function parseRecord(line: string): LogRecord {
  return recordOf(RECORD.parse(JSON.parse(line)));
}

export function printRecord({ blockNumber, timestamp, logIndex, transactionHash, ...rest }: LogRecord): string {
  const { address, topics, data, byWallet } = rest;
  const place = { block: blockNumber, time: timestamp, index: logIndex, tx: transactionHash };
  return JSON.stringify({ ...place, address, topics, data, ...(byWallet ? { wallet: true } : {}) });
}

export function printSeal(records: number, checksum: string): string {
  return JSON.stringify({ records, sha256: checksum });
}

/** Before anything else: another version may have another shape. */
function requireVersion(value: unknown): void {
  const { format, version } = z
    .looseObject({ format: z.unknown(), version: z.unknown() })
    .catch({ format: undefined, version: undefined })
    .parse(value);
  if (format !== LOG_FORMAT) throw new SessionLogError("LOG_HEADER_INVALID", { line: 1, reason: "not a session log" });
  if (version !== LOG_VERSION) throw new SessionLogError("LOG_VERSION_UNKNOWN", { version: String(version) });
}

/** How gzip begins. */
const PACKED = "\u001f";

/** What an editor or a shell has made of the file; its bytes are what was written, so it is not read all the same. */
function savedAnew(first: string): string | undefined {
  if (first.startsWith(PACKED)) return "it is packed, as gzip does: unpack it first";
  if (first.includes("\u0000")) return "another program has saved it anew, as UTF-16";
  return first.startsWith("\ufeff") ? "another program has saved it anew, with a byte order mark" : undefined;
}

function json(line: string, number: number, code: SessionLogErrorCode): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw unreadable(error, number, code);
  }
}

function unreadable(error: unknown, line: number, code: SessionLogErrorCode): SessionLogError {
  if (error instanceof SessionLogError) return error;
  const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
  const reason = issue === undefined ? String(error) : `${issue.path.join(".")} ${issue.message}`;
  return new SessionLogError(code, { line, reason }, error);
}
