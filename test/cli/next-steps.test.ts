/** Every command of a session's life ends with what to do next, and what it names are commands that there are. */
import { join } from "node:path";

import { expect } from "chai";

import { addRain, HOUR, openWorld, type World } from "./world.js";
import { as, ask, type Env, session, tell } from "./support.js";

describe("every command of a session's life", function () {
  let world: World;
  let env: Env;
  before(async function () {
    world = await openWorld(addRain);
    env = { ...world.env, SESSION_PROFILE_FILE: join(world.folder, "profiles.json") };
  });

  /** The lines that it names behind its answer. */
  async function stepsOf(who: Env, ...words: readonly string[]): Promise<string[]> {
    const text = await tell(who, ...words);
    return [...text.matchAll(/^(?:Next| {2}or): session (.*)$/gm)].map(([, step = ""]) => step);
  }

  async function expectSteps(who: Env, ...words: readonly string[]): Promise<void> {
    const steps = await stepsOf(who, ...words);
    expect(steps, words.join(" ")).to.have.lengthOf.at.least(1);
    for (const step of steps) {
      const named = step.split(" ").filter((word) => /^[a-z-]+$/.test(word) && !word.startsWith("--"));
      const { status, stdout, stderr } = await session({}, ...named, "--help");
      expect(status, `${step}, of ${words.join(" ")}\n${stderr}`).to.equal(0);
      expect(stdout).to.include(`Usage: session ${step.split(" ")[0]!}`);
    }
  }

  it("says what to do next", async function () {
    const [alice, bob, owner] = [as(env, world.alice), as(env, world.bob), as(env, world.organiser)];
    const times = ["--t1", String(world.handle.t1 + HOUR), "--t2", String(world.handle.t1 + 2 * HOUR)];
    const basket = ["--asset", `${world.assets[0]}=1`, "--supply", "1", "--name", "n", "--symbol", "s", "--salt", "s"];
    const made = (await ask<{ session: string }>(owner, "create", ...basket, ...times, "--dry-run")).session;
    const rain = ["--title", "Rain", "--lower", "0", "--upper", "9", "--tick-value", "0.001", "--fallback", "5"];
    const lines: readonly (readonly [Env, ...string[]])[] = [
      [owner, "create", ...basket, ...times],
      [owner, "fund", "--session", made],
      [owner, "use", world.handle.address],
      [alice, "deposit", "1"],
      [alice, "deposit", "1", "--for", world.bob.address],
      [alice, "split", "1"],
      [alice, "merge", "1"],
      [alice, "transfer", "1", world.bob.address, "--yes"],
      [alice, "trade", "buy", "10", "--leg", "1", "--price", "50%"],
      [bob, "trade", "sell", "5", "--leg", "1", "--price", "50%"],
      [alice, "orders"],
      [alice, "fills"],
      [alice, "cancel", "--all"],
      [alice, "positions"],
      [alice, "withdraw", "1"],
      [owner, "market", "create", ...rain, "--closes", "+1h", "--settle-by", "+2h"],
      [owner, "market", "branch", "3", "--lower", "2", "--upper", "4"],
      [owner, "market", "show", "3"],
      [owner, "market", "tighten", "3", "--lower", "1", "--yes"],
      [owner, "market", "settle", "3", "5", "--yes"],
      [alice, "trade", "buy", "10", "--market", "2", "--price", "400"],
      [bob, "trade", "sell", "10", "--market", "2", "--price", "400"],
      [owner, "market", "settle", "2", "500", "--yes"],
      [alice, "realise", "2"],
      [alice, "refresh", "1"],
      [owner, "clock", "t2"],
      [alice, "positions"],
      [alice, "exit"],
    ];
    for (const [who, ...words] of lines) await expectSteps(who, ...words);
    // Until nothing is left: what each names is done, and then there is no next step.
    let [step] = (await stepsOf(alice, "positions")).slice(0, 1);
    for (let done = 0; step !== undefined; done += 1) {
      expect(done, step).to.be.below(8);
      await tell(alice, ...step.split(" "));
      [step] = await stepsOf(alice, "positions");
    }
    const { wallet } = await ask<{ wallet: { sessionTokenWei: string; legTokenWei: string[] } }>(alice, "positions");
    expect([wallet.sessionTokenWei, ...wallet.legTokenWei]).to.deep.equal(["0", "0", "0"]);
  });
});
