/** A trader who watches its own packages at a relay whose parts are real; what it is told, as the wire has it. */
import { expect } from "chai";

import type { SignedPackage } from "../../../src/bindings/packages.js";
import { toJson } from "../../../src/protocol/amounts/json.js";
import { primaryLink } from "../../../src/protocol/signing/typed-data.js";
import type { RelayError } from "../../../src/relay/errors.js";
import { createOwnWatches, type WatchMessage } from "../../../src/relay/http/own-watches.js";
import { createViews } from "../../../src/relay/http/views.js";
import { cancelDigest } from "../../../src/wire/cancellation.js";
import { type OwnRead, readDigest } from "../../../src/wire/own.js";
import { type StreamMessage, streamMessage } from "../../../src/wire/stream.js";
import { PaperChain } from "../paper/chain.js";
import { paperRelay, type PaperRelay } from "../paper/relay.js";

describe("given a trader who watches its own packages", () => {
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
    const { tracker, confirmed, ledger, packages, mayRead, watchers, clock } = relay;
    const views = createViews({ tracker, confirmed, ledger, store: packages });
    const services = {
      mayRead,
      packagesOf: (address: string) => views.packagesOf(address),
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
        watches.start(streamOf(trader), addressOf(trader), read);
      },
      /** Fates that it was told of one package. */
      fates: (signed: SignedPackage) => {
        const link = primaryLink(signed.package);
        return heard.flatMap((one) => (one.type === "package" && one.data.link === link ? [one.data.status] : []));
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
    expect(one.heard.length).to.equal(1);
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
    for (const { heard } of [stopped, over]) expect(heard.map(({ type }) => type)).to.deep.equal(["packages"]);
    expect(stopped.refused).to.deep.equal([]);
    expect(over.refused.map(({ code, values }) => [code, values["trader"]])).to.deep.equal([
      ["RELAY_READ_SIGNATURE", addressOf(0)],
    ]);
    over.watches.check();
    expect(over.refused.length, "once").to.equal(1);
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
