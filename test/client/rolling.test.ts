/** The typed client of rollers: where they lie, what is given, what comes out. */
import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { rollerAddress } from "../../src/bindings/roll-terms.js";
import { openSession } from "../../src/bindings/session.js";
import {
  emptyInbox,
  giveFromInbox,
  givenBy,
  giveToRoller,
  inboxOf,
  openRoller,
  planRoll,
  readRoller,
  rollNow,
  type RollRequest,
  takeBackFromRoller,
  takeFromRoller,
} from "../../src/client/rolling.js";
import { createSession, fundSession } from "../../src/client/organiser.js";
import { createTrader } from "../../src/client/trader.js";
import { RollerFactory__factory, SessionFactory__factory } from "../../typechain-types/index.js";
import { chain, deployTwo, expectClientError, networkHelpers, ONE, SUPPLY } from "./support.js";

const DAY = 86_400n;
const LOT = ONE / 1_000n;

/** A funded session in settlement; the organiser has everything, a third of it split. */
async function openRolling() {
  const deployed = await deployTwo();
  const { factory, organiser, params } = deployed;
  const handle = await createSession(factory, organiser, { ...params, chainWindow: 9, openMarkets: true });
  await fundSession(handle, organiser);
  const rollers = await (await new RollerFactory__factory(organiser).deploy(factory)).getAddress();
  await handle.session.connect(organiser).split(300n * ONE);
  const t2 = BigInt(params.t2);
  await networkHelpers.time.increaseTo(t2 + 1n);
  return { ...deployed, handle, rollers, t2 };
}

describe("client of rollers", function () {
  let w: Awaited<ReturnType<typeof openRolling>>;
  beforeEach(async function () {
    w = await networkHelpers.loadFixture(openRolling);
  });

  const open = async (request: RollRequest = {}): Promise<string> =>
    (await openRoller(w.organiser, w.rollers, await planRoll(w.handle, w.rollers, request))).address;
  const read = (address: string) => readRoller(w.handle, w.rollers, address);

  it("plans what is left out as the old session has it", async function () {
    const { t1, t2, settleLimit, ...plan } = await planRoll(w.handle, w.rollers);
    expect(plan).to.deep.equal({
      from: w.handle.address,
      givesUntil: w.t2 + 3n * DAY,
      policy: ZeroAddress,
      openMarkets: true,
      minimum: LOT,
      name: w.params.name,
      symbol: w.params.symbol,
    });
    expect([t1, t2, settleLimit]).to.deep.equal([w.t2 + 4n * DAY, w.t2 + 34n * DAY, w.t2 + 64n * DAY]);
    const given = { givesUntil: 1n, t1: 2n, t2: 3n, settleLimit: 4n, policy: w.rollers, openMarkets: false };
    const named = { ...given, minimum: 5n * ONE, name: "N", symbol: "S" };
    expect(await planRoll(w.handle, w.rollers, named)).to.deep.equal({ from: w.handle.address, ...named });
  });

  it("computes where it lies, makes it once, and reads it as it was planned", async function () {
    const plan = await planRoll(w.handle, w.rollers);
    const made = await openRoller(w.organiser, w.rollers, plan);
    expect(made.address).to.equal(rollerAddress(w.rollers, plan));
    expect((await openRoller(w.organiser, w.rollers, plan)).receipt).to.equal(undefined);
    expect(await read(made.address)).to.deep.equal({
      ...plan,
      address: made.address,
      next: undefined,
      totals: [0n, 0n],
    });
  });

  it("refuses what is no roller, and no factory", async function () {
    const address = await open();
    const other = await createSession(w.factory, w.organiser, {
      ...w.params,
      t1: w.t2 + 50n * DAY,
      t2: w.t2 + 51n * DAY,
    });
    const none = { address, factory: w.rollers };
    await expectClientError(readRoller(other, w.rollers, address), "Client_NotARoller", none);
    await expectClientError(read(w.factory), "Client_NotARoller", { ...none, address: w.factory });
    await expectClientError(read(w.organiser.address), "Client_NotARoller", { ...none, address: w.organiser.address });
    await expectClientError(planRoll(w.handle, w.organiser.address), "Client_NoRollerFactory", {
      address: w.organiser.address,
    });
    // A factory whose makers lie elsewhere than this client computes: another kind of factory answers something else.
    await expectClientError(
      openRoller(w.organiser, w.factory, await planRoll(w.handle, w.rollers)),
      "Client_EmptyRevert",
    );
  });

  it("gives by allowance, takes all back, and gives from an inbox", async function () {
    const address = await open();
    await giveToRoller(w.handle, w.organiser, address, 100n * ONE, [0n, 50n * ONE]);
    expect(await givenBy(w.handle, address, w.organiser.address)).to.deep.equal([100n * ONE, 150n * ONE]);
    const back = await takeBackFromRoller(w.organiser, address);
    expect([back.sessionTokens, back.legTokens]).to.deep.equal([100n * ONE, [0n, 50n * ONE]]);
    const inbox = await inboxOf(w.organiser, address, w.organiser.address);
    await w.handle.session.connect(w.organiser).transfer(inbox, 10n * ONE);
    await giveFromInbox((await chain.ethers.getSigners())[5]!, address, w.organiser.address);
    expect(await givenBy(w.handle, address, w.organiser.address)).to.deep.equal([10n * ONE, 10n * ONE]);
    await w.handle.session.connect(w.organiser).transfer(inbox, 1n);
    await emptyInbox(w.organiser, address, [w.handle.address]);
    expect(await w.handle.session.balanceOf(w.organiser.address)).to.equal(690n * ONE);
  });

  it("says what is missing before it approves anything", async function () {
    const address = await open();
    const nonce = await w.organiser.getNonce();
    await expectClientError(giveToRoller(w.handle, w.organiser, address, SUPPLY), "ERC20InsufficientBalance", {
      sender: w.organiser.address,
      balance: 700n * ONE,
      needed: SUPPLY,
    });
    expect(await w.organiser.getNonce()).to.equal(nonce);
    await expectClientError(giveToRoller(w.handle, w.organiser, address, LOT - 1n), "Roller_BelowMinimum", {
      leg: 1n,
      claimsWei: LOT - 1n,
      minimumWei: LOT,
    });
  });

  it("rolls into a session that trades on, with the parts of each", async function () {
    const address = await open({ name: "Next", symbol: "NX" });
    await expectClientError(rollNow(w.organiser, address), "Roller_NotNow");
    await giveToRoller(w.handle, w.organiser, address, 100n * ONE, [0n, 100n * ONE]);
    await expectClientError(takeFromRoller(w.organiser, address), "Roller_NotRolled");
    await networkHelpers.time.increaseTo(w.t2 + 3n * DAY);
    const { next } = await rollNow(w.organiser, address);
    expect((await read(address)).next).to.equal(next);
    expect(await SessionFactory__factory.connect(w.factory, w.organiser).isSession(next)).to.equal(true);
    const taken = await takeFromRoller(w.organiser, address);
    // 200 tokens, of which leg 1 has 10 and leg 2 twenty of its asset: one holder has all of both.
    expect([taken.sessionTokens, taken.legTokens]).to.deep.equal([200n * ONE, [0n, 0n]]);
    const handle = await openSession(next, w.organiser);
    expect(handle.assets.map(({ quantity }) => quantity)).to.deep.equal([10n * ONE, 20n * ONE]);
    await expectClientError(takeBackFromRoller(w.organiser, address), "Roller_Rolled", { next });
    const trader = createTrader(handle, w.organiser);
    await trader.deposit(50n * ONE);
    expect(await trader.claims()).to.deep.equal([50n * ONE, 50n * ONE]);
  });
});
