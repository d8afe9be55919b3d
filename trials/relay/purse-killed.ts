/** An attack on a relay's purse by orders that fill or are killed. */
import type { TransactionResponse } from "ethers";

import { batchCall } from "../../src/bindings/calls.js";
import { TimeInForce } from "../../src/protocol/signing/package.js";
import { tradesCancellation } from "../../src/protocol/signing/trades-cancellation.js";
import { cancellationDigest } from "../../src/protocol/signing/typed-data.js";
import { pause } from "./load-generator.js";
import type { Signatory } from "./orders.js";
import {
  allLanded,
  FIRST,
  floorOf,
  freshTraders,
  LOTS,
  offer,
  type PursePlan,
  SETTLE_MS,
  signed,
  withoutMining,
  type World,
} from "./purse-world.js";

/** Of a lot each: with the large one as many as a relay's orders have steps. */
const SMALL_OFFERS = 15;
const LARGE_PRICE = 1_001n;

/**
 * Orders that fill or are killed, over one large offer behind many small ones. The small ones are foreseen to go to a decoy ahead of them all.
 * Before they come the decoy's nonce is made void and the large offer cancelled: each meets all small ones, and all of that is undone.
 */
export async function killOrders(world: World, { addresses, rounds }: PursePlan): Promise<void> {
  const [maker, decoy, ...takers] = await freshTraders(world, addresses + 2);
  if (maker === undefined || decoy === undefined) throw new Error("unreachable: there are two more than addresses");
  const [small, fields] = [BigInt(SMALL_OFFERS), { timeInForce: TimeInForce.ImmediateOrCancel }];
  for (let made = 0; made < SMALL_OFFERS; made += 1)
    await offer(world, await signed(world, maker, { quantityLots: -LOTS }));
  await allLanded(world);
  for (let round = 1; round <= rounds; round += 1) {
    const large = await signed(world, maker, {
      priceTicks: LARGE_PRICE,
      quantityLots: -(small + 1n) * BigInt(addresses),
    });
    await offer(world, large);
    await allLanded(world);
    await withoutMining(world, async () => {
      await offer(world, await signed(world, decoy, { ...fields, quantityLots: small }));
      const killed = { priceTicks: LARGE_PRICE, quantityLots: small + 1n, timeInForce: TimeInForce.FillOrKill };
      await Promise.all(takers.map(async (one) => offer(world, await signed(world, one, killed))));
      await pause(SETTLE_MS);
      return [await spoil(world, maker, decoy)];
    });
  }
}

/** Cancels the dearest offer and makes the decoy's nonces void, before whatever the relay has sent. */
async function spoil(world: World, maker: Signatory, decoy: Signatory): Promise<TransactionResponse> {
  const { organiser, handle } = world.stage;
  const [placed] = await handle.book.depthOf(1, 1, false, SMALL_OFFERS + 1);
  const dearest = placed.at(-1);
  if (dearest === undefined) throw new Error("nothing rests");
  const id = Number(dearest.tradeRootId);
  const cancellation = tradesCancellation({
    trader: maker.address,
    ...{ fromTradeRootId: id, toTradeRootId: id, nonceFloor: 0n, deadline: BigInt(handle.t2 - 1) },
  });
  const signature = maker.key.sign(cancellationDigest(handle.domain, cancellation)).serialized;
  const floor = world.nonces.get(decoy.address) ?? 0n;
  const cancellations = [
    { cancellation, signature, places: [Number(dearest.place)] },
    { ...floorOf(world, decoy, floor), places: [] },
  ];
  const { data } = batchCall({ cancellations, orders: [] }, { maxMatches: 1, maxWalk: 1 });
  return organiser.sendTransaction({ to: handle.bookAddress, data, gasLimit: 15_000_000n, ...FIRST });
}
