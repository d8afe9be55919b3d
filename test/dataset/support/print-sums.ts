/** Run by itself: makes the dataset of a folder again and prints its sums. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { parseInputs } from "../../../src/dataset/inputs.js";
import { parseSessionLog } from "../../../src/verify/session-log.js";
import { built } from "./folders.js";

const [folder = ""] = process.argv.slice(2);
const log = parseSessionLog(readFileSync(join(folder, "session.log"), "utf8"));
const made = await built(log, parseInputs(readFileSync(join(folder, "inputs.json"), "utf8")));
process.stdout.write(made.folder.text("SHA256SUMS"));
