/** Random histories on a chain, with whatever can happen in a book: each is verified from its logs. */
import { expect } from "chai";
import { network } from "hardhat";

import { Book } from "../../src/protocol/book/book.js";
import { readSessionLog } from "../../src/verify/read-session-log.js";
import { callOf } from "../../trials/differential/calls.js";
import { drawHistory } from "../../trials/differential/draw.js";
import { ledgerOf } from "../../trials/differential/ledger.js";
import { errorOfLibrary } from "../../trials/differential/plain.js";
import { momentOf } from "../../trials/differential/run.js";
import { Chain, INTERFACES, type World } from "../../trials/differential/world.js";
import { judge } from "./support/expect.js";

const SEEDS = [11, 12, 13, 14];
const STEPS = 90;

/** Makes every call of a history, on the chain and on the library, which gives the next calls their meaning. */
async function play(chain: Chain, seed: number): Promise<World> {
  const { terms, steps } = drawHistory(seed, STEPS);
  const world = await chain.open(terms);
  const ledger = await ledgerOf(world);
  const book = new Book(world.terms, ledger);
  for (const step of steps) {
    const timestamp = BigInt(momentOf(world, book, step, world.now()));
    const call = callOf({ world, book, ledger, timestamp }, step);
    if (call === undefined) {
      await world.wait(Number(timestamp));
      continue;
    }
    await world.send(call.caller, Number(timestamp), INTERFACES[0]!.encodeFunctionData(call.name, call.args));
    try {
      call.run(book, { caller: call.caller, timestamp });
    } catch (error) {
      errorOfLibrary(error); // throws what is no refusal
    }
  }
  return world;
}

describe("The log of a random history", function () {
  for (const seed of SEEDS) {
    it(`holds, alone and with a node (seed ${seed})`, async function () {
      const connection = await network.create();
      const world = await play(await Chain.create(connection), seed);
      const { provider } = connection.ethers;
      const log = await readSessionLog(world.terms.session, provider);
      const alone = await judge(log);
      expect(alone.failure?.why).to.equal(undefined);
      const withNode = await judge(log, { provider });
      expect(withNode.failure?.why).to.equal(undefined);
      expect(withNode.verdict.kind).to.equal("holds");
      expect(withNode.counts.records).to.equal(log.records.length);
      expect(withNode.counts.walletsAssumed).to.equal(0);
      expect(withNode.counts.walletsAsked).to.equal(alone.counts.walletsAssumed);
      await connection.close();
    });
  }
});
