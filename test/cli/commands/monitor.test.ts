import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { as, ask, type Env, session, tell } from "../support.js";
import { openWorld, type World } from "../world.js";
import { relayThatSays } from "../saying-relay.js";
import { withOrders } from "./orders-support.js";

interface Monitored {
  readonly traders: number;
  readonly holders: number;
  readonly views: number;
  readonly likenessAtto: string | null;
  readonly legs: readonly {
    readonly leg: number;
    readonly claimWei: string;
    readonly largestHolder: string | null;
    readonly herfindahl: { readonly numerator: string; readonly denominator: string };
  }[];
  readonly roots: readonly {
    readonly marketRootId: number;
    readonly markets: readonly { readonly longLots: string; readonly shortLots: string }[];
  }[];
}

/** As a relay writes it. */
const FROM_RELAY = {
  traders: 3,
  holders: 2,
  views: 2,
  likeness: "-1000000000000000000",
  legs: [
    {
      leg: 1,
      total: "3000000000000000000",
      holders: 2,
      herfindahl: { numerator: "5", denominator: "9" },
      largest: { numerator: "2", denominator: "3" },
      largestHolder: `0x${"12".repeat(20)}`,
    },
  ],
  roots: [
    {
      marketRootId: 1,
      holders: 2,
      atStake: "10",
      markets: [{ marketRootId: 1, marketBranchId: 1, longLots: "7", shortLots: "8", longs: 1, shorts: 1 }],
    },
  ],
};

describe("session monitor", function () {
  let world: World;
  let alice: Env;

  beforeEach(async function () {
    world = await openWorld(withOrders);
    alice = as(world.env, world.alice);
  });

  it("counts from the logs what the book says of everybody", async function () {
    const found = await ask<Monitored>(alice, "monitor");
    const people = [world.alice, world.bob];
    const claims = await Promise.all(people.map(({ address }) => world.handle.book.claimsOf(address)));
    for (const { leg, claimWei, herfindahl } of found.legs) {
      const own = claims.map((each) => each[leg - 1] ?? 0n);
      const total = own.reduce((all, claim) => all + claim, 0n);
      expect(claimWei).to.equal(total.toString());
      expect(herfindahl.denominator).to.equal((total * total).toString());
      expect(herfindahl.numerator).to.equal(own.reduce((all, claim) => all + claim * claim, 0n).toString());
    }
    expect(found.views).to.equal(2);
    expect(found.likenessAtto, "one has bought what the other has sold").to.equal((-(10n ** 18n)).toString());
    const [basket] = found.roots;
    expect(basket!.markets[0]!.longLots).to.equal(basket!.markets[0]!.shortLots);
    expect(BigInt(basket!.markets[0]!.longLots) > 0n).to.equal(true);
  });

  it("tells it to people, with a picture", async function () {
    const svg = join(world.folder, "monitor.svg");
    const text = await tell(alice, "monitor", "--svg", svg);
    expect(text).to.include("largest share").and.include("likeness  -1.0000").and.include(`Picture: ${svg}`);
    const picture = readFileSync(svg, "utf8");
    expect(picture)
      .to.match(/^<svg[^>]* role="img"/)
      .and.include("leg 1: largest share 0.");
    expect(picture.match(/<rect/g)).to.have.lengthOf(1 + 4 * 2);
  });

  it("asks a relay for the same, and no node", async function () {
    const env = { ...alice, SESSION_RPC_URL: "http://127.0.0.1:1" };
    const asked = await relayThatSays([{ body: FROM_RELAY }], async (url) => {
      const found = await ask<Monitored>(env, "monitor", "--relay", url);
      expect(found.legs[0]).to.deep.include({ leg: 1, claimWei: FROM_RELAY.legs[0]!.total });
      expect([found.traders, found.holders, found.likenessAtto]).to.deep.equal([3, 2, FROM_RELAY.likeness]);
      expect(await tell(env, "monitor", "--relay", url))
        .to.include("0x1212…1212")
        .and.include("1.80");
    });
    expect(asked.map(({ path }) => path)).to.deep.equal(["/v1/monitoring", "/v1/monitoring"]);
  });

  it("refuses an address of a relay that is none", async function () {
    expect((await session(alice, "monitor", "--relay", "ftp://x")).status).to.equal(2);
  });
});
