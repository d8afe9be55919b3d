/** The short form of `npm run trial differential`, and every history that once showed a difference. */
import { readdirSync, readFileSync } from "node:fs";

import { expect } from "chai";
import { network } from "hardhat";

import { drawHistory } from "../../../trials/differential/draw.js";
import { runHistory } from "../../../trials/differential/run.js";
import type { History } from "../../../trials/differential/steps.js";
import { Chain } from "../../../trials/differential/world.js";

const FOUND = new URL("../../findings/histories/", import.meta.url);
const SEEDS = [1, 3, 4];
const STEPS = 60;

describe("Contract and library, side by side", () => {
  let chain: Chain;
  before(async () => {
    chain = await Chain.create(await network.create());
  });

  async function expectSame(history: History): Promise<void> {
    const { differences } = await runHistory(chain, history);
    expect(differences).to.deep.equal([]);
  }

  for (const seed of SEEDS) {
    it(`agree after each of ${STEPS} random steps and more (seed ${seed})`, () => expectSame(drawHistory(seed, STEPS)));
  }

  for (const name of readdirSync(FOUND).filter((file) => file.endsWith(".json"))) {
    it(`agree on what was found once: ${name}`, async () => {
      await expectSame(JSON.parse(readFileSync(new URL(name, FOUND), "utf8")) as History); // as it was written
    });
  }
});
