import { type Advice, fix, later, ProtocolError, wordsOf } from "../protocol/amounts/errors.js";

export type DeployErrorCode =
  | "DEPLOY_NOT_COMPILED"
  | "DEPLOY_OTHER_CHAIN"
  | "DEPLOY_NO_FUNDS"
  | "DEPLOY_NO_CREATE2"
  | "DEPLOY_PENDING"
  | "DEPLOY_OTHER_CODE"
  | "DEPLOY_FAILED"
  | "SOURCIFY_UNREACHABLE"
  | "SOURCIFY_REFUSED";

/** The values that belong to a failure; which ones are there depends on the code. */
export type DeployErrorValues = Readonly<Record<string, string | number | bigint>>;

const ADVICE: Readonly<Record<DeployErrorCode, Advice>> = {
  DEPLOY_NOT_COMPILED: fix(
    "Compile first (SESSION_PROFILE=production npm run build), or name the folder of the artifacts (--artifacts).",
  ),
  DEPLOY_OTHER_CHAIN: fix("Give the node of the chain that is meant, or leave --chain-id out."),
  DEPLOY_NO_FUNDS: later("Give the deploying account what is missing, and run the same command again."),
  DEPLOY_NO_CREATE2: fix(
    "This chain lacks the CREATE2 deployer and does not take its transaction, which is of the form before EIP-155. Ask its operators to install it.",
  ),
  DEPLOY_PENDING: later("Wait until the account's earlier transactions are mined, or replace them, and run it again."),
  DEPLOY_OTHER_CODE: fix("This is not the code that was compiled, or not a chain of this EVM: do not use it."),
  DEPLOY_FAILED: later("Mend the cause and run the same command again: it goes on where it stopped."),
  SOURCIFY_UNREACHABLE: later("Run the same command again, or name another server: the contracts are deployed."),
  SOURCIFY_REFUSED: fix("The contracts are deployed; the server does not take their sources, for the reason given."),
};

/** A deployment that did not happen, or not wholly. What was deployed before stands. */
export class DeployError extends ProtocolError {
  declare public readonly code: DeployErrorCode;
  public readonly values: DeployErrorValues;

  public constructor(code: DeployErrorCode, values: DeployErrorValues, cause?: unknown) {
    const { advice, retryable } = ADVICE[code];
    super(code, wordsOf(code, values, advice), { retryable, ...(cause === undefined ? {} : { cause }) });
    this.values = values;
  }

  public get advice(): string {
    return ADVICE[this.code].advice;
  }
}
