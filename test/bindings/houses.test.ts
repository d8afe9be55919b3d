/** A house is known by its code and its place, and nothing that looks like one is taken for one. */
import { expect } from "chai";
import { ZeroHash } from "ethers";

import { cloneAddress, cloneCode, readClone } from "../../src/bindings/clones.js";
import { createHouses, houseKindAt, type HouseAt, type HouseTerms } from "../../src/bindings/houses.js";
import { KNOWN_CODE } from "../../src/bindings/known-code-table.js";
import { makersAmong } from "../../src/bindings/makers.js";
import { makerAddress } from "../../src/bindings/maker-terms.js";
import { readBookTerms } from "../../src/bindings/market-terms.js";
import { openMaker, planMaker } from "../../src/client/maker.js";
import { lots } from "../../src/protocol/amounts/units.js";
import { LmsrMakerFactory__factory } from "../../typechain-types/index.js";
import { chain, type Market, networkHelpers, openThree } from "../client/support.js";

interface Houses extends Market {
  readonly terms: HouseTerms;
  readonly factory: string;
  readonly maker: string;
  readonly router: string;
}

async function openHouses(): Promise<Houses> {
  const market = await openThree();
  const { handle, organiser } = market;
  const factory = await (await new LmsrMakerFactory__factory(organiser).deploy()).getAddress();
  const { address: maker } = await openMaker(handle, organiser, factory, await planMaker(handle, { liquidity: 100n }));
  const router = await (await chain.ethers.deployContract("SetRouter", [handle.bookAddress])).getAddress();
  return { ...market, terms: await readBookTerms(handle), factory, maker, router };
}

const codeAt = (address: string): Promise<string> => chain.ethers.provider.getCode(address);
const [IMPOSTOR, OTHER] = [`0x${"Aa".repeat(20)}`, `0x${"bb".repeat(20)}`].map((one) => one.toLowerCase()) as [
  string,
  string,
];
const bare = (address: string): string => address.slice(2).toLowerCase();

describe("the kind of house that a contract is, of whatever book", function () {
  it("shows by its code, and is none of a wallet, a token, a session or a factory", async function () {
    const { maker, router, factory, handle, organiser, terms } = await networkHelpers.loadFixture(openHouses);
    const [kinds, others] = await Promise.all(
      [
        [maker, router],
        [factory, handle.address, handle.bookAddress, organiser.address, terms.session],
      ].map((all) => Promise.all(all.map((address) => houseKindAt(codeAt, address)))),
    );
    expect(kinds).to.deep.equal(["maker", "set"]);
    expect(others).to.deep.equal(Array(5).fill(undefined));
  });
});

describe("makers among addresses", function () {
  it("are those of the book, each once, with the terms that they were made with", async function () {
    const { maker, router, factory, handle, organiser, terms } = await networkHelpers.loadFixture(openHouses);
    const named = [router, maker.toLowerCase(), organiser.address, factory, maker];
    const [found, ...others] = await makersAmong(named, terms, chain.ethers.provider);
    const { liquidity, prior, points } = await planMaker(handle, { liquidity: 100n });
    expect(found).to.deep.equal({ kind: "maker", address: maker, marketRootId: 1, liquidity, prior, points });
    expect(others).to.deep.equal([]);
    const other = { ...terms, domain: { ...terms.domain, verifyingContract: organiser.address } };
    expect(await makersAmong(named, other, chain.ethers.provider), "of another book").to.deep.equal([]);
  });
});

describe("houses of a book", function () {
  let houses: Houses;
  let houseAt: HouseAt;
  beforeEach(async function () {
    houses = await networkHelpers.loadFixture(openHouses);
    houseAt = createHouses(codeAt, houses.terms);
  });

  /** Where the factory would put a clone of that code, with the genuine maker's terms. */
  async function cloneAt(factory: string, implementation: string): Promise<string> {
    const { args } = readClone(await codeAt(houses.maker))!;
    const code = cloneCode(implementation, args);
    const address = cloneAddress(factory, ZeroHash, code);
    await networkHelpers.setCode(address, code);
    return address;
  }

  it("are a maker of a factory, and a router, whoever deployed them", async function () {
    expect(await houseAt(houses.maker)).to.equal("maker");
    expect(await houseAt(houses.router)).to.equal("set");
    expect(await houseAt(houses.maker.toLowerCase())).to.equal("maker");
  });

  it("are not a key, the session, its book, or a factory", async function () {
    const { handle, alice, factory } = houses;
    for (const address of [alice.address, handle.address, handle.bookAddress, factory]) {
      expect(await houseAt(address)).to.equal(undefined);
    }
  });

  it("are not the houses of another book", async function () {
    const { organiser, factory, maker } = houses;
    const other = await openHouses();
    expect(await houseAt(other.router)).to.equal(undefined);
    expect(await houseAt(other.maker)).to.equal(undefined);
    const plan = await planMaker(other.handle, { liquidity: 100n });
    const { address } = await openMaker(other.handle, organiser, factory, plan);
    expect(address).to.not.equal(maker);
    expect(await houseAt(address), "of the same factory").to.equal(undefined);
    expect(await createHouses(codeAt, other.terms)(address)).to.equal("maker");
  });

  it("are not a maker's code elsewhere: no factory has told it what root it is for", async function () {
    await networkHelpers.setCode(IMPOSTOR, await codeAt(houses.maker));
    expect(await houseAt(IMPOSTOR)).to.equal(undefined);
  });

  it("are not a clone of a maker's code that listens to somebody else's factory", async function () {
    const { implementation } = readClone(await codeAt(houses.maker))!;
    const genuine = await codeAt(implementation);
    await networkHelpers.setCode(IMPOSTOR, genuine.replaceAll(bare(houses.factory), bare(OTHER)));
    expect(await houseAt(await cloneAt(OTHER, IMPOSTOR)), "no code there").to.equal(undefined);
    await networkHelpers.setCode(OTHER, await codeAt(houses.factory));
    const again = createHouses(codeAt, houses.terms);
    expect(await again(await cloneAt(OTHER, IMPOSTOR)), "one that makes other clones").to.equal(undefined);
    const own = (await codeAt(houses.factory)).replaceAll(bare(implementation), bare(IMPOSTOR));
    await networkHelpers.setCode(OTHER, own);
    const third = createHouses(codeAt, houses.terms);
    expect(await third(await cloneAt(OTHER, IMPOSTOR)), "as if both had been deployed").to.equal("maker");
  });

  it("are not a clone of changed code, though its factory is genuine", async function () {
    const { implementation } = readClone(await codeAt(houses.maker))!;
    const genuine = await codeAt(implementation);
    await networkHelpers.setCode(IMPOSTOR, `${genuine.slice(0, -2)}${genuine.endsWith("00") ? "01" : "00"}`);
    expect(await houseAt(await cloneAt(houses.factory, IMPOSTOR))).to.equal(undefined);
  });

  it("are not a router that was made with other words than its constructor's", async function () {
    const code = await codeAt(houses.router);
    await networkHelpers.setCode(IMPOSTOR, code);
    expect(await houseAt(IMPOSTOR), "the same words").to.equal("set");
    const { blanks } = KNOWN_CODE.find(({ name, build }) => name === "SetRouter" && build.endsWith(" default"))!;
    for (const name of ["SESSION", "LIMIT", "ASSETS", "SCALE", "RUNGS"]) {
      const places = blanks.flatMap((blank) => (blank.is === "term" && blank.name === name ? [blank.at] : []));
      const digits = code.slice(2).split("");
      for (const at of places) digits[2 * at + 63] = digits[2 * at + 63] === "1" ? "2" : "1";
      await networkHelpers.setCode(OTHER, `0x${digits.join("")}`);
      expect(await createHouses(codeAt, houses.terms)(OTHER), name).to.equal(undefined);
    }
  });

  it("are asked about once, and again only where no code was", async function () {
    const asked: string[] = [];
    const counting = createHouses((address) => {
      asked.push(address);
      return codeAt(address);
    }, houses.terms);
    for (let i = 0; i < 2; i += 1) await counting(houses.maker);
    const { length } = asked;
    expect(new Set(asked).size).to.equal(length);
    for (let i = 0; i < 2; i += 1) await counting(houses.handle.address);
    expect(asked.length).to.equal(length + 1);
    const plan = { rootLink: ZeroHash, liquidity: lots(7n), prior: [1n, 1n, 1n], points: [] };
    const later = makerAddress(houses.factory, houses.handle.bookAddress, plan);
    expect(await counting(later)).to.equal(undefined);
    await openMaker(houses.handle, houses.organiser, houses.factory, plan);
    expect(await counting(later)).to.equal("maker");
  });

  it("are not made up where the node cannot be asked", async function () {
    const away = createHouses(() => Promise.reject(new Error("away")), houses.terms);
    const error = await away(houses.maker).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error).with.property("message", "away");
  });
});
