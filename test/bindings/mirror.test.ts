import { expect } from "chai";

import { fastCrypto } from "../../src/bindings/fast-crypto.js";
import { type MirrorOptions, type MirrorProgress, readMirror } from "../../src/bindings/mirror.js";
import type { SessionHandle } from "../../src/bindings/session.js";
import { expectClientError, networkHelpers } from "../client/support.js";
import { fullHistory } from "./full-history.js";

async function told(handle: SessionHandle, options: MirrorOptions = {}): Promise<MirrorProgress[]> {
  const all: MirrorProgress[] = [];
  await readMirror(handle, { ...options, onProgress: (progress) => all.push(progress) });
  return all;
}

describe("readMirror", function () {
  let handle: SessionHandle;
  let alice: string;
  let newest: number;

  beforeEach(async function () {
    const history = await networkHelpers.loadFixture(fullHistory);
    handle = history.handle;
    alice = history.alice.address;
    newest = await handle.runner.provider!.getBlockNumber();
  });

  it("has the chain's head and accounts, as of the newest block", async function () {
    const { book, blockNumber, timestamp, times, linkToSign } = await readMirror(handle);
    const { link } = await handle.book.chainState();
    expect([book.link, linkToSign]).to.deep.equal([link, link]);
    const { claim, worst } = await handle.book.accountOf(alice);
    expect(book.accountOf(alice)).to.include({ claim, worst });
    const block = (await handle.runner.provider!.getBlock(newest))!;
    expect([blockNumber, timestamp, times.get(newest)]).to.deep.equal([
      newest,
      BigInt(block.timestamp),
      BigInt(block.timestamp),
    ]);
  });

  it("is the same with faster hashing", async function () {
    const { hashing } = await fastCrypto();
    expect((await readMirror(handle, { hashing })).book.link).to.equal((await readMirror(handle)).book.link);
  });

  it("stands as of an earlier block, if one is named", async function () {
    const { records } = await readMirror(handle);
    const fill = records.findIndex(({ kind }) => kind === "matched");
    const toBlock = records[fill]!.blockNumber;
    const earlier = await readMirror(handle, { toBlock });
    expect(earlier.records).to.deep.equal(records.filter(({ blockNumber }) => blockNumber <= toBlock));
    expect(earlier.book.link).to.equal((await handle.book.chainState({ blockTag: toBlock })).link);
  });

  it("tells of each phase from its beginning to its end", async function () {
    const { records, times } = await readMirror(handle);
    const all = await told(handle);
    const ends = { reading: newest + 1, dating: times.size, replaying: records.length };
    expect([...new Set(all.map(({ phase }) => phase))]).to.deep.equal(Object.keys(ends));
    for (const [phase, total] of Object.entries(ends)) {
      const some = all.filter((progress) => progress.phase === phase);
      expect(some[0]).to.deep.equal({ phase, done: 0, total });
      expect(some.at(-1)).to.deep.equal({ phase, done: total, total });
    }
  });

  for (const phase of ["reading", "dating", "replaying"] as const) {
    it(`is stopped while it is ${phase}`, async function () {
      const stop = new AbortController();
      const reason = new Error(`enough of ${phase}`);
      const onProgress = (progress: MirrorProgress): void => {
        if (progress.phase === phase) stop.abort(reason);
      };
      const thrown: unknown = await readMirror(handle, { signal: stop.signal, onProgress }).catch((e: unknown) => e);
      expect(thrown).to.equal(reason);
    });
  }

  it("is stopped while a node does not answer", async function () {
    const stop = new AbortController();
    const silent = new Proxy(handle.runner.provider!, {
      get: (target, name, self) =>
        name === "getLogs" ? () => new Promise(() => undefined) : (Reflect.get(target, name, self) as unknown),
    });
    const waiting = readMirror({ ...handle, runner: silent }, { signal: stop.signal }).catch((e: unknown) => e);
    stop.abort();
    expect(await waiting).to.have.property("name", "AbortError");
  });

  describe("is not the chain's if its beginning is missing", function () {
    it("because the checkpoint is another", async function () {
      await networkHelpers.mine(); // nothing happened in this block
      const fromBlock = newest + 1;
      const { args } = await expectClientError(readMirror(handle, { fromBlock }), "Client_MirrorDiffers");
      const { link } = await handle.book.chainState();
      expect(args).to.include({ fromBlock, blockNumber: fromBlock, link });
      expect(args["rebuilt"])
        .to.match(/^0x[0-9a-f]{64}$/)
        .and.not.to.equal(link);
    });

    it("because what is left contradicts itself", async function () {
      const { records } = await readMirror(handle);
      const fill = records.find(({ kind }) => kind === "matched")!;
      const fromBlock = fill.blockNumber;
      const { args, cause } = await expectClientError(readMirror(handle, { fromBlock }), "Client_MirrorDiffers");
      expect(args).to.include({ fromBlock, blockNumber: newest });
      expect(cause).to.have.property("code", "RECORD_IMPOSSIBLE");
    });
  });

  it("needs a provider", async function () {
    await expectClientError(readMirror({ ...handle, runner: { provider: null } }), "Client_NoProvider");
  });
});
