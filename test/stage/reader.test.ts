/** Many questions in one call: the same answers as one by one, from code that is what its source says. */
import { createRequire } from "node:module";

import { expect } from "chai";
import hre from "hardhat";

import { askedTogether } from "../../stage/contracts/asking.js";
import { READER, READER_SETTINGS, READER_SOURCE, READER_THERE } from "../../stage/contracts/reader.js";
import { bankroll, openWorld, type World } from "../../stage/contracts/world.js";
import { TOKEN } from "../../stage/contracts/units.js";

interface CompilerOutput {
  readonly contracts: {
    readonly "Reader.sol": { readonly Reader: { readonly evm: { deployedBytecode: { object: string } } } };
  };
}

describe("a world that is asked all at once", () => {
  let world: World;
  before(async () => {
    world = await openWorld(await hre.network.create());
    await bankroll(world, 3n * TOKEN, world.alice, world.bob);
  });

  it("has the code of its source", () => {
    // solc has no types of its own.
    const solc = createRequire(import.meta.url)("solc") as { compile(input: string): string };
    const settings = { ...READER_SETTINGS, outputSelection: { "*": { "*": ["evm.deployedBytecode.object"] } } };
    const input = { language: "Solidity", sources: { "Reader.sol": { content: READER_SOURCE } }, settings };
    const output = JSON.parse(solc.compile(JSON.stringify(input))) as CompilerOutput;
    const { object } = output.contracts["Reader.sol"].Reader.evm.deployedBytecode;
    expect(READER_THERE[READER]).to.deep.equal({ code: `0x${object}` });
  });

  it("answers more questions than fit one call as they are answered one by one", async () => {
    const { alice, bob, carol } = world;
    const ask = ({ book, session, leg }: World): Promise<unknown>[] => [
      ...Array.from({ length: 70 }, () => [alice, bob, carol].map(({ address }) => book.accountOf(address))).flat(),
      book.traderIdOf(bob.address),
      book.depthOf(1, 1, true, 10),
      session.balanceOf(world.bookAddress),
      leg(2).name(),
    ];
    const oneByOne: unknown[] = [];
    for (const answer of ask(world)) oneByOne.push(await answer);
    expect(await Promise.all(ask(askedTogether(world)))).to.deep.equal(oneByOne);
  });

  it("tells a question that is refused from one that is answered", async () => {
    const { book } = askedTogether(world);
    const [refused, answered] = await Promise.allSettled([book.marketOf(7, 1), book.createdRoots()]);
    await expect(world.book.marketOf(7, 1)).to.be.revertedWithCustomError(world.book, "Book_MarketUnknown");
    expect(refused.status).to.equal("rejected");
    expect(answered).to.deep.equal({ status: "fulfilled", value: await world.book.createdRoots() });
  });
});
