import { expect } from "chai";

import { auditRelay } from "../../trials/relay/audit.js";
import { drained } from "../../trials/relay/load-generator.js";
import type { SignedPackage } from "../../src/bindings/packages.js";
import { eventually, openWorld, type TestRelay, type TestWorld } from "./support.js";

const ROUNDS = 12;

/** Relays that know nothing of each other: each has a database of its own. */
describe("given two relays of one session that share nothing", function () {
  let world: TestWorld;
  before(async () => (world = await openWorld({ traders: 3 })));
  after(() => world.close());
  let nonce = 0n;

  for (const [what, accounts] of [
    ["from an account each", [0, 1]],
    ["from the same account", [2, 2]],
  ] as const) {
    describe(`when both submit the same packages, ${what}`, () => {
      let relays: TestRelay[];
      /** What each relay has acknowledged. */
      const taken: Set<string>[] = [new Set(), new Set()];

      before(async () => {
        relays = [];
        for (const [index, account] of accounts.entries()) {
          relays.push(await world.startRelay({ database: `${what} ${index}`, account, flags: ["--index", "off"] }));
        }
      });
      after(async () => {
        for (const { relay } of relays) await relay.stop();
      });

      it("each that one of them takes lands exactly once, and both agree", async () => {
        for (let round = 0; round < ROUNDS; round += 1, nonce += 1n) {
          const signed = await world.sign(round % 3, { nonce, priceTicks: 4_000n + BigInt(round) });
          const links = await Promise.all(relays.map((one) => take(one, signed)));
          for (const [index, link] of links.entries()) if (link !== undefined) taken[index]!.add(link);
        }
        expect(new Set(taken.flatMap((links) => [...links])).size).to.equal(ROUNDS);
        for (const [index, { client }] of relays.entries()) {
          expect(await drained(client, 60_000)).to.equal(true);
          const links = [...taken[index]!];
          const { problems, landed } = await auditRelay(world.stage, client, links);
          expect([problems, landed]).to.deep.equal([[], links.length]);
        }
      });
    });
  }

  /** A relay knows the newest link when it has followed the block. @returns undefined if the other relay was faster */
  async function take({ client }: TestRelay, signed: SignedPackage): Promise<string | undefined> {
    let link: string | undefined;
    await eventually("the package is answered", async () => {
      const { status, body } = await client.submit(signed);
      link = status === 202 ? (body["link"] as string) : undefined; // by the relay's interface
      const code = (body["error"] as { code: string } | undefined)?.code;
      return code !== "Book_StaleLink";
    });
    return link;
  }
});
