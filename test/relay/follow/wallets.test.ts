import { expect } from "chai";
import { AbiCoder, id } from "ethers";

import type { NodeCall } from "../../../src/node/node.js";
import { walletApproves } from "../../../src/relay/follow/wallets.js";
import { refused, reverted, unreachable } from "../paper/chain.js";
import { expectRefused } from "../paper/expect.js";

const WALLET = `0x${"3a".repeat(20)}`;
const DIGEST = id("what is signed");
const YES = "0x1626ba7e".padEnd(66, "0");

/** A node that gives this answer. */
function answering(answer: () => Promise<string>) {
  const asked: [NodeCall, unknown][] = [];
  const call = (question: NodeCall, tag: unknown): Promise<string> => {
    asked.push([question, tag]);
    return answer();
  };
  return { asked, approves: () => walletApproves({ call }, WALLET, DIGEST, "0x1234") };
}

describe("walletApproves", () => {
  it("asks the wallet's code about digest and signature, with as much gas as the book gives it", async () => {
    const { asked, approves } = answering(() => Promise.resolve(YES));
    expect(await approves()).to.equal(true);
    const [[{ to, data, gas }, tag]] = asked as [[NodeCall, unknown]];
    expect([to, gas, tag]).to.deep.equal([WALLET, 500_000n, "latest"]);
    expect(data.slice(0, 10)).to.equal("0x1626ba7e");
    const values = AbiCoder.defaultAbiCoder().decode(["bytes32", "bytes"], `0x${data.slice(10)}`);
    expect([...values]).to.deep.equal([DIGEST, "0x1234"]);
  });

  it("takes nothing but the one word for a yes", async () => {
    const others = ["0x", "0x1626ba7e", `0x${"00".repeat(32)}`, `0x${"00".repeat(31)}01`, `${YES}00`, "0xffffffff"];
    for (const other of others) {
      expect(await answering(() => Promise.resolve(other)).approves(), other).to.equal(false);
    }
  });

  it("takes a wallet that reverts for a no", async () => {
    const { approves } = answering(() => Promise.reject(reverted("eth_call")));
    expect(await approves()).to.equal(false);
  });

  it("says that nobody could be asked if the node is away, or answers nonsense", async () => {
    const away = answering(() => Promise.reject(unreachable("eth_call")));
    await expectRefused(away.approves(), "RELAY_WALLET_UNREACHABLE", { wallet: WALLET });
    const limited = answering(() => Promise.reject(refused("eth_call", "limit exceeded")));
    await expectRefused(limited.approves(), "RELAY_WALLET_UNREACHABLE", { wallet: WALLET });
    const broken = answering(() => Promise.reject(new Error("broken")));
    await expectRefused(broken.approves(), "RELAY_WALLET_UNREACHABLE", { wallet: WALLET });
  });
});
