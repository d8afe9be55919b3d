/** A trader who watches its own packages and cancellations at a relay whose parts are real; what it is told, as the wire has it. */
import { expect } from "chai";

import type { SignedPackage } from "../../../src/bindings/packages.js";
import { toJson } from "../../../src/protocol/amounts/json.js";
import type { SignedTradesCancellation } from "../../../src/protocol/signing/trades-cancellation.js";
import { cancellationHash, primaryLink } from "../../../src/protocol/signing/typed-data.js";
import type { RelayError } from "../../../src/relay/errors.js";
import { createOwnWatches, type OwnServices, type WatchMessage } from "../../../src/relay/http/own-watches.js";
import { createViews } from "../../../src/relay/http/views.js";
import { cancelDigest } from "../../../src/wire/cancellation.js";
import { type OwnRead, readDigest } from "../../../src/wire/own.js";
import { type StreamMessage, streamMessage } from "../../../src/wire/stream.js";
import { ordersOf, PaperChain } from "../paper/chain.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

describe("given a trader who watches its own packages and cancellations", () => {
  let chain: PaperChain;
  let relay: PaperRelay;
  beforeEach(async () => {
    chain = new PaperChain();
    relay = await paperRelay({ chain });
    await relay.follow();
  });

  const addressOf = (trader: number): string => chain.traders[trader]!.address;
  const streamOf = (trader: number): string => `orders:${addressOf(trader)}`;

  /** Good for a minute. @param key whose signature it is */
  function readBy(trader: number, key = trader): OwnRead {
    const until = relay.clock.now() + 60n;
    const digest = readDigest(chain.terms.domain, addressOf(trader), until);
    return { until, signature: chain.traders[key]!.key.sign(digest).serialized };
  }

  function watching(trader: number, read = readBy(trader)) {
    const heard: StreamMessage[] = [];
    const refused: RelayError[] = [];
    const { tracker, confirmed, ledger, cancels, packages, mayRead, watchers, clock, routing } = relay;
    const views = createViews({ tracker, confirmed, ledger, cancels, store: packages, routing, clock });
    const services: OwnServices = {
      waitingOf: (one) =>
        Promise.resolve({ packages: views.packagesOf(one), cancellations: views.cancellationsOf(one) }),
      mayRead,
      watch: watchers.watch,
      time: () => clock.now(),
    };
    const hear = (message: WatchMessage): void => void heard.push(asRead(message));
    const watches = createOwnWatches(services, hear, (error) => refused.push(error));
    return {
      watches,
      heard,
      refused,
      start: async () => {
        await watches.require(addressOf(trader), read);
        await watches.start(streamOf(trader), addressOf(trader), read);
      },
      /** Fates that it was told of one package. */
      fates: (signed: SignedPackage) => {
        const link = primaryLink(signed.package);
        return heard.flatMap((one) => (one.type === "package" && one.data.link === link ? [one.data.status] : []));
      },
      /** What it was told of one cancellation, beginning with what it heard first. */
      words: ({ cancellation }: SignedTradesCancellation) => {
        const hash = cancellationHash(cancellation);
        const told = heard.flatMap((one) => {
          if (one.type === "cancellations") return one.cancellations;
          return one.type === "cancellation" ? [one.data] : [];
        });
        return told.flatMap((one) => (one.hash === hash ? [one.status] : []));
      },
    };
  }
  /** Both readings have to take it. */
  function asRead(message: WatchMessage): StreamMessage {
    const text: unknown = JSON.parse(toJson(message));
    streamMessage.wire.parse(text);
    return streamMessage.domain.parse(text);
  }

  it("is told first what waits, and nothing of others", async () => {
    const [own, other] = [chain.sign(0), chain.sign(1)];
    for (const signed of [own, other]) await relay.intake.offer(signed);
    const one = watching(0);
    await one.start();
    expect(one.heard.map(({ type }) => type)).to.deep.equal(["packages", "cancellations"]);
    const [first] = one.heard;
    if (first?.type !== "packages") throw new Error(`not what waits: ${first?.type}`);
    expect([first.stream, first.packages.map(({ link, status }) => [link, status])]).to.deep.equal([
      streamOf(0),
      [[primaryLink(own.package), "pending"]],
    ]);
    expect(first.packages[0]!.package).to.deep.equal(own.package);
  });

  it("is told of each that is taken, sent and landed, in that order, and of nobody else's", async () => {
    const one = watching(0);
    await one.start();
    const [own, other] = [chain.sign(0), chain.sign(1)];
    await relay.bring(own, other);
    expect(one.fates(own)).to.deep.equal(["pending", "submitted"]);
    const block = chain.mine();
    await relay.follow();
    expect(one.fates(own)).to.deep.equal(["pending", "submitted", "onChain"]);
    expect(one.fates(other)).to.deep.equal([]);
    const last = one.heard.at(-1)!;
    if (last.type !== "package") throw new Error(`no package: ${last.type}`);
    const { tradeRootId, block: landedIn, package: order } = last.data;
    expect([tradeRootId, landedIn, order]).to.deep.equal([1, { number: block.number, hash: block.hash }, own.package]);
  });

  it("is told when a reorganisation takes one back, and when it lands again", async () => {
    const one = watching(0);
    await one.start();
    const own = chain.sign(0);
    await relay.bring(own);
    chain.mine();
    await relay.follow();
    chain.rewind(chain.tip.number - 1);
    chain.mine();
    await relay.follow();
    expect(one.fates(own)).to.deep.equal(["pending", "submitted", "onChain", "submitted", "onChain"]);
  });

  it("is told of one that it took back, and of one that the book would refuse", async () => {
    const one = watching(0);
    await one.start();
    const [back, dead] = [chain.sign(0), chain.sign(0, { nonce: 1n })];
    for (const signed of [back, dead]) await relay.intake.offer(signed);
    const link = primaryLink(back.package);
    const signature = chain.traders[0]!.key.sign(cancelDigest(chain.terms.domain, link)).serialized;
    await relay.canceller.cancel(link, signature);
    expect(one.fates(back)).to.deep.equal(["pending", "withdrawn"]);
    chain.mine((book, context) => book.invalidateNonces({ ...context, caller: addressOf(0) }, 5n));
    await relay.follow();
    await relay.dispatcher.tick(await relay.fence());
    const last = one.heard.at(-1)!;
    if (last.type !== "package") throw new Error(`no package: ${last.type}`);
    expect([last.data.link, last.data.status, last.data.refusal?.code]).to.deep.equal([
      primaryLink(dead.package),
      "refused",
      "Book_NonceUsed",
    ]);
  });

  it("hears no more once it has stopped, or once its signature's time is over, which it is told", async () => {
    const [stopped, over] = [watching(0), watching(0, readBy(0))];
    await stopped.start();
    await over.start();
    stopped.watches.stop(streamOf(0));
    relay.clock.saw(relay.clock.now() + 61n);
    await relay.intake.offer(chain.sign(0));
    for (const { heard } of [stopped, over]) {
      expect(heard.map(({ type }) => type)).to.deep.equal(["packages", "cancellations"]);
    }
    expect(stopped.refused).to.deep.equal([]);
    expect(over.refused.map(({ code, values }) => [code, values["trader"]])).to.deep.equal([
      ["RELAY_READ_SIGNATURE", addressOf(0)],
    ]);
    over.watches.check();
    expect(over.refused.length, "once").to.equal(1);
  });

  describe("given orders that rest", () => {
    const bid = (trader: number, nonce: bigint) => chain.sign(trader, { nonce, priceTicks: 4_000n + nonce });
    beforeEach(async () => {
      chain.mine(ordersOf(bid(0, 0n), bid(0, 1n), bid(1, 0n)));
      await relay.follow();
    });
    const send = async (): Promise<void> => relay.dispatcher.tick(await relay.fence());
    async function land(): Promise<void> {
      await send();
      chain.mine();
      await relay.follow();
    }

    it("is told first which of its cancellations wait, without their signatures, and none of others", async () => {
      const [own, other] = [chain.signCancellation(0), chain.signCancellation(1)];
      for (const signed of [own, other]) await relay.cancelDesk.cancel(signed);
      const one = watching(0);
      await one.start();
      expect(one.heard[1]).to.deep.equal({
        type: "cancellations",
        stream: streamOf(0),
        cancellations: [
          { hash: cancellationHash(own.cancellation), status: "pending", cancellation: own.cancellation },
        ],
      });
      expect(toJson(one.heard)).not.to.include(own.signature);
    });

    it("is told of each that is taken, sent and done, in that order, and of nobody else's", async () => {
      const one = watching(0);
      await one.start();
      const [own, other] = [chain.signCancellation(0), chain.signCancellation(1)];
      for (const signed of [own, other]) await relay.cancelDesk.cancel(signed);
      await relay.cancelDesk.cancel(own);
      await send();
      expect(one.words(own)).to.deep.equal(["pending", "submitted"]);
      const sent = one.heard.at(-1)!;
      if (sent.type !== "cancellation") throw new Error(`no cancellation: ${sent.type}`);
      expect(sent.data.submissionId).to.equal(relay.ledger.openSubmissions()[0]!.id);
      const block = chain.mine();
      await relay.follow();
      expect([one.words(own), one.words(other)]).to.deep.equal([["pending", "submitted", "onChain"], []]);
      const last = one.heard.at(-1)!;
      if (last.type !== "cancellation") throw new Error(`no cancellation: ${last.type}`);
      expect(last.data).to.deep.equal({
        hash: cancellationHash(own.cancellation),
        ...{ status: "onChain", block: { number: block.number, hash: block.hash }, cancellation: own.cancellation },
      });
    });

    it("is told when a reorganisation takes one back, and when it lands again", async () => {
      const one = watching(0);
      await one.start();
      const own = chain.signCancellation(0);
      await relay.cancelDesk.cancel(own);
      await land();
      chain.rewind(chain.tip.number - 1);
      chain.mine();
      await relay.follow();
      expect(one.words(own)).to.deep.equal(["pending", "submitted", "onChain", "submitted", "onChain"]);
    });

    it("is told that one waits again whose transaction somebody else has used, and that it is sent again", async () => {
      const one = watching(0);
      await one.start();
      const own = chain.signCancellation(0);
      await relay.cancelDesk.cancel(own);
      await send();
      const { account, nonce } = relay.ledger.openSubmissions()[0]!;
      relay.ledger.useNonces(account, nonce + 1, chain.tip.number);
      expect(one.words(own)).to.deep.equal(["pending", "submitted", "pending"]);
      relay.ledger.takeOff(chain.tip.number - 1);
      expect(one.words(own)).to.deep.equal(["pending", "submitted", "pending", "submitted"]);
    });

    it("is told of one that the book would refuse, and why", async () => {
      const one = watching(0);
      await one.start();
      const own = chain.signCancellation(0);
      await relay.cancelDesk.cancel(own);
      const resting = [1, 2].map((tradeRootId) => ({ tradeRootId, place: tradeRootId }));
      chain.mine((book, context) => book.offset({ ...context, caller: addressOf(0) }, resting));
      await relay.follow();
      await send();
      const last = one.heard.at(-1)!;
      if (last.type !== "cancellation") throw new Error(`no cancellation: ${last.type}`);
      expect([one.words(own), last.data.refusal?.code]).to.deep.equal([["pending", "refused"], "Book_OrderNotMeant"]);
    });

    it("is told of what another relay of its database has taken", async () => {
      const one = watching(0);
      await one.start();
      const own = chain.signCancellation(0);
      const [hash, seq] = [cancellationHash(own.cancellation), 1];
      relay.cancels.load([{ hash, seq, signed: own, fate: { status: "pending" } }]);
      relay.cancels.load([{ hash, seq, signed: own, fate: { status: "pending" } }]);
      expect(one.words(own)).to.deep.equal(["pending"]);
    });
  });

  it("may not by another's signature, nor by one that is over", async () => {
    const refusal = async (read: OwnRead): Promise<unknown> => {
      const thrown: unknown = await watching(0, read)
        .start()
        .catch((reason: unknown) => reason);
      return (thrown as RelayError).code;
    };
    expect(await refusal(readBy(0, 1))).to.equal("RELAY_READ_SIGNATURE");
    const read = readBy(0);
    relay.clock.saw(relay.clock.now() + 61n);
    expect(await refusal(read)).to.equal("RELAY_READ_SIGNATURE");
  });
});
