import { expect } from "chai";

import { Journal } from "../../../src/protocol/book/journal.js";

class Refused extends Error {}

function refuse(): never {
  throw new Refused();
}

describe("Journal", () => {
  it("keeps what was done when nothing is thrown", () => {
    const journal = new Journal();
    const map = new Map([["a", 1]]);
    const answer = journal.attempt(() => {
      journal.set(map, "a", 2);
      return "done";
    });
    expect(answer).to.equal("done");
    expect([...map]).to.deep.equal([["a", 2]]);
  });

  it("undoes everything, last first, and passes the error on", () => {
    const journal = new Journal();
    const map = new Map([["a", 1]]);
    const order: number[] = [];
    const call = (): void => {
      journal.set(map, "a", 2);
      journal.set(map, "a", 3);
      journal.set(map, "b", 4);
      journal.note(() => order.push(1));
      journal.note(() => order.push(2));
      refuse();
    };
    expect(() => {
      journal.attempt(call);
    }).to.throw(Refused);
    expect([...map]).to.deep.equal([["a", 1]]);
    expect(order).to.deep.equal([2, 1]);
  });

  it("undoes an inner attempt alone", () => {
    const journal = new Journal();
    const map = new Map<string, number>();
    journal.attempt(() => {
      expect(() =>
        journal.attempt(() => {
          journal.set(map, "inner", 1);
          refuse();
        }),
      ).to.throw(Refused);
      journal.set(map, "outer", 2);
    });
    expect([...map]).to.deep.equal([["outer", 2]]);
  });

  it("undoes a good inner attempt with the outer one, even if nothing came before it", () => {
    const journal = new Journal();
    const map = new Map<string, number>();
    expect(() =>
      journal.attempt(() => {
        journal.attempt(() => {
          journal.set(map, "inner", 1);
        });
        refuse();
      }),
    ).to.throw(Refused);
    expect([...map]).to.deep.equal([]);
  });

  it("forgets what is done with", () => {
    const journal = new Journal();
    const map = new Map<string, number>();
    journal.attempt(() => {
      journal.set(map, "kept", 1);
    });
    expect(() => journal.attempt(refuse)).to.throw(Refused);
    expect([...map]).to.deep.equal([["kept", 1]]);
  });

  it("gives an undo the values that it was noted with, however many changes there are", () => {
    const journal = new Journal();
    const undone: string[] = [];
    const undo = (a: number, b: string, c: boolean): void => void undone.push(`${a} ${b} ${c}`);
    for (const changes of [2, 100, 3]) {
      undone.length = 0;
      const call = (): void => {
        for (let index = 0; index < changes; index += 1) journal.note(undo, index, "b", true);
        refuse();
      };
      expect(() => {
        journal.attempt(call);
      }).to.throw(Refused);
      expect(undone).to.have.length(changes);
      expect(undone[0]).to.equal(`${changes - 1} b true`);
      expect(undone.at(-1)).to.equal("0 b true");
    }
  });

  it("calls of any length leave nothing to undo", () => {
    const journal = new Journal();
    const map = new Map<number, number>();
    for (const changes of [100, 1]) {
      journal.attempt(() => {
        for (let index = 0; index < changes; index += 1) journal.set(map, index, changes);
      });
    }
    expect(() => {
      journal.attempt(refuse);
    }).to.throw(Refused);
    expect(map.size).to.equal(100);
    expect(map.get(0)).to.equal(1);
  });
});
