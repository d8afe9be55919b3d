/**
 * Shows the sources of what was deployed to whoever looks it up: Sourcify's API, version 2, which wants no key. It compiles them
 * itself, and compares with the chain.
 */
import { sleep } from "../node/sleep.js";
import { type Build } from "./build.js";
import type { ContractName, Placed } from "./contracts.js";
import { DeployError } from "./errors.js";

export const SOURCIFY_URL = "https://sourcify.dev/server";

/** `exact_match`: to the last byte, with the hash of the sources; `match`: the code alone. */
export type Match = "exact_match" | "match";

export interface Verified<Name extends string = ContractName> {
  readonly name: Name;
  readonly match: Match;
  /** Whether it was known before. */
  readonly wasKnown: boolean;
}

export interface SourcifyOptions {
  /** Of the server. */
  readonly url?: string;
  readonly tell?: (line: string) => void;
  /** How often to ask whether it is done, and how long, ms. */
  readonly pollMs?: number;
  readonly patienceMs?: number;
}

const POLL_MS = 3_000;
const PATIENCE_MS = 300_000;
const [OK, ACCEPTED, NOT_FOUND, CONFLICT] = [200, 202, 404, 409];

interface Told {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** One after the other: the server compiles each. @throws DeployError SOURCIFY_UNREACHABLE, SOURCIFY_REFUSED */
export async function verifySources<Name extends string>(
  build: Build<Name>,
  chainId: bigint,
  { url = SOURCIFY_URL, tell = () => undefined, pollMs = POLL_MS, patienceMs = PATIENCE_MS }: SourcifyOptions = {},
): Promise<readonly Verified<Name>[]> {
  const server = { url: url.replace(/\/$/, ""), pollMs, patienceMs };
  const verified: Verified<Name>[] = [];
  for (const placed of build.contracts) {
    const known = await lookUp(server, chainId, placed);
    if (known === undefined) tell(`having the sources of ${placed.name} compared`);
    const match = known ?? (await handIn(server, build, chainId, placed));
    verified.push({ name: placed.name, match, wasKnown: known !== undefined });
  }
  return verified;
}

interface Server {
  readonly url: string;
  readonly pollMs: number;
  readonly patienceMs: number;
}

async function lookUp(
  { url }: Server,
  chainId: bigint,
  { address }: Pick<Placed, "address">,
): Promise<Match | undefined> {
  const told = await ask(`${url}/v2/contract/${chainId}/${address}`);
  if (told.status === NOT_FOUND) return undefined;
  if (told.status !== OK) throw refused(url, told);
  return matchOf(told.body);
}

async function handIn<Name extends string>(
  server: Server,
  build: Build<Name>,
  chainId: bigint,
  placed: Placed<Name>,
): Promise<Match> {
  const { url } = server;
  const { input, solcLongVersion } = build.compilerInput(placed.name);
  const { inputSourceName, contractName } = build.artifacts[placed.name];
  const told = await ask(`${url}/v2/verify/${chainId}/${placed.address}`, {
    stdJsonInput: input,
    compilerVersion: solcLongVersion,
    contractIdentifier: `${inputSourceName}:${contractName}`,
  });
  if (told.status === CONFLICT) return (await lookUp(server, chainId, placed)) ?? fail(url, told);
  const { verificationId } = told.body;
  if (told.status !== ACCEPTED || typeof verificationId !== "string") throw refused(url, told);
  return outcomeOf(server, verificationId, placed.name);
}

async function outcomeOf({ url, pollMs, patienceMs }: Server, id: string, contract: string): Promise<Match> {
  for (let waited = 0; waited <= patienceMs; waited += pollMs) {
    const told = await ask(`${url}/v2/verify/${id}`);
    if (told.status !== OK) throw refused(url, told);
    if (told.body["isJobCompleted"] === true) return matchOf(fieldsOf(told.body["contract"])) ?? fail(url, told);
    await sleep(pollMs, undefined);
  }
  throw new DeployError("SOURCIFY_REFUSED", { server: url, contract, reason: `no result within ${patienceMs} ms` });
}

async function ask(url: string, body?: object): Promise<Told> {
  try {
    const response = await fetch(url, {
      ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
      headers: { "content-type": "application/json" },
    });
    return { status: response.status, body: fieldsOf(await response.json()) };
  } catch (error) {
    throw new DeployError("SOURCIFY_UNREACHABLE", { server: url, reason: String(error) }, error);
  }
}

function matchOf({ match }: Told["body"]): Match | undefined {
  return match === "exact_match" || match === "match" ? match : undefined;
}

function fail(url: string, told: Told): never {
  throw refused(url, told);
}

/** Its errors have a code and a message, beside or inside `error`. */
function refused(server: string, { status, body }: Told): DeployError {
  const { customCode, message } = { ...body, ...fieldsOf(body["error"]) } as Readonly<Record<string, unknown>>;
  return new DeployError("SOURCIFY_REFUSED", {
    server,
    status,
    code: typeof customCode === "string" ? customCode : "none",
    reason: typeof message === "string" ? message : JSON.stringify(body),
  });
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
