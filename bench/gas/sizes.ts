/** Bytes of deployed code, beside the limit of 24 576. */
import hre from "hardhat";

import type { Row } from "../part.js";

const CONTRACTS = [
  "OrderBook",
  "OrderBookAccounts",
  "OrderBookMarkets",
  "OrderBookViews",
  "Session",
  "LegToken",
  "SessionFactory",
] as const;
/** EIP-170. */
const LIMIT = 24_576;

export async function measureSizes(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const name of CONTRACTS) {
    const { deployedBytecode } = await hre.artifacts.readArtifact(name);
    const value = (deployedBytecode.length - 2) / 2;
    rows.push({ id: `size ${name}`, what: `deployed code of ${name}`, value, unit: "bytes", aim: LIMIT });
  }
  return rows;
}
