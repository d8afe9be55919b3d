/**
 * Every command that asks a node, in front of one that fails in one kind of question alone, for good or once. A failure is never read as
 * an answer of a contract, whichever question met it: the command ends as a node's failure does, or it says what it says otherwise.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { byRules, FAULTS, type FaultProxy, type RpcRequest, startFaultProxy } from "../../stage/faulty-node.js";
import { restBy } from "../../src/node/rest.js";
import { type NodeCommand, readingCommands, withMarkets, writingCommands } from "./node-commands.js";
import { as, type Run, session } from "./support.js";
import { openWorld, type World } from "./world.js";

describe("a question of a command that its node refuses", function () {
  let world: World;
  let proxy: FaultProxy;
  let reallyRest: () => void;

  before(async function () {
    reallyRest = restBy(() => new Promise((resolve) => setImmediate(resolve)));
    world = await openWorld(withMarkets);
    proxy = await startFaultProxy(world.env["SESSION_RPC_URL"]!);
  });
  after(async function () {
    reallyRest();
    await proxy.close();
  });

  const run = ({ words, by }: NodeCommand): Promise<Run> => {
    rmSync(join(world.folder, "dataset"), { recursive: true, force: true });
    const env = { ...world.env, SESSION_RPC_URL: proxy.url, SESSION_PROFILE_FILE: join(world.folder, "profiles") };
    return session(as(env, world[by]), ...words, "--json");
  };
  const codeOf = ({ stdout }: Run): string =>
    (JSON.parse(stdout) as { readonly error?: { readonly code: string } }).error?.code ?? "";
  /** The method, or which function of a contract is called. */
  const questionOf = ({ method, params: [first] }: RpcRequest): string =>
    method === "eth_call" ? (first as { readonly data: string }).data.slice(0, 10) : method; // by JSON-RPC
  /** What it asks when all goes well, and what it answers then. */
  const learn = async (command: NodeCommand): Promise<{ questions: Set<string>; right: Run }> => {
    const questions = new Set<string>();
    proxy.behave = (request) => void questions.add(questionOf(request));
    return { right: await run(command), questions };
  };

  /** Where a question is left open that a command can do without, it says so, and nothing that is not so. */
  const OPEN: Readonly<Record<string, RegExp>> = {
    verify: /"kind": "holds-if"/,
    markets: /"markets": \[(?!.*"head")/s,
    "market show": /"hashMatchesChain": null/,
    deploy: /"estimate"/, // of the highest price, where the usual one is not said
  };
  const leavesOpen = ({ words }: NodeCommand, { stdout }: Run): boolean =>
    Object.entries(OPEN).some(([name, form]) => words.join(" ").startsWith(name) && form.test(stdout));

  const KINDS = [
    ["refuses", FAULTS.stateLost, /^(NODE_REFUSED|CHAIN_UNREACHABLE)$/],
    ["answers with nothing", FAULTS.nothing, /^(NODE_MALFORMED|CHAIN_UNREACHABLE)$/],
  ] as const;
  for (const [what, fault, codes] of KINDS) {
    it(`for good, of those that read, is told with the node's code, or makes no difference: it ${what}`, async function () {
      let told = 0;
      for (const command of readingCommands(world)) {
        const { questions, right } = await learn(command);
        expect(right.status, `${command.words.join(" ")}\n${right.stdout}`).to.equal(command.status);
        for (const question of questions) {
          proxy.behave = byRules([{ when: (request) => questionOf(request) === question, fault }]);
          const found = await run(command);
          const said = `${question} of ${command.words.join(" ")}\n${found.stdout}${found.stderr}`;
          if (found.status === 2 && codes.test(codeOf(found))) told += 1;
          else if (!leavesOpen(command, found)) {
            const { status, stdout } = right;
            expect({ status: found.status, stdout: found.stdout }, said).to.deep.equal({ status, stdout });
          }
        }
      }
      expect(told).to.be.above(300);
    });
  }

  /** Of what was just sent there may be nothing yet: that is waited for. */
  const WAITED_FOR = ["eth_getTransactionReceipt", "eth_getTransactionByHash"];
  for (const [what, fault, codes] of KINDS) {
    it(`for good, of those that write, is told with the node's code, and nothing is told as done that is not: it ${what}`, async function () {
      for (const command of writingCommands(world)) {
        world = await openWorld(withMarkets);
        const { questions, right } = await learn(command);
        expect(right.status, `${command.words.join(" ")}\n${right.stdout}`).to.equal(0);
        for (const question of questions) {
          if (fault === FAULTS.nothing && WAITED_FOR.includes(question)) continue;
          world = await openWorld(withMarkets);
          const nonce = () => world.provider.getTransactionCount(world[command.by].address);
          const before = await nonce();
          proxy.behave = byRules([{ when: (request) => questionOf(request) === question, fault }]);
          const found = await run(command);
          const said = `${question} of ${command.words.join(" ")}\n${found.stdout}${found.stderr}`;
          if (found.status === 0) expect(await nonce(), said).to.be.above(before);
          else {
            expect(found.status, said).to.equal(2);
            expect(codeOf(found), said).to.match(codes);
          }
        }
      }
    });
  }

  it("once, of each kind, is asked again: the answer is the right one", async function () {
    const faults = [FAULTS.rateLimited, FAULTS.rateLimitedInJson, FAULTS.proxyWithoutNode, FAULTS.cut];
    world = await openWorld(withMarkets);
    for (const command of readingCommands(world)) {
      const { questions, right } = await learn(command);
      proxy.behave = byRules(
        [...questions].map((question, k) => ({
          when: (request) => questionOf(request) === question,
          times: 1,
          fault: faults[k % faults.length]!,
        })),
      );
      const { status, stdout } = await run(command);
      expect({ status, stdout }, command.words.join(" ")).to.deep.equal({ status: right.status, stdout: right.stdout });
    }
  });
});
