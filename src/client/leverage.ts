/** What session and leg tokens are worth as collateral, by an oracle of theirs (see ISessionTokenOracle). */
import type { ContractRunner } from "ethers";

import { ISessionTokenOracle__factory } from "../../typechain-types/index.js";
import { ClientError } from "../bindings/errors.js";
import { readUnlessRefused } from "../bindings/transact.js";

/** Of the price that a lending market asks. */
export const ORACLE_SCALE = 10n ** 36n;

/**
 * What 10^36 wei of the oracle's token are worth now, in smallest units of the loan's token.
 * @throws ClientError Oracle_StalePrice, Oracle_NoPrice, or what a feed says: then a lending market has no price either; Client_NotAnOracle
 */
export async function readOraclePrice(runner: ContractRunner, oracle: string): Promise<bigint> {
  const none = new ClientError("Client_NotAnOracle", { address: oracle });
  return readUnlessRefused(none, ISessionTokenOracle__factory.connect(oracle, runner).price());
}

/** The same of an amount of tokens, rounded down. @param amount wei of the token */
export function worthAt(price: bigint, amount: bigint): bigint {
  return (amount * price) / ORACLE_SCALE;
}
