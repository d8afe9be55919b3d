/** A program of ours that is told to end leaves nothing behind. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

const ENDING = fileURLToPath(new URL("../../stage/ending.ts", import.meta.url));
/** Has a folder, into which something writes that ends with it. */
const WRITER = `
  import { spawn } from "node:child_process";
  import { exitOnSignals, ownFolder } from ${JSON.stringify(ENDING)};
  let child;
  const { path } = ownFolder("session-ending-", () => child.kill());
  child = spawn("sh", ["-c", "n=0; while :; do n=$((n + 1)); echo x > $n; done"], { cwd: path });
  exitOnSignals();
  setTimeout(() => undefined, 3_600_000);
  process.stdout.write(path);
`;
/** Does at its exit what those do that started others, and would go on for an hour. */
const PROGRAM = `
  import { exitOnSignals } from ${JSON.stringify(ENDING)};
  process.once("exit", () => process.stdout.write("ended with me"));
  exitOnSignals();
  setTimeout(() => undefined, 3_600_000);
  process.stdout.write("begun, ");
`;

/** Started, and told to end once it has said something. @returns its status, and what it said */
async function toldToEnd(program: string, signal: NodeJS.Signals): Promise<[number | null, string]> {
  const child = spawn(process.execPath, ["--import", "tsx/esm", "--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    if (said === "") child.kill(signal);
    said += chunk.toString("utf8");
  });
  const [code] = (await once(child, "close")) as [number | null];
  return [code, said];
}

describe("a program that is told to end", function () {
  for (const [signal, status] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    it(`does what is to be done at its exit: ${signal}`, async function () {
      expect(await toldToEnd(PROGRAM, signal)).to.deep.equal([status, "begun, ended with me"]);
    });
  }

  it("leaves no folder of its own, though somebody wrote into it", async () => {
    const [code, folder] = await toldToEnd(WRITER, "SIGTERM");
    expect(code).to.equal(143);
    expect(basename(folder)).to.match(/^session-ending-/);
    expect(existsSync(folder)).to.equal(false);
  });
});
