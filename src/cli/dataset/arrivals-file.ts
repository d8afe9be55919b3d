/** Which client of a relay came when: a table with the columns client, time and kind. Whatever stands beside them is left out. */
import type { Arrival } from "../../dataset/arrivals/private.js";
import { DatasetError } from "../../dataset/errors.js";
import type { CliContext } from "../context.js";
import { readText } from "../input/files.js";
import { readRows } from "../../input/table-file.js";

/** @throws DatasetError DATASET_ARRIVALS_INVALID; CliError FILE_UNREADABLE, FILE_INVALID */
export function readArrivals(context: Pick<CliContext, "cwd">, file: string): Arrival[] {
  return readRows(file, readText(context, file), "client").map(({ line, name, cells }): Arrival => {
    const [time = "", kind = ""] = [cells.get("time"), cells.get("kind")];
    if (name === "" || kind === "" || !/^\d{1,10}$/.test(time))
      throw new DatasetError("DATASET_ARRIVALS_INVALID", { file, line });
    return { client: name, second: BigInt(time), kind };
  });
}
