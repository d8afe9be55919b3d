/** The price of a sale in TypeScript is the contract's, and so is what an amount costs. */
import { expect } from "chai";
import fc from "fast-check";
import { ZeroAddress } from "ethers";
import hre from "hardhat";

import { saleCostAt, salePriceAt } from "../../src/client/sale.js";
import { openWorld } from "../../stage/contracts/world.js";

const connection = await hre.network.create();

describe("The price of a sale, as the client computes it", function () {
  it("is the contract's, at any second and for any amount", async function () {
    const w = await openWorld(connection, { stage: "funded" });
    const money = await connection.ethers.deployContract("TestAsset", ["Dollar", "USD", 6]);
    const price = fc.bigInt(1n, 2n ** 128n - 1n);
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          a: price,
          b: price,
          slope: fc.bigInt(0n, 2n ** 100n),
          after: fc.integer({ min: -5, max: 100_000 }),
        }),
        fc.bigInt(0n, 2n ** 96n - 1n),
        async ({ a, b, slope, after }, amount) => {
          const terms = {
            session: await w.session.getAddress(),
            premium: await money.getAddress(),
            startPrice: a > b ? a : b,
            endPrice: a > b ? b : a,
            slope,
            opens: BigInt(w.t1),
            closes: BigInt(w.t2),
            maxPerBuyer: 0n,
            policy: ZeroAddress,
          };
          const sale = await connection.ethers.deployContract("PrimarySale", [terms]);
          const second = terms.opens + BigInt(after);
          expect(salePriceAt(terms, second)).to.equal(await sale.priceAt(second));
          expect(saleCostAt(terms, amount, second)).to.equal(await sale.costAt(amount, second));
        },
      ),
      { numRuns: 40 },
    );
  });
});
