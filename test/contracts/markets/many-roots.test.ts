/** What a trader holds in other roots is one number to a fill (R42): the code that runs is the same, instruction by instruction. */
import { expect } from "chai";
import { id, Signature } from "ethers";
import hre from "hardhat";

import { deal, intervalRoot, MARKET_TICK, slackOf, subMarket } from "../../../stage/contracts/markets.js";
import { expectMarketsSound } from "../support/markets-sound.js";
import { sign, submit } from "../../../stage/contracts/orders.js";
import { TOKEN } from "../../../stage/contracts/units.js";
import { bankroll, openWorld, type World } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

interface Roots extends World {
  readonly rain: number;
  readonly others: readonly number[];
}

/** Alice bids in the first root; she and Bob have traded there before, and their accounts are warm in every root. */
async function open(): Promise<Roots> {
  const w = await openWorld(connection);
  await bankroll(w, 50n * TOKEN, w.alice, w.bob, w.carol);
  const rain = await intervalRoot(w);
  const others: number[] = [];
  for (let i = 0; i < 6; i += 1) others.push(await intervalRoot(w));
  await deal(w, { buyer: w.alice, seller: w.bob, root: rain, lots: 10n, price: 50n });
  return { ...w, rain, others };
}

describe("A fill, however much is held elsewhere,", () => {
  let w: Roots;
  beforeEach(async () => {
    w = await networkHelpers.loadFixture(open);
  });
  afterEach(() => expectMarketsSound(w));

  /** Fingerprint of every instruction that ran while Bob's offer met Alice's bid. */
  async function pathOfAFill(): Promise<{ path: string; steps: number }> {
    await submit(w, { trader: w.alice, root: w.rain, lots: 10n, price: 50n, nonce: 40n });
    const offer = await sign(w, { trader: w.bob, root: w.rain, lots: -10n, price: 50n, nonce: 40n });
    // In 64 bytes: of 65 the book has to look at the last one, which is one of two by chance.
    const signature = Signature.from(offer.signature as string).compactSerialized;
    const { hash } = await submit(w, { ...offer, signature });
    const quiet = { disableMemory: true, disableStorage: true, disableStack: true };
    const trace = (await ethers.provider.send("debug_traceTransaction", [hash, quiet])) as Trace;
    return { path: id(trace.structLogs.map(({ pc, op }) => `${pc} ${op}`).join("\n")), steps: trace.structLogs.length };
  }

  interface Trace {
    readonly structLogs: readonly { readonly pc: number; readonly op: string }[];
  }

  it("takes the very same path with positions in one root and in seven", async () => {
    const fresh = await networkHelpers.takeSnapshot();
    const alone = await pathOfAFill();
    await fresh.restore();
    // Carol takes the other side, so that the queues and nonces of the two stay as they were.
    for (const root of w.others) {
      await deal(w, { buyer: w.alice, seller: w.carol, root, lots: 10n, price: 30n });
      await deal(w, { buyer: w.carol, seller: w.bob, root, lots: 10n, price: 60n });
    }
    expect(await pathOfAFill()).to.deep.equal(alone);
  });

  it("and another one if its own root has more branches", async () => {
    const fresh = await networkHelpers.takeSnapshot();
    const alone = await pathOfAFill();
    await fresh.restore();
    await subMarket(w, w.rain, 30n, 60n);
    expect((await pathOfAFill()).steps > alone.steps).to.equal(true);
  });

  it("adds up to the same money whichever root comes first", async () => {
    const fresh = await networkHelpers.takeSnapshot();
    const slacks: bigint[] = [];
    for (const roots of [w.others, [...w.others].reverse()]) {
      for (const root of roots) {
        await deal(w, { buyer: w.alice, seller: w.carol, root, lots: BigInt(root), price: 30n });
      }
      slacks.push(await slackOf(w, w.alice));
      if (slacks.length === 1) await fresh.restore();
    }
    // Everything she holds may come to nothing: 10 lots at 50 and the lots of the others at 30.
    const spent = 10n * 50n + w.others.reduce((sum, root) => sum + BigInt(root) * 30n, 0n);
    expect(slacks).to.deep.equal([50n * TOKEN - spent * MARKET_TICK, 50n * TOKEN - spent * MARKET_TICK]);
  });
});
