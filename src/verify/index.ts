/**
 * The package's entry "session-contracts/verify": a session's logs as a file, and the check of everything in them. This file is
 * the package's surface; inside the project modules are imported by their own names.
 */
export { type ReadOptions, readSessionLog, streamSessionLog } from "./read-session-log.js";
export { type LogRecord, parseSessionLog, parseSessionLogLines, printSessionLog } from "./session-log.js";
export { printSessionLogLines, type SessionLog, type SessionLogStream } from "./session-log.js";
export { bookTermsOf, type LoggedClones, type LoggedTerms, type LogHeader } from "./log-header.js";
export { type VerifyOptions, verifySession } from "./verify-session.js";
export type { Progress, TokenStanding, TraderStanding, VerifyCounts, VerifyReport } from "./report.js";
export { type Failure, failureOf, grantsOf, type Verdict } from "./verdict.js";
export { type Grant, GRANT_CODES, type GrantCode } from "./grants.js";
export type { CodeBuilds } from "./on-chain.js";
export type { Rule, Values } from "./violation.js";
export { NodeError, type NodeErrorCode, type NodeErrorValues } from "../node/errors.js";
export { SessionLogError, type SessionLogErrorCode } from "./errors.js";
