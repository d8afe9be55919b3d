/** Morpho Blue as it is deployed, and its model of interest: a lending market in which session tokens are collateral. */
import { type BaseContract, ContractFactory, type Signer } from "ethers";

import { compileOld } from "./compile.js";

/** What a market is: five things, and nothing can be changed. */
export interface MorphoMarket {
  readonly loanToken: string;
  readonly collateralToken: string;
  readonly oracle: string;
  readonly irm: string;
  /** How much may be lent on a collateral, 10^-18. */
  readonly lltv: bigint;
}

export interface Morpho {
  readonly morpho: BaseContract;
  /** A year's interest is the part of the supply that is lent. */
  readonly irm: string;
}

const ORDER = {
  compiler: "solc-0.8.19",
  files: ["@morpho-org/morpho-blue/src/Morpho.sol", "@morpho-org/morpho-blue/src/mocks/IrmMock.sol"],
} as const;

/** @param owner enables what markets may be made of, and can do nothing to those that are */
export async function deployMorpho(owner: Signer, lltvs: readonly bigint[]): Promise<Morpho> {
  const contracts = await compileOld(ORDER);
  const deploy = async (name: string, ...args: readonly unknown[]): Promise<BaseContract> => {
    const contract = contracts[name];
    if (contract === undefined) throw new Error(`no contract ${name} in the package`);
    return new ContractFactory(contract.abi, contract.bytecode, owner).deploy(...args);
  };
  const morpho = await deploy("Morpho", await owner.getAddress());
  const irm = await (await deploy("IrmMock")).getAddress();
  await morpho.getFunction("enableIrm")(irm);
  for (const lltv of lltvs) await morpho.getFunction("enableLltv")(lltv);
  return { morpho, irm };
}
