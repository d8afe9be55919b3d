import { expect } from "chai";
import { AbiCoder, concat, getCreate2Address, id, keccak256, toBeHex, ZeroHash } from "ethers";
import hre from "hardhat";

import type { SessionParamsStruct } from "../../../typechain-types/SessionFactory.js";
import { type Contracts, createSession, deployContracts, paramsFor } from "../../../stage/contracts/world.js";

const connection = await hre.network.create();
const { ethers, networkHelpers } = connection;

interface Fixture extends Contracts {
  readonly params: SessionParamsStruct;
}

async function deploy(): Promise<Fixture> {
  const contracts = await deployContracts(connection);
  return { ...contracts, params: await paramsFor(contracts) };
}

/** The init code of a minimal clone (ERC-1167) of `implementation` with `args` behind its 45 bytes of code. */
function cloneInitCodeHash(implementation: string, args: string): string {
  const size = (args.length - 2) / 2 + 0x2d;
  const code = ["0x61", toBeHex(size, 2), "0x3d81600a3d39f3", "0x363d3d373d3d3d363d73", implementation];
  return keccak256(concat([...code, "0x5af43d82803e903d91602b57fd5bf3", args]));
}

describe("SessionFactory: addresses", () => {
  let f: Fixture;
  beforeEach(async () => {
    f = await networkHelpers.loadFixture(deploy);
  });

  it("says the session's address beforehand, by a static call", async () => {
    const salt = id("a");
    const expected = await f.factory.createSession.staticCall(f.params, salt);
    await expect(f.factory.createSession(f.params, salt)).to.emit(f.factory, "SessionCreated");
    expect(await f.factory.isSession(expected)).to.equal(true);
  });

  it("derives the address of a leg from caller, salt, session and number alone", async () => {
    const w = await createSession(f, f.params);
    const { legToken } = await f.factory.implementations();
    const coder = AbiCoder.defaultAbiCoder();
    const ownSalt = keccak256(coder.encode(["address", "bytes32"], [w.organiser.address, ZeroHash]));
    for (const k of [1, 2]) {
      const args = coder.encode(["address", "uint256"], [await w.session.getAddress(), k]);
      const expected = getCreate2Address(await f.factory.getAddress(), ownSalt, cloneInitCodeHash(legToken, args));
      expect(await w.leg(k).getAddress()).to.equal(expected);
    }
  });

  it("refuses the same caller, salt and parameters a second time", async () => {
    await f.factory.createSession(f.params, ZeroHash);
    const errors = await ethers.getContractFactory("SessionFactory");
    await expect(f.factory.createSession(f.params, ZeroHash)).to.be.revertedWithCustomError(errors, "FailedDeployment");
  });

  it("gives each salt, each caller and each set of parameters a session of its own", async () => {
    const { alice, bob } = f.people;
    const predict = (params: SessionParamsStruct, salt: string, caller = alice): Promise<string> =>
      f.factory.connect(caller).createSession.staticCall(params, salt);
    const addresses = [
      await predict(f.params, ZeroHash),
      await predict(f.params, id("another")),
      await predict(f.params, ZeroHash, bob),
      await predict({ ...f.params, name: "Another" }, ZeroHash),
    ];
    expect(new Set(addresses).size).to.equal(4);
  });

  it("lets nobody take the place of another's session", async () => {
    const { alice, bob } = f.people;
    const expected = await f.factory.connect(alice).createSession.staticCall(f.params, ZeroHash);
    await f.factory.connect(bob).createSession(f.params, ZeroHash);
    expect(await f.factory.isSession(expected)).to.equal(false);
    await f.factory.connect(alice).createSession(f.params, ZeroHash);
    expect(await f.factory.isSession(expected)).to.equal(true);
    const session = await ethers.getContractAt("Session", expected);
    expect(await session.organiser()).to.equal(alice.address);
  });

  it("names the code that the clones run", async () => {
    const { session, legToken, orderBook } = await f.factory.implementations();
    const w = await createSession(f, f.params);
    const pairs = [
      [session, await w.session.getAddress()],
      [legToken, await w.leg(1).getAddress()],
      [orderBook, w.bookAddress],
    ] as const;
    for (const [implementation, clone] of pairs) {
      const code = await ethers.provider.getCode(clone);
      expect(code.slice(2, 22)).to.equal("363d3d373d3d3d363d73");
      expect(code.slice(22, 62)).to.equal(implementation.slice(2).toLowerCase());
    }
  });
});
