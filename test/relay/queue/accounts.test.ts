import { expect } from "chai";

import { createGasAccounts } from "../../../src/relay/queue/accounts.js";
import { RelayError } from "../../../src/relay/errors.js";
import { depositOf, LOT, PaperChain, traderAt } from "../paper/chain.js";
import { paperRelay } from "../paper/relay.js";

const [QUOTA, HOUR] = [170_000n, 3_600_000];

describe("given a trader's account of gas", () => {
  const open = () => {
    const time = { ms: 0 };
    const accounts = createGasAccounts({ isOwnKey: () => true }, { burnQuota: QUOTA, windowMs: HOUR }, () => time.ms);
    const burn = (burned: bigint, byWallet = false): void => {
      accounts.charge("a", { burned, landed: 0n, byWallet });
    };
    const land = (landed: bigint): void => {
      accounts.charge("a", { burned: 0n, landed, byWallet: false });
    };
    return { time, accounts, burn, land, left: () => accounts.left("a", false) };
  };

  it("begins with the quota, loses what is burned, and gets half of the quota back in a window, up to it", () => {
    const { time, burn, left } = open();
    expect(left()).to.equal(QUOTA);
    burn(100_000n);
    expect(left()).to.equal(70_000n);
    time.ms += HOUR;
    expect(left()).to.equal(155_000n);
    time.ms += HOUR;
    expect(left()).to.equal(QUOTA);
  });

  it("grows by an eighth of what lands, up to twice the quota, but not for a day after burning", () => {
    const { time, burn, land, left } = open();
    land(800_000n);
    expect(left()).to.equal(270_000n);
    land(8_000_000n);
    expect(left()).to.equal(340_000n);
    burn(17_000n);
    land(800_000n);
    expect(left()).to.equal(323_000n);
    time.ms += 24 * HOUR;
    land(80_000n);
    expect(left()).to.equal(333_000n);
  });

  it("refuses packages while it does not bear one more, and says when it will", () => {
    const { accounts, burn, time } = open();
    accounts.requireQuota("a");
    burn(QUOTA);
    const refused = (): unknown => {
      try {
        accounts.requireQuota("a");
        return undefined;
      } catch (error) {
        return (error as RelayError).values;
      }
    };
    expect(refused()).to.deep.equal({ trader: "a", quota: QUOTA, left: 0n, retryAfterSeconds: 720 });
    time.ms += 720_000;
    expect(refused()).to.equal(undefined);
  });

  it("bears one burning of a contract wallet, and gives nothing back", () => {
    const { accounts, burn, time } = open();
    expect(accounts.left("a", true)).to.equal(557_000n);
    burn(540_000n, true);
    time.ms += 1_000 * HOUR;
    expect(() => {
      accounts.requireQuota("a");
    }).to.throw("RELAY_QUOTA");
  });

  it("bears anything if there is no quota", () => {
    const accounts = createGasAccounts({ isOwnKey: () => true }, { burnQuota: 0n, windowMs: HOUR }, () => 0);
    accounts.charge("a", { burned: 10n ** 9n, landed: 0n, byWallet: false });
    accounts.requireQuota("a");
    expect(accounts.left("a", false)).to.equal(2n ** 64n);
  });
});

describe("given a relay whose traders have accounts", () => {
  it("has no more of a trader on its way than the account bears, and brings the rest as it lands", async () => {
    const relay = await paperRelay({ burnQuota: 3n * 17_000n });
    const { chain } = relay;
    await relay.follow();
    const signed = Array.from({ length: 7 }, (_, nonce) =>
      chain.sign(0, { nonce: BigInt(nonce), priceTicks: 4_000n + BigInt(nonce), quantityLots: 1n }),
    );
    const other = chain.sign(1, { priceTicks: 3_000n });
    await relay.bring(...signed, other);
    expect(relay.ledger.openSubmissions().map(({ links }) => links.length)).to.deep.equal([4]);
    for (let blocks = 0; blocks < 4; blocks += 1) {
      chain.mine();
      await relay.follow();
      await relay.accountant.look();
      await relay.dispatcher.tick(await relay.fence());
    }
    expect([...signed, other].map((one) => relay.statusOf(one))).to.deep.equal(Array(8).fill("onChain"));
  });

  it("charges whoever made packages void behind the relay's back, and nobody else", async () => {
    const relay = await paperRelay({ burnQuota: 3n * 17_000n });
    const { chain } = relay;
    await relay.follow();
    const { address } = chain.traders[0]!;
    const signed = [0n, 1n, 2n].map((nonce) => chain.sign(0, { nonce, priceTicks: 4_000n + nonce, quantityLots: 1n }));
    await relay.bring(...signed, chain.sign(1, { priceTicks: 3_000n }));
    chain.mine((book, context) => book.invalidateNonces({ ...context, caller: address }, 5n));
    await relay.follow();
    await relay.accountant.look();
    expect(signed.map((one) => relay.statusOf(one))).to.deep.equal(["refused", "refused", "refused"]);
    expect([relay.accounts.left(address, false), relay.accounts.left(chain.traders[1]!.address, false)]).to.deep.equal([
      0n,
      3n * 17_000n + 130_000n / 8n,
    ]);
    expect((await relay.metrics.gasBurned.get()).values[0]!.value).to.equal(51_000);
    const answer: unknown = await relay.intake.offer(chain.sign(0, { nonce: 5n })).catch((error: unknown) => error);
    expect(answer).to.be.instanceOf(RelayError).and.include({ code: "RELAY_QUOTA" });
    await relay.intake.offer(chain.sign(1, { nonce: 1n, priceTicks: 3_001n }));
  });

  it("has one package of a contract wallet on its way at a time", async () => {
    const chain = new PaperChain();
    const relay = await paperRelay({ chain, burnQuota: 170_000n });
    const wallet = { address: traderAt(77).address, key: chain.traders[0]!.key };
    chain.wallets.set(wallet.address, () => true);
    chain.mine(depositOf(wallet.address, 1_000n * LOT));
    await relay.follow();
    await relay.bring(...[0n, 1n].map((nonce) => chain.sign(wallet, { nonce, priceTicks: 4_000n + nonce })));
    expect(relay.ledger.openSubmissions().map(({ links }) => links.length)).to.deep.equal([1]);
    chain.mine();
    await relay.follow();
    await relay.dispatcher.tick(await relay.fence());
    chain.mine();
    await relay.follow();
    expect(chain.resting).to.deep.equal([1, 2]);
  });
});
