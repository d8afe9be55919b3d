import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { Interface } from "ethers";

import { compileOld } from "../../../stage/counterparts/compile.js";

const MEDIAN = "@chainlink/contracts/src/v0.6/tests/MedianTestHelper.sol";
const MATH = "@morpho-org/morpho-blue/src/mocks/OracleMock.sol";

describe("contracts of others, compiled with their own compiler", function () {
  this.timeout(240_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "counterparts-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("has the contracts of the named files, with what they import in their code, and not those of other files", async () => {
    const found = await compileOld({ compiler: "solc-0.6.6", files: [MEDIAN] }, folder);

    expect(Object.keys(found)).to.deep.equal(["MedianTestHelper"]);
    const { abi, bytecode } = found["MedianTestHelper"]!;
    expect(new Interface(abi).getFunction("publicGet")?.selector).to.match(/^0x[0-9a-f]{8}$/);
    // The metadata at its end names the compiler: 64 "solc" 43 000606.
    expect(bytecode).to.match(/^0x60806040[0-9a-f]+64736f6c6343000606/);
  });

  it("compiles with the other compiler, by the settings that are asked for", async () => {
    const plain = await compileOld({ compiler: "solc-0.8.19", files: [MATH] }, folder);
    const other = await compileOld(
      { compiler: "solc-0.8.19", files: [MATH], settings: { optimizer: { enabled: false, runs: 200 } } },
      folder,
    );

    expect(plain["OracleMock"]!.bytecode).to.contain("64736f6c6343000813");
    expect(other["OracleMock"]!.bytecode.length).to.be.above(plain["OracleMock"]!.bytecode.length);
  });

  describe("when the same is asked for again", () => {
    it("reads it from the file, and leaves no other file behind when two ask at once", async () => {
      const own = await mkdtemp(join(tmpdir(), "counterparts-"));
      const order = { compiler: "solc-0.8.19", files: [MATH] } as const;
      const [first, second] = await Promise.all([compileOld(order, own), compileOld(order, own)]);
      const names = await readdir(own);

      expect(second).to.deep.equal(first);
      expect(names).to.have.length(1);
      const path = join(own, names[0]!);
      const written = (await stat(path)).mtimeMs;
      await compileOld(order, own);
      expect((await stat(path)).mtimeMs).to.equal(written);

      const marked = { ...JSON.parse(await readFile(path, "utf8")), Marked: { abi: [], bytecode: "0x" } } as object;
      await writeFile(path, JSON.stringify(marked));
      expect(await compileOld(order, own)).to.have.property("Marked");
      await rm(own, { recursive: true });
    });
  });

  describe("when it cannot be compiled", () => {
    it("says what the compiler said", async () => {
      const wrong = compileOld({ compiler: "solc-0.8.19", files: [MEDIAN] }, folder);

      await expectFailure(wrong, /requires different compiler version/);
    });

    it("names the file that is not there", async () => {
      await expectFailure(compileOld({ compiler: "solc-0.6.6", files: ["@chainlink/none.sol"] }, folder), /none\.sol/);
    });
  });
});

async function expectFailure(work: Promise<unknown>, words: RegExp): Promise<void> {
  let message = "";
  try {
    await work;
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).to.match(words);
}
