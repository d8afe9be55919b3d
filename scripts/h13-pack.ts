import { buildPackage } from "/work/wt/h13/scripts/package/build.js";
import { pack } from "/work/wt/h13/scripts/package/project.js";
await buildPackage("default", "/tmp/h13/package", (m: string) => console.error(m));
console.log(JSON.stringify(await pack("/tmp/h13/package", "/tmp/h13")).slice(0, 200));
