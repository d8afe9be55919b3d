/** `npm run package`: builds what is published in `package/`, with the settings of a release. Then: `npm publish ./package`. */
import { join } from "node:path";

import { buildPackage } from "./package/build.js";
import { ROOT } from "./package/shell.js";

const folder = join(ROOT, "package");
await buildPackage("production", folder, (message) => {
  console.error(message);
});
console.log(folder);
