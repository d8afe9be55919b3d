/** Whose cohort is what: a table with the columns trader and cohort. */
import { DatasetError } from "../../dataset/errors.js";
import { OTHER } from "../../dataset/cohorts/merge.js";
import type { Labels } from "../../dataset/cohorts/build.js";
import { addressIn } from "../../protocol/signing/addresses.js";
import type { CliContext } from "../context.js";
import { readText } from "../input/files.js";
import { readRows } from "../../input/table-file.js";

/** @throws DatasetError DATASET_COHORTS_INVALID; CliError FILE_UNREADABLE, FILE_INVALID */
export function readLabels(context: Pick<CliContext, "cwd">, file: string | undefined): Labels {
  const labels = new Map<string, string>();
  if (file === undefined) return labels;
  for (const { line, name, cells } of readRows(file, readText(context, file), "trader")) {
    const cohort = cells.get("cohort") ?? "";
    const trader = addressIn(name);
    if (trader === undefined || cohort === "" || cohort === OTHER || labels.has(trader))
      throw new DatasetError("DATASET_COHORTS_INVALID", { file, line });
    labels.set(trader, cohort);
  }
  return labels;
}
