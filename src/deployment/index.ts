/**
 * The package's entry "session-contracts/deploy": the contracts that a chain needs once, at the addresses that they have on every
 * chain. For Node: it reads the compiled contracts from the package. This file is the package's surface; inside the project
 * modules are imported by their own names.
 */
export { type Build, ownBuild, readBuild, readPeriphery } from "./build.js";
export { type ArgumentsOf, CONTRACTS, type ContractName, PERIPHERY, type PeripheryName } from "./contracts.js";
export { type Address, CREATE2_DEPLOYER } from "./create2.js";
export { deployContracts, type Deployed, type Deployment, type DeployOptions, type Sent } from "./deploy.js";
export { DeployError, type DeployErrorCode } from "./errors.js";
export {
  contractsOf,
  isReleased,
  KNOWN_DEPLOYMENTS,
  type KnownContracts,
  knownFactory,
  knownMakerFactory,
} from "./known.js";
export { deployPeriphery, type PeripheryDeployed, type PeripheryOptions } from "./periphery.js";
export { type Plan, planDeployment, type Step } from "./plan.js";
export { SOURCIFY_URL, type SourcifyOptions, type Verified, verifySources } from "./sourcify.js";
