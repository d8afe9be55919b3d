/**
 * Whatever stands in the place of an address, an amount, a time or a number on a command line is read as what it is, or named: never a word
 * of a library, never another thing. Each word of each line is replaced by odd ones, one at a time.
 */
import { join } from "node:path";

import { expect } from "chai";

import { ownBuild } from "../../src/deployment/build.js";
import { PROFILE } from "../deployment/support.js";
import { as, type Env, session, type Told } from "./support.js";
import { openWorld, type World } from "./world.js";

/** Digits alone are 20 bytes, too, for libraries that want no 0x. */
const DIGITS = "9".repeat(40);
const ODD = [
  "",
  "NaN",
  "1e3",
  "-1",
  DIGITS,
  "9".repeat(120),
  "2027-02-30T00:00:00Z",
  "🎈",
  `0x${"00".repeat(20)}`,
] as const;
/** Good in no field: 30 February is no day, on no command line. */
const IN_NO_FIELD: ReadonlySet<string> = new Set(["NaN", "2027-02-30T00:00:00Z", "🎈"]);
/** What libraries say of a thing that they were not meant for. */
const OF_A_LIBRARY = /code=[A-Z_]+|version=\d|argument="|TypeError|RangeError|undefined is/;
const HASH = `0x${"ab".repeat(32)}`;

describe("odd words on a command line", function () {
  let world: World;
  let env: Env;
  before(async function () {
    world = await openWorld();
    env = as(world.env, world.organiser);
  });

  const told = ({ stdout }: { readonly stdout: string }): Told | undefined =>
    (JSON.parse(stdout) as { readonly error?: Told }).error;

  /** Each line with ‹…› around what is replaced. NOBODY is an address without a contract, GOLD a token's. */
  const lines = [
    "sale create --premium ‹GOLD› --price ‹2› --end-price ‹1› --opens ‹+1h› --closes ‹+2h› --falls-until ‹+90m› --limit ‹5›",
    "sale offer ‹NOBODY› ‹5›",
    "sale buy ‹NOBODY› ‹5› --max-pay ‹5› --deadline ‹+5m› --to ‹NOBODY› --yes",
    "roll create --gives-until ‹+30d› --t1 ‹+40d› --t2 ‹+60d› --settle-limit ‹+70d› --policy ‹NOBODY› --minimum ‹1› --dry-run",
    "roll give ‹NOBODY› ‹1›",
    "maker create --root ‹1› --liquidity ‹500› --prior ‹3,2› --dry-run",
    "maker create --liquidity 500 --points ‹0,100› --dry-run",
    "maker quote ‹NOBODY› ‹1› ‹10›",
    "policy record --root ‹HASH› --least-profit ‹0› --least-information ‹0›",
    "policy fee --token ‹GOLD› --amount ‹25› --beneficiary ‹NOBODY›",
    "policy stake ‹NOBODY› ‹5› --trader ‹NOBODY›",
    "policy unstake ‹NOBODY›",
    "policy present ‹NOBODY› --uid ‹HASH›",
    "settler create --oracle ‹NOBODY› --currency ‹GOLD› --liveness ‹7200› --bond ‹5›",
    "settler create --fixing ‹NOBODY›",
    "settler assert ‹NOBODY› ‹2› ‹345› --yes",
    "fixing create --at ‹+1h› --cash ‹GOLD› --feeds ‹NOBODY,NOBODY› --max-ages ‹90000› --delay ‹5› --grace ‹5›",
    "fixing fix ‹NOBODY› ‹1›",
    "window create --prices ‹NOBODY› --cash ‹GOLD› --opens ‹+1h› --closes ‹+90m›",
    "window buy ‹NOBODY› ‹1› ‹5› --max-cost ‹5› --dry-run",
    "keep --settlers ‹NOBODY› --max-gas ‹1000000› --every ‹1› --rounds 1",
    "stress herding --period ‹+1d› --least ‹5›",
    "stress reverse --prices ‹AU=10,AG=5› --volatility ‹AU=20%,AG=15%› --correlation ‹AU/AG=0.5› --loss ‹50› --sigmas ‹3›",
    "stress --prices ‹AU=10,AG=5› --grid ‹AU:-30%..30%:3› --numeraire ‹price› --worst ‹2›",
    "market create --title t --unit mm --ticks-per-unit ‹10› --lower ‹0› --upper ‹100› --tick-value ‹0.00001› --closes ‹+1h› --settle-by ‹+2h› --fallback ‹5› --dry-run",
    "trade buy ‹10› --leg ‹1› --price ‹50%› --deadline ‹+1h› --dry-run",
    "create --asset ‹GOLD=1› --supply ‹1› --t1 ‹+1d› --t2 ‹+2d› --settle-limit ‹+3d› --name n --symbol s --chain-window ‹300› --max-lots ‹5› --basket-scale ‹100› --dry-run",
    "transfer ‹NOBODY› ‹5›",
    "deposit ‹5› --for ‹NOBODY›",
    "cancel ‹5› --sign-only --deadline ‹+1h› --nonce-floor ‹1›",
  ] as const;

  for (const line of lines) {
    it(`are named: session ${line}`, async function () {
      const meant: Readonly<Record<string, string>> = { NOBODY: world.carol.address, GOLD: world.assets[0], HASH };
      const words = line.split(" ").map((word) => word.replace(/NOBODY|GOLD|HASH/g, (name) => meant[name] ?? name));
      const artifacts = /^(sale|policy|settler|fixing|window) (create|record|fee)/.test(line)
        ? ["--artifacts", ownBuild(PROFILE)]
        : [];
      for (const [at, word] of words.entries()) {
        if (!word.startsWith("‹")) continue;
        for (const odd of ODD) {
          const typed = words.map((other, k) => (k === at ? odd : other.replace(/[‹›]/g, "")));
          const run = await session(env, ...typed, ...artifacts, "--json");
          const said = `${typed.join(" ")}\n${run.stdout}${run.stderr}`;
          const error = told(run);
          expect(error?.code, said).to.not.equal("UNEXPECTED");
          expect(error?.message ?? "", said).to.not.match(OF_A_LIBRARY);
          if (IN_NO_FIELD.has(odd)) expect(run.status, said).to.be.above(0);
          if (odd === DIGITS && word.includes("0x")) expect(run.status, said).to.be.above(0);
        }
      }
    });
  }

  it("are not taken for a contract where there is none: nothing is sent, and nothing is told as done", async function () {
    const nobody = world.carol.address;
    const basket = ["--asset", `${world.assets[0]}=1`, "--supply", "1", "--name", "n", "--symbol", "s"];
    const terms = [...basket, "--t1", "+1d", "--t2", "+2d"];
    const nonce = await world.provider.getTransactionCount(world.organiser.address);
    for (const words of [
      ["sale", "offer", nobody, "5"],
      ["policy", "unstake", nobody],
      ["policy", "present", nobody, "--uid", HASH],
      ["policy", "stake", nobody, "5"],
      ["maker", "create", "--liquidity", "500", "--maker-factory", nobody, "--dry-run"],
      ["maker", "create", "--liquidity", "500", "--maker-factory", world.assets[0], "--dry-run"],
      ["create", ...terms, "--factory", nobody, "--dry-run"],
      ["create", ...terms, "--factory", world.assets[0], "--dry-run"],
      ["roll", "create", "--roller-factory", nobody, "--dry-run"],
      ["roll", "create", "--roller-factory", world.assets[0], "--dry-run"],
      ["window", "pull", nobody],
      ["fixing", "fix", nobody, "1"],
      ["settler", "create", "--fixing", nobody, "--artifacts", ownBuild(PROFILE)],
      ["settler", "create", "--oracle", nobody, "--currency", world.assets[0], "--artifacts", ownBuild(PROFILE)],
    ]) {
      const run = await session(env, ...words, "--json");
      expect(run.status, `${words.join(" ")}\n${run.stdout}`).to.be.above(0);
      expect(told(run)?.code).to.match(
        /^(Client_(NoContract|OtherContract|NoMakerFactory|NoRollerFactory|NotA[A-Z]\w+)|ARGUMENT_INVALID)$/,
      );
    }
    expect(await world.provider.getTransactionCount(world.organiser.address)).to.equal(nonce);
  });

  it("are not passed over: a flag that means nothing beside the others is refused", async function () {
    const log = join(world.folder, "s.log");
    expect((await session(env, "logs", "--out", log)).status).to.equal(0);
    for (const words of [
      ["measure", "--logs", log, "--max-age", "5"],
      ["measure", "--logs", log, "--decimals", "18,6"],
      ["keep", "--rounds", "1"],
      ["keep", "--settlers", "", "--rounds", "1"],
    ]) {
      const run = await session(env, ...words, "--json");
      expect([run.status, told(run)?.code], words.join(" ")).to.deep.equal([2, "ARGUMENT_INVALID"]);
    }
  });
});
