/** Code is known by its hash: what constructors put into it is blanked, and must be what ours put there. */
import { expect } from "chai";
import { getBytes, hexlify } from "ethers";
import { artifacts } from "hardhat";

import { artifactsOf, knownCodeOf } from "../../scripts/known-code/table.js";
import { KNOWN_CODE } from "../../src/bindings/known-code-table.js";
import { type KnownName, recognise } from "../../src/bindings/known-code.js";
import { chain } from "../client/support.js";

const NAMES: readonly KnownName[] = [
  "OrderBookMarkets",
  "OrderBookViews",
  "OrderBookAccounts",
  "OrderBook",
  "Session",
  "LegToken",
];

describe("Known code", function () {
  const deployed = new Map<KnownName, { readonly address: string; readonly code: string }>();
  before(async function () {
    const deploy = async (name: KnownName, ...uses: readonly KnownName[]): Promise<void> => {
      const contract = await chain.ethers.deployContract(
        name,
        uses.map((one) => deployed.get(one)!.address),
      );
      const address = await contract.getAddress();
      deployed.set(name, { address, code: await chain.ethers.provider.getCode(address) });
    };
    await deploy("OrderBookMarkets");
    await deploy("OrderBookViews", "OrderBookMarkets");
    await deploy("OrderBookAccounts", "OrderBookViews");
    await deploy("OrderBook", "OrderBookAccounts");
    for (const name of ["Session", "LegToken"] as const) await deploy(name);
    await deploy("SessionFactory", "Session", "LegToken", "OrderBook");
    await deploy("LmsrMakerFactory");
    const makers = await chain.ethers.getContractAt("LmsrMakerFactory", deployed.get("LmsrMakerFactory")!.address);
    const address = await makers.IMPLEMENTATION();
    deployed.set("LmsrMaker", { address, code: await chain.ethers.provider.getCode(address) });
  });

  it("is what the compiler makes: after a change of contracts, npm run known-code", function () {
    const root = new URL("../..", import.meta.url).pathname;
    const [{ build } = { build: "" }] = KNOWN_CODE.filter((one) => one.build.endsWith(" default")).slice(-1);
    const known = KNOWN_CODE.filter((one) => one.build === build);
    expect(knownCodeOf(artifactsOf(root, "default"), build)).to.deep.equal(known);
  });

  it("has both builds, each of all contracts", function () {
    for (const profile of ["default", "production"]) {
      const names = KNOWN_CODE.filter(({ build }) => build.endsWith(` ${profile}`)).map(({ name }) => name);
      const around = ["LmsrMaker", "LmsrMakerFactory", "SetRouter", "UmaSettler", "ChainlinkSettler"];
      expect([...names].sort()).to.deep.equal([...NAMES, "SessionFactory", ...around].sort());
    }
  });

  it("is recognised on a chain, with the contracts that it uses", function () {
    for (const [name, { address, code }] of deployed) {
      expect(recognise(name, address, code)?.build, name).to.match(/ default$/);
    }
    const uses = (name: KnownName) => recognise(name, deployed.get(name)!.address, deployed.get(name)!.code)?.uses;
    expect(uses("OrderBook")).to.deep.equal({ OrderBookAccounts: deployed.get("OrderBookAccounts")!.address });
    expect(uses("SessionFactory")).to.deep.equal({
      Session: deployed.get("Session")!.address,
      LegToken: deployed.get("LegToken")!.address,
      OrderBook: deployed.get("OrderBook")!.address,
    });
    expect(uses("LmsrMakerFactory")).to.deep.equal({ LmsrMaker: deployed.get("LmsrMaker")!.address });
    expect(uses("LmsrMaker")).to.deep.equal({ LmsrMakerFactory: deployed.get("LmsrMakerFactory")!.address });
  });

  it("says what a contract was made with, one word for all places", async function () {
    const { bytes, blanks } = KNOWN_CODE.find(({ name, build }) => name === "SetRouter" && build.endsWith(" default"))!;
    const code = getBytes((await artifacts.readArtifact("SetRouter")).deployedBytecode);
    expect(code).to.have.length(bytes);
    const { address } = deployed.get("Session")!;
    const places = blanks.flatMap((blank) => (blank.is === "term" && blank.name === "BOOK" ? [blank.at] : []));
    for (const at of places) code[at + 31] = 7;
    const { terms, uses } = recognise("SetRouter", address, hexlify(code))!;
    expect(Object.keys(terms).sort()).to.deep.equal(["ASSETS", "BOOK", "LIMIT", "RUNGS", "SCALE", "SESSION"]);
    expect([BigInt(terms["BOOK"]!), BigInt(terms["SCALE"]!), uses]).to.deep.equal([7n, 0n, {}]);
    code[places[0]! + 31] = 8;
    expect(recognise("SetRouter", address, hexlify(code))).to.equal(undefined);
  });

  it("is not recognised under another name, at another address, or with any byte changed", function () {
    const { address, code } = deployed.get("OrderBook")!;
    expect(recognise("OrderBookViews", address, code)).to.equal(undefined);
    expect(recognise("OrderBook", deployed.get("Session")!.address, code)).to.equal(undefined);
    expect(recognise("OrderBook", address, "0x")).to.equal(undefined);
    const { blanks } = KNOWN_CODE.find(({ name, build }) => name === "OrderBook" && build.endsWith(" default"))!;
    const places = [0, 1_000, getBytes(code).length - 1, ...blanks.flatMap(({ at }) => [at, at + 11])];
    for (const at of places) {
      const bytes = getBytes(code);
      bytes[at] = bytes[at]! ^ 1;
      expect(recognise("OrderBook", address, hexlify(bytes)), `byte ${at}`).to.equal(undefined);
    }
  });

  it("names other contracts where others are used, all in one", function () {
    const { address, code } = deployed.get("OrderBook")!;
    const other = "ab".repeat(20);
    const { address: accounts } = deployed.get("OrderBookAccounts")!;
    const moved = code.replaceAll(accounts.slice(2).toLowerCase(), other);
    expect(recognise("OrderBook", address, moved)?.uses.OrderBookAccounts?.toLowerCase()).to.equal(`0x${other}`);
    const torn = code.replace(accounts.slice(2).toLowerCase(), other);
    expect(recognise("OrderBook", address, torn)).to.equal(undefined);
  });
});
