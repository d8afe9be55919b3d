/** Each kind of alteration that `npm run trial altered` makes, by the rule that must catch it. */
import { expect } from "chai";

import { createRandom } from "../../stage/rng.js";
import { createVerifyCache } from "../../src/verify/cache.js";
import { SessionLogError } from "../../src/verify/errors.js";
import { parseSessionLog } from "../../src/verify/session-log.js";
import { CAREFUL } from "../../trials/altered/careful.js";
import { CARELESS, textOf } from "../../trials/altered/careless.js";
import { createSubject, type Subject } from "../../trials/altered/subject.js";
import { UNPROVED } from "../../trials/altered/unproved.js";
import { logOf, provider, settledStory } from "../verify/support/story.js";
import { judge } from "../verify/support/expect.js";

const SEEDS = [1n, 2n, 3n, 4n, 5n];

/** Where one rule alone can be the reason. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  "a bit of a signature flipped": ["R21"],
  "a byte of the link that an order names": ["R21", "R25"],
  "a byte of the link that an order names, rechained": ["R21", "R25"],
  "a quote's price or quantity, rechained": ["R21", "R27", "R13"],
  "a quote set's nonce, link or deadline": ["R21", "R25", "R26"],
  "two quotes of a set in another order, rechained": ["R21"],
  "a wallet's approval of another order": ["R21", "R22"],
  "a key's signature in the place of a wallet's": ["R21"],
  "a place that is not dead": ["R30"],
  "a place of another order": ["R30"],
  "a cancellation's range, floor or deadline": ["R21", "R43"],
  "a match at a worse price, rechained": ["R33"],
  "a match with a later order, rechained": ["R30"],
  "a match for fewer lots, rechained": ["R32"],
  "an eviction of a covered order, rechained": ["R35"],
  "an order's price, rechained": ["R21", "R27"],
  "an order's quantity, rechained": ["R21", "R27"],
  "an order left out, rechained": ["R25", "R31", "R35"],
  "a market's bounds loosened, rechained": ["R21"],
  "a checkpoint's head": ["R23"],
  "the terms, in header and creation": ["R8"],
  "a deposit and its transfer": ["R18", "R13", "R15", "R17"],
};

describe("An altered log", function () {
  const cache = createVerifyCache();
  let subject: Subject;
  before(async function () {
    subject = createSubject("story", await logOf("settled", settledStory));
  });

  for (const { kind, alter } of CAREFUL) {
    it(`is caught by the rules: ${kind}`, async function () {
      for (const seed of SEEDS) {
        const copy = alter(subject, createRandom(seed, kind));
        expect(copy, "a place for it").to.not.equal(undefined);
        const { failure } = await judge(copy!, { cache });
        expect(failure?.rule, `seed ${seed}`).to.not.equal(undefined);
        const rules = RULES[kind];
        if (rules !== undefined) expect(rules, failure?.why).to.include(failure?.rule);
      }
    });
  }

  for (const { kind, alter, granted } of UNPROVED) {
    it(`does not hold alone without ${granted} being granted, nor beside a node: ${kind}`, async function () {
      await settledStory(); // as the node has it
      for (const seed of SEEDS.slice(0, 2)) {
        const copy = alter(subject, createRandom(seed, kind));
        expect(copy, "a place for it").to.not.equal(undefined);
        const { failure, granted: codes } = await judge(copy!, { cache });
        if (failure === undefined) expect(codes).to.include(granted);
        const beside = await judge(copy!, { cache, provider });
        if (!beside.granted.includes("CHAIN_GOES_ON")) expect(beside.verdict.kind).to.equal("does-not-hold");
      }
    });
  }

  for (const { kind, alter } of CARELESS) {
    it(`is caught by the file itself: ${kind}`, async function () {
      for (const seed of SEEDS) {
        const text = alter(textOf(subject.log), createRandom(seed, kind));
        try {
          const { holds } = await judge(parseSessionLog(text), { cache });
          expect(holds, `seed ${seed}`).to.equal(false);
        } catch (error) {
          if (!(error instanceof SessionLogError)) throw error;
        }
      }
    });
  }
});
