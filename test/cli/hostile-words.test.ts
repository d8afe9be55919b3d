/** Whoever writes a market's text, answers for a relay or is named in a file speaks to people, and never to their terminal. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";

import { as, ask, session } from "./support.js";
import { openWorld, type World } from "./world.js";

/** Clears the screen, writes to the clipboard, rings, goes back in its line, turns the line round: in one form and another. */
const HOSTILE = "good\u001b[2J\u001b]52;c;ZXZpbA==\u0007\b\b\rbad\u009b31m\u202egnihton\u2066\u007f";
/** What a terminal would not show as it is. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const UNSHOWN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

describe("hostile words", function () {
  let world: World;
  before(async function () {
    world = await openWorld();
  });

  const expectLegible = (text: string, ...parts: readonly string[]): void => {
    expect(text).to.not.match(UNSHOWN);
    for (const part of parts) expect(text).to.include(part);
  };

  it("of a market's owner are shown as what they are, and programs get them as they are", async function () {
    const owner = as(world.env, world.organiser);
    const market = ["market", "create", "--title", "Rain", "--text", HOSTILE, "--lower", "0", "--upper", "9"];
    const times = ["--closes", "+1h", "--settle-by", "+2h", "--tick-value", "0.001", "--fallback", "5"];
    await ask(owner, ...market, ...times);
    const { stdout } = await session(owner, "market", "show", "2");
    expectLegible(
      stdout,
      "good\\u001b[2J\\u001b]52;c;ZXZpbA==\\u0007\\u0008\\u0008\\u000dbad\\u009b31m\\u202egnihton\\u2066\\u007f",
    );
    const json = await session(owner, "market", "show", "2", "--json");
    expectLegible(json.stdout);
    expect((JSON.parse(json.stdout) as { readonly description: string }).description).to.include(HOSTILE);
  });

  it("of a relay, and on the command line, too", async function () {
    const refusal = {
      code: "RELAY_RATE_LIMITED",
      message: HOSTILE,
      advice: HOSTILE,
      retryable: true,
      values: { who: HOSTILE },
    };
    const server = createServer((_, response) => {
      response.writeHead(429, { "content-type": "application/json" }).end(JSON.stringify({ error: refusal }));
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const told = await session(as(world.env, world.alice), "orders", "--relay", url);
    expect(told.status).to.equal(1);
    expectLegible(told.stderr, "good\\u001b[2J");
    server.close();
    for (const words of [
      ["show", "--session", HOSTILE],
      ["book", "--market", HOSTILE],
      ["verify", "--logs", HOSTILE],
      [HOSTILE],
    ]) {
      const { status, stdout, stderr } = await session(world.env, ...words);
      expect(status, words.join(" ")).to.equal(2);
      expectLegible(stdout + stderr, "good\\u001b");
    }
  });

  it("of people who end their lines as Windows does are lines", async function () {
    const owner = as(world.env, world.organiser);
    const market = [
      "market",
      "create",
      "--title",
      "Snow",
      "--text",
      "One.\r\nTwo.\tThree.",
      "--lower",
      "0",
      "--upper",
      "9",
    ];
    const times = ["--closes", "+1h", "--settle-by", "+2h", "--tick-value", "0.001", "--fallback", "5"];
    const { marketRootId } = await ask<{ marketRootId: number }>(owner, ...market, ...times);
    const { stdout } = await session(owner, "market", "show", String(marketRootId));
    expect(stdout).to.include("\nOne.\nTwo.\tThree.\n");
  });
});
