/** What never changes about an automated maker, by its own word: whoever asks knows its code (`createHouses`). */
import { getAddress, type Provider } from "ethers";

import { ILmsrMaker__factory } from "../../typechain-types/index.js";
import { lots, ticks } from "../protocol/amounts/units.js";
import type { MakerHouse } from "../protocol/book/houses.js";
import { createHouses, type HouseTerms } from "./houses.js";
import { read } from "./transact.js";

/**
 * Those of the addresses that are makers of a book, by their code and by where they lie, each once and in the order in which they are named.
 * @throws NodeError, ClientError what the node says
 */
export async function makersAmong(
  addresses: readonly string[],
  terms: HouseTerms,
  provider: Provider,
): Promise<MakerHouse[]> {
  const houseAt = createHouses((address) => read(provider.getCode(address)), terms);
  const named = [...new Set(addresses.map((address) => getAddress(address)))];
  const houses = await Promise.all(named.map(houseAt));
  const makers = named.filter((_, k) => houses[k] === "maker");
  return Promise.all(makers.map((address) => readMaker(address, provider)));
}

/** @throws ClientError what the node says */
export async function readMaker(address: string, provider: Provider): Promise<MakerHouse> {
  const contract = ILmsrMaker__factory.connect(address, provider);
  const [{ liquidity, prior, points }, root] = await read(Promise.all([contract.terms(), contract.root()]));
  const fixed = { liquidity: lots(liquidity), prior: [...prior], points: points.map(ticks) };
  return { kind: "maker", address, marketRootId: Number(root), ...fixed };
}
