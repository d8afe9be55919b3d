import { expect } from "chai";

import type { ChainSource } from "../../../app/data/chain-source.js";
import { judge } from "../../../app/data/judge.js";
import type { Standing } from "../../../app/data/mirror/standing.js";
import type { SessionSource } from "../../../app/data/source.js";

const HASH = `0x${"b1".repeat(32)}`;
const [LINK, BEFORE, OTHER] = ["aa", "bb", "cc"].map((byte) => `0x${byte.repeat(32)}`) as [string, string, string];
const TRADER = `0x${"11".repeat(20)}`;

const fill = (blockNumber: number, lots = 5n) => ({
  ...{ blockNumber, logIndex: 0, priceTicks: 55n, lots, makerRootId: 1, takerRootId: 2 },
});

interface Told {
  link: string;
  block: { number: number; hash: string } | undefined;
  checkpoints: bigint;
  claim: bigint;
  isRegistered: boolean;
  fills: ReturnType<typeof fill>[];
}

const HONEST: Told = {
  ...{ link: LINK, block: { number: 9, hash: HASH }, checkpoints: 7n, claim: 100n, isRegistered: true },
  fills: [fill(9), fill(8), fill(4)],
};
const STANDING: Standing = {
  ...{ hash: HASH, link: LINK, linkBefore: BEFORE, checkpoints: 7n },
  account: { claim: 100n, worst: -20n, openOrders: 1n, reserved: 3n, claims: [80n, 100n] },
};

/** A relay that says what it is told to. @param moves how often it stands at another block than the time before */
function relayThat(told: Partial<Told> = {}, moves = 0): Pick<SessionSource, "link" | "trader" | "history"> {
  const { link, block, checkpoints, claim, isRegistered, fills } = { ...HONEST, ...told };
  let asked = 0;
  return {
    link: () => {
      asked += 1;
      const hash = asked <= moves ? `0x${asked}` : block?.hash;
      return Promise.resolve({
        link,
        checkpoints,
        chainWindow: 64,
        ...(block && { block: { ...block, hash } }),
      } as never);
    },
    trader: () =>
      Promise.resolve(
        isRegistered ? ({ claim, worst: -20n, openOrders: 1, reserved: 3n, claims: [80n, claim] } as never) : undefined,
      ),
    history: () => Promise.resolve({ items: fills } as never),
  };
}

function chainThat(
  standing: Partial<Standing> = {},
  { tip = 9, fills = HONEST.fills } = {},
): Pick<ChainSource, "standingAt" | "history" | "state"> {
  return {
    standingAt: () => Promise.resolve({ ...STANDING, ...standing }),
    history: () => Promise.resolve({ items: fills } as never),
    state: () => ({ status: "live", head: { number: tip, hash: HASH, time: 1, heardAt: 1 } }),
  };
}

const namesOf = async (...given: Parameters<typeof judge>): Promise<string[]> =>
  (await judge(...given)).differences.map(({ what }) => what);

describe("a relay before its judge", function () {
  it("agrees with the chain if it says the same, at its block, also one that is behind", async function () {
    expect(await judge(relayThat(), chainThat(), TRADER)).to.deep.equal({ block: 9, behind: 0, differences: [] });
    const late = chainThat({}, { tip: 12, fills: [fill(12), fill(11), ...HONEST.fills] });
    expect(await judge(relayThat(), late, TRADER)).to.deep.equal({ block: 9, behind: 3, differences: [] });
    const early = chainThat({}, { tip: 8, fills: HONEST.fills.slice(1) });
    expect(await namesOf(relayThat(), early, TRADER), "the replay may be behind the relay").to.deep.equal([]);
  });

  it("may have the link before the newest be signed over", async function () {
    expect(await namesOf(relayThat({ link: BEFORE }), chainThat(), TRADER)).to.deep.equal([]);
  });

  it("is named for a wrong link, a wrong block and a wrong number of checkpoints", async function () {
    const verdict = await judge(relayThat({ link: OTHER }), chainThat(), TRADER);
    expect(verdict.differences).to.deep.equal([{ what: "link of the chain of orders", relay: OTHER, chain: LINK }]);
    expect(await namesOf(relayThat({ block: { number: 9, hash: OTHER } }), chainThat(), TRADER)).to.deep.equal(["hash of block 9"]); // prettier-ignore
    expect(await namesOf(relayThat({ checkpoints: 6n }), chainThat(), TRADER)).to.deep.equal(["number of checkpoints"]);
  });

  it("is named for wrong cash, and for an account that is there or is not", async function () {
    expect(await namesOf(relayThat({ claim: 101n }), chainThat(), TRADER)).to.deep.equal([
      "claim, wei",
      "claims on the assets, wei",
    ]);
    expect(await namesOf(relayThat({ isRegistered: false }), chainThat(), TRADER)).to.deep.equal(["account"]);
    expect(await namesOf(relayThat(), chainThat({ account: undefined }), TRADER)).to.deep.equal(["account"]);
    expect(await namesOf(relayThat({ isRegistered: false }), chainThat({ account: undefined }), TRADER)).to.deep.equal(
      [],
    );
  });

  it("is named for a trade that it keeps back, changes or makes up", async function () {
    const [first, ...rest] = HONEST.fills;
    const verdict = await judge(relayThat({ fills: rest }), chainThat(), TRADER);
    expect(verdict.differences).to.deep.equal([
      {
        what: "trade, by time from the last",
        relay: "5 lots at 55 ticks, #1 and #2, block 8",
        chain: "5 lots at 55 ticks, #1 and #2, block 9",
      },
    ]);
    for (const fills of [[first!, fill(8, 6n), fill(4)], [...HONEST.fills, fill(2)], HONEST.fills.slice(0, 2), []]) {
      expect(await namesOf(relayThat({ fills }), chainThat(), TRADER)).to.deep.equal(["trade, by time from the last"]);
    }
  });

  it("is asked again until it stands still, and not without end", async function () {
    expect(await namesOf(relayThat({}, 3), chainThat(), TRADER)).to.deep.equal([]);
    const error = await judge(relayThat({}, 99), chainThat(), TRADER).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error)
      .to.have.property("message")
      .that.matches(/too fast/);
    const none = await judge(relayThat({ block: undefined }), chainThat()).catch((reason: unknown) => reason);
    expect(none)
      .to.have.property("message")
      .that.matches(/no block yet/);
  });
});
