import { expect } from "chai";
import type { JsonRpcProvider, JsonRpcSigner } from "ethers";

import { CONTRACTS } from "../../src/deployment/contracts.js";
import { CREATE2_DEPLOYER } from "../../src/deployment/create2.js";
import { contractsOf } from "../../src/deployment/known.js";
import { type LocalNode, NODE_KINDS, startNode } from "../../src/local/nodes.js";
import { SessionFactory__factory } from "../../typechain-types/index.js";
import { BUILD, deployBy, expectDeployError, newIn, planFor, providerOf } from "./support.js";

const FACTORY = contractsOf(BUILD).SessionFactory.address;

for (const kind of NODE_KINDS) {
  describe(`deploying to a fresh ${kind} node`, function () {
    let node: LocalNode;
    let provider: JsonRpcProvider;
    let signers: JsonRpcSigner[];
    let fresh: string | undefined;

    before(async function () {
      node = await startNode(kind);
      provider = providerOf(node.url);
      signers = await provider.listAccounts();
    });

    beforeEach(async function () {
      if (fresh !== undefined) await provider.send("evm_revert", [fresh]);
      fresh = (await provider.send("evm_snapshot", [])) as string;
    });

    after(async function () {
      provider.destroy();
      await node.stop();
    });

    it("puts every contract where its code says, whoever deploys, and the factory clones them", async function () {
      const deployed = await deployBy(signers[3]!);
      expect(newIn(deployed)).to.deep.equal([...CONTRACTS]);
      const known = contractsOf(BUILD);
      for (const { name, address } of deployed) expect(address).to.equal(known[name].address);
      const factory = SessionFactory__factory.connect(FACTORY, provider);
      const { Session, LegToken, OrderBook } = known;
      expect([...(await factory.implementations())]).to.deep.equal([
        Session.address,
        LegToken.address,
        OrderBook.address,
      ]);
    });

    it("pays about what it said, and tells what each contract cost", async function () {
      const plan = await planFor(signers[0]!);
      const before = await provider.getBalance(plan.deployer);
      const deployed = await deployBy(signers[0]!);
      const gas = deployed.reduce((sum, { transaction }) => sum + transaction!.gasUsed, 0n);
      expect(Number(gas) / Number(plan.gas)).to.be.within(0.9, 1.1);
      const paid = before - (await provider.getBalance(plan.deployer));
      const told = deployed.reduce((sum, { transaction }) => sum + transaction!.cost, 0n);
      const installing = plan.hasCreate2 ? 0n : CREATE2_DEPLOYER.cost;
      expect(paid >= told + installing).to.equal(true);
      expect(paid - told - installing < 10n ** 15n, "besides, one transfer").to.equal(true);
    });

    it("changes nothing when somebody runs it again", async function () {
      const first = await deployBy(signers[0]!);
      const block = await provider.getBlockNumber();
      const second = await deployBy(signers[1]!);
      expect(newIn(second)).to.deep.equal([]);
      expect(second.map(({ address }) => address)).to.deep.equal(first.map(({ address }) => address));
      expect(await provider.getBlockNumber()).to.equal(block);
    });

    it("goes on where it was interrupted", async function () {
      const tell = (line: string): void => {
        if (line.includes("OrderBookAccounts")) throw new Error("the power is gone");
      };
      const interrupted = await deployBy(signers[0]!, { tell }).catch((error: unknown) => error);
      expect(String(interrupted)).to.include("the power is gone");
      const plan = await planFor(signers[0]!);
      expect(plan.steps.filter((step) => !step.isThere).map(({ name }) => name)).to.deep.equal([
        "OrderBookAccounts",
        "OrderBook",
        "SessionFactory",
        "LmsrMakerFactory",
      ]);
      expect(newIn(await deployBy(signers[0]!))).to.deep.equal(CONTRACTS.slice(CONTRACTS.indexOf("OrderBookAccounts")));
    });

    it("waits for what an earlier run has sent, instead of sending it twice", async function () {
      await deployBy(signers[0]!, { tell: stopAt("OrderBookMarkets") }).catch(() => undefined);
      await provider.send("evm_setAutomine", [false]);
      const markets = BUILD.contracts.find(({ name }) => name === "OrderBookMarkets")!;
      await signers[0]!.sendUncheckedTransaction({
        to: CREATE2_DEPLOYER.address,
        data: `0x${"00".repeat(32)}${markets.initCode.slice(2)}`,
        gasLimit: 9_000_000n,
      });
      const patience = { pollMs: 20, patienceMs: 60 };
      await expectDeployError(deployBy(signers[0]!, patience), "DEPLOY_PENDING", { waiting: 1 });
      const second = deployBy(signers[0]!, { pollMs: 20, patienceMs: 20_000 });
      await provider.send("evm_setAutomine", [true]);
      await provider.send("evm_mine", []);
      expect(newIn(await second)).to.deep.equal(CONTRACTS.slice(3));
    });

    it("refuses an account that cannot pay, before anything is sent", async function () {
      await provider.send(`${kind}_setBalance`, [signers[2]!.address, "0x64"]);
      await expectDeployError(deployBy(signers[2]!), "DEPLOY_NO_FUNDS", {
        deployer: signers[2]!.address,
        balance: 100n,
      });
      expect(await provider.getCode(FACTORY)).to.equal("0x");
    });

    it("refuses a chain that has other code at one of its places", async function () {
      await provider.send(`${kind}_setCode`, [FACTORY, await provider.getCode(CREATE2_DEPLOYER.address).then(orStop)]);
      await expectDeployError(planFor(signers[0]!), "DEPLOY_OTHER_CODE", {
        contract: "SessionFactory",
        address: FACTORY,
      });
      await provider.send(`${kind}_setCode`, [FACTORY, "0x"]);
      await provider.send(`${kind}_setCode`, [CREATE2_DEPLOYER.address, "0x00"]);
      await expectDeployError(planFor(signers[0]!), "DEPLOY_OTHER_CODE", { address: CREATE2_DEPLOYER.address });
    });
  });
}

function stopAt(contract: string): (line: string) => void {
  return (line) => {
    if (line.includes(contract)) throw new Error("stopped");
  };
}

/** Some code, whatever the chain has. */
function orStop(code: string): string {
  return code === "0x" ? "0x00" : code;
}
