/** A program of ours that is told to end leaves nothing behind. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

const ENDING = fileURLToPath(new URL("../../stage/ending.ts", import.meta.url));
/** Does at its exit what those do that started others, and would go on for an hour. */
const PROGRAM = `
  import { exitOnSignals } from ${JSON.stringify(ENDING)};
  process.once("exit", () => process.stdout.write("ended with me"));
  exitOnSignals();
  setTimeout(() => undefined, 3_600_000);
  process.stdout.write("begun, ");
`;

describe("a program that is told to end", function () {
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    it(`does what is to be done at its exit: ${signal}`, async function () {
      const child = spawn(process.execPath, ["--import", "tsx/esm", "--input-type=module", "--eval", PROGRAM], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let said = "";
      child.stdout.on("data", (chunk: Buffer) => {
        if (said === "") child.kill(signal);
        said += chunk.toString("utf8");
      });
      const [code] = (await once(child, "close")) as [number | null];
      expect([code, said]).to.deep.equal([status, "begun, ended with me"]);
    });
  }
});
