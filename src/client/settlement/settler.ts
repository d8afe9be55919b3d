/** Roots that contracts own and settle (see IRootSettler): by assertions that nobody disputes, or by a fixed price. */
import { type Signer, type TransactionReceipt, ZeroAddress } from "ethers";

import {
  ChainlinkSettler__factory,
  type IUmaSettler,
  RootSettler__factory,
  UmaSettler__factory,
} from "../../../typechain-types/index.js";
import { ClientError } from "../../bindings/errors.js";
import { NO_SIGNATURE, permitRecord } from "../../bindings/market-records.js";
import { readMarketTerms } from "../../bindings/market-terms.js";
import type { SessionHandle } from "../../bindings/session.js";
import type { SettlerKind } from "../../bindings/settlers.js";
import { read, transact } from "../../bindings/transact.js";
import type { Bounds } from "../../protocol/market/bounds.js";
import { eventRecord, type EventSpec, intervalRecord, type IntervalSpec } from "../../protocol/market/market-drafts.js";
import type { MarketRecord } from "../../protocol/signing/market-record.js";
import { answered, pay } from "../tokens.js";

/** By what a price settles a root. */
export interface FeedOfRoot {
  /** Of the settler's fixing, from 1. */
  readonly leg: number;
  readonly ticksPerUnit: bigint;
}

/** A root that a settler is to own. */
export interface SettledRoot {
  readonly spec: IntervalSpec | EventSpec;
  /** Sub-markets of an interval, ticks. */
  readonly strikes?: readonly Bounds[];
  /** For a settler by price, and for no other. */
  readonly feed?: FeedOfRoot;
}

/** By what a settler settles: as it was made, and the bond of now. */
export type SettlerTerms =
  | {
      readonly kind: "assertion";
      readonly oracle: string;
      readonly currency: string;
      /** Seconds for which an assertion can be disputed. */
      readonly liveness: bigint;
      /** Smallest units of the currency. */
      readonly bond: bigint;
    }
  | { readonly kind: "price"; readonly fixing: string };

/** What was asserted, and what became of it. */
export interface AssertionNow {
  readonly assertionId: string;
  readonly marketRootId: number;
  readonly values: readonly bigint[];
  readonly isResolved: boolean;
  readonly isTruthful: boolean;
}

/** Which of the two it is. @throws ClientError Client_NotASettler if it is none of this session's book */
export async function settlerKind(handle: SessionHandle, address: string): Promise<SettlerKind> {
  return (await fixingOf(handle, address)) === undefined ? "assertion" : "price";
}

/** @returns undefined for a settler by assertion @throws ClientError Client_NotASettler */
async function fixingOf(handle: SessionHandle, address: string): Promise<string | undefined> {
  const book = await answered(RootSettler__factory.connect(address, handle.runner).book());
  if (book !== handle.bookAddress) throw new ClientError("Client_NotASettler", { address });
  return answered(ChainlinkSettler__factory.connect(address, handle.runner).fixing());
}

/** @throws ClientError Client_NotASettler */
export async function readSettlerTerms(handle: SessionHandle, address: string): Promise<SettlerTerms> {
  const fixing = await fixingOf(handle, address);
  if (fixing !== undefined) return { kind: "price", fixing };
  const contract = UmaSettler__factory.connect(address, handle.runner);
  const [{ oracle, currency, liveness }, bond] = await read(Promise.all([contract.terms(), contract.bondNow()]));
  return { kind: "assertion", oracle, currency, liveness, bond };
}

/** By what a settler by price settles a root of its own. */
export async function readFeedOfRoot(
  { runner }: Pick<SessionHandle, "runner">,
  settler: string,
  marketRootId: number,
): Promise<FeedOfRoot> {
  const { leg, ticksPerUnit } = await read(ChainlinkSettler__factory.connect(settler, runner).feedOf(marketRootId));
  return { leg: Number(leg), ticksPerUnit };
}

/** A root as a settler would make it, and the call that does. */
interface Opening {
  readonly record: MarketRecord;
  /** Of the organiser, where it permits roots. */
  readonly organiserSignature: string;
  /** Whether every registered trader may make roots, and the settler is none yet. */
  readonly needsAccount: boolean;
  readonly call: Parameters<typeof transact>[1];
}

async function openingOf(
  handle: SessionHandle,
  signer: Signer,
  settler: string,
  { spec, strikes = [], feed }: SettledRoot,
): Promise<Opening> {
  const place = { owner: settler, previousLink: await read(handle.book.linkToSign({ blockTag: "pending" })) };
  const record = "outcomes" in spec ? eventRecord(place, spec) : intervalRecord(place, spec);
  const unsigned = { record, description: spec.description, signature: NO_SIGNATURE };
  const isOpen = (await readMarketTerms(handle)).marketCreator === ZeroAddress;
  const needsAccount = isOpen && (await read(handle.book.traderIdOf(settler))) === 0n;
  const permitted = isOpen ? undefined : await permitRecord(handle.domain, signer, unsigned);
  const organiserSignature = permitted?.organiserSignature ?? NO_SIGNATURE;
  const strips = strikes.map(({ lower, upper }) => ({ lower, upper }));
  const call =
    feed === undefined
      ? UmaSettler__factory.connect(settler, signer).openRoot.populateTransaction(
          ...([record, strips, organiserSignature, spec.description] as const),
        )
      : ChainlinkSettler__factory.connect(settler, signer).openRoot.populateTransaction(
          ...([record, strips, feed, organiserSignature, spec.description] as const),
        );
  return { record, organiserSignature, needsAccount, call };
}

/**
 * Tries out what `openSettledRoot` would send, and sends nothing. A settler that has no account yet is asked whether it would get one; then
 * what the book says of the root itself is told only once it has.
 * @returns the record, with the organiser's signature where it permits roots
 * @throws ClientError as `openSettledRoot`
 */
export async function tryOpeningRoot(
  handle: SessionHandle,
  signer: Signer,
  settler: string,
  root: SettledRoot,
): Promise<Pick<Opening, "record" | "organiserSignature" | "needsAccount">> {
  const { call, ...opening } = await openingOf(handle, signer, settler, root);
  if (opening.needsAccount) await read(handle.book.connect(signer).createUser.estimateGas(settler));
  try {
    await read(signer.estimateGas(await call));
  } catch (error) {
    const isExpected = error instanceof ClientError && error.code === "Book_MayNotCreateMarkets";
    if (!opening.needsAccount || !isExpected) throw error;
  }
  return opening;
}

/**
 * Makes a root that a settler owns. In a session where the organiser permits roots the signer is the organiser; elsewhere the settler is
 * registered first, if it is not.
 * @returns its number, and the transaction
 * @throws ClientError the settler's refusal or the book's
 */
export async function openSettledRoot(
  handle: SessionHandle,
  signer: Signer,
  settler: string,
  root: SettledRoot,
): Promise<{ readonly marketRootId: number; readonly receipt: TransactionReceipt }> {
  const { needsAccount, call } = await openingOf(handle, signer, settler, root);
  if (needsAccount) await transact(signer, handle.book.createUser.populateTransaction(settler)); // R40
  const receipt = await transact(signer, call);
  const { interface: abi } = RootSettler__factory.connect(settler);
  const said = receipt.logs.flatMap((log) => (log.address === settler ? (abi.parseLog(log) ?? []) : []));
  const opened = said.find(({ name }) => name === "RootOpened");
  if (opened === undefined) throw new ClientError("Client_NoEvent", { event: "RootOpened", settler });
  return { marketRootId: Number(opened.args["marketRootId"]), receipt };
}

/**
 * Asserts an outcome, and stakes the bond, which is approved exactly before.
 * @param values [y] of an interval, all weights of an event; ticks
 * @returns the assertion's number
 */
export async function assertOutcome(
  signer: Signer,
  settler: string,
  marketRootId: number,
  values: readonly bigint[],
): Promise<{ readonly assertionId: string; readonly bond: bigint; readonly receipt: TransactionReceipt }> {
  const contract = UmaSettler__factory.connect(settler, signer);
  const [bond, { currency }] = await read(Promise.all([contract.bondNow(), contract.terms()]));
  const receipt = await pay(signer, { token: currency, spender: settler, amount: bond }, () =>
    contract.assertOutcome.populateTransaction(marketRootId, [...values]),
  );
  const said = receipt.logs.flatMap((log) => (log.address === settler ? (contract.interface.parseLog(log) ?? []) : []));
  const asserted = said.find(({ name }) => name === "OutcomeAsserted");
  if (asserted === undefined) throw new ClientError("Client_NoEvent", { event: "OutcomeAsserted", settler });
  return { assertionId: String(asserted.args["assertionId"]), bond, receipt };
}

/** Settles the root of an assertion that is true, or nobody disputed in time. @throws ClientError the settler's, oracle's or book's refusal */
export function recordAssertion(signer: Signer, settler: string, assertionId: string): Promise<TransactionReceipt> {
  return transact(signer, UmaSettler__factory.connect(settler, signer).record.populateTransaction(assertionId));
}

/**
 * Settles a root by the oldest assertion of it that the settler records: one that is true, or that nobody disputed in time.
 * @param fromBlock the first whose logs are read
 * @throws ClientError Client_NoAssertion if none is left that may be true; else the refusal of the oldest one that may be
 */
export async function recordAsserted(
  handle: SessionHandle,
  signer: Signer,
  settler: string,
  { marketRootId, fromBlock }: { readonly marketRootId: number; readonly fromBlock: number },
): Promise<TransactionReceipt> {
  let refusal = new ClientError("Client_NoAssertion", { marketRootId });
  let isFirst = true;
  for (const { assertionId, ...one } of await assertionsOf(handle, settler, fromBlock)) {
    if (one.marketRootId !== marketRootId || (one.isResolved && !one.isTruthful)) continue;
    try {
      return await recordAssertion(signer, settler, assertionId);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      if (isFirst) refusal = error;
      isFirst = false;
    }
  }
  throw refusal;
}

/** Settles a root by the price that was fixed. @throws ClientError ChainlinkSettler_NotFixed; the book's refusal */
export function recordPrice(signer: Signer, settler: string, marketRootId: number): Promise<TransactionReceipt> {
  return transact(signer, ChainlinkSettler__factory.connect(settler, signer).record.populateTransaction(marketRootId));
}

/** The roots that a settler has made, by its log. */
export async function rootsOfSettler(
  handle: SessionHandle,
  settler: string,
  fromBlock: number,
): Promise<readonly number[]> {
  const contract = RootSettler__factory.connect(settler, handle.runner);
  const logs = await read(contract.queryFilter(contract.filters.RootOpened(), fromBlock));
  return logs.map(({ args }) => Number(args.marketRootId));
}

/** All that was asserted through a settler, by its log, the oldest first. */
export async function assertionsOf(
  handle: SessionHandle,
  settler: string,
  fromBlock: number,
): Promise<readonly AssertionNow[]> {
  const contract: IUmaSettler = UmaSettler__factory.connect(settler, handle.runner);
  const logs = await read(contract.queryFilter(contract.filters.OutcomeAsserted(), fromBlock));
  return Promise.all(
    logs.map(async ({ args: { assertionId } }) => {
      // By place: a Result has a method that is called `values`.
      const [marketRootId, isResolved, isTruthful, values] = await read(contract.assertionOf(assertionId));
      return { assertionId, marketRootId: Number(marketRootId), values: [...values], isResolved, isTruthful };
    }),
  );
}
