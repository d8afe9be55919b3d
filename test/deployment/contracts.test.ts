import { expect } from "chai";
import { dataSlice, getAddress } from "ethers";

import { CONTRACTS, type ContractName, placeContracts } from "../../src/deployment/contracts.js";

const CODE = Object.fromEntries(CONTRACTS.map((name, k) => [name, `0x60${k}0`])) as Record<ContractName, string>;

describe("where contracts come to lie", function () {
  const placed = placeContracts(CODE);
  const of = (name: ContractName) => placed.find((one) => one.name === name)!;

  it("each is constructed with addresses of contracts that are deployed before it", function () {
    const [session, legToken, book] = [0, 1, 2].map((word) =>
      getAddress(dataSlice(of("SessionFactory").initCode, 2 + 32 * word + 12, 2 + 32 * (word + 1))),
    );
    expect([session, legToken, book]).to.deep.equal(
      (["Session", "LegToken", "OrderBook"] as const).map((name) => of(name).address),
    );
    expect(of("OrderBook").initCode).to.include(of("OrderBookAccounts").address.slice(2).toLowerCase());
    expect(of("Session").initCode).to.equal(CODE.Session);
  });

  it("another code of one moves it and all that name it, and nothing else", function () {
    const moved = placeContracts({ ...CODE, OrderBookAccounts: "0x6077" });
    const changed = moved.filter(({ address }, k) => address !== placed[k]!.address).map(({ name }) => name);
    expect(changed).to.deep.equal(["OrderBookAccounts", "OrderBook", "SessionFactory"]);
  });
});
