/** Refusals that say nothing of a package, but of how it was brought: it is tried again, up to a point. */
import { expect } from "chai";

import type { RefusalCode } from "../../../src/protocol/market/refusal.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import type { AppliedBlock, Mirror } from "../../../src/relay/follow/mirror.js";
import { applyAll } from "../../../src/relay/tracker/blocks.js";
import { trackerState } from "../../../src/relay/tracker/state.js";
import { PaperChain } from "../paper/chain.js";
import { paperRelay } from "../paper/relay.js";

const OWN = `0x${"77".repeat(32)}`;

/** A relay with one package, to which a block says that its own transaction was refused with this code. */
async function refusedWith(code: string, transactionHash = OWN) {
  const chain = new PaperChain();
  const relay = await paperRelay({ chain });
  await relay.follow();
  const signed = chain.sign(0);
  await relay.intake.offer(signed);
  const link = primaryLink(signed.package);
  const behind = chain.sign(1);
  const linkBehind = primaryLink(behind.package);
  await relay.intake.offer(behind);
  const { trader, nonce } = signed.package;
  const skipped = [{ index: 0, trader, nonce, transactionHash, code }];
  const { tracker } = relay;
  const block = (): AppliedBlock => {
    return { header: chain.tip, landed: [], cancelled: [], skipped, asExpected: true, records: () => [] };
  };
  const mirror = Object.create(tracker.mirror, { apply: { value: block } }) as Mirror;
  const dependencies = {
    ...relay,
    follower: { next: () => Promise.resolve({ kind: "same" as const }) },
    createMirror: () => mirror,
    submissions: { linksOf: (hash: string) => Promise.resolve(hash === OWN ? [link, linkBehind] : undefined) },
    reorgDepth: 8,
  };
  const state = { ...trackerState(dependencies), isReady: true };
  const again = (): Promise<void> => applyAll(state, [{ header: chain.tip, logs: [] }], chain.tip.number - 8);
  return { relay, link, linkBehind, again, state };
}

describe("given a package of which a block says that it was refused", () => {
  for (const code of ["Book_StillCrossed", "Book_HintTooFar", "Book_OutOfGas"]) {
    it(`tries it again after ${code}, eight times`, async () => {
      const { relay, link, again } = await refusedWith(code);
      for (let times = 1; times <= 8; times += 1) {
        await again();
        const { fate, attempts } = relay.ledger.find(link)!;
        expect([fate.status, attempts]).to.deep.equal(["pending", times]);
      }
      await again();
      const { fate } = relay.ledger.find(link)!;
      expect(fate).to.deep.include({ status: "refused", refusal: { code, values: {} } });
    });
  }

  it("tries those behind it again too after Book_OutOfGas, of which nothing is said, and no others", async () => {
    for (const code of ["Book_StillCrossed", "Book_OutOfGas"]) {
      const { relay, linkBehind, again } = await refusedWith(code);
      for (let times = 0; times <= 9; times += 1) await again();
      const { fate, attempts } = relay.ledger.find(linkBehind)!;
      expect([fate.status, attempts], code).to.deep.equal(["pending", code === "Book_OutOfGas" ? 10 : 0]);
    }
  });

  it("believes any other refusal at once", async () => {
    const codes: readonly RefusalCode[] = ["Book_Uncovered", "Book_NonceUsed", "Book_StaleLink", "Book_MarketClosed"];
    for (const code of codes) {
      const { relay, link, again } = await refusedWith(code);
      await again();
      expect(relay.ledger.find(link)!.fate.status, code).to.equal("refused");
    }
  });

  it("believes nothing that another account's transaction was told", async () => {
    const { relay, link, again, state } = await refusedWith("Book_Uncovered", `0x${"88".repeat(32)}`);
    await again();
    expect([relay.ledger.find(link)!.fate.status, state.recent.size]).to.deep.equal(["pending", 0]);
  });
});
