/** Blocks that a book takes in and gives back. The journal is real; what it undoes is a list of words. */
import { expect } from "chai";
import fc from "fast-check";

import { Journal } from "../../../src/protocol/book/journal.js";
import { BlockLayers, type NumberedBlock } from "../../../src/protocol/book/layers.js";

interface Bench {
  readonly journal: Journal;
  readonly layers: BlockLayers<NumberedBlock>;
  readonly words: string[];
  /** A change of what the journal watches. */
  readonly say: (word: string) => void;
  /** A block that brings some words. */
  readonly block: (number: number, ...said: readonly string[]) => void;
}

function open(depth: number): Bench {
  const journal = new Journal();
  const words: string[] = [];
  const layers = new BlockLayers<NumberedBlock>(journal, depth);
  const say = (word: string): void => {
    journal.attempt(() => {
      words.push(word);
      journal.note(() => words.pop());
    });
  };
  return {
    journal,
    layers,
    words,
    say,
    block(number, ...said) {
      said.forEach(say);
      layers.add({ number });
    },
  };
}

describe("BlockLayers", () => {
  it("has no newest block at first, and nothing to take off", () => {
    const { layers, words, say } = open(3);
    expect(layers.tip).to.equal(undefined);
    expect(layers.blocks).to.deep.equal([]);
    say("early");
    expect(layers.takeOff(0)).to.equal(true);
    expect(words, "what belongs to no block goes").to.deep.equal([]);
  });

  it("undoes the blocks above a number, the newest first, and keeps that one", () => {
    const { layers, words, block } = open(5);
    for (const number of [10, 11, 13]) block(number, `a${number}`, `b${number}`);
    expect(layers.takeOff(10)).to.equal(true);
    expect(words).to.deep.equal(["a10", "b10"]);
    expect(layers.tip).to.deep.equal({ number: 10 });
  });

  it("takes a number between two blocks for the one below", () => {
    const { layers, words, block } = open(5);
    block(10, "ten");
    block(13, "thirteen");
    expect(layers.takeOff(12)).to.equal(true);
    expect(words).to.deep.equal(["ten"]);
  });

  it("leaves the blocks as they are if none is above, and undoes what belongs to none", () => {
    const { layers, words, block, say } = open(5);
    block(10, "ten");
    say("expected");
    expect(layers.takeOff(10)).to.equal(true);
    expect(words).to.deep.equal(["ten"]);
    expect(layers.blocks).to.deep.equal([{ number: 10 }]);
  });

  it("refuses, and does nothing, if the block below all that would go is not kept", () => {
    const { layers, words, block, say } = open(2);
    for (const number of [1, 2, 3]) block(number, String(number));
    say("expected");
    expect(layers.blocks).to.deep.equal([{ number: 2 }, { number: 3 }]);
    expect(layers.takeOff(1)).to.equal(false);
    expect(words).to.deep.equal(["1", "2", "3", "expected"]);
    expect(layers.takeOff(2)).to.equal(true);
    expect(words).to.deep.equal(["1", "2"]);
  });

  it("lets the journal forget what lies deeper", () => {
    const { journal, layers, block } = open(1);
    const start = layers.after;
    block(1, "one");
    const { after } = layers;
    block(2, "two");
    expect(() => {
      journal.rollBack(start);
    }).to.throw(RangeError, `moment ${start} is not kept`);
    journal.rollBack(after); // the last block can be undone
  });

  it("ends a block before what was expected beyond it", () => {
    const { journal, layers, words, say } = open(3);
    say("landed");
    const after = journal.mark();
    say("expected");
    layers.add({ number: 7 }, after);
    expect(layers.after).to.equal(after);
    layers.backToTip();
    expect(words).to.deep.equal(["landed"]);
  });

  it("refuses blocks that do not follow, and depths that keep none", () => {
    const { layers, block } = open(3);
    block(5);
    for (const number of [5, 4]) {
      expect(() => {
        layers.add({ number });
      }).to.throw(RangeError, `block ${number} does not come after block 5`);
    }
    for (const depth of [0, -1, 1.5]) {
      expect(() => new BlockLayers(new Journal(), depth)).to.throw(RangeError, `depth ${depth} is not 1 or more`);
    }
  });

  it("is, whatever comes and goes, as if only what stayed had ever come", () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant("block" as const),
        words: fc.array(fc.string({ maxLength: 3 }), { maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant("off" as const), back: fc.nat(6) }),
      fc.record({ kind: fc.constant("expected" as const), word: fc.string({ maxLength: 3 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (steps, depth) => {
        const { layers, words, block, say } = open(depth);
        let plain: { number: number; words: readonly string[] }[] = [];
        let [next, loose] = [1, [] as string[]];
        let forgotten = 0; // lay too deep once: taking others off does not bring it back
        for (const one of steps) {
          if (one.kind === "expected") {
            say(one.word);
            loose.push(one.word);
          } else if (one.kind === "block") {
            block(next, ...one.words);
            plain.push({ number: next, words: [...loose, ...one.words] });
            [next, loose] = [next + 1, []];
            forgotten = Math.max(forgotten, plain.at(-depth - 1)?.number ?? 0);
          } else {
            const number = next - 1 - one.back;
            const kept = plain.filter((known) => known.number > forgotten);
            const isKept = kept.length === 0 || kept.some((known) => known.number <= number);
            expect(layers.takeOff(number)).to.equal(isKept);
            if (!isKept) continue;
            plain = plain.filter((known) => known.number <= number);
            [next, loose] = [(plain.at(-1)?.number ?? 0) + 1, []];
          }
        }
        expect(words).to.deep.equal([...plain.flatMap((known) => known.words), ...loose]);
        expect(layers.tip?.number).to.equal(plain.at(-1)?.number);
      }),
    );
  });
});
