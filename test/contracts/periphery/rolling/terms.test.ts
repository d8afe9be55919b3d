import { expect } from "chai";
import hre from "hardhat";

import type { RollerFactory } from "../../../../typechain-types/index.js";
import type { RollTermsStruct } from "../../../../typechain-types/periphery/rolling/RollerFactory.js";
import { deployRollers, giveTo, rollNow, rollTermsOf } from "../../../../stage/contracts/rolling.js";
import { DAY, LOT_VALUE, SUPPLY, TOKEN } from "../../../../stage/contracts/units.js";
import {
  closeTrading,
  createSession,
  deployContracts,
  fundSession,
  openWorld,
  paramsFor,
  type World,
} from "../../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

async function open(): Promise<{ w: World; rollers: RollerFactory }> {
  const w = await openWorld(connection, { chainWindow: 17, maxOpenOrders: 9, maxLots: 250_000n });
  return { w, rollers: await deployRollers(w) };
}

describe("The terms of a roller", () => {
  let w: World;
  let rollers: RollerFactory;
  beforeEach(async () => {
    ({ w, rollers } = await networkHelpers.loadFixture(open));
  });

  it("give its address before it is made, whoever makes it", async () => {
    const terms = await rollTermsOf(w);
    const address = await rollers.addressOf(terms);
    await expect(rollers.connect(w.bob).create(terms))
      .to.emit(rollers, "RollerCreated")
      .withArgs(address, terms.from, Object.values(terms));
    await expect(rollers.connect(w.carol).create(terms)).to.not.emit(rollers, "RollerCreated");
    const roller = await ethers.getContractAt("Roller", address);
    expect([...(await roller.terms())].map(String)).to.deep.equal(Object.values(terms).map(String));
    expect([await roller.next(), [...(await roller.totals())]]).to.deep.equal([ethers.ZeroAddress, [0n, 0n]]);
  });

  it("differ in any part, and so does the address", async () => {
    const changes: Partial<RollTermsStruct>[] = [
      {},
      { givesUntil: w.t2 + 2 },
      { t1: w.t2 + 3 * DAY },
      { t2: w.t2 + 33 * DAY },
      { settleLimit: w.t2 + 63 * DAY },
      { policy: w.alice.address },
      { openMarkets: false },
      { minimum: LOT_VALUE + 1n },
      { name: "Another" },
      { symbol: "ANO" },
    ];
    const addresses = await Promise.all(changes.map(async (change) => rollers.addressOf(await rollTermsOf(w, change))));
    expect(new Set(addresses)).to.have.lengthOf(changes.length);
  });

  it("are those of the old book where they say nothing, and their own where they do", async () => {
    const terms = await rollTermsOf(w, { policy: w.alice.address, openMarkets: false });
    await rollers.create(terms);
    const roller = await ethers.getContractAt("Roller", await rollers.addressOf(terms));
    await w.session.transfer(w.bob, 100n * TOKEN);
    await giveTo(w, roller, w.bob, 100n * TOKEN);
    const next = await rollNow(w, roller);
    const [created] = await w.factory.queryFilter(w.factory.filters.SessionCreated(next));
    const params = created!.args.params;
    expect(created!.args.organiser).to.equal(await roller.getAddress());
    expect([params.chainWindow, params.maxOpenOrders, params.maxLots]).to.deep.equal([17n, 9n, 250_000n]);
    expect([params.basketScale, params.basketTickValue]).to.deep.equal([
      w.params.basketScale,
      w.params.basketTickValue,
    ]);
    expect([params.t1, params.t2, params.settleLimit].map(Number)).to.deep.equal(
      [terms.t1, terms.t2, terms.settleLimit].map(Number),
    );
    expect([params.name, params.symbol, params.policy, params.openMarkets]).to.deep.equal([
      "Next session",
      "NXT",
      w.alice.address,
      false,
    ]);
  });

  const refusals: readonly (readonly [
    string,
    (at: World) => Partial<RollTermsStruct>,
    string,
    (at: World) => unknown[],
  ])[] = [
    [
      "a session that the factory did not make",
      ({ alice }) => ({ from: alice.address }),
      "Roller_NotASession",
      ({ alice, factory }) => [alice.address, factory],
    ],
    [
      "a minimum below a lot",
      () => ({ minimum: LOT_VALUE - 1n }),
      "Roller_MinimumTooSmall",
      () => [LOT_VALUE - 1n, LOT_VALUE],
    ],
    [
      "a trade that ends as it begins",
      ({ t2 }) => ({ t2: t2 + 2 * DAY }),
      "Factory_Window",
      ({ t2 }) => [anyNow, t2 + 2 * DAY, t2 + 2 * DAY],
    ],
    [
      "a settleLimit before the next t2",
      ({ t2 }) => ({ settleLimit: t2 + 32 * DAY - 1 }),
      "Factory_SettleLimit",
      ({ t2 }) => [t2 + 32 * DAY - 1, t2 + 32 * DAY, 2n ** 32n - 1n],
    ],
    [
      "times beyond what a session can have",
      () => ({ settleLimit: 2n ** 32n }),
      "Factory_SettleLimit",
      ({ t2 }) => [2n ** 32n, t2 + 32 * DAY, 2n ** 32n - 1n],
    ],
    ["no name", () => ({ name: "" }), "Factory_NameLength", () => [0, 3, 31]],
    ["a symbol of 32 bytes", () => ({ symbol: "x".repeat(32) }), "Factory_NameLength", () => [12, 32, 31]],
  ];
  const anyNow = (value: unknown): boolean => typeof value === "bigint";
  for (const [what, change, error, args] of refusals) {
    it(`are refused with ${what}`, async () => {
      const errors = await ethers.getContractAt(
        error.startsWith("Factory") ? "ISessionFactory" : "IRoller",
        ethers.ZeroAddress,
      );
      await expect(rollers.create(await rollTermsOf(w, change(w))))
        .to.be.revertedWithCustomError(errors, error)
        .withArgs(...args(w));
    });
  }

  it("leave time to give after the old t2, before the next t1, and from now on", async () => {
    const refused = async (change: Partial<RollTermsStruct>): Promise<void> => {
      const terms = await rollTermsOf(w, change);
      const errors = await ethers.getContractAt("IRoller", ethers.ZeroAddress);
      await expect(rollers.create(terms))
        .to.be.revertedWithCustomError(errors, "Roller_Times")
        .withArgs(anyNow, w.t2, terms.givesUntil, terms.t1);
    };
    await refused({ givesUntil: w.t2 });
    await refused({ givesUntil: w.t2 + 2 * DAY });
    await rollers.create(await rollTermsOf(w, { givesUntil: w.t2 + 1, t1: w.t2 + 2 }));
    await closeTrading(w);
    const now = await networkHelpers.time.latest();
    await networkHelpers.time.setNextBlockTimestamp(now + 10);
    await refused({ givesUntil: now + 10 });
    await networkHelpers.time.setNextBlockTimestamp(now + 20);
    await rollers.create(await rollTermsOf(w, { givesUntil: now + 21 }));
  });

  it("have a minimum that brings a unit of each asset: of three units at least a third of N", async () => {
    const contracts = await deployContracts(connection);
    const params = await paramsFor(contracts);
    const rare = await createSession(contracts, { ...params, quantities: [3n, 100n * TOKEN] });
    await fundSession(rare);
    const factory = await deployRollers(rare);
    const third = SUPPLY / 3n + 1n;
    expect(await factory.leastMinimum(rare.session)).to.equal(third);
    const errors = await ethers.getContractAt("IRoller", ethers.ZeroAddress);
    await expect(factory.create(await rollTermsOf(rare, { minimum: third - 1n })))
      .to.be.revertedWithCustomError(errors, "Roller_MinimumTooSmall")
      .withArgs(third - 1n, third);
    await factory.create(await rollTermsOf(rare, { minimum: third }));
  });
});
