/**
 * Several calls as one (EIP-5792), where a wallet can do all of them or none; else one after the other. What a wallet answers is
 * checked, and what it fails to say is never taken for done.
 */
import type { Provider, Signer } from "ethers";
import * as z from "zod";

import { asClientError, ClientError } from "../bindings/errors.js";
import { read, requireContract, transact } from "../bindings/transact.js";
import { sleep } from "../node/sleep.js";

/** One call, ready to be sent. */
export interface Call {
  readonly to: string;
  readonly data: string;
}

/** A wallet as EIP-1193 has it. */
export interface WalletProvider {
  request(asked: { readonly method: string; readonly params: readonly unknown[] }): Promise<unknown>;
}

/** How far it is. In a sequence `done` counts calls that are mined; a batch is done at once. */
export interface BatchProgress {
  readonly way: "batch" | "sequence";
  readonly done: number;
  readonly total: number;
}

export interface BatchOptions {
  readonly onProgress?: (progress: BatchProgress) => void;
  /** Ends the waiting, with the signal's reason; what is sent stays sent. */
  readonly signal?: AbortSignal;
  /** Between two questions, ms; 1 000 by default. */
  readonly pollMs?: number;
  /** After so many questions without an end it is given up; 600 by default. */
  readonly mostPolls?: number;
}

export interface BatchResult {
  readonly way: BatchProgress["way"];
  /** Hashes of the transactions, in order; a batch has one as a rule. */
  readonly transactions: readonly string[];
}

/** Of EIP-1193, JSON-RPC and EIP-5792: the user said no. */
const DECLINED = 4_001;
/** The wallet has no such method, or cannot do all or nothing after all: then calls go one by one. */
const NOT_POSSIBLE: ReadonlySet<unknown> = new Set([4_100, 4_200, -32_601, 5_700, 5_710, 5_750, 5_760]);

const STATUS = { pending: [100, 199], confirmed: [200, 299] } as const;

const capabilities = z.record(z.string(), z.looseObject({ atomic: z.looseObject({ status: z.string() }).optional() }));
const sent = z.union([z.string(), z.looseObject({ id: z.string() }).transform(({ id }) => id)]);
const callsStatus = z.looseObject({
  status: z.int(),
  receipts: z
    .array(z.looseObject({ transactionHash: z.string().regex(/^0x[0-9a-fA-F]{64}$/), status: z.string() }))
    .optional(),
});

/**
 * @param signer whose calls they are
 * @param wallet the signer's wallet; without one calls go one by one
 * @param calls at least one, in their order
 * @throws ClientError Client_NoContract, Client_Declined, Client_BatchFailed, Client_BatchUnknown, or a contract's refusal. After a batch that failed
 * nothing is done; in a sequence the calls before the one that failed are, as the last progress says
 */
export async function sendCalls(
  signer: Signer,
  wallet: WalletProvider | undefined,
  calls: readonly Call[],
  options: BatchOptions = {},
): Promise<BatchResult> {
  const from = await signer.getAddress();
  const chainId = await chainOf(signer);
  if (wallet !== undefined && calls.length > 1 && (await isAtomic(wallet, from, chainId))) {
    for (const to of new Set(calls.map((call) => call.to))) await requireContract(providerOf(signer), to);
    const id = await sendBatch(wallet, { from, chainId }, calls);
    if (id !== undefined) return waitForBatch(wallet, id, calls.length, options);
  }
  return sendOneByOne(signer, calls, options);
}

function providerOf({ provider }: Signer): Provider {
  if (provider === null) throw new ClientError("Client_NoProvider");
  return provider;
}

async function chainOf(signer: Signer): Promise<string> {
  const { chainId } = await read(providerOf(signer).getNetwork());
  return `0x${chainId.toString(16)}`;
}

/** Whether the wallet does all calls or none on that chain. Whatever is no clear yes is a no. */
export async function isAtomic(wallet: WalletProvider, from: string, chainId: string): Promise<boolean> {
  try {
    const answer = await wallet.request({ method: "wallet_getCapabilities", params: [from, [chainId]] });
    const known = capabilities.safeParse(answer);
    const status = known.success ? known.data[chainId]?.atomic?.status : undefined;
    return status === "supported" || status === "ready";
  } catch {
    return false;
  }
}

/** @returns undefined if the wallet cannot after all */
async function sendBatch(
  wallet: WalletProvider,
  { from, chainId }: { readonly from: string; readonly chainId: string },
  calls: readonly Call[],
): Promise<string | undefined> {
  const list = calls.map(({ to, data }) => ({ to, data, value: "0x0" }));
  const asked = { version: "2.0.0", from, chainId, atomicRequired: true, calls: list };
  try {
    return sent.parse(await wallet.request({ method: "wallet_sendCalls", params: [asked] }));
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (code === DECLINED) throw new ClientError("Client_Declined", {}, { cause: error });
    if (NOT_POSSIBLE.has(code)) return undefined;
    // An answer without a name may have been a batch that is under way: nothing is sent a second time.
    if (error instanceof z.ZodError) throw new ClientError("Client_BatchUnknown", { id: "" }, { cause: error });
    throw asClientError(error);
  }
}

async function waitForBatch(
  wallet: WalletProvider,
  id: string,
  total: number,
  { onProgress, signal, pollMs = 1_000, mostPolls = 600 }: BatchOptions,
): Promise<BatchResult> {
  onProgress?.({ way: "batch", done: 0, total });
  signal?.throwIfAborted();
  for (let polls = 0; polls < mostPolls; polls += 1) {
    const answer = await statusOf(wallet, id);
    if (answer !== undefined) {
      const { status, receipts = [] } = answer;
      const isMined = receipts.length > 0 && receipts.every((receipt) => Number(receipt.status) === 1);
      if (isWithin(status, STATUS.confirmed)) {
        if (!isMined) throw new ClientError("Client_BatchFailed", { id, status });
        onProgress?.({ way: "batch", done: total, total });
        return { way: "batch", transactions: receipts.map(({ transactionHash }) => transactionHash) };
      }
      if (!isWithin(status, STATUS.pending)) throw new ClientError("Client_BatchFailed", { id, status });
    }
    await sleep(pollMs, signal);
    signal?.throwIfAborted();
  }
  throw new ClientError("Client_BatchUnknown", { id });
}

/** @returns undefined for a question that failed: it is asked again */
async function statusOf(wallet: WalletProvider, id: string): Promise<z.output<typeof callsStatus> | undefined> {
  try {
    const known = callsStatus.safeParse(await wallet.request({ method: "wallet_getCallsStatus", params: [id] }));
    return known.data;
  } catch {
    return undefined;
  }
}

function isWithin(status: number, [least, most]: readonly [number, number]): boolean {
  return status >= least && status <= most;
}

async function sendOneByOne(
  signer: Signer,
  calls: readonly Call[],
  { onProgress, signal }: BatchOptions,
): Promise<BatchResult> {
  const transactions: string[] = [];
  for (const call of calls) {
    signal?.throwIfAborted();
    onProgress?.({ way: "sequence", done: transactions.length, total: calls.length });
    const { hash } = await transact(signer, Promise.resolve({ ...call }));
    transactions.push(hash);
  }
  onProgress?.({ way: "sequence", done: calls.length, total: calls.length });
  return { way: "sequence", transactions };
}
