/** Every fault of a node against every caller: told as the node's, or got over; never read as an answer. */
import { join } from "node:path";

import { expect } from "chai";
import { Wallet } from "ethers";

import {
  byRules,
  BATCH,
  type Fault,
  FAULTS,
  type FaultProxy,
  QUIRKS,
  rangeLimit,
  startFaultProxy,
} from "../../stage/faulty-node.js";
import { readRecords } from "../../src/bindings/logs.js";
import { openSession } from "../../src/bindings/session.js";
import { createSubmitter } from "../../src/client/submitter.js";
import { createTrader } from "../../src/client/trader.js";
import type { NodeErrorCode } from "../../src/node/errors.js";
import { createNode } from "../../src/node/node.js";
import { NodeProvider } from "../../src/node/provider.js";
import { restBy } from "../../src/node/rest.js";
import { createFollower, type KnownBlock } from "../../src/relay/follow/follower.js";
import { readSessions } from "../../src/relay/config/session.js";
import { walletApproves } from "../../src/relay/follow/wallets.js";
import { verifyFromChain } from "../../src/verify/from-chain.js";
import { as, session, type Told } from "../cli/support.js";
import { HOUR, openWorld, type World } from "../cli/world.js";

/** What a caller came to: an answer as text, or the code that it failed with. */
type Outcome = { readonly answer: string } | { readonly code: string };

interface Caller {
  readonly name: string;
  readonly call: () => Promise<Outcome>;
  /** What it answers, if it is always the same. */
  readonly answers?: () => string;
  /** A node that fails for good is to be told, in this code if it has one of its own. */
  readonly tells?: string;
}

const DECIMALS = "0x313ce567";
const READS = [
  "eth_call",
  "eth_getCode",
  "eth_getLogs",
  "eth_blockNumber",
  "eth_getBlockByNumber",
  "eth_getTransactionCount",
];

describe("a node's faults", function () {
  let world: World;
  let proxy: FaultProxy;
  let blocks: number;
  let salt = 0;
  /** How long callers wanted to wait between two tries, ms; nobody does. */
  const waits: number[] = [];
  let reallyRest: () => void;

  before(async function () {
    reallyRest = restBy((ms) => {
      if (ms > 0) waits.push(ms);
      return new Promise((resolve) => setImmediate(resolve));
    });
    world = await openWorld();
    proxy = await startFaultProxy(world.env["SESSION_RPC_URL"]!);
    await world.provider.send("anvil_mine", ["0x200"]); // some for ranges to have a meaning
    blocks = await world.provider.getBlockNumber();
  });
  beforeEach(async function () {
    world = await openWorld();
    await world.provider.send("anvil_mine", ["0x200"]);
    proxy.behave = undefined;
  });
  after(async function () {
    reallyRest();
    await proxy.close();
  });

  const env = () => ({ ...world.env, SESSION_RPC_URL: proxy.url });
  const outcomeOf = async (promise: Promise<string>): Promise<Outcome> =>
    promise.then(
      (answer) => ({ answer }),
      (error: unknown) => ({ code: (error as { readonly code?: string }).code ?? String(error) }),
    );
  /** One run of the program; a node's failure ends it with status 2. */
  const run = async (
    given: Readonly<Record<string, string>>,
    words: readonly string[],
    pick: (document: never) => unknown,
  ): Promise<Outcome> => {
    const { status, stdout } = await session(given, ...words, "--json");
    if (status === 0) return { answer: JSON.stringify(pick(JSON.parse(stdout) as never)) };
    const { code } = (JSON.parse(stdout) as { readonly error: Told }).error;
    expect(status, `${code} of ${words[0]}`).to.equal(2);
    return { code };
  };
  const createWords = (): readonly string[] => {
    salt += 1;
    const basket = ["--asset", `${world.assets[0]}=100`, "--supply", "100", "--name", "Gold", "--symbol", "AUS"];
    const t1 = world.handle.t1 + HOUR;
    return ["create", ...basket, "--t1", String(t1), "--t2", String(t1 + HOUR), "--salt", `salt ${salt}`];
  };
  const withProvider = async (use: (provider: NodeProvider) => Promise<string>): Promise<string> => {
    const provider = await NodeProvider.open(proxy.url, { pollingMs: 20 });
    try {
      return await use(provider);
    } finally {
      provider.destroy();
    }
  };

  const callers: readonly Caller[] = [
    {
      name: "client: openSession",
      call: () =>
        outcomeOf(
          openSession(world.handle.address, proxy.url).then(
            ({ bookAddress, assets }) => `${bookAddress} ${assets.map(({ quantity }) => quantity).join()}`,
          ),
        ),
      answers: () => `${world.handle.bookAddress} ${world.handle.assets.map(({ quantity }) => quantity).join()}`,
    },
    {
      name: "client: readRecords",
      call: () =>
        outcomeOf(
          withProvider(async (provider) => {
            const records = await readRecords({ ...world.handle, runner: provider });
            return records.map(({ kind }) => kind).join();
          }),
        ),
    },
    {
      name: "client: a trader's order, submitted",
      call: () =>
        outcomeOf(
          withProvider(async (provider) => {
            const wallet = new Wallet(world.alice.privateKey, provider);
            const handle = await openSession(world.handle.address, wallet);
            const signed = await createTrader(handle, wallet).signOrder({ leg: 1, price: 4_000n, quantity: 10n });
            const { results } = await createSubmitter(handle, wallet).submitOne(signed);
            return results.map((result) => (result.accepted ? "accepted" : result.refusal.code)).join();
          }),
        ),
      answers: () => "accepted",
    },
    {
      name: "relay: the session, when it starts",
      call: () =>
        outcomeOf(readSessions(proxy.url, [world.handle.address]).then(([terms]) => terms!.basket.quantities.join())),
      answers: () => world.handle.assets.map(({ quantity }) => quantity).join(),
    },
    {
      name: "relay: the follower, from the first block to the last",
      call: () => outcomeOf(followed(proxy.url, world.handle.bookAddress.toLowerCase())),
    },
    {
      name: "relay: a wallet's signature",
      call: () =>
        outcomeOf(
          walletApproves(createNode(proxy.url), world.assets[0], `0x${"00".repeat(32)}`, "0x12").then((does) =>
            String(does),
          ),
        ),
      answers: () => "false",
      tells: "RELAY_WALLET_UNREACHABLE",
    },
    {
      name: "command line: create",
      call: () =>
        run(
          as(env(), world.organiser),
          createWords(),
          ({ terms }: { terms: { quantities: string[] } }) => terms.quantities,
        ),
      answers: () => JSON.stringify([String(100n * 10n ** 18n)]),
    },
    { name: "command line: show", call: () => run(env(), ["show"], ({ phase }: { phase: unknown }) => phase) },
    {
      name: "command line: trade",
      call: () =>
        run(
          as(env(), world.alice),
          ["trade", "buy", "10", "--price", "40%", "--leg", "1"],
          ({ restingLots }: { restingLots: string }) => restingLots,
        ),
      answers: () => '"10"',
    },
    {
      name: "command line: logs",
      call: () =>
        run(
          env(),
          ["logs", "--out", join(world.folder, `${(salt += 1)}.jsonl`)],
          ({ records }: { records: number }) => records,
        ),
    },
  ];

  /** With this fault for good, of these methods; the node says which chain it is, or nobody would begin. */
  const LASTING: readonly [string, Fault, NodeErrorCode][] = [
    ["limits requests", FAULTS.rateLimited, "NODE_RATE_LIMITED"],
    ["limits requests with an error", FAULTS.rateLimitedInJson, "NODE_RATE_LIMITED"],
    ["is behind a proxy that does not find it", FAULTS.proxyWithoutNode, "NODE_UNREACHABLE"],
    ["cuts connections", FAULTS.cut, "NODE_UNREACHABLE"],
    ["refuses, for it has lost its state", FAULTS.stateLost, "NODE_REFUSED"],
    ["does not know the key", FAULTS.wrongKey, "NODE_REFUSED"],
    ["answers with a page", FAULTS.page, "NODE_MALFORMED"],
    ["answers with half an answer", FAULTS.halfAnswer, "NODE_MALFORMED"],
    ["answers without a result", FAULTS.noResult, "NODE_MALFORMED"],
    ["answers that there is nothing", FAULTS.nothing, "NODE_MALFORMED"],
  ];

  describe("that last are told, with the node's code", function () {
    for (const [what, fault, code] of LASTING) {
      it(`if it ${what}`, async function () {
        for (const { name, call, tells = code } of callers) {
          proxy.behave = byRules([{ when: ({ method }) => method !== "eth_chainId", fault }]);
          expect(await call(), name).to.deep.equal({ code: tells });
        }
      });
    }

    it("after patience that grows with each try, if it cuts connections", async function () {
      for (const { name, call } of callers) {
        proxy.behave = byRules([{ when: ({ method }) => method !== "eth_chainId", fault: FAULTS.cut }]);
        waits.length = 0;
        await call();
        const longest = Math.max(...waits);
        expect(longest, `${name}: 400 ms, more or less a half`).to.be.within(200, 600);
        expect(waits.length, name).to.be.at.least(3);
      }
    });

    it("by the verifier too, or it says what must be granted; it never says that a sound session does not hold", async function () {
      for (const [what, fault] of LASTING) {
        proxy.behave = byRules([{ method: "eth_call", fault }]);
        const found = await outcomeOf(
          withProvider(
            async (runner) => (await verifyFromChain({ address: world.handle.address, runner })).verdict.kind,
          ),
        );
        if ("answer" in found) expect(found.answer, what).not.to.equal("does-not-hold");
        else expect(found.code, what).to.match(/^NODE_/);
      }
    });
  });

  describe("that pass are got over, with the right answer", function () {
    const PASSING = {
      ...{ "a limit of requests": FAULTS.rateLimited, "a limit with an error": FAULTS.rateLimitedInJson },
      ...{ "a proxy without its node": FAULTS.proxyWithoutNode, "a cut connection": FAULTS.cut },
    };
    for (const [what, fault] of Object.entries(PASSING)) {
      it(`given ${what}, once for each kind of question`, async function () {
        for (const { name, call, answers } of callers) {
          proxy.behave = undefined;
          const right = answers === undefined ? await call() : { answer: answers() };
          proxy.behave = byRules(READS.map((method) => ({ method, times: 1, fault })));
          expect(await call(), name).to.deep.equal(right);
          world = await openWorld();
        }
      });
    }
  });

  describe("that are none do no harm", function () {
    for (const [name, quirk] of Object.entries(QUIRKS)) {
      it(`given ${name}`, async function () {
        const batches = proxy.asked.get(BATCH);
        for (const { name: caller, call, answers } of callers) {
          proxy.behave = byRules([{ fault: quirk }]);
          const found = await call();
          if (answers === undefined) expect(found, caller).to.have.property("answer");
          else expect(found, caller).to.deep.equal({ answer: answers() });
        }
        expect(proxy.asked.get(BATCH), "nobody sends batches").to.equal(batches);
      });
    }
  });

  describe("that are limits of a range are found out", function () {
    const READERS = ["client: readRecords", "relay: the follower", "command line: logs"];
    const WAYS: readonly [string, (limit: number) => Fault][] = [
      ["in words", (limit) => rangeLimit(limit)],
      [
        "without a number",
        (limit) => rangeLimit(limit, { kind: "error", code: -32_000, message: "block range is too wide" }),
      ],
      ["with HTTP 400", (limit) => rangeLimit(limit, { kind: "status", status: 400, text: "bad request" })],
      ["with HTTP 413", (limit) => rangeLimit(limit, { kind: "status", status: 413, text: "" })],
      ["with HTTP 504", (limit) => rangeLimit(limit, { kind: "status", status: 504, text: "<html>late</html>" })],
    ];
    for (const [way, limited] of WAYS) {
      it(`if the node says it ${way}`, async function () {
        for (const { name, call } of callers.filter(({ name: one }) =>
          READERS.some((reader) => one.startsWith(reader)),
        )) {
          proxy.behave = undefined;
          const right = await call();
          for (const limit of [5, 500, 2_000]) {
            proxy.behave = byRules([{ fault: limited(limit) }]);
            const before = proxy.asked.get("eth_getLogs") ?? 0;
            expect(await call(), `${name} of ${limit}`).to.deep.equal(right);
            const asked = (proxy.asked.get("eth_getLogs") ?? 0) - before;
            const filters = name.endsWith("logs") ? 12 : 1;
            expect(asked, `${name} of ${limit}`).to.be.at.most(filters * (30 + 2 * Math.ceil(blocks / limit)) + 80);
          }
        }
      });
    }
  });

  describe("when a session is created", function () {
    it("and the node never lets the asset be asked: refused, nothing is sent", async function () {
      const isOfDecimals = ({ params }: { readonly params: readonly unknown[] }): boolean =>
        JSON.stringify(params).includes(DECIMALS);
      for (const fault of [FAULTS.rateLimitedInJson, FAULTS.stateLost, FAULTS.proxyWithoutNode]) {
        proxy.behave = byRules([{ method: "eth_call", when: isOfDecimals, fault }]);
        const sent = proxy.asked.get("eth_sendRawTransaction");
        const found = await run(as(env(), world.organiser), createWords(), (document) => document);
        expect(found)
          .to.have.property("code")
          .that.matches(/^NODE_/);
        expect(proxy.asked.get("eth_sendRawTransaction")).to.equal(sent);
      }
    });

    it("and the answer to the transaction is lost: it was sent once, and is found", async function () {
      const before = proxy.asked.get("eth_sendRawTransaction") ?? 0;
      const lost: Fault = { kind: "change", change: () => undefined };
      proxy.behave = byRules([{ method: "eth_sendRawTransaction", fault: lost }]);
      const found = await run(
        as(env(), world.organiser),
        createWords(),
        ({ terms }: { terms: { quantities: string[] } }) => terms.quantities,
      );
      expect(found).to.deep.equal({ code: "NODE_MALFORMED" });
      expect(proxy.asked.get("eth_sendRawTransaction")).to.equal(before + 1);
    });
  });
});

/** Blocks and logs that the follower hands out. */
async function followed(url: string, address: string): Promise<string> {
  const follower = createFollower(createNode(url), { address, fromBlock: 0, reorgDepth: 8 });
  let known: KnownBlock[] = [];
  let logs = 0;
  for (;;) {
    const step = await follower.next(known);
    if (step.kind !== "blocks") return `${step.kind} with ${logs} logs`;
    logs += step.blocks.reduce((sum, block) => sum + block.logs.length, 0);
    known = step.blocks.map(({ header: { number, hash } }) => ({ number, hash }));
  }
}
