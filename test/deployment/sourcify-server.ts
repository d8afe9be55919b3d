/**
 * A server that does what Sourcify's does for its API, version 2: it takes standard JSON, compiles it, and compares what comes of it
 * with what the chain has at that address. A job is done when it has been asked for twice.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";

import type { JsonRpcProvider } from "ethers";

import { codeHashOf } from "../../src/deployment/build.js";

export interface SourcifyServer {
  readonly url: string;
  /** "CONTRACT match" of what was handed in, in its order. */
  readonly handedIn: readonly string[];
  close(): Promise<void>;
}

interface HandedIn {
  readonly stdJsonInput: { readonly settings: object };
  readonly compilerVersion: string;
  readonly contractIdentifier: string;
}
interface Solc {
  version(): string;
  compile(input: string): string;
}
interface Output {
  readonly contracts?: Readonly<
    Record<string, Record<string, { evm: { deployedBytecode: { object: string; immutableReferences: object } } }>>
  >;
}

const solc = createRequire(import.meta.url)("solc") as Solc; // it has no types of its own
/** What came of compiling an input: that takes seconds. */
const compiled = new Map<string, Output>();

/** @param chainId the only chain that it supports */
export async function startSourcify(provider: JsonRpcProvider, chainId: bigint): Promise<SourcifyServer> {
  const matches = new Map<string, string>();
  const jobs = new Map<string, { readonly address: string; readonly match: string | null; asked: number }>();
  const handedIn: string[] = [];
  const contractOf = (address: string) => {
    const match = matches.get(address) ?? null;
    return { match, creationMatch: null, runtimeMatch: match, chainId: String(chainId), address };
  };
  const answer = async (method: string, path: string, body: unknown): Promise<[number, object]> => {
    const [, asked, lookedUp] = /^\/v2\/contract\/(\d+)\/(0x\w{40})$/.exec(path) ?? [];
    if (lookedUp !== undefined) {
      const isKnown = BigInt(asked!) === chainId && matches.has(lookedUp);
      return isKnown
        ? [200, contractOf(lookedUp)]
        : [404, { ...contractOf(lookedUp), match: null, runtimeMatch: null }];
    }
    const [, chain, address] = /^\/v2\/verify\/(\d+)\/(0x\w{40})$/.exec(path) ?? [];
    if (method === "POST" && address !== undefined) {
      if (BigInt(chain!) !== chainId) return [400, fault("unsupported_chain", `The chain ${chain!} is not supported`)];
      if (matches.has(address)) return [409, fault("already_verified", "The contract is already verified")];
      const given = body as HandedIn;
      const match = await compare(provider, address, given);
      handedIn.push(`${given.contractIdentifier.split(":")[1]!} ${match ?? "none"}`);
      const verificationId = `job-${jobs.size}`;
      jobs.set(verificationId, { address, match, asked: 0 });
      return [202, { verificationId }];
    }
    const id = path.replace("/v2/verify/", "");
    const job = jobs.get(id);
    if (job === undefined) return [404, fault("job_not_found", "No such job")];
    job.asked += 1;
    const isJobCompleted = job.asked > 1;
    if (isJobCompleted && job.match !== null) matches.set(job.address, job.match);
    const error = isJobCompleted && job.match === null && { error: fault("no_match", "The bytecodes do not match") };
    return [200, { isJobCompleted, verificationId: id, contract: contractOf(job.address), ...error }];
  };
  const server = createServer((request, response) => {
    void readJson(request)
      .then((body) => answer(request.method ?? "", request.url ?? "", body))
      .catch((error: unknown): [number, object] => [500, fault("internal_error", String(error))])
      .then(([status, body]) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server's address
  return {
    url: `http://127.0.0.1:${port}`,
    handedIn,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function compare(
  provider: JsonRpcProvider,
  address: string,
  { stdJsonInput, compilerVersion, contractIdentifier }: HandedIn,
): Promise<string | null> {
  if (!solc.version().startsWith(compilerVersion)) throw new Error(`no compiler ${compilerVersion}`);
  const at = contractIdentifier.lastIndexOf(":");
  const [source, name] = [contractIdentifier.slice(0, at), contractIdentifier.slice(at + 1)];
  const wanted = ["evm.deployedBytecode.object", "evm.deployedBytecode.immutableReferences"];
  const settings = { ...stdJsonInput.settings, outputSelection: { [source]: { [name]: wanted } } };
  const input = JSON.stringify({ ...stdJsonInput, settings });
  const output = compiled.get(input) ?? (JSON.parse(solc.compile(input)) as Output); // as solc documents it
  compiled.set(input, output);
  const made = output.contracts?.[source]?.[name]?.evm.deployedBytecode;
  if (made === undefined) throw new Error(`${contractIdentifier} does not compile`);
  const immutableReferences = made.immutableReferences as Parameters<typeof codeHashOf>[0]["immutableReferences"];
  const [mine, theirs] = [`0x${made.object}`, await provider.getCode(address)].map((code) =>
    codeHashOf({ immutableReferences }, code),
  );
  return mine === theirs ? "exact_match" : null; // with the hash of sources and settings that ends the code
}

function fault(customCode: string, message: string): object {
  return { customCode, message, errorId: "1" };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? undefined : JSON.parse(text);
}
