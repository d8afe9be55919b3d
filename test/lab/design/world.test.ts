import { expect } from "chai";

import { OPEN, QUESTIONS } from "../../../lab/design/designs.js";
import { beliefOf, isInformed, mayCome, PEOPLE, worldOf } from "../../../lab/design/world.js";
import { createRandom } from "../../../stage/rng.js";

const world = worldOf(createRandom(1n, "a world"), 75);
const count = (of: (person: (typeof world.people)[number]) => boolean): number => world.people.filter(of).length;

describe("A world of the design study", () => {
  it("has everybody come once before anybody comes twice", () => {
    expect(world.people).to.have.length(PEOPLE);
    const order = world.arrivals.map(({ person }) => person);
    expect(new Set(order.slice(0, PEOPLE)).size).to.equal(PEOPLE);
    expect(order.slice(PEOPLE, 2 * PEOPLE)).to.deep.equal(order.slice(0, PEOPLE));
    expect(order).to.have.length(75);
  });

  it("has as many informed as the design says, exactly", () => {
    for (const informedShare of [0, 0.3, 0.5, 1]) {
      expect(count((person) => isInformed(person, { ...OPEN, informedShare }))).to.equal(PEOPLE * informedShare);
    }
  });

  it("keeps out those who know nothing, and nobody else", () => {
    for (const [keptOut, left] of [
      [0, 30],
      [0.5, 20],
      [1, 9],
    ] as const) {
      const crowd = { ...OPEN, keptOut };
      expect(count((person) => mayCome(person, crowd))).to.be.closeTo(left, 1);
      expect(count((person) => isInformed(person, crowd) && !mayCome(person, crowd))).to.equal(0);
    }
  });

  it("has beliefs of a signal's mean, or of the price and a whim", () => {
    // 1 000² / (1 000² + 800²) of the way to the signal
    const known = { ...world, value: 6_000 };
    expect(beliefOf(known, { rank: 0, error: 0.5 }, 9, OPEN, 1)).to.be.closeTo(5_000 + 1_400 / 1.64, 1e-9);
    expect(beliefOf(known, { rank: 0, error: 0.5 }, 9, { ...OPEN, errorPart: 0.5 }, 1)).to.be.closeTo(
      5_000 + 1_200 / 1.16,
      1e-9,
    );
    expect(beliefOf(known, { rank: 0.99, error: 0.5 }, -1, OPEN, 4_000)).to.equal(3_500);
  });
});

describe("The designs", () => {
  it("differ within a question in name, and in something else", () => {
    for (const { asks, designs } of QUESTIONS) {
      const names = designs.map(({ name }) => name);
      expect(new Set(names).size, asks).to.equal(names.length);
      const rest = designs.map((design) => JSON.stringify({ ...design, name: "" }));
      expect(new Set(rest).size, asks).to.equal(rest.length);
    }
  });
});
