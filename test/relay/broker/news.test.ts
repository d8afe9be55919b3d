import { expect } from "chai";

import { createNews } from "../../../src/relay/broker/news.js";
import { eventually } from "../support.js";

describe("news of traders' own", () => {
  it("is said once for all that comes within a moment, however often one trader is named", async () => {
    const said: string[][] = [];
    const hint = (topic: string, traders: readonly string[]): Promise<void> => {
      said.push([topic, ...traders]);
      return Promise.resolve();
    };
    const news = createNews({ hint, isThere: true }, () => Promise.resolve("book"));
    for (let times = 0; times < 40; times += 1) news.note("alice");
    news.note("bob");
    await eventually("it is said", () => said.length > 0);
    news.note("carol");
    await eventually("what came later is said, too", () => said.length > 1);
    expect(said).to.deep.equal([
      ["book", "alice", "bob"],
      ["book", "carol"],
    ]);
  });

  it("is said to nobody while the broker is away", async () => {
    const said: unknown[] = [];
    const asked: string[] = [];
    const broker = {
      hint: (...words: unknown[]) => Promise.resolve(void said.push(words)),
      get isThere() {
        asked.push("whether it is there");
        return false;
      },
    };
    createNews(broker, () => Promise.resolve("book")).note("alice");
    await eventually("it was looked at", () => asked.length > 0);
    expect(said).to.deep.equal([]);
  });
});
