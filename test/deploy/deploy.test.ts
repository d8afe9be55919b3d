import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { JsonRpcProvider } from "ethers";

import { deployContracts, type DeployReport } from "../../deploy/deploy-contracts.js";
import { type LocalNode, NODE_KINDS, type NodeKind, startNode } from "../../stage/nodes.js";
import { SessionFactory__factory } from "../../typechain-types/index.js";
import { chainProgress, expectDeployError, isAlive } from "./support.js";

const NETWORK_OF: Readonly<Record<NodeKind, string>> = { hardhat: "localhost", anvil: "anvil" };

describe("deploying to a node", function () {
  for (const kind of NODE_KINDS) {
    describe(`given a fresh ${kind} node`, function () {
      let node: LocalNode;
      let provider: JsonRpcProvider;
      let ignitionDir: string;
      let first: DeployReport;
      const deploy = (): Promise<DeployReport> =>
        deployContracts({ network: NETWORK_OF[kind], url: node.url, ignitionDir, compile: false });

      before(async function () {
        ignitionDir = await mkdtemp(join(tmpdir(), "session-deploy-"));
        node = await startNode(kind);
        provider = new JsonRpcProvider(node.url);
        first = await deploy();
      });

      after(async function () {
        provider.destroy();
        await node.stop();
        await rm(ignitionDir, { recursive: true, force: true });
        expect(isAlive(node.pid), "the node is gone").to.be.false;
      });

      it("deploys the implementations and a factory that clones them", async function () {
        expect([...first.deployed].sort()).to.deep.equal([
          "LegToken",
          "OrderBook",
          "OrderBookAccounts",
          "OrderBookMarkets",
          "OrderBookViews",
          "Session",
          "SessionFactory",
        ]);
        const factory = SessionFactory__factory.connect(first.contracts.factory, provider);
        const { session, legToken, orderBook } = first.contracts;
        expect([...(await factory.implementations())]).to.deep.equal([session, legToken, orderBook]);
      });

      it("names the deployment after the network, because every local chain has the same id", async function () {
        expect(first.chainId).to.equal(31337);
        expect(first.deploymentId).to.match(new RegExp(`^local-${NETWORK_OF[kind]}-[0-9a-f]{8}$`));
        expect(await readdir(join(ignitionDir, "deployments"))).to.deep.equal([first.deploymentId]);
      });

      it("changes nothing when it is run again", async function () {
        const before = await chainProgress(provider);
        const second = await deploy();
        expect(second.deployed).to.deep.equal([]);
        expect(second.contracts).to.deep.equal(first.contracts);
        expect(await chainProgress(provider)).to.deep.equal(before);
      });

      it("refuses when what it remembers is not on the chain", async function () {
        const notes = join(first.deploymentDir, "deployed_addresses.json");
        const text = await readFile(notes, "utf8");
        const gone = "0x000000000000000000000000000000000000dEaD";
        await writeFile(notes, text.replace(first.contracts.session, gone));
        await expectDeployError(deploy(), "DEPLOY_CHAIN_RESET", {
          contract: "Session",
          address: gone,
          deploymentDir: first.deploymentDir,
        });
        await writeFile(notes, text);
      });

      it("refuses when the contracts are not those that it deployed, and names them", async function () {
        const copy = join(first.deploymentDir, "artifacts", "SessionContracts#LegToken.json");
        const text = await readFile(copy, "utf8");
        await writeFile(copy, text.replace('"bytecode": "0x60', '"bytecode": "0x61'));
        await expectDeployError(deploy(), "DEPLOY_CONTRACTS_CHANGED", {
          changed: ["LegToken"],
          deploymentDir: first.deploymentDir,
        });
        await writeFile(copy, text);
      });
    });
  }
});
