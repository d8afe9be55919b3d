/** A session in which everything happens that a log can tell of, and what a verification says about it. */
import { createMarketOwner } from "../../../src/client/market-owner.js";
import { signPackage } from "../../../src/bindings/packages.js";
import type { ChainRecord } from "../../../src/bindings/records.js";
import type { SessionHandle } from "../../../src/bindings/session.js";
import { createTrader } from "../../../src/client/trader.js";
import type { Placed } from "../../../src/protocol/book/orders.js";
import { TimeInForce } from "../../../src/protocol/signing/package.js";
import { CANCEL_TRADES_TYPES } from "../../../src/protocol/signing/typed-data.js";
import { readSessionLog } from "../../../src/verify/read-session-log.js";
import type { SessionLog } from "../../../src/verify/session-log.js";
import {
  event,
  openRain,
  rain,
  type RainMarket,
  rootTerms,
  between,
  tick,
  trade,
} from "../../client/market-support.js";
import { chain, networkHelpers, newTrader, ONE } from "../../client/support.js";

export interface Story extends RainMarket {
  /** A contract wallet that trades. */
  readonly wallet: string;
}

export const { provider } = chain.ethers;

/** Trading goes on: orders of all kinds, fills, evictions, records, signed and not, a wallet, withdrawals. */
async function tradedStory(): Promise<Story> {
  const market = await openRain();
  const { handle, alice, bob, aliceSigner, organiser, submitter } = market;
  const relayer = (await chain.ethers.getSigners())[8]!;
  const signedOwner = createMarketOwner(handle, organiser, { submitter: relayer });
  await signedOwner.createInterval({ ...rootTerms(market), bounds: between(-5, 5), fallbackOutcome: tick(0) });

  await queueOfThree(market);
  await trade(market, [alice, bob], rain(1), 20, 300);
  await trade(market, [bob, alice], rain(3), 25, 500);
  await trade(market, [alice, bob], event(2), 30, 400);
  await evictOne(market);
  const wallet = await walletTrades(market);
  await placeAgain(market, await cancelInOneBlock(market));

  await signedOwner.tighten(rain(2), between(14, 50));
  await handle.book.refresh(2, [alice.address, bob.address]);
  await signedOwner.eliminate(3, 3);
  await alice.withdraw(ONE);
  await alice.withdrawLeg(1, 5n);
  await handle.session.connect(aliceSigner).split(7n * ONE);
  await handle.session.connect(aliceSigner).merge(2n * ONE);
  await alice.depositLeg(1, 3n);
  await (await handle.book.connect(aliceSigner).invalidateNonces(40n)).wait();
  await submitter.submitOne(await alice.signOrder({ leg: 1, price: 100n, quantity: 7n }));
  const quotes = [
    { leg: 1, price: 90n, quantity: 5n },
    { leg: 1, price: 9_900n, quantity: -6n },
  ];
  await submitter.submitQuotes(await alice.signQuotes(quotes));
  return { ...market, wallet };
}

/** The same, settled: one root by its owner, one by its fallback; everybody leaves, in tokens or in assets. */
export async function settledStory(): Promise<Story> {
  const story = await networkHelpers.loadFixture(tradedStory);
  const { handle, alice, bob, owner, organiser, aliceSigner, submitter } = story;
  await owner.settle(rain(1), 23n);
  await handle.book.realise(2, [alice.address, bob.address]);
  await networkHelpers.time.increaseTo(handle.t2 + 1);
  await submitter.offset(await openOrders(handle));
  await (await handle.book.applyFallback(3)).wait();
  await (await handle.book.realise(3, [alice.address])).wait();
  await bob.exit(bob.address, true);
  await alice.exit(alice.address, false);
  await (await handle.book.realise(3, [bob.address])).wait();
  await bob.exit(bob.address, true).catch(() => undefined); // whatever the event brought him
  const session = handle.session.connect(organiser);
  await session.redeem(100n * ONE, organiser.address);
  await session.split(3n * ONE);
  await session.redeemLeg(2, ONE, alice.address);
  const left = await handle.session.balanceOf(alice.address);
  await handle.session.connect(aliceSigner).redeem(left / 3n, alice.address);
  return story;
}

export async function openStory(): Promise<Story> {
  return networkHelpers.loadFixture(tradedStory);
}

/** Three offers at one price, two of them taken in part; one order that takes at once or not at all, one that is killed. */
async function queueOfThree({ alice, bob, submitter }: RainMarket): Promise<void> {
  for (const quantity of [-50n, -40n, -30n]) {
    await submitter.submitOne(await bob.signOrder({ leg: 1, price: 5_000n, quantity }));
  }
  const { IMMEDIATE, KILL } = { IMMEDIATE: TimeInForce.ImmediateOrCancel, KILL: TimeInForce.FillOrKill };
  await submitter.submitBatch([
    await alice.signOrder({ leg: 1, price: 5_100n, quantity: 20n }),
    await alice.signOrder({ leg: 1, price: 5_000n, quantity: 45n, timeInForce: IMMEDIATE }),
    await alice.signOrder({ leg: 1, price: 4_000n, quantity: 9n, timeInForce: IMMEDIATE }),
    await alice.signOrder({ leg: 1, price: 5_000n, quantity: 999n, timeInForce: KILL }),
    await bob.signOrder({ leg: 1, price: 5_000n, quantity: 10n }), // meets his own
  ]);
}

/** One deposit backs two bids; when one is hit, the other is uncovered, and anybody takes it out. */
async function evictOne({ handle, bob, submitter }: RainMarket): Promise<void> {
  const signer = await newTrader(handle);
  const carol = createTrader(handle, signer);
  await carol.deposit(10n * ONE);
  const { results, records } = await submitter.submitBatch([
    await carol.signOrder({ leg: 1, price: 9_000n, quantity: 11_000n }),
    await carol.signOrder({ leg: 1, price: 8_000n, quantity: 11_000n }),
  ]);
  const [, second] = results;
  await submitter.submitOne(await bob.signOrder({ leg: 1, price: 9_000n, quantity: -9_000n }));
  if (second?.accepted === true) await submitter.offset([placedIn(records, second.tradeRootId)]);
}

/** Two calls in one block: the second overwrites the checkpoint of the first. @returns a place that is dead then */
async function cancelInOneBlock({ handle, alice, aliceSigner, submitter }: RainMarket): Promise<number> {
  const placed = await submitter.submitBatch([
    await alice.signOrder({ leg: 2, price: 100n, quantity: 3n }),
    await alice.signOrder({ leg: 2, price: 101n, quantity: 4n }),
    await alice.signOrder({ leg: 2, price: 102n, quantity: 5n }),
  ]);
  const [first, second, third] = placed.results.map((result) => (result.accepted ? result.tradeRootId : 0));
  await chain.provider.request({ method: "evm_setAutomine", params: [false] });
  const book = handle.book.connect(aliceSigner);
  for (const ids of [[first, second], [third]]) {
    const orders = ids.map((tradeRootId) => placedIn(placed.records, tradeRootId!));
    await book.offset(orders, 0, { gasLimit: 1_000_000n });
  }
  await chain.provider.request({ method: "evm_mine", params: [] });
  await chain.provider.request({ method: "evm_setAutomine", params: [true] });
  return placedIn(placed.records, first!).place;
}

/** An order with its place: that of its number, unless it is said to be another. */
function placedIn(records: readonly ChainRecord[], tradeRootId: number): Placed {
  const place = records.flatMap((record) =>
    record.kind === "tradePlaced" && record.tradeRootId === tradeRootId ? [record.place] : [],
  );
  return { tradeRootId, place: place[0] ?? tradeRootId };
}

/** An order at a place that was used before, and one that is taken out by a signed cancellation. */
async function placeAgain({ handle, alice, aliceSigner }: RainMarket, place: number): Promise<void> {
  const { book } = handle;
  for (const at of [place, 0]) {
    const { package: tradePackage, signature } = await alice.signOrder({ leg: 2, price: 100n, quantity: 3n });
    await (await book.createTrade({ tradePackage, signature, insertAfter: 0, place: at, newest: 0 }, 20, 64)).wait();
  }
  const { trades } = await book.chainState();
  const cancellation = {
    ...{ trader: alice.address, fromTradeRootId: trades, toTradeRootId: trades },
    ...{ nonceFloor: 0n, deadline: BigInt(handle.t2) - 1n },
  };
  const signature = await aliceSigner.signTypedData(handle.domain, CANCEL_TRADES_TYPES, cancellation);
  await (await book.cancelTrades(cancellation, signature, [trades], 0)).wait();
}

/** @returns the wallet's address */
async function walletTrades({ handle, organiser, bob, submitter, params }: RainMarket): Promise<string> {
  const key = (await chain.ethers.getSigners())[7]!;
  const contract = await chain.ethers.deployContract("KeyWallet", [key.address]);
  const wallet = await contract.getAddress();
  await (await handle.session.connect(organiser).approve(handle.bookAddress, 5n * ONE)).wait();
  await (await handle.book.connect(organiser).deposit(wallet, 5n * ONE)).wait();
  const { link: head } = await handle.book.chainState();
  const signed = await signPackage(handle.domain, key, {
    marketRootId: 1,
    marketBranchId: 1,
    trader: wallet,
    priceTicks: 4_900n,
    quantityLots: 100n,
    previousLink: head,
    nonce: 0n,
    deadline: BigInt(params.t2) - 1n,
    timeInForce: TimeInForce.GoodTillCancelled,
  });
  await submitter.submitOne(signed);
  await submitter.submitOne(await bob.signOrder({ leg: 1, price: 4_900n, quantity: -1_060n }));
  return wallet;
}

async function openOrders({ book }: SessionHandle): Promise<Placed[]> {
  const { trades } = await book.chainState();
  const places = Array.from({ length: Number(trades) }, (_, index) => index + 1);
  const orders = await Promise.all(places.map((place) => book.orderAt(place)));
  return orders.flatMap(({ lots, tradeRootId }, index) =>
    lots === 0n ? [] : [{ tradeRootId: Number(tradeRootId), place: places[index]! }],
  );
}

const logs = new Map<string, SessionLog>();

/** The log of a story, read once. */
export async function logOf(
  name: string,
  begin: () => Promise<{ readonly handle: SessionHandle }>,
): Promise<SessionLog> {
  const known = logs.get(name) ?? (await readSessionLog((await begin()).handle.address, provider));
  logs.set(name, known);
  return known;
}
