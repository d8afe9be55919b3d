/** The kept log is the text of `session logs`, whatever parts it was kept in. */
import { expect } from "chai";

import { logText } from "../../../src/relay/archive/log-lines.js";
import { parseSessionLog, printSessionLog, sealed } from "../../../src/verify/session-log.js";
import { verifySession } from "../../../src/verify/verify-session.js";
import { eventful } from "../../verify/support/stories.js";
import { expectRefused } from "../paper/expect.js";
import { emptyStore, keep } from "./kept.js";

async function whole(text: AsyncIterable<string>): Promise<string> {
  let all = "";
  for await (const part of text) all += part;
  return all;
}

describe("given a log that is kept part by part", () => {
  const log = eventful().log();

  for (const size of [1, 7, 1_000]) {
    it(`it is told as it would be written, in parts of ${size} records`, async () => {
      const store = await emptyStore();
      const toBlock = await keep(store, log, size);
      const text = await whole(logText(store, (await store.tip())!));
      expect(text).to.equal(printSessionLog(sealed({ ...log.header, toBlock }, log.records)));
      const { verdict } = await verifySession(parseSessionLog(text));
      expect(verdict.kind).to.not.equal("does-not-hold");
    });
  }

  it("there is none before the first block, and blocks without a record leave no part", async () => {
    const store = await emptyStore();
    expect(await store.tip()).to.equal(undefined);
    await keep(store, { header: log.header, records: [] });
    const tip = (await store.tip())!;
    const empty = { lines: "", records: 0, number: tip.number + 5, hash: "0x05", timestamp: 5 };
    const next = (await store.add(tip, empty))!;
    expect([next.number, next.parts, next.records]).to.deep.equal([tip.number + 5, 0, 0]);
    expect(parseSessionLog(await whole(logText(store, next))).records).to.deep.equal([]);
  });

  it("who comes second with blocks writes nothing", async () => {
    const store = await emptyStore();
    await keep(store, { header: log.header, records: [] });
    const tip = (await store.tip())!;
    const piece = { lines: "first\n", records: 1, number: tip.number + 1, hash: "0x0a", timestamp: 5 };
    expect(await store.add(tip, piece)).to.include({ parts: 1 });
    expect(await store.add(tip, { ...piece, lines: "second\n" })).to.equal(undefined);
    expect(await store.part(1)).to.equal("first\n");
  });

  it("what is begun anew is another edition, and a reader of the old one is told", async () => {
    const store = await emptyStore();
    await keep(store, log, 5);
    const tip = (await store.tip())!;
    const text = logText(store, tip);
    await text.next();
    await store.clear();
    expect(await store.tip()).to.equal(undefined);
    await expectRefused(text.next(), "RELAY_READING_AGAIN");
    await keep(store, log, 5);
    expect((await store.tip())!.edition).to.not.equal(tip.edition);
    const piece = { lines: "old\n", records: 1, number: tip.number + 1, hash: "0x0a", timestamp: 5 };
    expect(await store.add(tip, piece)).to.equal(undefined);
  });
});
