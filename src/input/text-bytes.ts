/** The text that is in a file's bytes, wherever they were read. */
import { InputError } from "./errors.js";
import { decodeText } from "./text-table.js";

/** How gzip's files begin. */
const GZIP = [0x1f, 0x8b];

/** Without a byte order mark. @throws InputError FILE_INVALID for what is neither UTF-8 nor UTF-16 with its mark */
export function textIn(file: string, bytes: Uint8Array): string {
  const text = decodeText(bytes);
  if (text !== undefined) return text;
  const isPacked = GZIP.every((byte, k) => bytes[k] === byte);
  const problem = isPacked ? "it is packed, as gzip does: unpack it first" : "it is no text in UTF-8: save it so";
  throw new InputError("FILE_INVALID", { file, problems: [problem] });
}
