import { existsSync } from "node:fs";

import { expect } from "chai";

import { startChain } from "../../stage/chain.js";
import { startRelayRoute } from "../../stage/relay.js";
import { type Delivery, directRoute, MAX_MATCHES, MAX_WALK, type OrderRoute } from "../../stage/route.js";
import { openStage, type Stage } from "../../stage/stage.js";
import { manyTraders } from "../../stage/traders.js";
import { createSubmitter } from "../../src/client/submitter.js";
import type { OrderRequest } from "../../src/client/trader.js";
import type { SignedPackage } from "../../src/protocol/signing/package.js";
import { assetUnits, tokenWei } from "../../src/protocol/amounts/units.js";

const SEED = 5n;
const START = 1_700_000_000;
const HALF = tokenWei(5n * 10n ** 20n);
const PLAN = {
  seed: SEED,
  token: { name: "Routes", symbol: "RTS" },
  assets: ["A", "B"].map((symbol) => ({ symbol, quantity: assetUnits(10n ** 20n) })),
  supply: tokenWei(10n ** 21n),
  traders: manyTraders(2, { tokens: HALF, deposits: HALF }),
  t1: START,
  t2: START + 86_400,
} as const;

/** Two that meet, and of each kind of refusal one. */
const ORDERS: readonly (readonly [trader: 0 | 1, order: OrderRequest])[] = [
  [0, { leg: 1, price: 5_000n, quantity: 100n, nonce: 0n }],
  [1, { leg: 1, price: 4_900n, quantity: -60n, nonce: 0n }],
  [1, { leg: 1, price: 4_900n, quantity: -10n, nonce: 0n }],
  [1, { leg: 1, price: 5_000n, quantity: 10_000_000n, nonce: 1n }],
  [0, { leg: 1, price: 10_001n, quantity: 1n, nonce: 1n }],
  [0, { leg: 1, price: 5_100n, quantity: 1n, nonce: 1n, deadline: START - 1 }],
  [1, { leg: 1, price: 5_000n, quantity: -5n, nonce: 2n }],
];

describe("the ways of signed orders to the book", () => {
  const open: (() => Promise<void>)[] = [];
  after(async () => {
    for (const close of open.reverse()) await close();
  });

  async function stageAt(start: number): Promise<Stage> {
    const stage = await openStage(await startChain(start - 86_400), PLAN);
    open.push(() => stage.chain.close());
    await stage.chain.clock.moveTo(start);
    return stage;
  }

  async function sign(stage: Stage, route: OrderRoute): Promise<SignedPackage[]> {
    const previousLink = await route.link();
    const signed = [];
    for (const [trader, order] of ORDERS) {
      signed.push(await stage.traders[trader]!.trader.signOrder({ ...order, previousLink }));
    }
    return signed;
  }

  /** As the relay has cut them: a call folds its records at once, so links are the same only if the calls are (R24). */
  function callsOf({ results, records }: Delivery, signed: readonly SignedPackage[]): SignedPackage[][] {
    const hashes = new Map<number, string>();
    for (const record of records) {
      if (record.kind === "tradeCreated") hashes.set(record.tradeRootId, record.transactionHash);
    }
    const calls: SignedPackage[][] = [[]];
    let last: string | undefined;
    for (const [index, one] of signed.entries()) {
      const hash = hashes.get(results[index]!.tradeRootId ?? 0) ?? last; // what was refused is in no call of the relay's
      if (hash !== last && last !== undefined) calls.push([]);
      last = hash;
      calls.at(-1)!.push(one);
    }
    return calls;
  }

  describe("when the same orders go either way", () => {
    let direct: Delivery | undefined;
    let relayed: Delivery | undefined;
    let links: string[];
    let isLeft: boolean;
    before(async () => {
      const [one, other] = [await stageAt(START), await stageAt(START)];
      const relay = await startRelayRoute(other, SEED);
      try {
        relayed = await relay.bring(await sign(other, relay));
        links = [await relay.link()];
      } finally {
        await relay.close();
      }
      isLeft = existsSync(relay.folder);
      const { chain, handle } = one;
      const submitter = createSubmitter(handle, chain.relayer, { maxMatches: MAX_MATCHES, maxWalk: MAX_WALK });
      const route = directRoute(handle, submitter);
      const deliveries: Delivery[] = [];
      for (const call of callsOf(relayed, await sign(one, route))) deliveries.push(await route.bring(call));
      direct = {
        results: deliveries.flatMap(({ results }) => results),
        gas: deliveries.flatMap(({ gas }) => gas),
        records: deliveries.flatMap(({ records }) => records),
      };
      links.push(await route.link());
    });

    it("has each accepted with the same number, or refused with the same code", () => {
      expect(direct!.results.map(({ tradeRootId, refusal }) => tradeRootId ?? refusal)).to.deep.equal([
        1,
        2,
        "Book_NonceUsed",
        "Book_Uncovered",
        "Book_PriceOutOfBounds",
        "Book_DeadlineExpired",
        3,
      ]);
      expect(relayed!.results).to.deep.equal(direct!.results);
    });

    it("leads to the same link, in the same calls", () => {
      expect(links[1]).to.equal(links[0]);
    });

    it("records the same orders and fills, and through a relay nothing of what was refused", () => {
      const [one, other] = [direct, relayed].map((delivery) =>
        delivery!.records
          .filter(({ kind }) => kind === "tradeCreated" || kind === "matched")
          .map((record) => ({ ...record, blockNumber: 0, logIndex: 0, transactionHash: "" })),
      );
      expect(other).to.deep.equal(one);
      expect(direct!.records.filter(({ kind }) => kind === "skipped").length).to.equal(4);
      expect(relayed!.records.filter(({ kind }) => kind === "skipped").length).to.equal(0);
    });

    it("tells what each transaction cost", () => {
      expect(direct!.gas.length).to.equal(relayed!.gas.length);
      expect(relayed!.gas.length).to.equal(
        new Set(relayed!.records.map(({ transactionHash }) => transactionHash)).size,
      );
      for (const gas of relayed!.gas) expect(Number(gas)).to.be.within(21_000, 1_000_000);
    });

    it("leaves no database behind", () => {
      expect(isLeft).to.equal(false);
    });
  });
});
