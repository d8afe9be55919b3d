import { ProtocolError } from "../src/protocol/amounts/errors.js";

export type DeployErrorCode =
  | "DEPLOY_NETWORK_UNKNOWN"
  | "DEPLOY_CONFIGURATION"
  | "DEPLOY_NETWORK_UNREACHABLE"
  | "DEPLOY_NO_ACCOUNT"
  | "DEPLOY_CHAIN_RESET"
  | "DEPLOY_CONTRACTS_CHANGED"
  | "DEPLOY_FAILED";

/** The values that belong to a failure; which ones are there depends on the code. */
export type DeployErrorDetails = Readonly<Record<string, string | readonly string[]>>;

const ADVICE: Readonly<Record<DeployErrorCode, string>> = {
  DEPLOY_NETWORK_UNKNOWN: "Name one of the networks in hardhat.config.ts that lives outside this process.",
  DEPLOY_CONFIGURATION: "Set what is missing or wrong, with `npx hardhat keystore set NAME` or in the environment.",
  DEPLOY_NETWORK_UNREACHABLE: "Start the node, or correct its address, and try again.",
  DEPLOY_NO_ACCOUNT: "Give the network an account to pay from, in hardhat.config.ts.",
  DEPLOY_CHAIN_RESET: "The chain was started anew: move the deployment's folder away and deploy again.",
  DEPLOY_CONTRACTS_CHANGED:
    "The contracts are not those that were deployed. Check out the version that was, or move the deployment's folder away to deploy anew.",
  DEPLOY_FAILED: "Mend the cause and run the same command again: it goes on where it stopped.",
};

/** A deployment that did not happen, or not wholly. What was deployed before stands. */
export class DeployError extends ProtocolError {
  public readonly details: DeployErrorDetails;

  public constructor(code: DeployErrorCode, details: DeployErrorDetails, cause?: unknown) {
    const values = Object.entries(details).map(([name, value]) => `${name}: ${String(value)}`);
    super(code, `${code} (${values.join("; ")}). ${ADVICE[code]}`, {
      retryable: code === "DEPLOY_NETWORK_UNREACHABLE" || code === "DEPLOY_FAILED",
      ...(cause === undefined ? {} : { cause }),
    });
    this.details = details;
  }
}

/** Hardhat's own codes, by what they mean here. */
const HARDHAT_CODES: Readonly<Record<string, DeployErrorCode>> = {
  HHE7: "DEPLOY_CONFIGURATION", // a configuration variable is not set
  HHE28: "DEPLOY_CONFIGURATION", // it is set, but not to a URL
  HHE30: "DEPLOY_CONFIGURATION", // it is set, but not to a key
  HHE700: "DEPLOY_CONFIGURATION", // the URL is none
  HHE50002: "DEPLOY_CONFIGURATION", // it is not in the keystore
  HHE703: "DEPLOY_NETWORK_UNREACHABLE",
  HHE704: "DEPLOY_NETWORK_UNREACHABLE",
  HHE707: "DEPLOY_CONFIGURATION", // the override of the URL is none
  HHE705: "DEPLOY_NETWORK_UNKNOWN",
};

/** Whatever went wrong while deploying to `network`, as a DeployError that keeps the cause. */
export function asDeployError(error: unknown, network: string): DeployError {
  if (error instanceof DeployError) return error;
  const code = hardhatCodes(error)
    .map((hardhatCode) => HARDHAT_CODES[hardhatCode])
    .find((known) => known !== undefined);
  const reason = error instanceof Error ? error.message : String(error);
  return new DeployError(code ?? "DEPLOY_FAILED", { network, reason }, error);
}

/** Codes of the error and of its causes; Hardhat's errors carry theirs as `errorCode`. */
function hardhatCodes(error: unknown): string[] {
  if (typeof error !== "object" || error === null) return [];
  const { errorCode, cause } = error as { errorCode?: unknown; cause?: unknown }; // both are looked at before they are used
  return [...(typeof errorCode === "string" ? [errorCode] : []), ...hardhatCodes(cause)];
}
