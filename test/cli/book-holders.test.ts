import { expect } from "chai";

import { holdersOnChain } from "../../src/cli/book-holders.js";
import { OUTSIDE, UNDECIDED } from "../../src/protocol/value/stress-holders.js";
import type { Holders } from "../../src/risk/stress/holders.js";
import { type Fraction, sum } from "../../src/protocol/amounts/fraction.js";
import type { Allocation } from "../../src/protocol/value/allocations.js";
import { silentContext, type SilentContext } from "./context.js";
import { as, tell } from "./support.js";
import { addRain, openWorld, trade, type World } from "./world.js";

/** Bob has sold Alice 10 000 lots of leg 1 at 50 %; Alice has taken 5 tokens out and paid 3 of leg 2 in. */
async function withPositions(world: World): Promise<void> {
  await addRain(world);
  await trade(world, world.bob, "sell", "10000", "--price", "50%");
  await trade(world, world.alice, "buy", "10000", "--price", "50%");
  const alice = as(world.env, world.alice);
  await tell(alice, "withdraw", "5");
  await tell(alice, "split", "3");
  await tell(alice, "deposit", "3000", "--leg", "2");
}

/** Thousandths of whole assets: of gold, 18 decimals, and of silver, 6. */
const whole = ({ numerator, denominator }: Fraction, decimals: number): number =>
  Number((numerator * 1_000n) / (denominator * 10n ** BigInt(decimals)));
const wholes = ([gold, silver]: Allocation): number[] => [whole(gold!, 18), whole(silver!, 6)];

describe("holders of a stress test, on the chain", function () {
  let world: World;
  let context: SilentContext;

  beforeEach(async function () {
    world = await openWorld(withPositions);
    context = silentContext({ env: world.env });
  });

  afterEach(function () {
    context.close();
  });

  const read = (baseline: "deposits" | "equal" = "deposits"): Promise<Holders> => holdersOnChain(context, {}, baseline);
  const RAIN = [{ marketRootId: 2, values: [0n as never] }];

  it("are the traders by their numbers, then what is undecided and what is outside", async function () {
    const { names, symbols, decimals, table } = await read();
    expect(names).to.deep.equal([world.alice.address, world.bob.address, UNDECIDED, OUTSIDE]);
    expect([symbols, decimals]).to.deep.equal([
      ["AU", "AG"],
      [18, 6],
    ]);
    expect(table!.roots.has(2)).to.be.true;
  });

  it("hold what the book says that they claim, and all of them the basket", async function () {
    const { allocationsIn } = await read();
    const found = allocationsIn(RAIN);
    // Alice: 50 − 5 of it paid − 5 taken out = 40, with 10 more of gold and 3 more of silver
    expect(found.slice(0, 2).map(wholes)).to.deep.equal([
      [5_000, 8_621], // 50 of 1000 tokens' 100 gold; 43 of their 200.5 silver: 8.6215
      [4_500, 11_027], // 45 and 55
    ]);
    const total = [0, 1].map((asset) => sum(found.map((allocation) => allocation[asset]!)));
    expect([whole(total[0]!, 18), whole(total[1]!, 6)]).to.deep.equal([100_000, 200_500]);
  });

  it("began with what each has paid in less what was taken out, leg by leg", async function () {
    const { baseline } = await read();
    expect(baseline.map(wholes)).to.deep.equal([
      [4_500, 9_624], // 45 of gold, 48 of silver
      [5_000, 10_025],
      [0, 0],
      [90_500, 180_851], // 905 and 902
    ]);
  });

  it("or with equal parts of what the book holds", async function () {
    const { baseline } = await read("equal");
    expect(baseline.map(wholes)).to.deep.equal([
      [4_750, 9_824], // half of 95 and of 98
      [4_750, 9_824],
      [0, 0],
      [90_500, 180_851],
    ]);
  });

  it("have no baseline left once they have gone, with what they took", async function () {
    await world.moveTo(world.handle.t2);
    await tell(as(world.env, world.alice), "exit");
    const { baseline, allocationsIn } = await read();
    expect(allocationsIn(RAIN).map(wholes)[0]).to.deep.equal([0, 0]);
    // Paid in 45 and 48, and took 50 and 43
    expect(wholes(baseline[0]!)).to.deep.equal([-500, 1_002]);
    expect(wholes(baseline[1]!)).to.deep.equal([5_000, 10_025]);
  });
});
