import { expect } from "chai";
import { AbiCoder, id } from "ethers";

import type { NodeCall } from "../../../src/node/node.js";
import { createWallets, walletApproves } from "../../../src/relay/follow/wallets.js";
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

describe("given addresses that may have code", () => {
  /** Wallets of a node where only these addresses have code, and say yes. */
  const open = () => {
    const code = new Set<string>();
    const asked: string[] = [];
    const block = { hash: id("block 1") as string | undefined };
    const node = {
      hasCode: (address: string) => {
        asked.push("hasCode");
        return Promise.resolve(code.has(address));
      },
      call: () => {
        asked.push("call");
        return Promise.resolve(YES);
      },
    };
    const wallets = createWallets(node, () => block.hash);
    return { code, asked, block, approves: (wallet = WALLET) => wallets.approves(wallet, DIGEST, "0x1234") };
  };

  it("asks nobody where there is no code, and asks for the code once a block", async () => {
    const { asked, approves } = open();
    expect([await approves(), await approves(), await approves()]).to.deep.equal([false, false, false]);
    expect(asked).to.deep.equal(["hasCode"]);
  });

  it("sees code that a later block brought, by deployment or delegation", async () => {
    const { code, asked, block, approves } = open();
    expect(await approves()).to.equal(false);
    code.add(WALLET);
    block.hash = id("block 2");
    expect(await approves()).to.equal(true);
    expect(asked).to.deep.equal(["hasCode", "hasCode", "call"]);
  });

  it("believes that code is there no longer than one question: it may be taken away", async () => {
    const { code, approves } = open();
    code.add(WALLET);
    expect(await approves()).to.equal(true);
    code.delete(WALLET);
    expect(await approves()).to.equal(false);
  });

  it("remembers nothing before there is a block, and of no other address", async () => {
    const { code, asked, block, approves } = open();
    block.hash = undefined;
    await approves();
    await approves();
    expect(asked).to.deep.equal(["hasCode", "hasCode"]);
    block.hash = id("block 1");
    await approves();
    code.add(`0x${"4b".repeat(20)}`);
    expect(await approves(`0x${"4b".repeat(20)}`)).to.equal(true);
  });

  it("says that nobody could be asked if the node does not tell the code", async () => {
    const hasCode = () => Promise.reject(unreachable("eth_getCode"));
    const wallets = createWallets({ hasCode, call: () => Promise.resolve(YES) }, () => undefined);
    await expectRefused(wallets.approves(WALLET, DIGEST, "0x12"), "RELAY_WALLET_UNREACHABLE", { wallet: WALLET });
  });
});
