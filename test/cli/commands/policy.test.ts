import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";
import { id } from "ethers";

import { createSession, fundSession } from "../../../src/client/organiser.js";
import { ownBuild } from "../../../src/deployment/build.js";
import { allowListOf } from "../../../src/client/policies.js";
import { deployEas } from "../../../stage/counterparts/eas.js";
import { TestAsset__factory, VotesAsset__factory } from "../../../typechain-types/index.js";
import { PROFILE } from "../../deployment/support.js";
import { as, ask, type Env, expectTold, ONE, problemsOf, session, tell } from "../support.js";
import { HOUR, openWorld, type World } from "../world.js";

const HERE = ["--artifacts", ownBuild(PROFILE)];

interface Made {
  readonly policy: string;
  readonly root?: string;
  readonly vault?: string;
}

describe("session policy", function () {
  let world: World;
  let organiser: Env;
  let alice: Env;

  beforeEach(async function () {
    world = await openWorld();
    organiser = as(world.env, world.organiser);
    alice = as(world.env, world.alice);
  });

  /** A session that names the policy, funded; alice has tokens of it. */
  async function gated(policy: string): Promise<{ readonly env: Env; readonly deposits: () => Promise<number> }> {
    const { timestamp } = (await world.provider.getBlock("latest"))!;
    const handle = await createSession(
      world.factory,
      world.organiser,
      {
        name: "Gated",
        symbol: "GTD",
        assets: [world.assets[0]],
        quantities: [100n * ONE],
        supply: 1_000n * ONE,
        t1: timestamp + HOUR,
        t2: timestamp + 48 * HOUR,
        policy,
      },
      id(policy),
    );
    const gold = TestAsset__factory.connect(world.assets[0], world.organiser);
    await (await gold.mint(world.organiser.address, 100n * ONE)).wait();
    await fundSession(handle, world.organiser);
    await (await handle.session.connect(world.organiser).transfer(world.alice.address, 10n * ONE)).wait();
    const env = { ...alice, SESSION_ADDRESS: handle.address };
    return { env, deposits: async () => (await session(env, "deposit", "1", "--json")).status };
  }

  async function listFile(text: string): Promise<string> {
    const file = join(world.folder, "traders.csv");
    await writeFile(file, text);
    return file;
  }

  it("allow-list makes a policy of a file, which admits whom a proof of the file shows", async function () {
    const { alice: a, bob: b } = world;
    const file = await listFile(`trader;who\r\n${a.address.toLowerCase()};Alice\r\n\r\n"${b.address}";"Bob"\r\n`);
    const said = await tell(organiser, "policy", "allow-list", "--file", file, ...HERE);
    const { policy, root } = await ask<Made>(organiser, "policy", "allow-list", "--file", file, ...HERE);
    expect(said).to.include(`Deployed AllowList: ${policy}`).and.include(`session create --policy ${policy}`);
    expect(root).to.equal(allowListOf([b.address, a.address]).root); // whatever their sequence
    const { env, deposits } = await gated(policy);
    expect(await deposits()).to.equal(1);
    expect((await session(env, "policy", "check", policy, a.address)).status).to.equal(1);
    await ask(env, "policy", "claim", policy, "--file", file);
    expect(await tell(env, "policy", "check", policy, a.address)).to.equal(`${policy} admits ${a.address}`);
    expect(await deposits()).to.equal(0);
    const carol = ["--trader", world.carol.address];
    await expectTold(
      session(env, "policy", "claim", policy, "--file", file, ...carol, "--json"),
      1,
      "AllowList_NotOnList",
      { trader: world.carol.address },
    );
  });

  it("allow-list says all that is wrong with a file", async function () {
    const { alice: a } = world;
    const file = await listFile(`trader\n${a.address}\nnobody\n${a.address.toLowerCase()}\n`);
    const words = ["policy", "allow-list", "--file", file, "--json", ...HERE];
    const problems = problemsOf(await expectTold(session(organiser, ...words), 2, "FILE_INVALID"));
    expect(problems).to.deep.equal(["line 3: nobody is no address", `line 4: ${a.address} stands in line 2 already`]);
  });

  it("fee makes a vault and its policy, which admits who has paid, having been asked", async function () {
    const [, silver] = world.assets; // six decimals
    const { policy, vault } = await ask<Made>(
      organiser,
      "policy",
      "fee",
      "--token",
      silver,
      "--amount",
      "2.5",
      ...HERE,
    );
    const { env, deposits } = await gated(policy);
    const token = TestAsset__factory.connect(silver, world.organiser);
    await (await token.mint(world.alice.address, 10_000_000n)).wait();
    const unasked = await session(env, "policy", "pay", policy);
    expect(unasked.status).to.not.equal(0);
    expect(unasked.stderr).to.include(`The fee is 2.5 AG, to ${world.organiser.address}`);
    expect(await deposits()).to.equal(1);
    await ask(env, "policy", "pay", policy, "--yes");
    expect(await token.balanceOf(vault!)).to.equal(2_500_000n);
    expect(await deposits()).to.equal(0);
    const beneficiary = as(world.env, world.organiser);
    await expectTold(session(env, "policy", "collect", policy, "--json"), 1, "FeeVault_NotBeneficiary");
    const { collectedUnits } = await ask<{ collectedUnits: string }>(beneficiary, "policy", "collect", policy);
    expect(collectedUnits).to.equal("2500000");
    expect(await ask<{ collectedUnits: string }>(beneficiary, "policy", "collect", policy)).to.include({
      collectedUnits: "0",
    });
    await expectTold(session(env, "policy", "pay", policy, "--yes", "--json"), 1, "FeeVault_AlreadyPaid", {
      trader: world.alice.address,
    });
  });

  it("votes are asked of tokens that have some", async function () {
    const [token] = world.assets;
    const made = session(organiser, "policy", "votes", "--token", token, "--amount", "5", "--json", ...HERE);
    await expectTold(made, 2, "ARGUMENT_INVALID", { argument: "--token", value: token });
  });

  it("calls nothing where there is no policy of that kind, and says so", async function () {
    const alice = as(world.env, world.alice);
    const [uid, other] = [`0x${"11".repeat(32)}`, world.handle.address];
    const nonce = await world.provider.getTransactionCount(world.alice.address);
    for (const [address, entering] of [
      [world.bob.address, "Client_NoContract"],
      [other, "Client_EmptyRevert"],
    ] as const) {
      for (const words of [
        ["pay", address, "--yes"],
        ["stake", address, "5"],
      ]) {
        await expectTold(session(alice, "policy", ...words, "--json"), 1, "Client_NotAPolicy", { address });
      }
      await expectTold(session(alice, "policy", "unstake", address, "--json"), 1, entering);
      await expectTold(session(alice, "policy", "present", address, "--uid", uid, "--json"), 1, entering);
    }
    expect(await world.provider.getTransactionCount(world.alice.address), "nothing was sent").to.equal(nonce);
  });

  it("capital makes a policy that admits who has staked; the stake comes back at t2", async function () {
    const [gold] = world.assets;
    const { policy } = await ask<Made>(organiser, "policy", "capital", "--token", gold, "--amount", "5", ...HERE);
    const { env, deposits } = await gated(policy);
    const token = TestAsset__factory.connect(gold, world.organiser);
    await (await token.mint(world.alice.address, 5n * ONE)).wait();
    const before = await token.balanceOf(world.alice.address);
    await expectTold(session(env, "policy", "stake", policy, "6", "--json"), 1, "ERC20InsufficientBalance", {
      needed: (6n * ONE).toString(),
    });
    await ask(env, "policy", "stake", policy, "5");
    expect(await deposits()).to.equal(0);
    await expectTold(session(env, "policy", "unstake", policy, "--json"), 1, "MinCapital_Locked");
    await world.moveTo((await world.provider.getBlock("latest"))!.timestamp + 50 * HOUR);
    await ask(env, "policy", "unstake", policy);
    expect(await token.balanceOf(world.alice.address)).to.equal(before);
  });

  it("votes, attested, all and any make policies that work together", async function () {
    const token = await (await new VotesAsset__factory(world.organiser).deploy(false)).waitForDeployment();
    const votes = await ask<Made>(
      organiser,
      "policy",
      "votes",
      "--token",
      await token.getAddress(),
      "--amount",
      "3",
      ...HERE,
    );
    const eas = await deployEas(world.organiser);
    const schema = await eas.registerSchema("bool isResearcher");
    const words = ["--service", eas.address, "--schema", schema, "--attester", world.organiser.address];
    const attested = await ask<Made>(organiser, "policy", "attested", ...words, ...HERE);
    const any = await ask<Made>(organiser, "policy", "any", votes.policy, attested.policy, ...HERE);
    const all = await ask<Made>(organiser, "policy", "all", votes.policy, any.policy, ...HERE);
    const { env, deposits } = await gated(all.policy);
    const uid = await eas.attest(world.organiser, { schema, recipient: world.alice.address });
    await ask(env, "policy", "present", attested.policy, "--uid", uid);
    const check = async (policy: string) => (await session(env, "policy", "check", policy, world.alice.address)).status;
    expect([await check(any.policy), await check(all.policy)]).to.deep.equal([0, 1]);
    await (await token.mint(world.alice.address, 3n * ONE)).wait();
    await (await token.connect(world.alice).delegate(world.alice.address)).wait();
    await world.moveTo((await world.provider.getBlock("latest"))!.timestamp + 10);
    expect(await deposits()).to.equal(0);
  });

  it("record makes a policy of a table's root, and takes only a root for one", async function () {
    const words = ["--least-profit=-5", "--least-information", "100"];
    const { policy } = await ask<Made>(organiser, "policy", "record", "--root", id("table"), ...words, ...HERE);
    expect(await world.provider.getCode(policy)).to.not.equal("0x");
    await expectTold(
      session(organiser, "policy", "record", "--root", "0x12", ...words, ...HERE, "--json"),
      2,
      "ARGUMENT_INVALID",
      { argument: "--root" },
    );
    await expectTold(session(organiser, "policy", "all", id("key"), ...HERE, "--json"), 2, "KEY_IN_ARGUMENT");
  });
});
