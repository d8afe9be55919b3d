/** The price of a sale in TypeScript is the contract's, and so is what an amount costs. */
import { expect } from "chai";
import fc from "fast-check";
import { ZeroAddress } from "ethers";
import hre from "hardhat";

import { buyFromSale, saleCostAt, salePriceAt } from "../../src/client/sale.js";
import { tokenWei } from "../../src/protocol/amounts/units.js";
import { TOKEN } from "../../stage/contracts/units.js";
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

describe("buyFromSale", function () {
  type Premium = { getAddress(): Promise<string> };

  /** A sale of 100 session tokens at one premium token each, and a buyer who has ten of those. */
  async function opened(premiumOf: (buyer: { readonly address: string }) => Promise<Premium>) {
    const [, , buyer] = await connection.ethers.getSigners();
    const premium = await premiumOf(buyer!);
    const w = await openWorld(connection, { stage: "funded" });
    const { time } = connection.networkHelpers;
    const terms = {
      ...{ session: await w.session.getAddress(), premium: await premium.getAddress() },
      ...{
        startPrice: TOKEN,
        endPrice: TOKEN,
        slope: 0n,
        opens: w.t1,
        closes: w.t2,
        maxPerBuyer: 0n,
        policy: ZeroAddress,
      },
    };
    const sale = await connection.ethers.deployContract("PrimarySale", [terms]);
    await w.session.approve(sale, 100n * TOKEN);
    await sale.offer(100n * TOKEN);
    await time.increaseTo(w.t1);
    const address = await sale.getAddress();
    const buy = async (amount: bigint): Promise<number> => {
      const before = await buyer!.getNonce();
      const plan = { maxPay: 3n * TOKEN, deadline: BigInt(w.t1 + 1_000) };
      const { paid } = await buyFromSale(buyer!, { address, premium: terms.premium }, tokenWei(amount), plan);
      expect(paid).to.equal(amount);
      return (await buyer!.getNonce()) - before;
    };
    return { w, buyer: buyer!, buy };
  }

  it("is one transaction where the premium token takes permits, and where enough is approved", async function () {
    const { w, buyer, buy } = await opened(async ({ address }) => {
      const other = await openWorld(connection, { stage: "funded" });
      await other.session.transfer(address, 10n * TOKEN);
      return other.session;
    });
    expect(await buy(2n * TOKEN), "by permit").to.equal(1);
    expect(await buy(TOKEN), "another permit: one token is left of the first").to.equal(1);
    expect(await w.session.balanceOf(buyer)).to.equal(3n * TOKEN);
  });

  it("approves where it takes none, be it that it tells no domain, or that it tells one and knows no permit", async function () {
    for (const name of ["TestAsset", "VotesAsset"] as const) {
      const { w, buyer, buy } = await opened(async ({ address }) => {
        const words = name === "TestAsset" ? ["Dollar", "USD", 18] : [false];
        const token = await connection.ethers.deployContract(name as string, words);
        const money = await connection.ethers.getContractAt("TestAsset", await token.getAddress());
        await money.mint(address, 10n * TOKEN);
        return money;
      });
      expect(await buy(3n * TOKEN), name).to.equal(2);
      expect(await w.session.balanceOf(buyer)).to.equal(3n * TOKEN);
    }
  });
});
