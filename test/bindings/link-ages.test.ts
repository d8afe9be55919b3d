/** How many checkpoints ago a link was the head: what is kept, what is asked, and what a reorganisation takes back. */
import { expect } from "chai";
import { id, ZeroHash } from "ethers";
import fc from "fast-check";

import { ClientError } from "../../src/bindings/errors.js";
import { createLinkAges } from "../../src/bindings/links.js";
import { RING } from "../../src/protocol/amounts/limits.js";
import { IOrderBook__factory } from "../../typechain-types/index.js";
import { FIXED } from "../protocol/support.js";
import { contractCalls, rejectionOf, ScriptedNode } from "./support/scripted.js";

const via = IOrderBook__factory.createInterface();
const BOOK = "0x00000000000000000000000000000000000b00c5";

/** A book with checkpoints that can be added and taken back; it keeps the last of them. */
class Chain {
  public readonly node: ScriptedNode;
  readonly #heads: string[] = [id("genesis")];
  #branch = 0;

  public constructor() {
    this.node = new ScriptedNode({
      call: contractCalls(via, {
        chainState: () => [this.#heads.at(-1), this.#heads.length - 1, 0],
        checkpointAt: (number) => {
          const isKept = Number(number) >= this.#heads.length - RING;
          return [isKept ? (this.#heads[Number(number)] ?? ZeroHash) : ZeroHash];
        },
      }),
    });
  }

  public get heads(): readonly string[] {
    return this.#heads;
  }

  public add(count: number): void {
    for (let made = 0; made < count; made += 1) this.#heads.push(id(`${this.#branch} ${this.#heads.length}`));
  }

  public takeBack(count: number): void {
    this.#heads.splice(Math.max(1, this.#heads.length - count));
    this.#branch += 1;
  }

  public ages() {
    return createLinkAges(IOrderBook__factory.connect(BOOK, this.node));
  }
}

describe("createLinkAges, over a book's last checkpoints", function () {
  let chain: Chain;
  beforeEach(function () {
    chain = new Chain();
  });

  /** By hand. */
  function ageOf(link: string): number {
    const number = chain.heads.lastIndexOf(link);
    const age = chain.heads.length - 1 - number;
    return number < 0 || age >= RING ? 0 : age;
  }

  it("knows the genesis before anything was traded", async function () {
    expect(await chain.ages().agesOf([chain.heads[0]!, id("other")])).to.deep.equal([0, 0]);
  });

  it("counts back from the newest", async function () {
    chain.add(5);
    expect(await chain.ages().agesOf(chain.heads)).to.deep.equal([5, 4, 3, 2, 1, 0]);
    expect(await chain.ages().agesOf([])).to.deep.equal([]);
  });

  it("gives 0 for a link that it does not know: the book will refuse it by name", async function () {
    chain.add(5);
    expect(await chain.ages().agesOf([id("never"), `0x${"ff".repeat(32)}`])).to.deep.equal([0, 0]);
  });

  it("reads each checkpoint once", async function () {
    chain.add(5);
    const ages = chain.ages();
    await ages.agesOf(chain.heads);
    expect(chain.node.count("call"), "the state, and the five before the head").to.equal(6);
    await ages.agesOf(chain.heads);
    expect(chain.node.count("call"), "the state alone").to.equal(7);
    chain.add(2);
    await ages.agesOf(chain.heads);
    expect(chain.node.count("call"), "state, whether the newest still holds, and one between").to.equal(10);
  });

  it("keeps as many as the book, and no more", async function () {
    chain.add(RING + 20);
    const ages = chain.ages();
    const oldest = chain.heads.length - RING;
    const links = [oldest - 1, oldest, oldest + 1].map((number) => chain.heads[number]!);
    expect(await ages.agesOf(links)).to.deep.equal([0, RING - 1, RING - 2]);
    expect(chain.node.count("call")).to.equal(RING);
    chain.add(1);
    expect(await ages.agesOf(links)).to.deep.equal([0, 0, RING - 1]);
  });

  it("skips what the book has forgotten since it was asked last", async function () {
    chain.add(3);
    const ages = chain.ages();
    await ages.agesOf([]);
    chain.add(RING + 100);
    const known = chain.heads.slice(-RING);
    expect(await ages.agesOf(known)).to.deep.equal(known.map((_, index) => RING - 1 - index));
  });

  it("forgets what a reorganisation took back, whether the chain is shorter then, as long or longer", async function () {
    for (const added of [1, 3, 6]) {
      chain = new Chain();
      chain.add(5);
      const ages = chain.ages();
      const lost = chain.heads.slice(3);
      await ages.agesOf(lost);
      chain.takeBack(3);
      chain.add(added);
      expect(await ages.agesOf(lost), `${added} in the place of 3`).to.deep.equal([0, 0, 0]);
      expect(await ages.agesOf(chain.heads)).to.deep.equal(chain.heads.map(ageOf));
    }
  });

  it("agrees with the chain, whatever happens to it", async function () {
    const step = fc.record({ back: fc.integer({ min: 0, max: 6 }), on: fc.integer({ min: 0, max: 8 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        chain = new Chain();
        const ages = chain.ages();
        for (const { back, on } of steps) {
          if (back > 0) chain.takeBack(back);
          chain.add(on);
          expect(await ages.agesOf(chain.heads)).to.deep.equal(chain.heads.map(ageOf));
        }
      }),
      { ...FIXED, numRuns: 30 },
    );
  });

  it("says what the node says", async function () {
    const gone = new ScriptedNode({
      call: () => {
        throw Object.assign(new Error("gone"), { code: "ECONNREFUSED" });
      },
    });
    const reason = await rejectionOf(createLinkAges(IOrderBook__factory.connect(BOOK, gone)).agesOf([]));
    expect(reason).to.be.instanceOf(ClientError).with.property("code", "Client_Unreachable");
  });
});
