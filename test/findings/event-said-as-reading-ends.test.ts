/** Who asked the hub to look just as it had read for the last time was told that it had looked, and it had not. */
import { expect } from "chai";

import { createHub } from "../../src/relay/history/hub.js";
import { eventsInMemory } from "../relay/history/events.js";

describe("given a hub that is asked to look, at any moment while it reads", () => {
  for (let turns = 0; turns < 20; turns += 1) {
    it(`hands out what was said before it was asked: ${turns} turns later`, async () => {
      const { store, say } = eventsInMemory();
      const hub = createHub(store);
      const heard: number[] = [];
      await hub.listen("a", ({ seq }) => heard.push(seq));
      say("a", 3);
      const first = hub.poll();
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      say("a");
      await hub.poll();
      await first;
      expect(heard).to.deep.equal([1, 2, 3, 4]);
    });
  }
});
