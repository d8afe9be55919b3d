/** Gas, from real transactions on the in-process chain. */
import hre from "hardhat";

import { measureCurves } from "../gas/curves.js";
import { measureItems } from "../gas/items.js";
import { CHECKED_BRANCHES, measureRows } from "../gas/rows.js";
import { measureSizes } from "../gas/sizes.js";
import type { Item, Part, Row } from "../part.js";

export const gas: Part = {
  name: "gas",
  title: "Gas",
  async run(options) {
    options.onProgress("gas of every operation");
    const rows = await measureRows(await hre.network.create());
    options.onProgress("where it goes");
    const items = await measureItems(await hre.network.create(), CHECKED_BRANCHES);
    const pictures = await measureCurves(await hre.network.create(), options);
    const profile = process.env["SESSION_PROFILE"] ?? "default";
    return {
      rows: [...rows.map((row) => withItems(row, items.get(row.id))), ...(await measureSizes())],
      pictures,
      notes: [
        `Compiled with the profile "${profile}". Whole transactions from and for plain accounts, 21 000 and calldata included.`,
        "Steady state means that every storage slot was used before. A first use pays about 17 000 more for each new slot.",
      ],
    };
  },
};

function withItems(row: Row, items: readonly Item[] | undefined): Row {
  return items === undefined ? row : { ...row, items };
}
