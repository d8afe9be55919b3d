/** Primary sales: an organiser sells session tokens at a price that stands or falls with time (see IPrimarySale). */
import type { ContractTransaction, Signer, TransactionReceipt } from "ethers";

import { CloneToken__factory, PrimarySale__factory } from "../../typechain-types/index.js";
import { ClientError } from "../bindings/errors.js";
import type { SessionHandle } from "../bindings/session.js";
import { read, readAs, transact } from "../bindings/transact.js";
import { type TokenWei, tokenWei } from "../protocol/amounts/units.js";
import { answered, approveExactly, erc20At, pay, type Permit, requireWilling, signPermit } from "./tokens.js";

/** Wei of one session token. */
const ONE_TOKEN = 10n ** 18n;

/** How a price goes. Prices are smallest units of the premium token for one session token, 10^18 wei. */
export interface SalePrice {
  readonly startPrice: bigint;
  readonly endPrice: bigint;
  /** By how much it falls each second; 0 for a fixed price. */
  readonly slope: bigint;
  /** First second of the sale, Unix time. */
  readonly opens: bigint;
}

/** A sale as it stands. */
export interface Sale extends SalePrice {
  readonly address: string;
  readonly seller: string;
  readonly premium: string;
  /** First second in which nothing is sold any more. */
  readonly closes: bigint;
  /** Undefined for no limit. */
  readonly maxPerBuyer: TokenWei | undefined;
  /** Undefined for everybody. */
  readonly policy: string | undefined;
  readonly unsold: TokenWei;
  /** Smallest units of the premium token that wait for the seller. */
  readonly proceeds: bigint;
}

/** What was bought, and for how much. */
export interface Bought {
  readonly receipt: TransactionReceipt;
  readonly amount: TokenWei;
  /** Smallest units of the premium token. */
  readonly paid: bigint;
}

/** Smallest units for one session token at a second. Twin of `contracts/periphery/sale/PrimarySale.sol`. */
export function salePriceAt({ startPrice, endPrice, slope, opens }: SalePrice, second: bigint): bigint {
  const fallen = second <= opens ? startPrice : startPrice - slope * (second - opens);
  return slope === 0n ? startPrice : fallen < endPrice ? endPrice : fallen;
}

/** What `amount` wei cost at a second, smallest units, rounded up. */
export function saleCostAt(price: SalePrice, amount: bigint, second: bigint): bigint {
  return (amount * salePriceAt(price, second) + ONE_TOKEN - 1n) / ONE_TOKEN;
}

/** @throws ClientError Client_NotASale if there is none at the address, or it is one of another session */
export async function readSale({ address: session, runner }: SessionHandle, address: string): Promise<Sale> {
  const contract = PrimarySale__factory.connect(address, runner);
  const none = new ClientError("Client_NotASale", { address, session });
  const asked = Promise.all([contract.terms(), contract.SELLER(), contract.unsold()]);
  const [terms, seller, unsold] = await readAs(none, asked);
  if (terms.session !== session) throw none;
  const { premium, startPrice, endPrice, slope, opens, closes, maxPerBuyer, policy } = terms;
  return {
    address,
    seller,
    premium,
    startPrice,
    endPrice,
    slope,
    opens,
    closes,
    maxPerBuyer: maxPerBuyer === 0n ? undefined : tokenWei(maxPerBuyer),
    policy: BigInt(policy) === 0n ? undefined : policy,
    unsold: tokenWei(unsold),
    proceeds: await read(erc20At(premium, runner).balanceOf(address)),
  };
}

/** The organiser pays in what is for sale, before the sale opens. @throws ClientError Client_NotASale, Sale_NotSeller, Sale_OfferClosed */
export async function offerForSale(
  handle: SessionHandle,
  signer: Signer,
  sale: string,
  amount: TokenWei,
): Promise<TransactionReceipt> {
  const { address: session } = handle;
  await readSale(handle, sale); // nothing else may have an allowance
  const contract = PrimarySale__factory.connect(sale, signer);
  return pay(signer, { token: session, spender: sale, amount }, () => contract.offer.populateTransaction(amount));
}

export interface BuyOptions {
  /** Smallest units of the premium token; nothing is done if it costs more. */
  readonly maxPay: bigint;
  /** Unix seconds, the last one in which it may be done. */
  readonly deadline: bigint;
  /** Who gets the session tokens; by default the buyer. */
  readonly to?: string;
}

/**
 * Buys at the price of the second in which it is done, by a permit over `maxPay` where the premium token has one, else after approving that much.
 * @throws ClientError Sale_TooDear, Sale_NotOpen, …; Client_Declined
 */
export async function buyFromSale(
  signer: Signer,
  { address, premium }: Pick<Sale, "address" | "premium">,
  amount: TokenWei,
  { maxPay, deadline, to }: BuyOptions,
): Promise<Bought> {
  const buyer = await signer.getAddress();
  const contract = PrimarySale__factory.connect(address, signer);
  const bought = [amount, maxPay, to ?? buyer, deadline] as const;
  const plain = (): Promise<ContractTransaction> => contract.buy.populateTransaction(...bought);
  const permit = await permitOrApproval(signer, premium, address, { value: maxPay, deadline }, plain);
  const call =
    permit === undefined
      ? plain()
      : contract.buyWithPermit.populateTransaction(...bought, permit.v, permit.r, permit.s);
  const receipt = await transact(signer, call);
  for (const log of receipt.logs) {
    const said = log.address === address ? contract.interface.parseLog(log) : null;
    if (said?.name === "Bought") return { receipt, amount, paid: said.args["paid"] as bigint }; // its type in the ABI
  }
  throw new ClientError("Client_NoEvent", { event: "Bought", sale: address });
}

/** @returns undefined if the sale may take so much already, or may now */
async function permitOrApproval(
  signer: Signer,
  premium: string,
  sale: string,
  { value, deadline }: { readonly value: bigint; readonly deadline: bigint },
  call: () => Promise<ContractTransaction>,
): Promise<Permit | undefined> {
  const buyer = await signer.getAddress();
  const token = CloneToken__factory.connect(premium, signer);
  if ((await read(token.allowance(buyer, sale))) >= value) return undefined;
  await requireWilling(signer, call());
  const permit = await signPermit(premium, signer, sale, value, deadline);
  // Some tell a domain and take no permits, or others.
  const { v, r, s } = permit ?? {};
  if (v !== undefined && r !== undefined && s !== undefined) {
    const taken = await answered(token.permit.staticCall(buyer, sale, value, deadline, v, r, s).then(() => true));
    if (taken === true) return permit;
  }
  await approveExactly(token, signer, buyer, sale, value);
  return undefined;
}

/** The seller takes what buyers have paid. @throws ClientError Sale_NotSeller */
export function collectFromSale(signer: Signer, sale: string, to: string): Promise<TransactionReceipt> {
  return transact(signer, PrimarySale__factory.connect(sale, signer).collect.populateTransaction(to));
}

/** Once it has closed, the seller takes back what was not sold. @throws ClientError Sale_StillOpen */
export function takeBackUnsold(signer: Signer, sale: string, to: string): Promise<TransactionReceipt> {
  return transact(signer, PrimarySale__factory.connect(sale, signer).takeBack.populateTransaction(to));
}
