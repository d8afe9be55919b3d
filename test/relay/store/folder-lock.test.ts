import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { RelayError } from "../../../src/relay/errors.js";
import { lockFolder } from "../../../src/relay/store/folder-lock.js";
import { isClaim } from "../../../src/relay/store/lock-file.js";

/** Another kernel's claims are judged by whether they are touched. */
const FAR = { kernel: "another machine", beatMs: 5, watchMs: 60 };
const NEAR = { beatMs: 5, watchMs: 60 };

const refusal = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
const claims = (folder: string): string[] => readdirSync(folder).filter(isClaim);

/** Holds the folder from a process with a temporary folder of its own, as one in another container has. */
async function holdElsewhere(folder: string): Promise<ChildProcess> {
  const module = new URL("../../../src/relay/store/folder-lock.ts", import.meta.url).href;
  const script = `const { lockFolder } = await import(${JSON.stringify(module)});
    const lock = await lockFolder(${JSON.stringify(folder)});
    setInterval(() => lock.check(), 1_000);
    console.log("held");`;
  const own = await mkdtemp(join(folder, "tmp-"));
  const child = spawn(process.execPath, ["--import", "tsx/esm", "--input-type=module", "--eval", script], {
    cwd: fileURLToPath(new URL("../../..", import.meta.url)),
    env: { ...process.env, TMPDIR: own },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

describe("lockFolder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "relay-lock-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("lets one have a folder at a time", async () => {
    const lock = await lockFolder(folder);
    const error = await refusal(lockFolder(folder));
    expect(error).to.be.instanceOf(RelayError).and.to.include({ code: "RELAY_LOCKED", retryable: false });
    await lock.release();
    const next = await lockFolder(folder);
    await next.release();
    expect(claims(folder), "nothing is left").to.deep.equal([]);
  });

  it("keeps a process out whose temporary folder is another, and is free as soon as its holder is killed", async () => {
    const holder = await holdElsewhere(folder);
    const error = await refusal(lockFolder(folder));
    expect(error).to.include({ code: "RELAY_LOCKED" });
    const gone = once(holder, "exit");
    holder.kill("SIGKILL");
    await gone;
    expect(claims(folder), "what a crash leaves").to.have.length(1);
    const lock = await lockFolder(folder);
    expect(claims(folder), "is cleared away").to.have.length(1);
    await lock.release();
  });

  it("lets at most one of many have it that come at once", async () => {
    const came = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
    const locks = came.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(locks.length).to.be.at.most(1);
    for (const lock of locks) await lock.release();
    await (await lockFolder(folder)).release();
  });

  it("locks one folder and no other", async () => {
    const other = join(folder, "other");
    await mkdir(other);
    const locks = [await lockFolder(folder), await lockFolder(other)];
    for (const lock of locks) await lock.release();
  });

  it("knows the folder by whatever way it is named, however long that is", async () => {
    const deep = join(folder, "d".repeat(120), "e".repeat(120));
    await mkdir(deep, { recursive: true });
    const lock = await lockFolder(deep);
    const error = await refusal(lockFolder(join(deep, "..", "e".repeat(120))));
    expect(error).to.include({ code: "RELAY_LOCKED" });
    await lock.release();
  });

  it("believes a holder on another kernel as long as it touches its claim", async () => {
    const lock = await lockFolder(folder, FAR);
    expect(await refusal(lockFolder(folder, NEAR))).to.include({ code: "RELAY_LOCKED" });
    await lock.release();
    await (await lockFolder(folder, NEAR)).release();
  });

  it("takes a claim for dead that a machine left which does not touch it any more", async () => {
    writeFileSync(join(folder, "relay.lock-0badcafe-00000000"), "");
    const lock = await lockFolder(folder, NEAR);
    expect(claims(folder)).to.have.length(1);
    await lock.release();
  });

  it("has a holder that was taken for dead stop", async () => {
    const lock = await lockFolder(folder);
    lock.check();
    for (const name of claims(folder)) rmSync(join(folder, name));
    expect(() => {
      lock.check();
    }).to.throw(RelayError, "RELAY_LOCKED");
    await lock.release();
  });
});
