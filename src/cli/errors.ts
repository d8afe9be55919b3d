/** What the command line itself refuses, and how anything that was thrown is told to people and programs. */
import { CommanderError } from "commander";

import { adviceFor, isAdvised } from "../bindings/advice.js";
import { ClientError } from "../bindings/errors.js";
import { isRefusal } from "../protocol/market/refusal.js";
import { CliError } from "./cli-error.js";
import { InputError } from "../input/errors.js";
import { RelayRequestError } from "../client/relay/errors.js";
import { DatasetError } from "../dataset/errors.js";
import { DeployError } from "../deployment/errors.js";
import { ProtocolError, RuleError } from "../protocol/amounts/errors.js";
import { NodeError } from "../node/errors.js";
import { RelayError } from "../relay/errors.js";
import { RiskError } from "../risk/errors.js";
import { SessionLogError } from "../verify/errors.js";
import { asJson, type Json } from "./output/json.js";
import { createReaderUnits, rangeText, type ReaderUnits, refusalText } from "./output/reader-units.js";

/** Exit statuses of the program. */
export const EXIT = { good: 0, doesNotHold: 1, badInput: 2, holdsIf: 3 } as const;
export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** An error as a program reads it. */
export interface Explanation {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
  readonly values: Json;
}

/** The chain's own refusals that mean that the command was aimed wrongly. */
const INPUT_CODES: ReadonlySet<string> = new Set([
  "Client_NotASession",
  "Client_NotARouter",
  "Client_NotAFactory",
  "Client_OtherDomain",
  "Client_UnknownLeg",
]);

/** A relay that is not there, or none, and settings that a relay cannot start with. */
const RELAY_INPUT_CODES: ReadonlySet<string> = new Set([
  "RELAY_UNREACHABLE",
  "RELAY_ANSWER_MALFORMED",
  "RELAY_CONFIG_INVALID",
  "RELAY_ARCHIVE_REFUSED",
]);

/** A deployment that was aimed wrongly. */
const DEPLOY_INPUT_CODES: ReadonlySet<string> = new Set(["DEPLOY_NOT_COMPILED", "DEPLOY_OTHER_CHAIN"]);

/** No node to start. */
const LOCAL_INPUT_CODES: ReadonlySet<string> = new Set(["LOCAL_NODE_MISSING"]);

/** A dataset that was altered, or of what was cut off. */
const DATASET_FINDING_CODES: ReadonlySet<string> = new Set([
  "DATASET_LOG_ALTERED",
  "DATASET_LOG_CUT",
  "DATASET_LOG_IMPOSSIBLE",
  "DATASET_INPUTS_INVALID",
]);

/** What is wrong with the records of a chain or a log, rather than with what the user gave. */
const FINDING_CODES: ReadonlySet<string> = new Set([
  "RECORD_FIELD_INVALID",
  "RECORD_IMPOSSIBLE",
  "DEPTH_INSUFFICIENT",
  "LOG_LINE_INVALID",
  "LOG_TRUNCATED",
  "LOG_CONTINUES", // a log that was altered or cut
]);

/** An error, and how the program ends with it. */
export interface Failure {
  /** 2 for bad input, 1 for what was understood and refused. */
  readonly status: ExitStatus;
  readonly error: Explanation;
}

/** @param units by which amounts are told; programs get them as they are, in `values` */
export function explain(thrown: unknown, units: ReaderUnits = createReaderUnits()): Failure {
  if (thrown instanceof DeployError) {
    const { code, message, advice, values } = thrown;
    const status = DEPLOY_INPUT_CODES.has(code) ? EXIT.badInput : EXIT.doesNotHold;
    return { status, error: { code, message, advice, values: asJson(values) } };
  }
  if (thrown instanceof DatasetError) {
    const { code, message, advice, values } = thrown;
    const status = DATASET_FINDING_CODES.has(code) ? EXIT.doesNotHold : EXIT.badInput;
    return { status, error: { code, message, advice, values: asJson(values) } };
  }
  if (thrown instanceof CliError || thrown instanceof InputError) {
    const { code, message, advice, values } = thrown;
    return { status: EXIT.badInput, error: { code, message, advice, values: asJson(values) } };
  }
  if (thrown instanceof CommanderError) {
    return explain(new InputError("ARGUMENT_INVALID", { reason: thrown.message.replace(/^error: /, "") }));
  }
  if (thrown instanceof RiskError) {
    const { code, message, values } = thrown;
    return {
      status: EXIT.badInput,
      error: { code, message, advice: sentenceAfterValues(message), values: asJson(values) },
    };
  }
  if (thrown instanceof RuleError || thrown instanceof SessionLogError) {
    const { code, values } = thrown;
    const message = rangeMessage(thrown);
    const status = FINDING_CODES.has(code) ? EXIT.doesNotHold : EXIT.badInput;
    return { status, error: { code, message, advice: sentenceAfterValues(message), values: asJson(values) } };
  }
  if (thrown instanceof ClientError || isRefusal(thrown)) {
    const { code } = thrown;
    const args = thrown instanceof ClientError ? thrown.args : thrown.values;
    const { advice } = adviceFor(code);
    const status = INPUT_CODES.has(code) ? EXIT.badInput : EXIT.doesNotHold;
    return { status, error: { code, message: refusalText(code, args, advice, units), advice, values: asJson(args) } };
  }
  if (thrown instanceof RelayError || thrown instanceof RelayRequestError) {
    const { code, advice, values } = thrown;
    const message = isAdvised(code) ? refusalText(code, values, advice, units) : thrown.message;
    const status = RELAY_INPUT_CODES.has(code) ? EXIT.badInput : EXIT.doesNotHold;
    return { status, error: { code, message, advice, values: asJson(values) } };
  }
  if (thrown instanceof NodeError) {
    const { code, message, advice, values } = thrown;
    return { status: EXIT.badInput, error: { code, message, advice, values: asJson(values) } };
  }
  if (thrown instanceof ProtocolError) {
    const { code, message } = thrown;
    const status = LOCAL_INPUT_CODES.has(code) ? EXIT.badInput : EXIT.doesNotHold;
    return { status, error: { code, message, advice: sentenceAfterValues(message), values: {} } };
  }
  const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  const advice = "Report this with the command.";
  return { status: EXIT.doesNotHold, error: { code: "UNEXPECTED", message, advice, values: {} } };
}

/** Of an amount beyond its range the amounts are told in tokens, lots or ticks; any other message says it already. */
function rangeMessage({ code, message, values }: RuleError | SessionLogError): string {
  if (code !== "AMOUNT_OUT_OF_RANGE") return message;
  const what = String(values["what"]);
  const told = ["value", "least", "most"].map((name) => `${name}: ${rangeText(what, BigInt(values[name] ?? 0))}`);
  return `${code}(${told.join(", ")}). ${sentenceAfterValues(message)}`;
}

/** A RuleError's message is `CODE(values). advice`. Values may have the same signs in them, advice has not. */
function sentenceAfterValues(message: string): string {
  const END = "). ";
  const at = message.lastIndexOf(END);
  return at < 0 ? message : message.slice(at + END.length);
}
