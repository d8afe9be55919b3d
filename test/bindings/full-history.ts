import { TimeInForce } from "../../src/protocol/signing/package.js";
import { type Market, networkHelpers, ONE, openThree } from "../client/support.js";

/** A history with every kind of record. */
export async function fullHistory(): Promise<Market> {
  const market = await openThree();
  const { handle, alice, bob, aliceSigner, submitter } = market;
  const expiring = (await networkHelpers.time.latest()) + 3_600;
  await submitter.submitBatch([
    await alice.signOrder({ leg: 1, price: 4_000n, quantity: 10n }),
    await alice.signOrder({ leg: 1, price: 10_001n, quantity: 10n }),
    await bob.signOrder({ leg: 1, price: 3_000n, quantity: -4n }),
    await bob.signOrder({ leg: 2, price: 3_000n, quantity: -5n, deadline: expiring }),
    await bob.signOrder({ leg: 1, price: 4_000n, quantity: -9n, timeInForce: TimeInForce.ImmediateOrCancel }),
  ]);
  await submitter.submitOne(await alice.signOrder({ leg: 3, price: 100n, quantity: 7n }));
  await alice.cancel([5, 3]);
  await (await handle.book.connect(aliceSigner).invalidateNonces(50n)).wait();
  await networkHelpers.time.increaseTo(expiring + 1);
  await submitter.offset([3]);
  await alice.withdraw(ONE);
  await networkHelpers.time.increaseTo(handle.t2);
  await alice.exit(bob.address, true);
  return market;
}
