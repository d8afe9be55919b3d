import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { expect } from "chai";
import { sql } from "drizzle-orm";

import { makeEmptyDatabase, withEmbeddedDatabase } from "../../../stage/database.js";
import { queryRows } from "../../../src/relay/store/database.js";
import { openDatabase } from "../../../src/relay/store/open.js";
import { skipBecause } from "../support.js";

/** Far above what it takes: a database that spins never ends. */
const STUCK_MS = 40_000;
const WRITES = [
  { atOnce: 1, of: "statements", apartMs: 0 },
  { atOnce: 2, of: "statements", apartMs: 0 },
  { atOnce: 2, of: "transactions", apartMs: 1 },
  { atOnce: 2, of: "transactions", apartMs: 0 },
  { atOnce: 5, of: "statements", apartMs: 3 },
  { atOnce: 5, of: "both", apartMs: 0 },
  { atOnce: 5, of: "both", apartMs: 7 },
] as const;

interface Told {
  /** Codes of what was refused while the disk was full; "done" of what was not. */
  readonly refusals: readonly string[];
  readonly acknowledged: readonly number[];
  readonly kept: readonly number[];
  /** How often the database was found to have ended. */
  readonly endings: number;
}

/**
 * A process that writes while the size of its files is limited, which stands for a full disk, and once more when there is room.
 * Single statements and transactions take turns.
 */
const SCRIPT = `
  import { execFileSync } from "node:child_process";
  import { sql } from "drizzle-orm";
  const { openDatabase } = await import(process.env.MODULE);
  const { queryRows } = await import(process.env.QUERIES);
  const limit = (size) => execFileSync("prlimit", ["--pid", String(process.pid), "--fsize=" + size + ":unlimited"]);
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  let endings = 0;
  const database = await openDatabase(process.env.FOLDER, () => { endings += 1; });
  await database.run((tables) => tables.execute(sql.raw("create table numbers (number int primary key)")));
  const insert = (number) => (tables) => tables.execute(sql.raw("insert into numbers values (" + number + ")"));
  const single = { statements: () => true, transactions: () => false, both: (number) => number % 2 === 0 }[process.env.OF];
  const write = (number) => single(number)
    ? database.run(insert(number))
    : database.transaction(async (tables) => { await insert(number)(tables); await insert(number + 1000)(tables); });
  await write(0);
  const acknowledged = [0];
  const told = (number) => write(number).then(
    () => { acknowledged.push(number); return "done"; },
    (error) => error.code ?? String(error),
  );
  limit(4096);
  const writes = [];
  for (let number = 2; number < 2 + Number(process.env.AT_ONCE); number += 1) {
    writes.push(told(number));
    await pause(Number(process.env.APART_MS));
  }
  const settled = await Promise.all(writes);
  limit("unlimited");
  while ((await told(100)) !== "done") await pause(20);
  const rows = await database.run((tables) => queryRows(tables, sql.raw("select number from numbers where number < 1000 order by number")));
  await database.close();
  console.log(JSON.stringify({ refusals: settled, acknowledged, kept: rows.map(({ number }) => number), endings }));
`;

async function writeOnFullDisk(folder: string, { atOnce, of, apartMs }: (typeof WRITES)[number]): Promise<Told> {
  const source = (file: string): string => new URL(`../../../src/relay/store/${file}`, import.meta.url).href;
  const child = spawn(process.execPath, ["--import", "tsx/esm", "--input-type=module", "--eval", SCRIPT], {
    cwd: fileURLToPath(new URL("../../..", import.meta.url)),
    env: {
      ...process.env,
      MODULE: source("open.ts"),
      QUERIES: source("database.ts"),
      FOLDER: folder,
      AT_ONCE: String(atOnce),
      OF: of,
      APART_MS: String(apartMs),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stuck = setTimeout(() => child.kill("SIGKILL"), STUCK_MS);
  const said = await text(child.stdout);
  clearTimeout(stuck);
  expect(said, "it has come to its end").to.not.equal("");
  return JSON.parse(said) as Told; // its last line, as just written
}

/** PGlite ends when it cannot write its log, and what it is asked from then on may never return. */
describe("given an embedded database whose disk is full", () => {
  for (const writes of WRITES) {
    const { atOnce, of, apartMs } = writes;
    it(`refuses ${atOnce} writes (${of}) that come ${apartMs} ms apart, and goes on when there is room`, async function () {
      if (!hasFileLimits()) skipBecause(this, "no prlimit here: the disk cannot be made full.");
      await withEmbeddedDatabase(async (folder) => {
        await makeEmptyDatabase(folder);
        const { refusals, acknowledged, kept, endings } = await writeOnFullDisk(folder, writes);
        expect(new Set(refusals)).to.deep.equal(new Set(["RELAY_STORE_UNAVAILABLE"]));
        expect(kept, "what was acknowledged, and nothing else").to.deep.equal(acknowledged);
        expect(endings).to.be.greaterThanOrEqual(1);
      });
    });
  }
});

/** A real one, where this process may mount it. It ends when the next segment of its log has no room, and cannot begin either. */
describe("given an embedded database on a file system that is full", () => {
  let folder: string;
  before(async function () {
    folder = await mkdtemp(join(tmpdir(), "relay-full-"));
    if (!mounts(folder)) skipBecause(this, "no file system can be mounted here.");
  });
  after(async () => {
    execFileSync("sh", ["-c", 'umount -l "$0" 2>/dev/null || true', folder]);
    await rm(folder, { recursive: true, force: true });
  });

  it("keeps nothing in memory of attempts to open it anew, and goes on when there is room", async () => {
    const location = join(folder, "database");
    const filling = join(folder, "filling");
    await makeEmptyDatabase(location);
    const database = await openDatabase(location, () => undefined);
    const write = (name: string): Promise<unknown> =>
      database.run((tables) =>
        tables.execute(sql`insert into history_tips (book, number, hash) values (${name}, 1, 'x')`),
      );
    await database.run((tables) => tables.execute(sql`select pg_switch_wal()`));
    execFileSync("sh", ["-c", 'dd if=/dev/zero of="$0" bs=64k 2>/dev/null; truncate -s -1M "$0"', filling]);
    const before = timers();
    for (const name of ["a", "b", "c", "d", "e", "f", "g", "h"])
      await expectCode(write(name), "RELAY_STORE_UNAVAILABLE");
    expect(timers(), "each holds the memory of one that was not opened").to.be.at.most(before);
    await rm(filling);
    await write("i").catch(() => write("i"));
    const rows = await database.run((tables) =>
      queryRows<{ book: string }>(tables, sql`select book from history_tips`),
    );
    expect(rows).to.deep.equal([{ book: "i" }]);
    await database.close();
  });
});

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

async function expectCode(failing: Promise<unknown>, code: string): Promise<void> {
  expect(await failing.catch((error: unknown) => error)).to.include({ code });
}

/** A file system in memory, with room for an empty database and little more. */
function mounts(folder: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=60m", "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function hasFileLimits(): boolean {
  try {
    execFileSync("prlimit", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
