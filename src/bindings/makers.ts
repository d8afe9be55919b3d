/** What never changes about an automated maker, by its own word: whoever asks knows its code (`createHouses`). */
import type { Provider } from "ethers";

import { ILmsrMaker__factory } from "../../typechain-types/index.js";
import { lots, ticks } from "../protocol/amounts/units.js";
import type { MakerHouse } from "../protocol/book/houses.js";
import { read } from "./transact.js";

/** @throws ClientError what the node says */
export async function readMaker(address: string, provider: Provider): Promise<MakerHouse> {
  const contract = ILmsrMaker__factory.connect(address, provider);
  const [{ liquidity, prior, points }, root] = await read(Promise.all([contract.terms(), contract.root()]));
  const fixed = { liquidity: lots(liquidity), prior: [...prior], points: points.map(ticks) };
  return { kind: "maker", address, marketRootId: Number(root), ...fixed };
}
