/** Accounts whose owners lend keys, each within limits (see IKeyAccount): lending, acting, and signing with a key that was lent. */
import { AbiCoder, concat, type ContractRunner, type Signer, type TransactionReceipt } from "ethers";

import { IKeyAccount__factory } from "../../typechain-types/index.js";
import { type SignedTradesCancellation, signTradesCancellation } from "../bindings/cancellations.js";
import { ClientError } from "../bindings/errors.js";
import { type SignedPackage, signPackage } from "../bindings/packages.js";
import type { SessionHandle } from "../bindings/session.js";
import { readAs, read, transact } from "../bindings/transact.js";
import { type Lots, lots } from "../protocol/amounts/units.js";
import { firstUnused } from "../protocol/book/nonces.js";
import { type MarketRef, TimeInForce, type TradePackage } from "../protocol/signing/package.js";
import { CANCEL_TRADES_TYPES, TRADE_PACKAGE_TYPES } from "../protocol/signing/typed-data.js";
import { type OrderTarget, routeOrder } from "./market.js";
import { createNonceSource } from "./nonces.js";
import type { CancellationRequest, OrderRequest } from "./trader.js";

/** What a key may sign for an account. */
export interface KeyLimits extends MarketRef {
  /** The order book for which it signs. */
  readonly book: string;
  /** Unix seconds: the latest deadline of what it signs. */
  readonly deadline: bigint;
  /** Whether it may take out orders, any of the account's. */
  readonly mayCancel: boolean;
  /** Of one order. */
  readonly maxLots: Lots;
  /** It has the nonces from here on, one for each order. */
  readonly firstNonce: bigint;
  readonly orders: bigint;
}

/** What is lent. All orders of the key together are of at most maxLots * orders lots. */
export type KeyRequest = OrderTarget & {
  readonly maxLots: bigint;
  readonly orders: bigint;
  /** The end of trading by default. */
  readonly deadline?: number | bigint;
  /** No by default. */
  readonly mayCancel?: boolean;
  /** The account's next free one by default. Keys of one account need nonces of their own, side by side: see docs/keys.md. */
  readonly firstNonce?: bigint;
};

/** Who has a key that was lent. What it signs, anybody brings. */
export interface KeyTrader {
  /** Of the account. */
  readonly address: string;
  readonly limits: KeyLimits;
  /**
   * As a trader's own, with the key's nonces and its deadline by default. Beyond its limits the account's signature is not good.
   * @throws ClientError Client_KeyUsedUp if an order has landed for each of its nonces
   */
  signOrder(order: OrderRequest): Promise<SignedPackage>;
  /**
   * All orders that are given yet by default. Without a nonce floor, which would void what other keys have signed; so the book takes none
   * that reaches into later orders.
   */
  signCancellation(
    request?: Partial<Pick<CancellationRequest, "fromTradeRootId" | "toTradeRootId" | "deadline">>,
  ): Promise<SignedTradesCancellation>;
}

/** @param signer the account's owner. @throws ClientError KeyAccount_NotOwner; Client_UnknownLeg */
export async function grantKey(
  handle: SessionHandle,
  signer: Signer,
  account: string,
  key: string,
  request: KeyRequest,
): Promise<TransactionReceipt> {
  const { maxLots, orders, mayCancel = false } = request;
  const { marketRootId, marketBranchId } = routeOrder(handle, request, 0n, 0n);
  const firstNonce = request.firstNonce ?? (await createNonceSource(handle.book, account).next());
  const contract = IKeyAccount__factory.connect(account, signer);
  const deadline = request.deadline ?? handle.t2 - 1;
  const bounds = { book: handle.bookAddress, marketRootId, marketBranchId, deadline, mayCancel };
  return transact(signer, contract.grantKey.populateTransaction(key, { ...bounds, maxLots, firstNonce, orders }));
}

/** What the key has signed and nobody has brought lands no more; what rests, rests. @throws ClientError KeyAccount_NotOwner, KeyAccount_KeyUnknown */
export async function revokeKey(signer: Signer, account: string, key: string): Promise<TransactionReceipt> {
  return transact(signer, IKeyAccount__factory.connect(account, signer).revokeKey.populateTransaction(key));
}

/**
 * Calls as the account: whatever `populateTransaction` of a contract gives, such as `handle.book.withdraw`.
 * @param signer the account's owner
 * @throws ClientError KeyAccount_NotOwner, or what the called contract refuses
 */
export async function actAs(
  signer: Signer,
  account: string,
  call: { readonly to: string; readonly data: string; readonly value?: bigint },
): Promise<TransactionReceipt> {
  const contract = IKeyAccount__factory.connect(account, signer);
  return transact(signer, contract.act.populateTransaction(call.to, call.value ?? 0n, call.data));
}

/** @returns undefined for a key that was not lent. @throws ClientError Client_NotAKeyAccount */
export async function readKeyLimits(
  runner: ContractRunner,
  account: string,
  key: string,
): Promise<KeyLimits | undefined> {
  const none = new ClientError("Client_NotAKeyAccount", { account });
  const found = await readAs(none, IKeyAccount__factory.connect(account, runner).limitsOf(key));
  if (BigInt(found.book) === 0n) return undefined;
  return {
    book: found.book,
    marketRootId: Number(found.marketRootId),
    marketBranchId: Number(found.marketBranchId),
    deadline: found.deadline,
    mayCancel: found.mayCancel,
    maxLots: lots(found.maxLots),
    firstNonce: found.firstNonce,
    orders: found.orders,
  };
}

/**
 * Signs for an account with a key that it has lent for this session.
 * @throws ClientError KeyAccount_KeyUnknown if it has not; Client_NotAKeyAccount
 */
export async function openKeyTrader(
  handle: SessionHandle,
  account: string,
  key: Signer & { readonly address: string },
): Promise<KeyTrader> {
  const limits = await readKeyLimits(handle.runner, account, key.address);
  if (limits?.book !== handle.bookAddress) throw new ClientError("KeyAccount_KeyUnknown", { key: key.address });
  const { domain, book } = handle;
  const latest = limits.deadline < BigInt(handle.t2) ? limits.deadline : BigInt(handle.t2 - 1);
  let next = limits.firstNonce;
  const freeNonce = async (): Promise<bigint> => {
    const { nonceFloor: floor, used } = await read(book.noncesOf(account));
    const end = limits.firstNonce + limits.orders;
    const from = (start: bigint): bigint[] => [firstUnused({ floor, used }, start) ?? end].filter((one) => one < end);
    // Of two orders with one nonce one can land: those that never did are given up before there are none.
    const [nonce] = [...from(next), ...from(limits.firstNonce)]; // no await from here on
    if (nonce === undefined) throw new ClientError("Client_KeyUsedUp", { key: key.address, orders: limits.orders });
    next = nonce + 1n;
    return nonce;
  };
  return {
    address: account,
    limits,
    async signOrder(order) {
      const [nonce, previousLink] = await Promise.all([
        order.nonce ?? freeNonce(),
        order.previousLink ?? read(book.linkToSign({ blockTag: "pending" })),
      ]);
      const { timeInForce = TimeInForce.GoodTillCancelled } = order;
      const terms = { trader: account, previousLink, nonce, deadline: BigInt(order.deadline ?? latest), timeInForce };
      const signed = await signPackage(domain, key, {
        ...routeOrder(handle, order, order.price, order.quantity),
        ...terms,
      });
      return { ...signed, signature: withWords(signed.signature, "TradePackage", TRADE_PACKAGE_TYPES, signed.package) };
    },
    async signCancellation({ fromTradeRootId = 0, toTradeRootId, deadline = latest } = {}) {
      const signed = await signTradesCancellation(domain, key, {
        ...{ trader: account, fromTradeRootId, nonceFloor: 0n, deadline: BigInt(deadline) },
        toTradeRootId: toTradeRootId ?? Number((await read(book.chainState())).trades),
      });
      const { cancellation, signature } = signed;
      return { cancellation, signature: withWords(signature, "CancelTrades", CANCEL_TRADES_TYPES, cancellation) };
    },
  };
}

/** What the account needs to see besides the key's signature: what was signed. */
function withWords<Name extends string>(
  signature: string,
  name: Name,
  types: Readonly<Record<Name, readonly { readonly name: string; readonly type: string }[]>>,
  signed: TradePackage | SignedTradesCancellation["cancellation"],
): string {
  const fields: readonly { readonly name: string; readonly type: string }[] = types[name];
  const values = new Map<string, unknown>(Object.entries(signed));
  const words = AbiCoder.defaultAbiCoder().encode(
    fields.map(({ type }) => type),
    fields.map((field) => values.get(field.name)),
  );
  return concat([signature, words]);
}
