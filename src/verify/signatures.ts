/** Whose signature an order, a quote set, a cancellation or a record of the market table bears (R21). */
import { Interface, type Provider, type TransactionRequest, ZeroAddress, ZeroHash } from "ethers";

import type { Approval } from "../protocol/book/outside.js";
import { NEW_ROOT } from "../protocol/signing/market-record.js";
import { type Hashing, PLAIN_HASHING } from "../protocol/signing/hashing.js";
import { recoverSigner, type RecoverSigner } from "../protocol/signing/signatures.js";
import {
  type BookDomain,
  cancellationHash,
  digestOf,
  domainSeparator,
  type Hash,
  marketLink,
  primaryLink,
} from "../protocol/signing/typed-data.js";
import { isRevert, wordsOf } from "./asking.js";
import type { VerifyCache } from "./cache.js";
import type { BookEventInLog } from "./events.js";
import { Grants } from "./grants.js";
import type { LogRecord } from "./session-log.js";
import { Violation } from "./violation.js";

/** ERC-1271: what a wallet answers if the signature is good. */
const MAGIC_VALUE = "0x1626ba7e";
const WALLET = new Interface(["function isValidSignature(bytes32 digest, bytes signature) view returns (bytes4)"]);
const WALLET_GAS = 500_000n;

export interface SignatureCounts {
  /** By keys. */
  recovered: number;
  /** By contract wallets, which were asked. */
  asked: number;
  /** By contract wallets, which nobody could ask, or which answer only while their own call runs. */
  assumed: number;
  /** Market records that their owner brought itself, without a signature. */
  ownerCalls: number;
  /** Roots of other owners that the organiser permitted by bringing them itself, without a signature. */
  organiserCalls: number;
}

/** Whom to ask, and how to find out. */
interface SignatureSources {
  readonly provider?: Provider;
  readonly cache?: VerifyCache;
  readonly crypto?: { readonly recoverSigner: RecoverSigner; readonly hashing?: Hashing };
  /** Where is said what nobody could be asked about. */
  readonly grants?: Grants;
}

type Signed = Extract<
  BookEventInLog,
  { kind: "tradeCreated" | "tradeApproved" | "tradesCancelled" | "marketRecorded" }
>;

interface Signature {
  readonly signer: string;
  readonly signature: string;
}

/** What is asked of a record: whose signatures it bears, and over what. */
interface Question {
  readonly signatures: readonly Signature[];
  readonly digest: Hash;
}

const NO_SIGNATURE = "0x";
const NOTHING: Question = { signatures: [], digest: ZeroHash };

export class SignatureJudge {
  public readonly counts: SignatureCounts = { recovered: 0, asked: 0, assumed: 0, ownerCalls: 0, organiserCalls: 0 };
  readonly #separator: Hash;
  readonly #marketCreator: string;
  readonly #provider: Provider | undefined;
  readonly #cache: VerifyCache | undefined;
  readonly #recoverSigner: RecoverSigner;
  readonly #hashing: Hashing;
  readonly #grants: Grants;
  /** Good ones of the record that is being looked at, by signer and what it signed with. */
  readonly #good = new Map<string, Approval>();
  /** The order by a wallet that came last: whose approval comes next. */
  #unapproved: Question | undefined;

  /** @param terms the organiser, who permits roots; the zero address if every registered trader may make them */
  public constructor(
    domain: BookDomain,
    { marketCreator }: { readonly marketCreator: string },
    { provider, cache, crypto, grants = new Grants() }: SignatureSources,
  ) {
    this.#separator = domainSeparator(domain);
    this.#marketCreator = marketCreator;
    this.#provider = provider;
    this.#cache = cache;
    this.#recoverSigner = crypto?.recoverSigner ?? recoverSigner;
    this.#hashing = crypto?.hashing ?? PLAIN_HASHING;
    this.#grants = grants;
  }

  /** For the book that is rebuilt: what was found of the record at hand. */
  public approvalOf(signer: string, signature: string): Approval | undefined {
    return this.#good.get(`${signer} ${signature}`);
  }

  /** The same of a quote set, of which it is known what was signed only when its last quote has come. */
  public approvalOfSet(signer: string, digest: Hash, signature: string): Approval | undefined {
    if (this.#recover(digest, signature) !== signer) return undefined;
    this.counts.recovered += 1;
    return "key";
  }

  /**
   * Looks at the signatures of a record, before the book does.
   * @returns a promise only if a wallet has to be asked
   * @throws Violation if the log says that a wallet was asked where a key has signed
   */
  public look(event: Signed, record: LogRecord): Promise<void> | undefined {
    this.#good.clear();
    const { signatures, digest } = this.#questionOf(event);
    if (signatures.length === 0 && record.byWallet) {
      throw new Violation("log", "Nothing is signed here that a wallet could be asked about.");
    }
    const others = signatures.filter(({ signer, signature }) => this.#recover(digest, signature) !== signer);
    const byKeys = signatures.filter((one) => !others.includes(one));
    const isForKeys = event.kind === "tradeCreated" || others.length === 0;
    if (isForKeys && signatures.length > 0 && record.byWallet) {
      throw new Violation("log", "A key has signed this, and no wallet had to be asked.");
    }
    if (event.kind !== "tradeApproved") for (const one of byKeys) this.#accept(one, "recovered");
    if (others.length === 0 || !record.byWallet) return undefined;
    const provider = this.#provider;
    if (provider === undefined) {
      for (const one of others) {
        this.#accept(one, "assumed");
        this.#grants.add("WALLET_APPROVED", () => subjectOf(event, one, digest, record));
      }
      return undefined;
    }
    return this.#askAll(provider, others, digest, event, record);
  }

  /** What a record of the market table bears. Who has to speak and has not signed is taken to be the caller (R36). */
  #signaturesOf(event: Extract<Signed, { kind: "marketRecorded" }>): Signature[] {
    const { record, signature, organiserSignature } = event;
    const { owner, marketRootId } = record;
    const organiser = this.#marketCreator;
    const subject = (): string => `a record of market ${event.marketRootId}, owner ${owner}`;
    if (signature === "0x") {
      this.counts.ownerCalls += 1;
      this.#grants.add("OWNER_CALLED", subject);
    } else if (organiserSignature === "0x" && isOfAnother(organiser, owner) && marketRootId === NEW_ROOT) {
      this.counts.organiserCalls += 1;
      this.#grants.add("ORGANISER_CALLED", subject);
    }
    return [
      { signer: owner, signature },
      { signer: organiser, signature: organiserSignature },
    ].filter((one) => one.signature !== "0x");
  }

  #accept({ signer, signature }: Signature, how: "recovered" | "asked" | "assumed"): void {
    this.#good.set(`${signer} ${signature}`, how === "recovered" ? "key" : "wallet");
    this.counts[how] += 1;
  }

  /** Who must have signed what a record says, and over what. An order by a wallet is signed by what comes next. */
  #questionOf(event: Signed): Question {
    if (event.kind === "tradeApproved") {
      const waiting = this.#unapproved;
      this.#unapproved = undefined;
      return waiting === undefined
        ? NOTHING
        : { ...waiting, signatures: waiting.signatures.map((one) => ({ ...one, signature: event.signature })) };
    }
    const digest = this.#digestOf(event);
    if (event.kind === "marketRecorded") return { signatures: this.#signaturesOf(event), digest };
    const question = { signatures: [signatureOfTrader(event)], digest };
    if (event.kind === "tradesCancelled" || event.signature !== NO_SIGNATURE) return question;
    this.#unapproved = question;
    return NOTHING;
  }

  #digestOf(event: Exclude<Signed, { kind: "tradeApproved" }>): Hash {
    if (event.kind !== "tradeCreated") return digestOf(this.#separator, structHashOf(event));
    return this.#hashing.digestOf(this.#separator, this.#hashing.primaryLink(event.package));
  }

  #recover(digest: Hash, signature: string): string | undefined {
    const signers = this.#cache?.signers;
    if (signers === undefined) return this.#recoverSigner(digest, signature);
    const key = `${digest} ${signature}`;
    if (!signers.has(key)) signers.set(key, this.#recoverSigner(digest, signature));
    return signers.get(key);
  }

  async #askAll(
    provider: Provider,
    signatures: readonly Signature[],
    digest: Hash,
    event: Signed,
    record: LogRecord,
  ): Promise<void> {
    for (const one of signatures) {
      const said = await askWallet(provider, one, digest, record.blockNumber);
      if (said === "no" && !mayBeTransient(event, one)) continue;
      this.#accept(one, said === "yes" ? "asked" : "assumed");
      if (said === "yes") continue;
      const subject = (): string => subjectOf(event, one, digest, record);
      if (said === "no") this.#grants.add("WALLET_WITHIN_CALL", subject);
      else this.#grants.add("WALLET_UNCHECKED", () => `${subject()}: ${said.unknown}`);
    }
  }
}

/**
 * A contract that trades by itself says yes to its orders only while its own call runs, and has nothing to sign them with: before
 * and after the block it says no to them all. That the book's code has asked it is what there is to go by then.
 */
function mayBeTransient({ kind }: Signed, { signature }: Signature): boolean {
  return kind === "tradeApproved" && signature === NO_SIGNATURE;
}

/** Who is said to have signed what, and where. */
function subjectOf(event: Signed, { signer }: Signature, digest: Hash, { blockNumber }: LogRecord): string {
  const what =
    event.kind === "tradesCancelled"
      ? "a cancellation"
      : event.kind === "marketRecorded"
        ? `a record of market ${event.marketRootId}`
        : `order ${event.tradeRootId}`;
  return `wallet ${signer}, ${what}, digest ${digest}, block ${blockNumber}`;
}

/** Of an order or a cancellation. */
export function signatureOfTrader(event: Extract<Signed, { kind: "tradeCreated" | "tradesCancelled" }>): Signature {
  const { trader } = event.kind === "tradeCreated" ? event.package : event.cancellation;
  return { signer: trader, signature: event.signature };
}

/** The hashStruct of what is signed. */
export function structHashOf(event: Exclude<Signed, { kind: "tradeApproved" }>): Hash {
  switch (event.kind) {
    case "tradeCreated":
      return primaryLink(event.package);
    case "tradesCancelled":
      return cancellationHash(event.cancellation);
    case "marketRecorded":
      return marketLink(event.record);
  }
}

function isOfAnother(organiser: string, owner: string): boolean {
  return organiser !== ZeroAddress && owner !== organiser;
}

/** What the node said instead of an answer of the wallet's. */
interface Unknown {
  readonly unknown: string;
}

/**
 * Asks a contract wallet as the book did. A wallet's keys may change, so the state before the record's block counts, or after it,
 * for the wallet may have got its keys within it; a node that does not give these is asked about today, and then only a yes says anything.
 * An answer is what the wallet says, or that it reverts; whatever else comes is the node's, and says nothing of the wallet.
 */
async function askWallet(
  provider: Provider,
  { signer, signature }: Signature,
  digest: Hash,
  blockNumber: number,
): Promise<"yes" | "no" | Unknown> {
  const data = WALLET.encodeFunctionData("isValidSignature", [digest, signature]);
  const call = (blockTag: number | "latest") =>
    answerOf(provider, { to: signer, data, blockTag, gasLimit: WALLET_GAS });
  const said = [await call(blockNumber - 1)];
  if (said[0] !== "yes") said.push(await call(blockNumber));
  if (said.includes("yes")) return "yes";
  const unknown = said.find((one) => typeof one === "object");
  if (unknown === undefined) return "no";
  return (await call("latest")) === "yes" ? "yes" : unknown;
}

async function answerOf(provider: Provider, request: TransactionRequest): Promise<"yes" | "no" | Unknown> {
  try {
    return (await provider.call(request)).startsWith(MAGIC_VALUE) ? "yes" : "no";
  } catch (error) {
    return isRevert(error) ? "no" : { unknown: wordsOf(error) };
  }
}
