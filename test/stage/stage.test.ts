import { expect } from "chai";
import { TypedDataEncoder, ZeroAddress } from "ethers";

import { type Chain, chainAt, startChain } from "../../stage/chain.js";
import { type LocalNode, startNode } from "../../src/local/nodes.js";
import { openStage, type Stage, type StagePlan } from "../../stage/stage.js";
import { relayKey } from "../../stage/traders.js";
import { readBookTerms } from "../../src/bindings/market-terms.js";
import { type AssetUnits, assetUnits, tokenWei } from "../../src/protocol/amounts/units.js";
import { Session__factory } from "../../typechain-types/index.js";

const ONE = 10n ** 18n;
const START = 2_000_000_000;
const DAY = 86_400;
const QUANTITIES: readonly AssetUnits[] = [assetUnits(3n * ONE), assetUnits(5n * ONE)];

const PLAN: StagePlan = {
  seed: 9n,
  token: { name: "In a box", symbol: "BOX" },
  assets: QUANTITIES.map((quantity, k) => ({ symbol: `A${k}`, quantity })),
  supply: tokenWei(100n * ONE),
  t1: START + DAY,
  t2: START + 2 * DAY,
  terms: { chainWindow: 7, maxOpenOrders: 11, openMarkets: true },
  traders: [
    { name: "whole", funding: { tokens: tokenWei(10n * ONE), deposits: tokenWei(10n * ONE) } },
    { name: "part", funding: { tokens: tokenWei(10n * ONE), deposits: tokenWei(4n * ONE) } },
    { name: "none", funding: { tokens: tokenWei(10n * ONE), deposits: tokenWei(0n) } },
    { name: "gift", funding: { depositedForIt: tokenWei(6n * ONE) } },
  ],
};

/** Each with what has to be ended afterwards besides. */
const CHAINS: readonly [where: string, open: () => Promise<[Chain, LocalNode?]>][] = [
  ["inside the process", async () => [await startChain(START)]],
  [
    "on a node",
    async () => {
      const node = await startNode("anvil");
      return [await chainAt(node.url), node];
    },
  ],
];

for (const [where, openChain] of CHAINS) {
  describe(`a stage on a chain ${where}`, () => {
    let stage: Stage;
    let node: LocalNode | undefined;
    before(async () => {
      const [chain, of] = await openChain();
      node = of;
      if ((await chain.clock.now()) < START) await chain.clock.moveTo(START);
      stage = await openStage(chain, PLAN);
    });
    after(async () => {
      await stage.chain.close();
      await node?.stop();
    });

    it("has a session that the organiser has funded with exactly its basket", async () => {
      const { handle, assets, chain } = stage;
      expect(handle.assets.map(({ quantity }) => quantity)).to.deep.equal(QUANTITIES);
      expect(await Promise.all(assets.map((asset) => asset.balanceOf(handle.address)))).to.deep.equal(QUANTITIES);
      for (const asset of assets) expect(await asset.balanceOf(chain.organiser.address)).to.equal(0n);
      expect(await handle.session.organiser()).to.equal(chain.organiser.address);
      expect(await handle.session.balanceOf(chain.organiser.address)).to.equal(64n * ONE);
    });

    it("has the terms of the plan", async () => {
      const { handle } = stage;
      expect([handle.t1, handle.t2, handle.supply]).to.deep.equal([PLAN.t1, PLAN.t2, PLAN.supply]);
      const { chainWindow, maxOpenOrders, marketCreator } = await readBookTerms(handle);
      expect([chainWindow, maxOpenOrders, marketCreator]).to.deep.equal([7, 11, ZeroAddress]);
      expect(await Session__factory.connect(handle.address, handle.runner).name()).to.equal("In a box");
    });

    it("has each trader's money where the plan wants it, and traders in its order", async () => {
      const { handle, traders } = stage;
      const held = await Promise.all(traders.map(({ address }) => handle.session.balanceOf(address)));
      expect(held).to.deep.equal([0n, 6n * ONE, 10n * ONE, 0n]);
      const accounts = await Promise.all(traders.map(({ trader }) => trader.account()));
      expect(accounts.map(({ claim }) => claim)).to.deep.equal([10n * ONE, 4n * ONE, 0n, 6n * ONE]);
      expect(accounts.map(({ traderId }) => traderId)).to.deep.equal([1, 2, 0, 3]);
      expect(traders.map(({ received }) => received)).to.deep.equal([10n * ONE, 10n * ONE, 10n * ONE, 6n * ONE]);
      expect(stage.depositGas > 100_000n).to.equal(true);
    });

    it("moves its clock to the second", async () => {
      await stage.chain.clock.moveTo(PLAN.t1);
      expect(await stage.chain.clock.now()).to.equal(PLAN.t1);
    });

    it("can be reached over HTTP by whoever is told where", async () => {
      const { chain, handle } = stage;
      const served = await chain.serve();
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_getCode", params: [handle.address, "latest"] });
      const answer = await fetch(served.url, { method: "POST", headers: { "content-type": "application/json" }, body });
      const { result } = (await answer.json()) as { result: string };
      expect(result).to.equal(await chain.provider.getCode(handle.address));
      await served.close();
    });

    it("gives relays accounts with coin, the same for the same seed", async () => {
      const { chain } = stage;
      const keys = [
        await relayKey(chain, 1n, "one"),
        await relayKey(chain, 1n, "one"),
        await relayKey(chain, 1n, "two"),
      ];
      expect(keys[1]).to.equal(keys[0]);
      expect(keys[2]).to.not.equal(keys[0]);
    });
  });
}

describe("two stages of one plan", () => {
  it("are the same down to the domain that orders are signed for", async () => {
    const stages = [];
    for (const chain of [await startChain(START), await startChain(START)]) stages.push(await openStage(chain, PLAN));
    const [one, other] = stages.map(({ handle, traders }) => [
      TypedDataEncoder.hashDomain(handle.domain),
      ...traders.map(({ address }) => address),
    ]);
    expect(other).to.deep.equal(one);
    for (const { chain } of stages) await chain.close();
  });
});
