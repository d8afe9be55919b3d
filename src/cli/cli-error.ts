/** What the command line itself refuses. */
import { type InputErrorValues, listed } from "../input/errors.js";
import { ProtocolError } from "../protocol/amounts/errors.js";

const ADVICE = {
  KEY_IN_ARGUMENT:
    "Other users of this machine can read arguments, and the shell keeps them: treat the key as known. Use SESSION_PRIVATE_KEY, --keystore FILE or --account hardhat:NAME.",
  SETTINGS_INVALID: "Mend every setting named.",
  FILE_UNREADABLE: "Give a file that exists and may be read.",
  FILE_UNWRITABLE: "Give a path in a folder that exists and may be written.",
  CHAIN_UNREACHABLE: "Start the node, or give another address with --rpc or SESSION_RPC_URL.",
  KEYSTORE_INVALID: "Give a Web3 keystore file (version 3, JSON).",
  PASSWORD_WRONG: "Give the password of that keystore.",
  PASSWORD_MISSING: "Run this in a terminal, or name a file with the password in SESSION_KEYSTORE_PASSWORD_FILE.",
  CONFIRMATION_MISSING:
    "This cannot be undone, and nobody is at the terminal to say yes: look at it with --dry-run, then give --yes. Nothing was sent.",
  NOT_CONFIRMED: "Nothing was sent.",
  MAKER_TAKEN: "It is closed, and all of your share was taken: nothing was sent.",
  RECORD_SAYS_NOTHING: "The book knows that already: no bounds would change, and nothing was sent.",
  HARDHAT_MISSING:
    "Run this in a project with hardhat and @nomicfoundation/hardhat-keystore, or use --keystore FILE or SESSION_PRIVATE_KEY.",
  HARDHAT_KEY_MISSING: "Store the key with `npx hardhat keystore set NAME`.",
  HARDHAT_KEYSTORE_FAILED: "See Hardhat's own reason.",
  ORDERS_NONE: "Nothing rests in the book for this account: there is nothing to cancel.",
  DEMO_NOT_LOCAL:
    "Give a local node whose own accounts pay (chain 31337 or 1337): npx hardhat node, or npx anvil. Nothing was sent.",
  PAGE_NOT_BUILT:
    "Build it in the checkout with `npm run page:build`, or name a folder that has it with --folder. The published package brings it.",
  ARCHIVE_DAMAGED: "Give the folder as it was written: the database's rows were not touched.",
  HISTORY_MOVED: "Blocks were reorganised while the relay was asked: ask again.",
  MIRROR_DIFFERS: "Read the logs from the session's first block (--from-block), or ask another node.",
} as const;

export type CliErrorCode = keyof typeof ADVICE;
export type CliErrorValues = InputErrorValues;

/** A world in which the command cannot run. Nothing has been sent when one is thrown. */
export class CliError extends ProtocolError {
  declare public readonly code: CliErrorCode;
  public readonly values: CliErrorValues;

  public constructor(code: CliErrorCode, values: CliErrorValues = {}, cause?: unknown) {
    super(code, listed(code, values, ADVICE[code]), { retryable: false, ...(cause === undefined ? {} : { cause }) });
    this.values = values;
  }

  public get advice(): string {
    return ADVICE[this.code];
  }
}
