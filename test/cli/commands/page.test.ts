import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";

import { CliError } from "../../../src/cli/cli-error.js";
import { runProgram } from "../../../src/cli/program.js";
import { parsePageConfig } from "../../../src/page/config.js";
import { expectTold, session } from "../support.js";
import { openWorld, type World } from "../world.js";

/** The command while it runs. */
function serve(world: World, ...words: readonly string[]) {
  const over = new AbortController();
  let told: (text: string) => void = () => undefined;
  const first = new Promise<string>((resolve) => (told = resolve));
  const ended = runProgram(["page", ...words], {
    env: world.env,
    cwd: world.folder,
    stdout: (text) => {
      told(text);
    },
    stderr: (text) => {
      told(text);
    },
    readSecret: () => Promise.reject(new CliError("PASSWORD_MISSING")),
    confirm: () => Promise.reject(new CliError("CONFIRMATION_MISSING")),
    onInterrupt: () => over.signal,
  });
  return {
    first,
    async interrupted() {
      over.abort();
      return ended;
    },
  };
}

describe("session page", function () {
  let world: World;

  beforeEach(async function () {
    world = await openWorld();
    await mkdir(join(world.folder, "built"), { recursive: true });
    await writeFile(join(world.folder, "built", "index.html"), "<!doctype html><title>Page</title>");
  });

  it("serves the page with what it was told, until it is interrupted", async function () {
    const relay = "http://127.0.0.1:8700";
    const page = serve(world, "--folder", "built", "--relay", relay, "--from-block", "3", "--json");
    const { url, session: named } = JSON.parse(await page.first) as { url: string; session: string };
    try {
      expect(named).to.equal(world.handle.address);
      expect(await (await fetch(url)).text()).to.include("<title>Page</title>");
      const config = parsePageConfig(await (await fetch(`${url}config.json`)).json());
      const { factory, makerFactory, ...chain } = config.chains[0]!;
      expect(chain).to.deep.equal({
        chainId: 31_337,
        name: "Chain 31337",
        currency: "ETH",
        rpcUrls: [world.env["SESSION_RPC_URL"]],
        fromBlock: 3,
      });
      expect(factory).to.equal(world.env["SESSION_FACTORY"] ?? world.factory);
      expect(makerFactory).to.match(/^0x[0-9a-fA-F]{40}$/);
      expect(config.sessions).to.deep.equal([{ chainId: 31_337, address: world.handle.address, fromBlock: 3, relay }]);
    } finally {
      expect(await page.interrupted()).to.equal(0);
    }
    expect(
      await fetch(url).then(
        () => "served",
        () => "gone",
      ),
    ).to.equal("gone");
  });

  it("says where it is to people, and that without a relay the page reads the chain", async function () {
    const page = serve(world, "--folder", "built", "--direct");
    expect(await page.first).to.match(
      /^The page is at http:\/\/127\.0\.0\.1:\d+\/\n[^]*none: the page reads the chain itself/,
    );
    expect(await page.interrupted()).to.equal(0);
  });

  it("says how a page is built where there is none", async function () {
    const told = await expectTold(session(world.env, "page", "--folder", world.folder, "--json"), 2, "PAGE_NOT_BUILT");
    expect(told.advice).to.include("npm run page:build");
    expect(told.values["folder"]).to.equal(world.folder);
  });

  it("refuses a port that is none or taken, a relay that is no address, and what is no session", async function () {
    const words = ["page", "--folder", join(world.folder, "built"), "--json"];
    await expectTold(session(world.env, ...words, "--port", "70000"), 2, "ARGUMENT_INVALID");
    const taken = new URL(world.env["SESSION_RPC_URL"]!).port;
    const told = await expectTold(session(world.env, ...words, "--port", taken), 2, "ARGUMENT_INVALID");
    expect(told.values["argument"]).to.equal("--port");
    await expectTold(session(world.env, ...words, "--relay", "ftp://nowhere"), 2, "SETTINGS_INVALID", {
      problems: ["--relay or SESSION_RELAY_URL: it begins with ftp:, not with http:// or https://"],
    });
    await expectTold(session(world.env, ...words, "--session", world.alice.address), 2, "Client_NotASession");
  });
});
