/** What is known of deployments: where the released build comes to lie on every chain, and where it was seen to lie. */
import file from "../../deployments.json" with { type: "json" };
import { type Build, codeHashOf } from "./build.js";
import { CONTRACTS, type ContractName } from "./contracts.js";
import type { Address } from "./create2.js";

export interface KnownContract {
  readonly address: Address;
  /** Of the code on the chain, with zeros where immutables stand. */
  readonly codeHash: string;
}

export type KnownContracts = Readonly<Record<ContractName, KnownContract>>;

export interface KnownDeployments {
  /** Of this version of the package: the same on every chain. */
  readonly release: { readonly version: string; readonly compiler: string; readonly contracts: KnownContracts };
  /** By chain id. `block`: the first that can have a session, if whoever noted it deployed the factory. */
  readonly chains: Readonly<
    Record<string, { readonly version: string; readonly block: number | null; readonly contracts: KnownContracts }>
  >;
}

export const KNOWN_DEPLOYMENTS = file as KnownDeployments; // written by this package, and compared in its tests

/** The factory of a chain: the one that is noted, else where the released one lies if anybody has deployed it there. */
export function knownFactory(chainId: bigint): Address {
  return knownOn(chainId).SessionFactory.address;
}

/** The same of the factory of makers. */
export function knownMakerFactory(chainId: bigint): Address {
  return knownOn(chainId).LmsrMakerFactory.address;
}

function knownOn(chainId: bigint): KnownContracts {
  const { chains, release } = KNOWN_DEPLOYMENTS;
  return (chains[chainId.toString()] ?? release).contracts;
}

/** Addresses and hashes of a build. */
export function contractsOf<Name extends string>({ artifacts, contracts }: Build<Name>): Record<Name, KnownContract> {
  const known = contracts.map(({ name, address }) => {
    const artifact = artifacts[name];
    return [name, { address, codeHash: codeHashOf(artifact, artifact.deployedBytecode) }] as const;
  });
  return Object.fromEntries(known) as Record<Name, KnownContract>; // one of each
}

/** Whether a build is the released one. */
export function isReleased(build: Build): boolean {
  const [own, released] = [contractsOf(build), KNOWN_DEPLOYMENTS.release.contracts];
  return CONTRACTS.every((name) => own[name].address === released[name].address);
}
