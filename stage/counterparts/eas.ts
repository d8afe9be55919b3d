/** The Ethereum Attestation Service itself, as its package ships it: a registry of schemas, and attestations of them. */
import { createRequire } from "node:module";

import type { ContractTransactionResponse, InterfaceAbi, Result, Signer } from "ethers";
import { Contract, ContractFactory, ZeroAddress, ZeroHash } from "ethers";

import { mined } from "../../src/bindings/transact.js";

const require = createRequire(import.meta.url);
const ARTIFACTS = "@ethereum-attestation-service/eas-contracts/artifacts/contracts";

interface Artifact {
  readonly abi: InterfaceAbi;
  readonly bytecode: string;
}

export interface Eas {
  readonly address: string;
  /** Registers a schema of one yes, revocable. @returns its number */
  readonly registerSchema: (text: string) => Promise<string>;
  /** @returns the number of the attestation */
  readonly attest: (attester: Signer, terms: AttestationTerms) => Promise<string>;
  readonly revoke: (attester: Signer, schema: string, uid: string) => Promise<void>;
}

export interface AttestationTerms {
  readonly schema: string;
  readonly recipient: string;
  /** Unix seconds; 0 for never. */
  readonly expirationTime?: number;
}

export async function deployEas(signer: Signer): Promise<Eas> {
  const registry = await deployed(signer, "SchemaRegistry", []);
  const service = await deployed(signer, "EAS", [await registry.getAddress()]);
  return {
    address: await service.getAddress(),
    registerSchema: async (text) => {
      const { uid } = await said(registry, registry.getFunction("register")(text, ZeroAddress, true), "Registered");
      return uid as string; // its type in the ABI
    },
    attest: async (attester, { schema, recipient, expirationTime = 0 }) => {
      const data = { recipient, expirationTime, revocable: true, refUID: ZeroHash, data: "0x", value: 0 };
      const by = new Contract(service, service.interface, attester);
      const { uid } = await said(service, by.getFunction("attest")({ schema, data }), "Attested");
      return uid as string; // its type in the ABI
    },
    revoke: async (attester, schema, uid) => {
      const by = new Contract(service, service.interface, attester);
      await said(service, by.getFunction("revoke")({ schema, data: { uid, value: 0 } }), "Revoked");
    },
  };
}

async function deployed(signer: Signer, name: string, made: readonly unknown[]): Promise<Contract> {
  const { abi, bytecode } = require(`${ARTIFACTS}/${name}.sol/${name}.json`) as Artifact; // the package's own format
  const contract = await new ContractFactory(abi, bytecode, signer).deploy(...made);
  return new Contract(await contract.getAddress(), abi, signer);
}

/** What the transaction's event of that name says. */
async function said(contract: Contract, sending: Promise<unknown>, event: string): Promise<Result> {
  const sent = (await sending) as ContractTransactionResponse; // what a contract's methods that write answer
  for (const log of (await mined(sent))?.logs ?? []) {
    const parsed = contract.interface.parseLog(log);
    if (parsed?.name === event) return parsed.args;
  }
  throw new Error(`no ${event} came of it`);
}
