/** Runs one part in a process of its own, so that no part's garbage is in another's figures, and sends what it found. */
import { parseArgs } from "node:util";

import { partNamed } from "./parts.js";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: "boolean" } } });
const part = await partNamed(positionals[0] ?? "");
if (process.send === undefined) throw new Error("run-part reports to the process that started it: use npm run bench");
const result = await part.run({
  quick: values.quick === true,
  onProgress: (line) => process.stderr.write(`  ${line}\n`),
});
process.send(result, () => process.exit(0));
