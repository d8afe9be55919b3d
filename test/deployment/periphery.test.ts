/** Contracts of the periphery by name: one address for one build and arguments, and nothing done twice. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { isError } from "ethers";

import { ClientError } from "../../src/bindings/errors.js";
import { ownBuild, readPeriphery } from "../../src/deployment/build.js";
import { PERIPHERY } from "../../src/deployment/contracts.js";
import { CREATE2_DEPLOYER } from "../../src/deployment/create2.js";
import type { Plan } from "../../src/deployment/plan.js";
import { deployPeriphery } from "../../src/deployment/periphery.js";
import { LmsrMakerFactory__factory, SetRouter__factory } from "../../typechain-types/index.js";
import { openWorld, type World } from "../cli/world.js";
import { expectDeployError, PROFILE } from "./support.js";

const ARTIFACTS = ownBuild(PROFILE);
const HERE = { artifacts: ARTIFACTS };

describe("deploying a contract of the periphery", function () {
  let world: World;

  beforeEach(async function () {
    world = await openWorld();
  });

  it("puts it where its code and arguments say, whoever deploys, and the second time finds it there", async function () {
    const { alice, bob, handle } = world;
    const first = await deployPeriphery(alice, "SetRouter", [handle.bookAddress], HERE);
    const [placed] = readPeriphery(ARTIFACTS, "SetRouter", [handle.bookAddress]).contracts;
    expect(first.isNew).to.equal(true);
    expect(first.address).to.equal(placed!.address);
    expect(await SetRouter__factory.connect(first.address, bob).book()).to.equal(handle.bookAddress);
    const block = await world.provider.getBlockNumber();
    const second = await deployPeriphery(bob, "SetRouter", [handle.bookAddress], HERE);
    expect(second).to.deep.equal({ address: first.address, isNew: false });
    expect(await world.provider.getBlockNumber()).to.equal(block);
  });

  it("without arguments, too, and what its constructor makes lies at a place of its own", async function () {
    const { address } = await deployPeriphery(world.alice, "LmsrMakerFactory", [], HERE);
    const factory = LmsrMakerFactory__factory.connect(address, world.alice);
    expect(await world.provider.getCode(await factory.IMPLEMENTATION())).to.not.equal("0x");
  });

  it("other arguments are another address", function () {
    const of = (book: string) => readPeriphery(ARTIFACTS, "SetRouter", [book]).contracts[0]!.address;
    expect(of(world.handle.bookAddress)).to.not.equal(of(world.alice.address));
  });

  it("says before what it will cost, tells its step, and says after what it has cost", async function () {
    const { alice, handle } = world;
    const [told, plans]: [string[], Plan<"SetRouter">[]] = [[], []];
    const before = await world.provider.getBalance(alice.address);
    const { address, gasUsed, cost, transactionHash } = await deployPeriphery(
      alice,
      "SetRouter",
      [handle.bookAddress],
      { ...HERE, onProgress: (line) => told.push(line), planned: (plan) => plans.push(plan) },
    );
    expect(plans).to.have.length(1);
    expect(Number(gasUsed) / Number(plans[0]!.gas)).to.be.within(0.9, 1.1);
    expect(told.at(-1)).to.equal(`deploying SetRouter to ${address}, about ${plans[0]!.steps[0]!.gas} gas`);
    const receipt = await world.provider.getTransactionReceipt(transactionHash!);
    expect([receipt!.to, receipt!.gasUsed]).to.deep.equal([CREATE2_DEPLOYER.address, gasUsed]);
    expect(cost).to.equal(receipt!.fee);
    expect(before - (await world.provider.getBalance(alice.address)) >= cost!).to.equal(true);
  });

  it("refuses a place that has other code, and a folder without contracts", async function () {
    const { alice, handle } = world;
    const { address } = readPeriphery(ARTIFACTS, "SetRouter", [handle.bookAddress]).contracts[0]!;
    await world.provider.send("anvil_setCode", [address, "0x00"]);
    await expectDeployError(deployPeriphery(alice, "SetRouter", [handle.bookAddress], HERE), "DEPLOY_OTHER_CODE", {
      contract: "SetRouter",
      address,
    });
    await expectDeployError(
      deployPeriphery(alice, "SetRouter", [handle.bookAddress], { artifacts: world.folder }),
      "DEPLOY_NOT_COMPILED",
      { folder: world.folder },
    );
  });

  it("sends nothing if its constructor refuses, or if the arguments are none of its own", async function () {
    const { alice } = world;
    const block = await world.provider.getBlockNumber();
    const refused = (book: string): Promise<unknown> =>
      deployPeriphery(alice, "SetRouter", [book], HERE).catch((reason: unknown) => reason);
    expect(await refused(alice.address))
      .to.be.instanceOf(ClientError)
      .with.property("code", "Client_Panic"); // it reads terms from code that is not there
    expect(isError(await refused("no address"), "INVALID_ARGUMENT")).to.equal(true);
    const vault = await deployPeriphery(alice, "FeeVault", [alice.address, 25n, alice.address], HERE).catch(
      (reason: unknown) => reason,
    );
    expect(vault, "what the constructor says, though its deployer passes nothing on")
      .to.be.instanceOf(ClientError)
      .and.deep.include({ code: "FeeVault_NoToken", args: { token: alice.address } });
    expect(await world.provider.getBlockNumber()).to.equal(block);
  });

  it("knows where each of them lies among the sources", function () {
    for (const [name, { folder }] of Object.entries(PERIPHERY)) {
      expect(existsSync(join(ARTIFACTS, "contracts", folder, `${name}.sol`, `${name}.json`)), name).to.equal(true);
    }
  });
});
