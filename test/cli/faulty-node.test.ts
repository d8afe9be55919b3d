/** Every command that asks a node, in front of one that fails for good: the command ends as a node's failure does. */
import { expect } from "chai";

import { byRules, FAULTS, type FaultProxy, startFaultProxy } from "../../stage/faulty-node.js";
import { restBy } from "../../src/node/rest.js";
import { type NodeCommand, otherCommands, readingCommands, withMarkets, writingCommands } from "./node-commands.js";
import { as, session, type Told } from "./support.js";
import { openWorld, type World } from "./world.js";

describe("every command that asks a node", function () {
  let world: World;
  let proxy: FaultProxy;
  let reallyRest: () => void;
  let commands: readonly NodeCommand[];

  before(async function () {
    reallyRest = restBy(() => new Promise((resolve) => setImmediate(resolve)));
    world = await openWorld(withMarkets);
    commands = [...readingCommands(world), ...writingCommands(world), ...otherCommands(world)];
    proxy = await startFaultProxy(world.env["SESSION_RPC_URL"]!);
  });
  after(async function () {
    reallyRest();
    await proxy.close();
  });

  const CODES: Readonly<Record<keyof typeof FAULTS, string>> = {
    ...{ cut: "NODE_UNREACHABLE", proxyWithoutNode: "NODE_UNREACHABLE" },
    ...{ rateLimited: "NODE_RATE_LIMITED", rateLimitedInJson: "NODE_RATE_LIMITED" },
    ...{ stateLost: "NODE_REFUSED", internal: "NODE_REFUSED", wrongKey: "NODE_REFUSED" },
    ...{ page: "NODE_MALFORMED", halfAnswer: "NODE_MALFORMED", noResult: "NODE_MALFORMED" },
    nothing: "NODE_MALFORMED",
  };
  for (const [name, fault] of Object.entries(FAULTS)) {
    it(`tells it with the node's code: ${name}`, async function () {
      for (const { words, by } of commands) {
        proxy.behave = byRules([{ when: ({ method }) => method !== "eth_chainId", fault }]);
        const env = as({ ...world.env, SESSION_RPC_URL: proxy.url }, world[by]);
        const { status, stdout } = await session(env, ...words, "--json");
        const { error } = JSON.parse(stdout) as { readonly error?: Told };
        const expected = { status: 2, code: CODES[name as keyof typeof FAULTS] };
        expect({ status, code: error?.code }, `${words.join(" ")}\n${stdout}`).to.deep.equal(expected);
      }
    });
  }
});
