import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";

import { readOwnHistory } from "../../src/cli/own-history.js";
import { silentContext } from "./context.js";
import { type Asked, relayThatSays, SESSION } from "./saying-relay.js";
import { expectCliRefusal } from "./support.js";

const TRADER = ZeroAddress;
const block = (fork: number) => ({ number: 7, hash: `0x${String(fork).repeat(64)}`, timestamp: "9" });
const page = (fork: number, items: readonly object[] = [], next: string | null = null) => ({
  body: { block: block(fork), items, next },
});
const order = (tradeRootId: number) => ({
  ...{ blockNumber: 5, position: 0, timestamp: "8", logIndex: 1, transactionHash: ZeroHash },
  ...{ marketRootId: 1, marketBranchId: 1, tradeRootId, link: ZeroHash, trader: TRADER },
  ...{ priceTicks: "5", quantityLots: "6", nonce: "0", deadline: "100", timeInForce: 0 },
  ...{ filled: "0", offset: "0", left: "6" },
});
const MARKETS = { body: { roots: [] } };

describe("own history of a relay", function () {
  /** @returns what the relay was asked, and what came of it */
  async function read(...answers: readonly { readonly body: unknown }[]) {
    const context = silentContext();
    let outcome: Promise<Awaited<ReturnType<typeof readOwnHistory>>> | undefined;
    const asked: Asked[] = await relayThatSays([{ body: SESSION }, ...answers], async (relay) => {
      outcome = readOwnHistory(context, { relay, trader: TRADER });
      await outcome.catch(() => undefined);
    });
    return { asked: asked.map(({ path }) => path), outcome: outcome! };
  }

  it("is read page by page, all of it at the block of the first", async function () {
    const { asked, outcome } = await read(
      page(1, [order(1)], "further"),
      page(1, [order(2)]),
      page(1),
      page(1),
      MARKETS,
    );
    expect((await outcome).orders.map(({ tradeRootId }) => tradeRootId)).to.deep.equal([1, 2]);
    expect(asked.map((path) => path.replace(/^\/v1\/(history\/)?/, ""))).to.deep.equal([
      "session",
      `orders?trader=${TRADER}&order=asc&limit=1000`,
      `orders?trader=${TRADER}&order=asc&limit=1000&cursor=further`,
      `fills?trader=${TRADER}&at=7&order=asc&limit=1000`,
      `offsets?trader=${TRADER}&at=7&order=asc&limit=1000`,
      "markets",
    ]);
  });

  it("is read again if blocks were reorganised meanwhile", async function () {
    const { outcome } = await read(page(1), page(2), page(2), page(2, [order(3)]), page(2), page(2), MARKETS);
    expect((await outcome).orders.map(({ tradeRootId }) => tradeRootId)).to.deep.equal([3]);
  });

  it("is none if they are again and again: nothing is told of two chains at once", async function () {
    const torn = [page(1), page(2), page(1)];
    const { asked, outcome } = await read(...torn, ...torn, ...torn, MARKETS);
    await expectCliRefusal(outcome, "HISTORY_MOVED", { tries: 3 });
    expect(asked.length).to.equal(1 + 3 * 3);
  });
});
