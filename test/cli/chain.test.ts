import { createServer as createWebServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer } from "node:net";

import { expect } from "chai";

import { connect, nextTime, type RawProvider } from "../../src/cli/chain.js";
import { silentContext } from "./context.js";
import { as, expectCliRefusal, expectSaid, expectTold, session } from "./support.js";
import { openWorld, type World } from "./world.js";

const NOBODY = "0x00000000000000000000000000000000000000AA";

/** A server that answers so to everything. */
async function serving<Result>(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  use: (url: string) => Promise<Result>,
): Promise<Result> {
  const server = createWebServer(answer);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo; // it listens at a port
  try {
    return await use(`http://127.0.0.1:${port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}

/** A port that nobody listens at: it was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo; // it listens at a port
  await new Promise((closed) => server.close(closed));
  return port;
}

/** A node whose last block is of second 70. */
function nodeWith(pending: object | null): RawProvider {
  const getBlock = (tag: string): Promise<unknown> => Promise.resolve(tag === "latest" ? { timestamp: 70 } : null);
  const send = (): Promise<unknown> => Promise.resolve(pending);
  return { getBlock, send } as never; // nothing else is asked
}

describe("the chain of a command", function () {
  let world: World;

  before(async function () {
    world = await openWorld();
  });

  describe("is connected to", function () {
    it("once its node has said which it is, and let go of when the command is over", async function () {
      const context = silentContext();
      const provider = await connect(context, world.env["SESSION_RPC_URL"]!);
      expect((await provider.getNetwork()).chainId).to.equal(31_337n);
      expect(provider.destroyed).to.be.false;
      context.close();
      expect(provider.destroyed).to.be.true;
    });

    it("and never answers from before: a read right after a transaction sees it", async function () {
      const context = silentContext();
      const provider = await connect(context, world.env["SESSION_RPC_URL"]!);
      const before = await provider.getBlockNumber();
      await world.provider.send("evm_mine", []);
      expect(await provider.getBlockNumber()).to.equal(before + 1);
      context.close();
    });

    it("not where nobody listens", async function () {
      const rpc = `http://127.0.0.1:${await freePort()}`;
      const { values, advice } = await expectCliRefusal(connect(silentContext(), rpc), "CHAIN_UNREACHABLE", { rpc });
      expect(values["reason"]).to.contain("ECONNREFUSED");
      expect(advice).to.contain("--rpc");
      const env = { SESSION_ADDRESS: NOBODY, SESSION_RPC_URL: rpc };
      await expectTold(session(env, "show", "--json"), 2, "CHAIN_UNREACHABLE", { rpc });
      await expectSaid(session(env, "show"), 2, "CHAIN_UNREACHABLE", rpc, "Start the node");
    });

    const OTHERS: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
      "a server that is no node": (_, response) => response.end("hello"),
      "a node that refuses": (_, response) =>
        response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, error: { code: -32_601, message: "no such method" } })),
      "a node that says no number": (_, response) =>
        response.end(JSON.stringify({ jsonrpc: "2.0", id: 1, result: "mainnet" })),
      "a server that has nothing there": (_, response) => {
        response.statusCode = 404;
        response.end("not here");
      },
    };
    for (const [what, answer] of Object.entries(OTHERS)) {
      it(`not at ${what}`, async function () {
        await serving(answer, (url) =>
          expectCliRefusal(connect(silentContext(), url), "CHAIN_UNREACHABLE", { rpc: url }),
        );
      });
    }
  });

  describe("has no session", function () {
    it("at an address without a contract, or with another one", async function () {
      const { env, factory, assets } = world;
      await expectTold(session(env, "show", "--session", NOBODY, "--json"), 2, "Client_NotASession", {
        address: NOBODY,
        chainId: "31337",
      });
      for (const other of [factory, assets[0]]) {
        await expectTold(session(env, "show", "--session", other, "--json"), 2, "Client_NotASession");
      }
      await expectSaid(session(env, "show", "--session", NOBODY), 2, "Client_NotASession", "session's vault");
    });

    it("at its order book, which is another contract", async function () {
      const { env, handle } = world;
      await expectTold(session(env, "show", "--session", handle.bookAddress, "--json"), 2, "Client_NotASession");
    });
  });

  describe("has a next time", function () {
    it("after its last block's, and the one that is coming if that is later", async function () {
      const { provider } = world;
      const { timestamp } = (await provider.getBlock("latest"))!;
      expect(await nextTime(provider)).to.be.at.least(BigInt(timestamp) + 1n);
      await provider.send("evm_increaseTime", [5_000]);
      expect(Number(await nextTime(provider))).to.be.at.least(timestamp + 5_000);
    });

    it("of its last block alone where the node has no pending one", async function () {
      expect(await nextTime(nodeWith(null))).to.equal(71n);
    });

    it("of a pending block that has no number yet, as Hardhat's node gives it", async function () {
      expect(await nextTime(nodeWith({ number: null, hash: null, timestamp: "0x64" }))).to.equal(100n);
    });
  });

  it("asks for a password only when the session is found: nobody types one for nothing", async function () {
    const { env, alice } = world;
    const asking = { ...env, SESSION_KEYSTORE: "key.json", SESSION_ADDRESS: NOBODY };
    await expectTold(session(asking, "deposit", "1", "--json"), 2, "Client_NotASession");
    await expectTold(session({ ...asking, ...as({}, alice) }, "exit", "--json"), 2, "Client_NotASession");
  });
});
