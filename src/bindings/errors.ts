import { type ErrorDescription, Interface, isError } from "ethers";

import { messageOf, ProtocolError } from "../protocol/amounts/errors.js";
import { adviceFor } from "./advice.js";
import { ERROR_TABLE } from "./error-table.js";
import { nodeErrorOf, revertOf } from "../node/classify.js";
import type { NodeError } from "../node/errors.js";
import { findRevertData } from "../node/revert-data.js";

/** Values of an error by the names that the contract gives them. */
export type ErrorArgs = Readonly<Record<string, unknown>>;

/** Every error that our contracts, and the libraries inside them, are known to throw. */
const ERRORS = new Interface(ERROR_TABLE);

/**
 * A request that was refused, by a contract or by this client on its way there.
 * `code` is the name of the contract's error, or begins with `Client_`; `args` are its values; the message says what to do.
 */
export class ClientError extends ProtocolError {
  public readonly args: ErrorArgs;

  public constructor(code: string, args: ErrorArgs = {}, options: { cause?: unknown } = {}) {
    const { advice, retryable } = adviceFor(code);
    super(code, `${code}(${describeArgs(args)}). ${advice}`, { retryable, ...options });
    this.args = args;
  }
}

/**
 * Decodes ABI-encoded error data of a revert.
 * @param data 0x-hex; unknown data gives code `Client_UnknownRevert` with the data as it came
 */
export function decodeRefusal(data: string, cause?: unknown): ClientError {
  const options = cause === undefined ? {} : { cause };
  const description = parseError(data);
  if (description !== null) return new ClientError(codeOf(description), namedArgs(description), options);
  return data === "0x"
    ? new ClientError("Client_EmptyRevert", {}, options)
    : new ClientError("Client_UnknownRevert", { data }, options);
}

/** The reason that an event gives: the selector of an error, without its values. */
export function refusalOfSelector(selector: string): ClientError {
  const name = errorName(selector);
  return name === undefined ? new ClientError("Client_UnknownRevert", { data: selector }) : new ClientError(name);
}

function errorName(selector: string): string | undefined {
  return ERRORS.getError(selector)?.name;
}

const NO_MONEY = /insufficient (funds|balance)/i;

/**
 * Whatever a call threw, as a ClientError that keeps the cause, or as a NodeError if the node failed and so no contract has said
 * anything. Both pass unchanged.
 */
export function asClientError(error: unknown): ClientError | NodeError {
  if (error instanceof ClientError) return error;
  if (isError(error, "ACTION_REJECTED")) return new ClientError("Client_Declined", {}, { cause: error });
  if (isError(error, "INSUFFICIENT_FUNDS")) return new ClientError("Client_NoGasMoney", {}, { cause: error });
  const revert = revertOf(error);
  if (revert !== undefined) return decodeRefusal(revert.data, error);
  const failure = nodeErrorOf(error);
  if (failure !== undefined)
    return isShortOfMoney(failure) ? new ClientError("Client_NoGasMoney", {}, { cause: error }) : failure;
  const data = findRevertData(error);
  if (data !== undefined) return decodeRefusal(data, error);
  if (isError(error, "CALL_EXCEPTION")) return new ClientError("Client_EmptyRevert", {}, { cause: error });
  if (isError(error, "BAD_DATA")) return new ClientError("Client_OtherContract", {}, { cause: error });
  const reason = messageOf(error);
  return new ClientError("Client_CallFailed", { reason }, { cause: error });
}

/** ethers throws on data that has a known selector and an impossible rest: then it is none of these errors. */
function parseError(data: string): ErrorDescription | null {
  try {
    return ERRORS.parseError(data);
  } catch {
    return null;
  }
}

function isShortOfMoney({ code, values: { reason = "" } }: NodeError): boolean {
  return code === "NODE_REFUSED" && NO_MONEY.test(reason);
}

/** Solidity's own two errors keep their names apart from ours. */
function codeOf({ name }: ErrorDescription): string {
  if (name === "Error") return "Client_RevertText";
  return name === "Panic" ? "Client_Panic" : name;
}

/** The reason of another error is the selector of one (Book_PackageRefused): its name says more. */
function namedArgs({ fragment, args }: ErrorDescription): ErrorArgs {
  const valueOf = (type: string, value: unknown): unknown =>
    type === "bytes4" ? (errorName(String(value)) ?? value) : value;
  return Object.fromEntries(
    fragment.inputs.map(({ name, type }, index) => [name || String(index), valueOf(type, args[index])]),
  );
}

function describeArgs(args: ErrorArgs): string {
  return Object.entries(args)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join(", ");
}
