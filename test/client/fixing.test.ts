/** Which round of a feed was the one at a second: the search of the client, against looking at all rounds, and against the contract. */
import { expect } from "chai";
import hre from "hardhat";

import { ClientError } from "../../src/bindings/errors.js";
import { NodeError } from "../../src/node/errors.js";
import { type Rounds, roundsAt } from "../../src/client/settlement/fixing.js";
import { deployFixing } from "../../stage/contracts/fixings.js";
import { openAggregator, openFeed, ROUND_TIMEOUT, roundOf, type TestFeed } from "../../stage/counterparts/chainlink.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;
const { time } = networkHelpers;
const PRICE = 3_000n * 10n ** 8n;
const DAY = 86_400;

/** A round with an answer. */
interface Answered {
  readonly phase: bigint;
  readonly round: bigint;
  readonly at: number;
}

interface Scene {
  readonly feed: TestFeed;
  /** By phase, then by round. */
  readonly rounds: readonly Answered[];
}

const owner = async () => (await ethers.getSigners())[0]!;

/** All rounds that a proxy shows, by asking for each of the first of each phase. */
async function allRounds(feed: TestFeed, phases: bigint): Promise<Answered[]> {
  const found: Answered[] = [];
  for (let phase = 1n; phase <= phases; phase += 1n) {
    for (let round = 1n; round <= 16n; round += 1n) {
      try {
        const [, , , updatedAt] = (await feed.proxy.getFunction("getRoundData")(roundOf(phase, round))) as bigint[];
        if (updatedAt !== 0n) found.push({ phase, round, at: Number(updatedAt) });
      } catch {
        // no such round
      }
    }
  }
  return found;
}

/** The rule in plain words: of the phases that ran at T the last one; of its rounds the last one up to T; and the one after it. */
function plainly(rounds: readonly Answered[], t: number): Rounds | undefined {
  const running = rounds.filter(({ at }) => at <= t);
  const phase = running.reduce((most, one) => (one.phase > most ? one.phase : most), 0n);
  const index = rounds.findLastIndex((one) => one.phase === phase && one.at <= t);
  const [found, after] = [rounds[index], rounds[index + 1]];
  if (index === -1 || found === undefined) return undefined;
  const nextRoundId = after === undefined ? 0n : roundOf(after.phase, after.round);
  return { roundId: roundOf(found.phase, found.round), nextRoundId };
}

const refusalOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Phase 1 has a round that nobody answered in time; phase 2 is answered before the proxy shows it, while phase 1 still is. */
async function threePhases(): Promise<Scene> {
  const who = await owner();
  const feed = await openFeed(who, 8);
  const answer = async (after: number, value = PRICE): Promise<void> => {
    await time.increase(after);
    await feed.answer(value);
  };
  for (const after of [100, 50, 70]) await answer(after);
  await feed.current().beginRound();
  await time.increase(ROUND_TIMEOUT + 1);
  await feed.current().answerInstead(PRICE + 1n);
  await answer(40);
  const second = await openAggregator(who, 8);
  await time.increase(30);
  await second.answer(PRICE + 2n); // while phase 1 goes on
  await answer(30);
  await feed.changePhase(second);
  for (const after of [60, 20]) await answer(after);
  await feed.changePhase(await openAggregator(who, 8));
  for (const after of [500, 5, 5]) await answer(after);
  return { feed, rounds: await allRounds(feed, 3n) };
}

/** The newest phase has begun after the last round that anybody asks about. */
async function fresh(): Promise<Scene> {
  const who = await owner();
  const feed = await openFeed(who, 8);
  await feed.answer(PRICE);
  return { feed, rounds: await allRounds(feed, 1n) };
}

describe("roundsAt", function () {
  this.timeout(240_000);

  it("finds what looking at all rounds finds, at every edge of every round of three phases", async () => {
    const { feed, rounds } = await networkHelpers.loadFixture(threePhases);
    expect(new Set(rounds.map(({ phase }) => phase)).size).to.equal(3);
    expect(rounds.length).to.be.at.least(11);
    const edges = new Set(rounds.flatMap(({ at }) => [at - 1, at, at + 1]));
    let found = 0;
    for (const t of [...edges, rounds[0]!.at - DAY, rounds.at(-1)!.at + DAY]) {
      const expected = plainly(rounds, t);
      if (expected === undefined) continue;
      expect(await roundsAt(await owner(), feed.address, t), `at ${t}`).to.deep.equal(expected);
      found += 1;
    }
    expect(found).to.be.at.least(24);
  });

  it("names what the contract takes, wherever the next round lies: in the same phase, in the next, or nowhere", async () => {
    const { feed, rounds } = await networkHelpers.loadFixture(threePhases);
    await time.increase(DAY / 2);
    const kinds = new Set<string>();
    for (const { at } of rounds) {
      for (const t of [at - 1, at]) {
        const expected = plainly(rounds, t);
        if (expected === undefined) continue;
        const fixing = await deployFixing(connection, { time: t, feeds: [{ feed, maxAge: DAY }] });
        const { roundId, nextRoundId } = await roundsAt(await owner(), feed.address, t);
        await fixing.fix.staticCall(1, roundId, nextRoundId);
        const isSame = nextRoundId >> 64n === roundId >> 64n;
        kinds.add(nextRoundId === 0n ? "none" : isSame ? "same" : "next");
      }
    }
    expect([...kinds].sort()).to.deep.equal(["next", "none", "same"]);
  });

  it("takes the round of exactly that second, and the one before it a second earlier", async () => {
    const { feed, rounds } = await networkHelpers.loadFixture(threePhases);
    const [first, second] = [rounds[0]!, rounds[1]!];
    const ask = (t: number): Promise<Rounds> => owner().then((who) => roundsAt(who, feed.address, t));
    expect((await ask(second.at)).roundId).to.equal(roundOf(1n, second.round));
    expect((await ask(second.at - 1)).roundId).to.equal(roundOf(1n, first.round));
  });

  it("knows no round before the first one, whatever phases there are", async () => {
    for (const scene of [threePhases, fresh]) {
      const { feed, rounds } = await networkHelpers.loadFixture(scene);
      const t = rounds.reduce((first, { at }) => Math.min(first, at), Infinity) - 1;
      const error = await refusalOf(roundsAt(await owner(), feed.address, t));
      expect(error, scene.name).to.be.instanceOf(ClientError);
      expect(error).to.include({ code: "Client_NoRound" });
      expect((error as ClientError).args).to.deep.include({ aggregator: feed.address, time: BigInt(t) });
    }
  });

  it("goes back to the phase before where the newest has its first round after that second", async () => {
    const { feed, rounds } = await networkHelpers.loadFixture(threePhases);
    const third = rounds.find(({ phase }) => phase === 3n)!;
    const last = rounds.findLast(({ phase }) => phase === 2n)!;
    const found = await roundsAt(await owner(), feed.address, third.at - 1);
    expect(found).to.deep.equal({ roundId: roundOf(2n, last.round), nextRoundId: roundOf(3n, third.round) });
  });

  it("finds no next round in a phase that nobody has answered, and the contract then waits for one", async () => {
    const { feed } = await networkHelpers.loadFixture(fresh);
    const t = (await time.latest()) + 10;
    await feed.changePhase(await openAggregator(await owner(), 8));
    await feed.changePhase(await openAggregator(await owner(), 8));
    await time.increase(100);
    await feed.answer(PRICE); // of phase 3, in which the contract does not look from phase 1
    const found = await roundsAt(await owner(), feed.address, t);
    expect(found).to.deep.equal({ roundId: roundOf(1n, 1n), nextRoundId: 0n });
    const fixing = await deployFixing(connection, { time: t, feeds: [{ feed, maxAge: DAY }] });
    await expect(fixing.fix.staticCall(1, found.roundId, found.nextRoundId))
      .to.be.revertedWithCustomError(fixing, "Fixing_NotNewest")
      .withArgs(1, found.roundId, roundOf(3n, 1n));
  });

  it("takes no failure of a node for a round that is not there", async () => {
    const { feed, rounds } = await networkHelpers.loadFixture(threePhases);
    const away = new NodeError("NODE_UNREACHABLE");
    const { provider } = ethers;
    for (const good of [1, 2, 5, 9]) {
      let asked = 0;
      const runner = {
        provider,
        call: (call: Parameters<typeof provider.call>[0]) =>
          (asked += 1) > good ? Promise.reject(away) : provider.call(call),
      };
      expect(await refusalOf(roundsAt(runner, feed.address, rounds[2]!.at)), `after ${good}`).to.equal(away);
    }
  });
});
