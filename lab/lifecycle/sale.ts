/** The organiser sells session tokens at a falling price, to those whom the gate admits. */
import { PrimarySale__factory } from "../../typechain-types/index.js";
import {
  buyFromSale,
  collectFromSale,
  offerForSale,
  readSale,
  type SalePrice,
  takeBackUnsold,
} from "../../src/client/sale.js";
import { approveExactly, erc20At } from "../../src/client/tokens.js";
import { tokenWei, type TokenWei } from "../../src/protocol/amounts/units.js";
import { createRandom } from "../../stage/rng.js";
import { ONE } from "../command/decimals.js";
import { type Ground, placed, refusalOf } from "./ground.js";
import { fairPrice } from "./plan.js";

export interface Purchase {
  readonly name: string;
  readonly second: bigint;
  readonly amount: TokenWei;
  /** Smallest units of cash. */
  readonly paid: bigint;
}

export interface SaleMade {
  readonly address: string;
  readonly price: SalePrice;
  readonly offered: TokenWei;
  readonly purchases: readonly Purchase[];
  /** With what somebody was refused who is not admitted. */
  readonly outsider: string | undefined;
  /** What came back to the organiser: session tokens, and smallest units of cash. */
  readonly returned: TokenWei;
  readonly collected: bigint;
}

/** Above and below what the basket is worth, percent. */
const [STARTS_AT, ENDS_AT] = [110n, 90n];
/** Of an even share, what a trader buys, percent. */
const [LEAST, MOST] = [45, 95];
/** Between two purchases, so that each is done at the second that was meant. */
const PAUSE = 600;

export async function sell(ground: Ground): Promise<SaleMade> {
  const { plan, chain, handle, cash } = ground;
  const { address, price } = await openSale(ground);
  await offerForSale(handle, chain.organiser, address, plan.forSale);
  const purchases = await buyAll(ground, address);
  const outsider = await refusalOf(
    buyFromSale(ground.buyer, { address, premium: cash.address }, tokenWei(ONE), {
      maxPay: price.startPrice,
      deadline: BigInt(plan.times.saleCloses),
    }),
  );
  await chain.clock.moveTo(plan.times.saleCloses);
  const [tokens, money] = [handle.session, cash.token];
  const own = chain.organiser.address;
  const had = await Promise.all([tokens.balanceOf(own), money.balanceOf(own)]);
  await takeBackUnsold(chain.organiser, address, own);
  await collectFromSale(chain.organiser, address, own);
  const has = await Promise.all([tokens.balanceOf(own), money.balanceOf(own)]);
  const [returned, collected] = [tokenWei(has[0] - had[0]), has[1] - had[1]];
  return { address, price, offered: plan.forSale, purchases, outsider, returned, collected };
}

async function openSale({ plan, chain, handle, cash, gates }: Ground) {
  const { saleOpens: opens, saleCloses: closes } = plan.times;
  const fair = fairPrice(plan);
  const [startPrice, endPrice] = [(fair * STARTS_AT) / 100n, (fair * ENDS_AT) / 100n];
  const slope = (startPrice - endPrice) / BigInt(closes - opens);
  const terms = { startPrice, endPrice, slope, opens, closes, maxPerBuyer: 0n, policy: gates.policy };
  const made = { ...terms, session: handle.address, premium: cash.address };
  const address = await placed(new PrimarySale__factory(chain.deployer).deploy(made));
  return { address, price: await readSale(handle, address) };
}

/** One after the other, each at a second of its own. */
async function buyAll({ plan, chain, traders, cash }: Ground, address: string): Promise<Purchase[]> {
  const random = createRandom(plan.seed, "sale");
  const { saleOpens, saleCloses } = plan.times;
  const each = Math.floor((saleCloses - saleOpens - 2 * PAUSE) / traders.length);
  const purchases: Purchase[] = [];
  for (const [i, { name, wallet }] of random.shuffled(traders).entries()) {
    const at = saleOpens + PAUSE + i * each + random.integer(0, each - PAUSE);
    const amount = tokenWei((plan.forSale * BigInt(random.integer(LEAST, MOST))) / (100n * BigInt(traders.length)));
    await chain.clock.moveTo(at - PAUSE / 2);
    const maxPay = await cash.token.balanceOf(wallet.address);
    await approveExactly(erc20At(cash.address, wallet), wallet, wallet.address, address, maxPay);
    await chain.provider.send("evm_setNextBlockTimestamp", [at]);
    const terms = { maxPay, deadline: BigInt(saleCloses) };
    const { receipt, paid } = await buyFromSale(wallet, { address, premium: cash.address }, amount, terms);
    const { timestamp } = await receipt.getBlock();
    purchases.push({ name, second: BigInt(timestamp), amount, paid });
  }
  return purchases;
}
