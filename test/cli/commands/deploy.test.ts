import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { expect } from "chai";
import { Wallet } from "ethers";

import { openSetRouter } from "../../../src/client/routing.js";
import { CONTRACTS } from "../../../src/deployment/contracts.js";
import { contractsOf, type KnownDeployments } from "../../../src/deployment/known.js";
import { ownBuild } from "../../../src/deployment/build.js";
import { BUILD, PROFILE } from "../../deployment/support.js";
import { as, ask, expectTold, ONE, problemsOf, session, tell } from "../support.js";
import { openWorld, type World } from "../world.js";

interface Document {
  readonly deployer: string;
  readonly chainId: string;
  readonly contracts: Readonly<Record<string, { readonly address: string }>>;
  readonly missing: readonly string[];
  readonly deployed: readonly { readonly name: string; readonly gasUsed: string; readonly costWei: string }[];
  readonly gasUsed: string;
  readonly costWei: string;
  readonly estimate: { readonly gas: string; readonly costWei: string };
  readonly released: boolean;
}

interface RouterDocument extends Document {
  readonly session: string;
  readonly router: string;
}

const WORDS = ["deploy", "--artifacts", ownBuild(PROFILE)];

describe("session deploy", function () {
  let world: World;
  /** Signs as nobody: the node's first account does. */
  let env: { readonly SESSION_RPC_URL: string };

  beforeEach(async function () {
    world = await openWorld();
    env = { SESSION_RPC_URL: world.env["SESSION_RPC_URL"]! };
  });

  it("says what it would do, and does nothing", async function () {
    const before = await world.provider.getBlockNumber();
    const { missing, deployer, estimate } = await ask<Document>(env, ...WORDS, "--dry-run");
    expect(missing).to.deep.equal([...CONTRACTS]);
    expect(deployer, "the node's first account").to.equal("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
    expect(Number(estimate.gas)).to.be.greaterThan(10_000_000);
    const text = await tell(env, ...WORDS, "--dry-run");
    expect(text).to.match(/balance +~?[\d.]+ of the chain's coin/);
    expect(text).to.match(/SessionFactory +0x\w{40} +~\d+/);
    expect(await world.provider.getBlockNumber()).to.equal(before);
  });

  it("deploys with the account that is named, tells what it paid, and the second time that nothing changed", async function () {
    const own = { ...env, SESSION_PRIVATE_KEY: world.alice.privateKey };
    const first = await ask<Document>(own, ...WORDS, "--chain-id", "31337");
    expect(first.deployer).to.equal(world.alice.address);
    expect(first.deployed.map(({ name }) => name)).to.deep.equal([...CONTRACTS]);
    expect(first.contracts).to.deep.equal(contractsOf(BUILD));
    expect(BigInt(first.gasUsed)).to.equal(first.deployed.reduce((sum, { gasUsed }) => sum + BigInt(gasUsed), 0n));
    expect(BigInt(first.costWei) > 0n).to.equal(true);
    const second = await session(env, ...WORDS);
    expect(second.status, second.stderr).to.equal(0);
    expect(second.stdout).to.include("Nothing changed");
    expect(second.stdout).to.include(contractsOf(BUILD).SessionFactory.address);
    expect(second.stderr).to.match(/to deploy +0 of 8 contracts/);
  });

  it("shows its progress, and a session can be created at the factory", async function () {
    const run = await session(env, ...WORDS);
    expect(run.status, run.stderr).to.equal(0);
    for (const name of CONTRACTS) expect(run.stderr).to.include(`deploying ${name} to 0x`);
    const factory = contractsOf(BUILD).SessionFactory.address;
    const [gold] = world.assets;
    const terms = [
      "--asset",
      `${gold}=1`,
      "--supply",
      "10",
      "--t1",
      "+1d",
      "--t2",
      "+2d",
      "--name",
      "A",
      "--symbol",
      "A",
    ];
    const own = { ...env, SESSION_PRIVATE_KEY: world.organiser.privateKey };
    const made = await ask<{ session: string }>(own, "create", "--factory", factory, ...terms);
    expect(made.session).to.match(/^0x\w{40}$/);
  });

  it("notes the deployment beside those of other chains", async function () {
    const file = join(world.folder, "deployments.json");
    await ask(env, ...WORDS, "--record", file);
    const noted = JSON.parse(await readFile(file, "utf8")) as KnownDeployments;
    expect(noted.chains["31337"]!.contracts).to.deep.equal(contractsOf(BUILD));
    const { length } = CONTRACTS.slice(CONTRACTS.indexOf("SessionFactory") + 1);
    expect(noted.chains["31337"]!.block).to.equal((await world.provider.getBlockNumber()) - length);
    await writeFile(file, JSON.stringify({ ...noted, chains: { ...noted.chains, "5": noted.chains["31337"] } }));
    await ask(env, ...WORDS, "--record", file);
    const again = JSON.parse(await readFile(file, "utf8")) as KnownDeployments;
    expect(Object.keys(again.chains)).to.deep.equal(["5", "31337"]);
    expect(again.chains["31337"], "nothing was deployed, so the block stays").to.deep.equal(noted.chains["31337"]);
  });

  it("refuses a file of something else to note it in, before anything is paid", async function () {
    const file = join(world.folder, "notes.json");
    const before = await world.provider.getBlockNumber();
    for (const content of ["{}", "[]", "null", '{"chains":{},"chains":{}}', "AU,AG"]) {
      await writeFile(file, content);
      await expectTold(session(env, ...WORDS, "--record", file, "--json"), 2, "FILE_INVALID", { file });
      expect(await readFile(file, "utf8")).to.equal(content);
    }
    expect(await world.provider.getBlockNumber()).to.equal(before);
  });

  it("has the sources compared, if asked, also when nothing was to be deployed", async function () {
    await ask(env, ...WORDS);
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end(JSON.stringify({ match: "exact_match" }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { stdout } = await session({ ...env, SESSION_SOURCIFY_URL: url }, ...WORDS, "--verify");
    server.close();
    for (const name of CONTRACTS) expect(stdout).to.include(`Sourcify: ${name} exact_match`);
    expect(asked).to.deep.equal(BUILD.contracts.map(({ address }) => `/v2/contract/31337/${address}`));
  });

  it("deploys a router for a session's book, and finds it the second time, whoever asks", async function () {
    const words = ["deploy", "router", "--artifacts", ownBuild(PROFILE), "--session", world.handle.address];
    const planned = await ask<RouterDocument>(env, ...words, "--dry-run");
    expect(planned.missing).to.deep.equal(["SetRouter"]);
    expect(await world.provider.getCode(planned.router)).to.equal("0x");
    const made = await ask<RouterDocument>({ ...env, SESSION_PRIVATE_KEY: world.alice.privateKey }, ...words);
    expect(made.router).to.equal(planned.router);
    expect(made.deployed.map(({ name }) => name)).to.deep.equal(["SetRouter"]);
    expect(made.contracts["SetRouter"]!.address).to.equal(made.router);
    const router = await openSetRouter(world.handle, world.alice, made.router);
    await router.lend(ONE);
    const text = await tell(env, ...words);
    expect(text).to.include("Nothing changed").and.include(`--router ${made.router}`);
    const traded = ["trade", "buy", "10", "--leg", "1", "--price", "50%", "--router", made.router, "--dry-run"];
    await ask(as(world.env, world.bob), ...traded);
  });

  it("says what a router would need, and refuses a session that is none, and a note of a router", async function () {
    const words = ["deploy", "router", "--artifacts", ownBuild(PROFILE), "--json"];
    const told = await expectTold(session(env, ...words), 2, "SETTINGS_INVALID");
    expect(problemsOf(told)).to.deep.equal(["--session or SESSION_ADDRESS: is missing, and no profile is in use"]);
    const none = await session(env, ...words, "--session", world.alice.address);
    expect(none.status).to.not.equal(0);
    const own = ["--session", world.handle.address, "--record", join(world.folder, "deployments.json")];
    await expectTold(session(env, ...words, ...own), 2, "SETTINGS_INVALID");
    await expectTold(session(env, "deploy", "maker", "--json"), 2, "ARGUMENT_INVALID");
  });

  it("refuses a node of another chain, and a number that is none", async function () {
    await expectTold(session(env, ...WORDS, "--chain-id", "10", "--json"), 2, "DEPLOY_OTHER_CHAIN", {
      wanted: "10",
      chainId: "31337",
    });
    const told = await expectTold(session(env, ...WORDS, "--chain-id", "0x0a", "--json"), 2, "SETTINGS_INVALID");
    expect(problemsOf(told)).to.deep.equal(['--chain-id: "0x0a" is no number of a chain']);
  });

  it("refuses an account without money, a folder without contracts, and a server that is no address", async function () {
    const poor = Wallet.createRandom();
    await expectTold(
      session({ ...env, SESSION_PRIVATE_KEY: poor.privateKey }, ...WORDS, "--json"),
      1,
      "DEPLOY_NO_FUNDS",
      { deployer: poor.address, balance: "0" },
    );
    await expectTold(session(env, "deploy", "--artifacts", world.folder, "--json"), 2, "DEPLOY_NOT_COMPILED", {
      folder: world.folder,
    });
    const told = await expectTold(
      session(env, ...WORDS, "--verify", "--sourcify", "sourcify.dev", "--json"),
      2,
      "SETTINGS_INVALID",
    );
    expect(problemsOf(told)).to.deep.equal([
      '--sourcify or SESSION_SOURCIFY_URL: "sourcify.dev" is no http(s) address',
    ]);
  });
});
