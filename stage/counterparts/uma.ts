/** UMA's own optimistic oracle on a test's chain. In place of its voters stands its own mock of them, which says what a test pushes. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import {
  Contract,
  ContractFactory,
  encodeBytes32String,
  type InterfaceAbi,
  type ContractTransactionResponse,
  type Signer,
  ZeroAddress,
} from "ethers";

import { mined } from "../../src/bindings/transact.js";

const ARTIFACTS = join(
  dirname(fileURLToPath(import.meta.url)),
  "../../node_modules/@uma/contracts-node/dist/packages/core/artifacts/contracts",
);
const VOTING = "data-verification-mechanism/implementation/";
const SOURCES = {
  Finder: VOTING,
  Store: VOTING,
  IdentifierWhitelist: VOTING,
  AddressWhitelist: "common/implementation/",
  MockOracleAncillary: "data-verification-mechanism/test/",
  OptimisticOracleV3: "optimistic-oracle-v3/implementation/",
} as const;

const DAY = 86_400;
/** What voters say of a claim: 10^18 that it is true. */
const [TRUE, FALSE] = [10n ** 18n, 0n];

export interface TestOracle {
  readonly address: string;
  readonly oracle: Contract;
  /** Where fees go, and the burnt half of bonds. */
  readonly store: string;
  /** Disputes an assertion for whoever owns the currency that it is disputed with. */
  dispute(assertionId: string, disputer: Signer): Promise<void>;
  /** The voters' word on the one dispute that waits. */
  vote(isTrue: boolean): Promise<void>;
  /** Settles an assertion whose time has come, or that was voted on: bonds are paid out. Anyone may. */
  settle(assertionId: string): Promise<void>;
  /** Changes the final fee of the currency, and so the least bond; tells the oracle. */
  charge(currency: string, finalFee: bigint): Promise<void>;
  /** Takes the currency from the list, and tells the oracle. */
  forbid(currency: string): Promise<void>;
}

/** @param finalFee of the currency, its smallest units: the least bond is twice that, for half of a loser's bond is burnt */
export async function openOracle(owner: Signer, currency: string, finalFee: bigint): Promise<TestOracle> {
  const finder = await deploy(owner, "Finder");
  const store = await deploy(owner, "Store", { rawValue: 0 }, { rawValue: 0 }, ZeroAddress);
  const [currencies, identifiers] = [
    await deploy(owner, "AddressWhitelist"),
    await deploy(owner, "IdentifierWhitelist"),
  ];
  const voters = await deploy(owner, "MockOracleAncillary", await finder.getAddress(), ZeroAddress);
  for (const [name, contract] of [
    ["Store", store],
    ["CollateralWhitelist", currencies],
    ["IdentifierWhitelist", identifiers],
    ["Oracle", voters],
  ] as const) {
    await call(finder, "changeImplementationAddress", encodeBytes32String(name), await contract.getAddress());
  }
  await call(currencies, "addToWhitelist", currency);
  await call(identifiers, "addSupportedIdentifier", encodeBytes32String("ASSERT_TRUTH"));
  await call(store, "setFinalFee", currency, { rawValue: finalFee });
  const oracle = await deploy(owner, "OptimisticOracleV3", await finder.getAddress(), currency, DAY);
  const identifier: unknown = await oracle.getFunction("defaultIdentifier")();
  await call(oracle, "syncUmaParams", identifier, currency);
  const address = await oracle.getAddress();
  return {
    address,
    oracle,
    store: await store.getAddress(),
    async dispute(assertionId, disputer) {
      const own = new Contract(address, oracle.interface, disputer);
      await call(own, "disputeAssertion", assertionId, await disputer.getAddress());
    },
    async vote(isTrue) {
      const pending: unknown = await voters.getFunction("getPendingQueries")();
      const [query, ...others] = pending as readonly Query[]; // as in the ABI
      if (query === undefined || others.length > 0) throw new Error("one dispute is to wait for voters");
      const { identifier: what, time, ancillaryData } = query;
      await call(voters, "pushPrice", what, time, ancillaryData, isTrue ? TRUE : FALSE);
    },
    settle: (assertionId) => call(oracle, "settleAssertion", assertionId),
    async charge(charged, rawValue) {
      await call(store, "setFinalFee", charged, { rawValue });
      await call(oracle, "syncUmaParams", identifier, charged);
    },
    async forbid(banned) {
      await call(currencies, "removeFromWhitelist", banned);
      await call(oracle, "syncUmaParams", identifier, banned);
    },
  };
}

interface Query {
  readonly identifier: string;
  readonly time: bigint;
  readonly ancillaryData: string;
}

async function call(contract: Contract, name: string, ...values: readonly unknown[]): Promise<void> {
  const sent = (await contract.getFunction(name)(...values)) as ContractTransactionResponse; // as of any function that writes
  await mined(sent);
}

async function deploy(owner: Signer, name: keyof typeof SOURCES, ...made: readonly unknown[]): Promise<Contract> {
  const path = join(ARTIFACTS, SOURCES[name], `${name}.sol`, `${name}.json`);
  const artifact: unknown = JSON.parse(await readFile(path, "utf8"));
  const { abi, bytecode } = artifact as { readonly abi: InterfaceAbi; readonly bytecode: string }; // Hardhat's own format
  const contract = await new ContractFactory(abi, bytecode, owner).deploy(...made);
  await contract.waitForDeployment();
  return contract as Contract; // whose functions are named by the ABI
}
