import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { expect } from "chai";
import { hexlify, id, toUtf8Bytes } from "ethers";

import { readBookTerms } from "../../../src/bindings/market-terms.js";
import { openSession } from "../../../src/bindings/session.js";
import { KNOWN_DEPLOYMENTS } from "../../../src/deployment/known.js";
import { CloneToken__factory } from "../../../typechain-types/index.js";
import { as, ask, type Env, expectSaid, expectTold, ONE, partsOf, session, tell } from "../support.js";
import { HOUR, openWorld, type World } from "../world.js";

interface Created {
  readonly session: string;
  readonly orderBook: string;
  readonly legTokens: readonly string[];
  readonly organiser: string;
  readonly salt: string;
  readonly terms: Readonly<Record<string, unknown>>;
  readonly dryRun?: boolean;
}

describe("session create", function () {
  let world: World;
  let env: Env;
  let words: string[];
  let t1: number;

  before(async function () {
    world = await openWorld();
    env = as(world.env, world.organiser);
    t1 = world.handle.t1 + HOUR;
    const [gold, silver] = world.assets;
    const basket = ["--asset", `${gold}=10`, "--asset", `${silver}=2.5`];
    words = ["create", ...basket, "--supply", "100", "--name", "Two metals", "--symbol", "TWO"];
    words.push("--t1", String(t1), "--t2", String(t1 + HOUR));
  });

  describe("makes a session", function () {
    it("whose every term stands on the chain", async function () {
      const made = await ask<Created>(env, ...words);
      const handle = await openSession(made.session, world.provider);
      expect(handle.bookAddress).to.equal(made.orderBook);
      expect(await Promise.all(handle.legs.map((leg) => leg.getAddress()))).to.deep.equal(made.legTokens);
      expect(handle.assets).to.deep.equal([
        { address: world.assets[0], quantity: 10n * ONE },
        { address: world.assets[1], quantity: 2_500_000n },
      ]);
      expect([handle.supply, handle.t1, handle.t2]).to.deep.equal([100n * ONE, t1, t1 + HOUR]);
      expect(await handle.session.organiser()).to.equal(world.organiser.address);
      expect(made.organiser).to.equal(world.organiser.address);
      const token = CloneToken__factory.connect(made.session, world.provider);
      expect([await token.name(), await token.symbol()]).to.deep.equal(["Two metals", "TWO"]);
    });

    it("with the defaults that its document names", async function () {
      const { session: address, terms } = await ask<Created>(env, ...words);
      expect(terms).to.deep.include({
        settleLimit: String(t1 + HOUR + 30 * 24 * HOUR),
        chainWindow: 64,
        maxOpenOrders: 255,
        maxLots: "0",
        basketScale: 10_000,
        basketTickValue: "100000000000",
        openMarkets: false,
      });
      const book = await readBookTerms(await openSession(address, world.provider));
      expect(book).to.deep.include({ chainWindow: 64, maxOpenOrders: 255, maxLots: 0n, basketScale: 10_000n });
      expect(book.marketCreator).to.equal(world.organiser.address);
    });

    it("with each term that is given instead", async function () {
      const policy = world.factory; // any contract
      const more = ["--policy", policy, "--settle-limit", String(t1 + 2 * HOUR), "--open-markets"];
      more.push("--chain-window", "7", "--max-open-orders", "5", "--max-lots", "70");
      more.push("--basket-scale", "100", "--basket-tick-value", "9");
      const { session: address } = await ask<Created>(env, ...words, ...more);
      expect(await readBookTerms(await openSession(address, world.provider))).to.deep.include({
        policy,
        settleLimit: BigInt(t1 + 2 * HOUR),
        chainWindow: 7,
        maxOpenOrders: 5,
        maxLots: 70n,
        basketScale: 100n,
        basketTickValue: 9n,
        marketCreator: `0x${"00".repeat(20)}`,
      });
    });

    it("and tells people what it is, and what to do next", async function () {
      const { stdout, stderr, status } = await session(env, ...words, "--salt", "told");
      expect(status).to.equal(0);
      expect(stderr).to.equal("Creating the session ...\n");
      const [, address = ""] = /^Created (0x[0-9a-fA-F]{40})\n/.exec(stdout) ?? [];
      expect((await openSession(address, world.provider)).t1).to.equal(t1);
      const date = (seconds: number): string => new Date(seconds * 1_000).toISOString().replace(".000", "");
      const { text, next } = partsOf(stdout);
      expect(next).to.deep.equal([`session fund --session ${address}`]);
      expect(text).to.equal(
        [
          `Created ${address}`,
          "name        Two metals (TWO)",
          "basket      10 AU + 2.5 AG",
          `asset 1     ${world.assets[0]}`,
          `asset 2     ${world.assets[1]}`,
          "supply      100 session tokens",
          `trading     from ${date(t1)}`,
          `settlement  from ${date(t1 + HOUR)}`,
          "policy      none: everybody takes part",
          "markets     by the organiser's permission",
        ].join("\n"),
      );
    });
  });

  describe("with --dry-run", function () {
    it("says where, and sends nothing", async function () {
      const nonce = await world.organiser.getNonce();
      const planned = await ask<Created>(env, ...words, "--salt", "planned", "--dry-run");
      expect(planned.dryRun).to.be.true;
      expect(await world.provider.getCode(planned.session)).to.equal("0x");
      expect(await world.organiser.getNonce()).to.equal(nonce);
      const text = await tell(env, ...words, "--salt", "planned", "--dry-run");
      expect(text).to.contain(`Would create ${planned.session}\nname`).and.to.not.contain("Next:");
      const made = await ask<Created>(env, ...words, "--salt", "planned");
      expect(made.session).to.equal(planned.session);
      expect(made.terms).to.deep.equal(planned.terms);
    });
  });

  describe("with a salt", function () {
    const planned = (...more: string[]): Promise<Created> => ask<Created>(env, ...words, "--dry-run", ...more);

    it("that is text, hashes it; that is 32 bytes of hex, takes it as it is", async function () {
      expect((await planned("--salt", "spring")).salt).to.equal(id("spring"));
      const hex = id("anything");
      expect((await planned("--salt", hex)).salt).to.equal(hex);
      const short = hexlify(toUtf8Bytes("hex, but short"));
      expect((await planned("--salt", short)).salt).to.equal(id(short));
    });

    it("gives the same address again, and another one with other terms or of another organiser", async function () {
      const { session: address } = await planned("--salt", "spring");
      expect((await planned("--salt", "spring")).session).to.equal(address);
      expect((await planned("--salt", "spring", "--supply", "101")).session).to.not.equal(address);
      const others = await ask<Created>(as(world.env, world.alice), ...words, "--dry-run", "--salt", "spring");
      expect(others.session).to.not.equal(address);
    });

    it("that nobody gave is another one each time", async function () {
      const [one, two] = [await planned(), await planned()];
      expect(one.salt).to.match(/^0x[0-9a-f]{64}$/);
      expect(one.salt).to.not.equal(two.salt);
    });

    it("that was taken with the same terms makes no second session", async function () {
      await ask(env, ...words, "--salt", "once");
      await expectTold(session(env, ...words, "--salt", "once", "--json"), 1, "FailedDeployment");
      await expectSaid(session(env, ...words, "--salt", "once"), 1, "FailedDeployment", "choose another salt");
    });
  });

  it("takes terms from a file, which flags overrule", async function () {
    const assets = [{ address: world.assets[0], quantity: "1" }];
    const terms = { name: "Gold", symbol: "GLD", supply: "5", t1, t2: t1 + HOUR, assets };
    const file = join(world.folder, "terms.json");
    await writeFile(file, JSON.stringify(terms));
    const made = await ask<Created>(env, "create", "--file", file, "--supply", "6", "--dry-run");
    expect(made.terms).to.deep.include({ name: "Gold", supply: (6n * ONE).toString(), quantities: [ONE.toString()] });
  });

  it("takes the release's factory where none is named, if the chain has it", async function () {
    const { SESSION_FACTORY: named, ...rest } = env;
    const address = KNOWN_DEPLOYMENTS.release.contracts.SessionFactory.address;
    const dryRun = [...words, "--dry-run", "--json"];
    await expectTold(session(rest, ...dryRun), 2, "Client_NotAFactory", { address });
    const snapshot = await world.provider.send("evm_snapshot", []);
    await world.provider.send("anvil_setCode", [address, await world.provider.getCode(named!)]);
    const made = await ask<Created>(rest, ...words, "--dry-run");
    expect(made.organiser).to.equal(world.organiser.address);
    await world.provider.send("evm_revert", [snapshot]);
  });

  describe("is refused", function () {
    it("without a key, which is said before any chain is asked", async function () {
      const { values } = await expectTold(
        session({ SESSION_RPC_URL: "http://127.0.0.1:1" }, ...words, "--json"),
        2,
        "SETTINGS_INVALID",
      );
      expect(values["problems"]).to.deep.equal(["a key: set --account, --keystore or SESSION_PRIVATE_KEY"]);
    });

    it("by the factory, with its reason: terms that no session can have", async function () {
      const [gold] = world.assets;
      const refusals: readonly (readonly [code: string, ...more: string[]])[] = [
        ["Factory_Window", "--t2", String(t1)],
        ["Factory_Window", "--t1", "1"],
        ["Factory_SettleLimit", "--settle-limit", String(t1)],
        ["Factory_Supply", "--supply", "0.000000000000000001"],
        ["Factory_NameLength", "--name", "x".repeat(32)],
        ["Factory_NameLength", "--symbol", ""],
        ["Factory_AssetRepeated", "--asset", `${gold}=1`],
        ["Client_NotAToken", "--asset", `${world.carol.address}=1`],
        ["Client_NotAToken", "--asset", `${world.handle.bookAddress}=1`],
        ["Factory_QuantityZero", "--asset", `${world.handle.address}=0`],
      ];
      for (const [code, ...more] of refusals) {
        for (const mode of [["--dry-run"], []]) {
          await expectTold(session(env, ...words, ...more, ...mode, "--json"), 1, code);
        }
      }
    });

    it("with a policy that is none: it would admit nobody, for good", async function () {
      const { carol } = world;
      for (const mode of [["--dry-run"], []]) {
        const made = session(env, ...words, "--policy", carol.address, ...mode, "--json");
        await expectTold(made, 1, "Client_NotAPolicy", { address: carol.address });
      }
    });

    it("at an address that is no factory", async function () {
      const { carol, assets } = world;
      const nothing = session(env, ...words, "--factory", carol.address, "--json");
      await expectTold(nothing, 2, "Client_NotAFactory", { address: carol.address });
      const other = session(env, ...words, "--factory", assets[0], "--json");
      await expectTold(other, 2, "Client_NotAFactory", { address: assets[0] });
    });

    it("without coin for gas", async function () {
      const poor = { ...world.env, SESSION_PRIVATE_KEY: `0x${"ab".repeat(32)}` };
      await expectTold(session(poor, ...words, "--json"), 1, "Client_NoGasMoney");
      await expectSaid(session(poor, ...words), 1, "Client_NoGasMoney", "for gas");
    });
  });
});
