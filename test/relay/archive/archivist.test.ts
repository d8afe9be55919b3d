/** An archivist writes what is final, as a node gives it, and reads it again if the chain is another. */
import { expect } from "chai";
import { id } from "ethers";

import type { BlockHeader } from "../../../src/node/node.js";
import { NodeError } from "../../../src/node/errors.js";
import { type ArchivistDependencies, createArchivist } from "../../../src/relay/archive/archivist.js";
import { logText } from "../../../src/relay/archive/log-lines.js";
import type { LogStore } from "../../../src/relay/archive/store.js";
import { createLog } from "../../../src/relay/reporting/log.js";
import { printSessionLog, sealed } from "../../../src/verify/session-log.js";
import { hashAt } from "../../history/support.js";
import { FIRST_BLOCK } from "../../verify/support/header.js";
import { SessionNode } from "../../verify/support/node.js";
import { eventful } from "../../verify/support/stories.js";
import { emptyStore } from "./kept.js";

const LOG = eventful().log();
const LAST = LOG.records.at(-1)!.blockNumber;
const TIP = LAST + 10;
const HASTE = { pollMs: 1, blocks: 1, waitMs: 0, retryMs: 1 };

/** A chain whose blocks become final by hand. */
function chain() {
  const world = { final: -1, fork: 0, faults: 0, asked: 0 };
  const provider = new SessionNode(LOG, id("salt"), { tip: TIP });
  const dependencies: Omit<ArchivistDependencies, "store"> = {
    node: {
      block: (tag) => {
        world.asked += 1;
        const number = Number(tag);
        const header: BlockHeader = {
          ...{ number, hash: hashAt(number, world.fork), parentHash: hashAt(number - 1, world.fork) },
          ...{ timestamp: 1_500n + BigInt(number), baseFee: 7n },
        };
        return Promise.resolve(number > TIP ? undefined : header);
      },
    },
    provider: () => {
      if (world.faults === 0) return Promise.resolve(provider);
      world.faults -= 1;
      return Promise.reject(new NodeError("NODE_UNREACHABLE", { node: "http://node", reason: "away" }));
    },
    session: LOG.header.session,
    fromBlock: 0,
    finalBlock: () => world.final,
    log: createLog("silent"),
    pace: HASTE,
  };
  return { world, dependencies };
}

/** What the log is up to a block. */
const upTo = (toBlock: number): string =>
  printSessionLog(
    sealed(
      { ...LOG.header, toBlock },
      LOG.records.filter(({ blockNumber }) => blockNumber <= toBlock),
    ),
  );

async function kept(store: LogStore): Promise<string> {
  const tip = await store.tip();
  if (tip === undefined) return "";
  let text = "";
  for await (const part of logText(store, tip)) text += part;
  return text;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe("given an archivist over a chain", () => {
  let stop: (() => Promise<void>) | undefined;
  afterEach(async () => {
    await stop?.();
    stop = undefined;
  });

  async function begun(change: (world: ReturnType<typeof chain>["world"]) => void = () => undefined) {
    const { world, dependencies } = chain();
    change(world);
    const store = await emptyStore();
    const stopping = new AbortController();
    const running = createArchivist({ ...dependencies, store }).run(stopping.signal);
    stop = async () => {
      stopping.abort();
      await running;
    };
    const reaches = (number: number) => until(async () => (await store.tip())?.number === number);
    return { world, store, reaches };
  }

  it("writes nothing while nothing is final, and what is final whenever that goes on", async () => {
    const { world, store, reaches } = await begun();
    expect(await store.tip()).to.equal(undefined);
    for (const final of [FIRST_BLOCK + 2, LAST - 1, LAST, TIP]) {
      world.final = final;
      await reaches(final);
      expect(await kept(store)).to.equal(upTo(final));
    }
  });

  it("waits as long as the session's making is not final", async () => {
    const { world, store, reaches } = await begun((one) => (one.final = FIRST_BLOCK - 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await store.tip()).to.equal(undefined);
    world.final = LAST;
    await reaches(LAST);
    expect(await kept(store)).to.equal(upTo(LAST));
  });

  it("goes on when its node is back", async () => {
    const { store, reaches } = await begun((one) => Object.assign(one, { final: LAST, faults: 3 }));
    await reaches(LAST);
    expect(await kept(store)).to.equal(upTo(LAST));
  });

  it("reads everything again where the block up to which it had come is another one", async () => {
    const { world, store, reaches } = await begun((one) => (one.final = LAST - 1));
    await reaches(LAST - 1);
    const { edition } = (await store.tip())!;
    world.fork = 1;
    world.final = TIP;
    await reaches(TIP);
    const tip = (await store.tip())!;
    expect(tip.edition).to.not.equal(edition);
    expect(tip.hash).to.equal(hashAt(TIP, 1));
    expect(await kept(store)).to.equal(upTo(TIP));
  });

  it("writes each block once, however many archivists share a database", async () => {
    const { dependencies, world } = chain();
    world.final = TIP;
    const store = await emptyStore();
    const stopping = new AbortController();
    const running = [1, 2, 3].map(() => createArchivist({ ...dependencies, store }).run(stopping.signal));
    await until(async () => (await store.tip())?.number === TIP);
    stopping.abort();
    await Promise.all(running);
    expect(await kept(store)).to.equal(upTo(TIP));
  });
});
