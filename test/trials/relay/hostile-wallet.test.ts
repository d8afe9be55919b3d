import { expect } from "chai";
import hre from "hardhat";

import { burnsFrom, deployHostileWallet, MANNER, setManner } from "../../../trials/relay/hostile-wallet.js";

const connection = await hre.network.create();
const { provider } = connection.ethers;
const YES = `0x1626ba7e${"00".repeat(28)}`;
const QUESTION = `0x1626ba7e${"00".repeat(96)}`;

/** What the wallet is when it is asked in the next block, at a price or without one. */
async function answers(address: string, gasPrice = 0n): Promise<"agrees" | "burns"> {
  const asked = { to: address, data: QUESTION, gasLimit: 200_000n, gasPrice, blockTag: "pending" };
  const answer: unknown = await provider.call(asked).catch(() => "burns");
  expect(answer).to.be.oneOf([YES, "burns"]);
  return answer === YES ? "agrees" : "burns";
}

describe("given a contract wallet that is hostile", () => {
  const open = async () => {
    const [owner] = await connection.ethers.getSigners();
    const wallet = await deployHostileWallet(owner!);
    return { wallet, become: async (manner: bigint) => (await setManner(owner!, wallet, manner)).wait() };
  };

  it("agrees, or burns its gas, as its owner says", async () => {
    const { wallet, become } = await open();
    expect(await answers(wallet.address)).to.equal("agrees");
    await become(MANNER.burns);
    expect(await answers(wallet.address)).to.equal("burns");
    await become(MANNER.agrees);
    expect(await answers(wallet.address)).to.equal("agrees");
  });

  it("burns where gas has a price", async () => {
    const { wallet, become } = await open();
    await become(MANNER.burnsAtPrice);
    expect([await answers(wallet.address), await answers(wallet.address, 10n ** 10n)]).to.deep.equal([
      "agrees",
      "burns",
    ]);
  });

  it("burns in a block that is made for an odd address", async () => {
    const { wallet, become } = await open();
    await become(MANNER.burnsAtOddCoinbase);
    const seen: string[] = [];
    for (const last of ["aa", "ab", "ac"]) {
      await provider.send("hardhat_setCoinbase", [`0x${"00".repeat(19)}${last}`]);
      seen.push(await answers(wallet.address));
    }
    expect(seen).to.deep.equal(["agrees", "burns", "agrees"]);
  });

  it("burns from a block on, and agrees in the one in which it is tried out", async () => {
    const { wallet, become } = await open();
    const block = (await provider.getBlockNumber()) + 3;
    await become(burnsFrom(block));
    const seen = [await answers(wallet.address)];
    for (let blocks = 0; blocks < 2; blocks += 1) {
      await provider.send("evm_mine", []);
      seen.push(await answers(wallet.address));
    }
    expect(seen).to.deep.equal(["agrees", "burns", "burns"]);
    expect(() => burnsFrom(3)).to.throw(RangeError);
  });
});
