/** Cash windows (see ICashWindow): holders of a settled session's claims offer them, anybody buys them at fixed prices. */
import type { Signer, TransactionReceipt } from "ethers";

import { type ICashWindow, ICashWindow__factory } from "../../../typechain-types/index.js";
import { ClientError } from "../../bindings/errors.js";
import type { SessionHandle } from "../../bindings/session.js";
import { read, readAs, transact } from "../../bindings/transact.js";
import { type TokenWei, tokenWei } from "../../protocol/amounts/units.js";
import { pay } from "../tokens.js";

/** One leg of a window. */
export interface WindowLeg {
  readonly leg: number;
  readonly offered: TokenWei;
  readonly sold: TokenWei;
  /** Smallest units of cash. */
  readonly paid: bigint;
  /** What a whole leg token costs, smallest units of cash; undefined as long as there is no price. */
  readonly costOfOne?: bigint;
}

export interface Window {
  readonly address: string;
  readonly prices: string;
  readonly cash: string;
  /** Unix seconds. */
  readonly opens: number;
  readonly closes: number;
  readonly legs: readonly WindowLeg[];
}

/** What a holder has got out of a leg, and the transactions: none where there was nothing. */
export interface Pulled {
  readonly leg: number;
  /** Tokens that nobody bought. */
  readonly returned: TokenWei;
  /** Smallest units of cash. */
  readonly cash: bigint;
  readonly receipts: readonly TransactionReceipt[];
}

const ONE = 10n ** 18n;

/** A window as it stands. @throws ClientError Client_NotAWindow if it is not one of this session */
export async function readWindow(handle: SessionHandle, address: string): Promise<Window> {
  const contract = ICashWindow__factory.connect(address, handle.runner);
  const none = new ClientError("Client_NotAWindow", { address, session: handle.address });
  const { session, prices, cash, opens, closes } = await readAs(none, contract.terms());
  if (session !== handle.address) throw none;
  const legs = await Promise.all(handle.legs.map((_, k) => readLeg(contract, k + 1)));
  return { address, prices, cash, opens: Number(opens), closes: Number(closes), legs };
}

async function readLeg(contract: ICashWindow, leg: number): Promise<WindowLeg> {
  const { offered, sold, paid } = await read(contract.legOf(leg));
  const told = { leg, offered: tokenWei(offered), sold: tokenWei(sold), paid };
  const costOfOne = await costNow(contract, leg, ONE);
  return costOfOne === undefined ? told : { ...told, costOfOne };
}

async function costNow(contract: ICashWindow, leg: number, amount: bigint): Promise<bigint | undefined> {
  try {
    return await read(contract.costOf(leg, amount));
  } catch (error) {
    if (error instanceof ClientError) return undefined; // no price, or a source that fails: nothing is sold then
    throw error;
  }
}

/**
 * Offers claims: of one leg, or session tokens, which are split. Approves exactly so much first. An offer stands until the close.
 * @throws ClientError the window's refusal
 */
export async function offerToWindow(
  handle: SessionHandle,
  signer: Signer,
  { address }: Pick<Window, "address">,
  amount: bigint,
  leg?: number,
): Promise<TransactionReceipt> {
  const token = leg === undefined ? handle.address : await read(handle.session.legToken(leg));
  const contract = ICashWindow__factory.connect(address, signer);
  return pay(signer, { token, spender: address, amount }, () =>
    leg === undefined
      ? contract.offerSession.populateTransaction(amount)
      : contract.offer.populateTransaction(leg, amount),
  );
}

/** What some tokens of a leg cost now, smallest units of cash. @throws ClientError Window_NoPrice */
export function costInWindow(handle: SessionHandle, address: string, leg: number, amount: bigint): Promise<bigint> {
  return read(ICashWindow__factory.connect(address, handle.runner).costOf(leg, amount));
}

/**
 * Buys leg tokens, and redeems them in the same call unless they are wanted as they are. Approves exactly the cost first.
 * @param maxCost smallest units of cash
 * @throws ClientError Window_TooDear before anything is sent; the window's refusal
 */
export async function buyFromWindow(
  handle: SessionHandle,
  signer: Signer,
  { address, cash }: Pick<Window, "address" | "cash">,
  { leg, amount, maxCost, keep = false }: { leg: number; amount: bigint; maxCost: bigint; keep?: boolean },
): Promise<TransactionReceipt> {
  const cost = await costInWindow(handle, address, leg, amount);
  if (cost > maxCost) throw new ClientError("Window_TooDear", { leg, cost, maxCost });
  const own = await signer.getAddress();
  const contract = ICashWindow__factory.connect(address, signer);
  const method = keep ? contract.buy : contract.buyAndRedeem;
  return pay(signer, { token: cash, spender: address, amount: cost }, () =>
    method.populateTransaction(leg, amount, cost, own),
  );
}

/** From the close on: what the signer's offers have brought, and the tokens that nobody bought; leg by leg, tokens first. */
export async function pullFromWindow(
  handle: SessionHandle,
  signer: Signer,
  { address }: Pick<Window, "address">,
): Promise<readonly Pulled[]> {
  const contract = ICashWindow__factory.connect(address, signer);
  const own = await signer.getAddress();
  const pulled: Pulled[] = [];
  for (const [k] of handle.legs.entries()) {
    const leg = k + 1;
    const [{ offered, hasPulled, hasTakenBack }, all] = await read(
      Promise.all([contract.offerOf(own, leg), contract.legOf(leg)]),
    );
    if (offered === 0n) continue;
    const receipts: TransactionReceipt[] = [];
    // Where everything or nothing was sold there is nothing to take, and before the close the window says so.
    if (!hasTakenBack && (all.sold !== all.offered || all.sold === 0n))
      receipts.push(await transact(signer, contract.takeBack.populateTransaction(leg, own)));
    if (!hasPulled && all.paid !== 0n)
      receipts.push(await transact(signer, contract.pullCash.populateTransaction(leg, own)));
    const [returned, cash] = (["LegReturned", "CashPulled"] as const).map((name) => amountOf(contract, receipts, name));
    if (receipts.length > 0) pulled.push({ leg, returned: tokenWei(returned ?? 0n), cash: cash ?? 0n, receipts });
  }
  return pulled;
}

function amountOf(
  { interface: events }: ICashWindow,
  receipts: readonly TransactionReceipt[],
  name: "LegReturned" | "CashPulled",
): bigint {
  const found = receipts.flatMap(({ logs }) => logs.flatMap((log) => events.parseLog(log) ?? []));
  return found
    .filter((event) => event.name === name)
    .reduce((sum, { args }) => sum + BigInt(String(args["amount"])), 0n);
}
