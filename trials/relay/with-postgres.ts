/**
 * Runs a command with a Postgres server of its own, named by DATABASE_URL, and ends the server afterwards, however the command
 * ended: `tsx trials/relay/with-postgres.ts npm test`. Its exit status is the command's; a server that is given already is used.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";

import { startPostgres } from "../../stage/postgres.js";

const [program, ...args] = process.argv.slice(2);
if (program === undefined) {
  console.error("usage: with-postgres COMMAND [ARGUMENT…]");
  process.exit(2);
}

async function run(command: string, databaseUrl: string): Promise<number> {
  const child = spawn(command, args, {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    shell: process.platform === "win32", // programs of node_modules/.bin are .cmd files there
    stdio: "inherit",
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, "exit")) as [number | null]; // as documented
  return code ?? 1;
}

const given = process.env["DATABASE_URL"];
if (given !== undefined) process.exit(await run(program, given));
const server = await startPostgres();
console.error(`Postgres for this run: ${server.url}`);
try {
  process.exitCode = await run(program, server.url);
} finally {
  await server.stop();
}
