import type { Signer, TransactionReceipt } from "ethers";

import { BASKET_ROOT_ID, TimeInForce } from "../protocol/signing/package.js";
import { type Lots, lots as toLots, type TokenWei, tokenWei } from "../protocol/amounts/units.js";
import { basketMarket, type OrderTarget, routeOrder } from "./market.js";
import { type SignedTradesCancellation, signTradesCancellation } from "../bindings/cancellations.js";
import { MAX_TRADES } from "../protocol/amounts/limits.js";
import { createNonceSource, floorAbove } from "./nonces.js";
import { type Offsets, offsetOrders } from "./offsets.js";
import type { OrderRef } from "./order-places.js";
import { type SignedPackage, signPackage } from "../bindings/packages.js";
import { signQuoteSet } from "../bindings/quote-sets.js";
import type { QuoteSetTerms, SignedQuoteSet } from "../protocol/signing/quote-set.js";
import type { SessionHandle } from "../bindings/session.js";
import { approveExactly, erc20At, type Permit, signPermit } from "./tokens.js";
import { read, transact } from "../bindings/transact.js";

/** A signer whose address is known without asking: every wallet of ethers and of Hardhat. */
export type TradingSigner = Signer & { readonly address: string };

/** What is to be traded at what price. */
export type QuoteRequest = OrderTarget & {
  /** Limit in ticks of the leg or market named. */
  readonly price: bigint;
  /** Lots, + to buy, - to sell. */
  readonly quantity: bigint;
};

/** What of an order is chosen when it is signed if it is left out; a quote set has it once. */
export interface OrderTerms {
  /** Good till cancelled by default. */
  readonly timeInForce?: TimeInForce;
  /** Last second at which it may be accepted or filled; the end of trading by default. */
  readonly deadline?: number | bigint;
  /** The next free one by default. */
  readonly nonce?: bigint;
  /** What the book says to sign over by default (R25). */
  readonly previousLink?: string;
}

/** One order as a trader thinks of it. */
export type OrderRequest = QuoteRequest & OrderTerms;

/** Which orders a cancellation is about, and until when. */
export interface CancellationRequest {
  /** The first and the last number; all there are and will be by default. */
  readonly fromTradeRootId?: number;
  readonly toTradeRootId?: number;
  /**
   * Nonces below it become void; none by default. With numbers that are not given yet it has to be above the nonces of all orders
   * that may land meanwhile, or the cancellation becomes void: then all that are within the book's reach today by default.
   */
  readonly nonceFloor?: bigint;
  /** Last second at which it may be brought. */
  readonly deadline: number | bigint;
}

/** A margin account. Amounts are session-token wei. */
export interface Account {
  /** 0 while the trader is not registered. */
  readonly traderId: number;
  /** The claim on the basket's last leg, every other root at its stored worst. */
  readonly claim: TokenWei;
  /** How much less the least claim is; claim + worst, which is never below 0, is what can be lost or withdrawn. */
  readonly worst: TokenWei;
  readonly openOrders: number;
  /** What the open orders may need at most, and what withdrawals therefore leave. */
  readonly reserved: TokenWei;
}

/** One trader in one session. Every method throws ClientError, as a rule before anything is sent. */
export interface Trader {
  readonly address: string;
  register(): Promise<TransactionReceipt>;
  /**
   * Pays session tokens in. By permit where the wallet can sign one, else by approval; registers the account's owner if need be.
   * @param owner of the account that they go into; the trader itself by default
   */
  deposit(amount: bigint, owner?: string): Promise<TransactionReceipt>;
  /** Pays leg tokens in, as a long position of `lots` lots (lots * lotValue wei). @param owner as of `deposit` */
  depositLeg(leg: number, lots: bigint, owner?: string): Promise<TransactionReceipt>;
  /**
   * Pays cash out in session tokens, to the trader itself by default.
   * @param nonceFloor below it all nonces become void, so that orders signed before cannot land any more; none by default
   */
  withdraw(amount: bigint, to?: string, nonceFloor?: bigint): Promise<TransactionReceipt>;
  /** Pays lots out in leg tokens. @param nonceFloor as of `withdraw` */
  withdrawLeg(leg: number, lots: bigint, to?: string, nonceFloor?: bigint): Promise<TransactionReceipt>;
  /** Signs; sends nothing. @throws RuleError PACKAGE_FIELD_INVALID for a value that no order can have */
  signOrder(order: OrderRequest): Promise<SignedPackage>;
  /**
   * Signs many orders at once, under one nonce (R44): they land together, cheaper than one by one, or not at all if the steps, the walk
   * or the gas of whoever brings them do not suffice. What of them is refused for anything else is left out.
   * @param quotes 1 to 255, of any markets. @throws RuleError PACKAGE_FIELD_INVALID for a value that no order can have
   */
  signQuotes(quotes: readonly QuoteRequest[], terms?: OrderTerms): Promise<SignedQuoteSet>;
  /**
   * Signs a cancellation; sends nothing. Whoever has it can use it until its deadline: with one that reaches into numbers not
   * given yet it takes out later orders too, so keep it private and its deadline short.
   * @throws RuleError CANCELLATION_FIELD_INVALID
   */
  signCancellation(request: CancellationRequest): Promise<SignedTradesCancellation>;
  /** Takes own orders out of the book. */
  cancel(orders: readonly OrderRef[]): Promise<Offsets>;
  /** From t2 on: pays the whole claim out, in the assets themselves or else in session and leg tokens. */
  exit(to?: string, redeemAssets?: boolean): Promise<TransactionReceipt>;
  account(): Promise<Account>;
  /** Wei of claim on each asset, if all other roots came out at their worst: the allocation before it is scaled by q / N. */
  claims(): Promise<TokenWei[]>;
  /** Lots in each branch of a root; of the basket by default, one for each leg, counted from the last: a full set is cash. */
  position(marketRootId?: number): Promise<Lots[]>;
}

export function createTrader(handle: SessionHandle, signer: TradingSigner): Trader {
  const { address } = signer;
  const { book } = handle; // reads with the handle's own runner; what is sent, the signer sends
  return {
    address,
    register: () => transact(signer, book.createUser.populateTransaction(address)),
    ...createMoney(handle, signer),
    ...createOrderSigner(handle, signer),
    async signCancellation({ fromTradeRootId = 0, toTradeRootId, nonceFloor, deadline }) {
      const usualFloor = toTradeRootId === undefined ? floorAbove(book, address) : 0n;
      return signTradesCancellation(handle.domain, signer, {
        trader: address,
        fromTradeRootId,
        toTradeRootId: toTradeRootId ?? MAX_TRADES,
        nonceFloor: nonceFloor ?? (await usualFloor),
        deadline: BigInt(deadline),
      });
    },
    cancel: (orders) => offsetOrders(handle, signer, orders),
    account: () => readAccount(handle, address),
    claims: async () => (await read(book.claimsOf(address))).map(tokenWei),
    position: async (marketRootId = BASKET_ROOT_ID) => (await read(book.positionOf(address, marketRootId))).map(toLots),
  };
}

/** Whoever's it is; all zero if the book does not know the address. @throws ClientError, NodeError */
export async function readAccount({ book }: Pick<SessionHandle, "book">, owner: string): Promise<Account> {
  const [traderId, { claim, worst, openOrders, reserved }] = await read(
    Promise.all([book.traderIdOf(owner), book.accountOf(owner)]),
  );
  return {
    traderId: Number(traderId),
    claim: tokenWei(claim),
    worst: tokenWei(worst),
    openOrders: Number(openOrders),
    reserved: tokenWei(reserved),
  };
}

type Money = Pick<Trader, "deposit" | "depositLeg" | "withdraw" | "withdrawLeg" | "exit">;

function createMoney(handle: SessionHandle, signer: TradingSigner): Money {
  const { address } = signer;
  const { book } = handle;
  const permitOrApproval = (token: string, amount: bigint): Promise<Permit | undefined> =>
    allow(handle, signer, token, amount);
  return {
    async deposit(amount, owner = address) {
      const permit = await permitOrApproval(handle.address, amount);
      const call =
        permit === undefined
          ? book.deposit.populateTransaction(owner, amount)
          : book.depositWithPermit.populateTransaction(owner, amount, permit.deadline, permit.v, permit.r, permit.s);
      return transact(signer, call);
    },
    async depositLeg(leg, lots, owner = address) {
      const { marketBranchId } = basketMarket(handle, leg);
      const token = await read(handle.session.legToken(leg));
      const permit = await permitOrApproval(token, lots * handle.basket.lotValue);
      const call =
        permit === undefined
          ? book.depositLeg.populateTransaction(owner, marketBranchId, lots)
          : book.depositLegWithPermit.populateTransaction(
              ...([owner, marketBranchId, lots, permit.deadline, permit.v, permit.r, permit.s] as const),
            );
      return transact(signer, call);
    },
    withdraw: (amount, to = address, nonceFloor = 0n) =>
      transact(signer, book.withdraw.populateTransaction(amount, to, nonceFloor)),
    async withdrawLeg(leg, lots, to = address, nonceFloor = 0n) {
      const { marketBranchId } = basketMarket(handle, leg);
      return transact(signer, book.withdrawLeg.populateTransaction(marketBranchId, lots, to, nonceFloor));
    },
    exit: (to = address, redeemAssets = false) => transact(signer, book.exit.populateTransaction(to, redeemAssets)),
  };
}

/** @returns a permit for the book over `amount` wei of `token`; undefined if it was approved instead, or is approved already */
async function allow(
  handle: SessionHandle,
  signer: TradingSigner,
  token: string,
  amount: bigint,
): Promise<Permit | undefined> {
  const permit = await signPermit(token, signer, handle.bookAddress, amount);
  if (permit === undefined) {
    await approveExactly(erc20At(token, signer), signer, signer.address, handle.bookAddress, amount);
  }
  return permit;
}

function createOrderSigner(handle: SessionHandle, signer: TradingSigner): Pick<Trader, "signOrder" | "signQuotes"> {
  const nonces = createNonceSource(handle.book, signer.address);
  const termsOf = async (given: OrderTerms): Promise<QuoteSetTerms> => {
    const [nonce, previousLink] = await Promise.all([
      given.nonce ?? nonces.next(),
      given.previousLink ?? read(handle.book.linkToSign({ blockTag: "pending" })),
    ]);
    const deadline = BigInt(given.deadline ?? handle.t2 - 1);
    const timeInForce = given.timeInForce ?? TimeInForce.GoodTillCancelled;
    return { trader: signer.address, previousLink, nonce, deadline, timeInForce };
  };
  return {
    signOrder: async (order) =>
      signPackage(handle.domain, signer, {
        ...routeOrder(handle, order, order.price, order.quantity),
        ...(await termsOf(order)),
      }),
    async signQuotes(quotes, terms = {}) {
      const routed = quotes.map((quote) => routeOrder(handle, quote, quote.price, quote.quantity));
      return signQuoteSet(handle.domain, signer, await termsOf(terms), routed);
    },
  };
}
