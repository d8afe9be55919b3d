/** `prepack`: builds `dist/` with the production compiler settings. `--remove` (`postpack`) takes it away again. */
import { parseArgs } from "node:util";

import { buildPackage, removeBuild } from "./package/build.js";

const { values } = parseArgs({ options: { remove: { type: "boolean", default: false } } });
if (values.remove) removeBuild();
else {
  await buildPackage("production", (message) => {
    console.error(message); // npm pack --json writes to stdout
  });
}
