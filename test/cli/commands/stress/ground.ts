/** A folder with the holdings that the tests of `session stress …` ask about. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Of 40 AU and 100 AG half each would be 20 and 50: Ann has 10 AU more and 30 AG less, which is 100 and −150 where AU costs 10
 * and AG 5. Cyd has what everybody would have.
 */
export const HOLDINGS = "holder,AU,AG,base:AU,base:AG\nAnn,30,20,20,50\nBob,10,80,20,50\nCyd,7,9,7,9\n";
export const PRICES = ["--prices", "AU=10,AG=5"] as const;
export const MOVING = ["--volatility", "AU=20%,AG=15%", "--correlation", "AU/AG=0.5"] as const;

export interface Folder {
  readonly path: string;
  /** @returns where it is */
  write(name: string, content: string | Uint8Array): Promise<string>;
  remove(): Promise<void>;
}

/** With `holdings.csv` in it. */
export async function openFolder(): Promise<Folder & { readonly holdings: readonly string[] }> {
  const path = await mkdtemp(join(tmpdir(), "session-stress-"));
  const write = async (name: string, content: string | Uint8Array): Promise<string> => {
    await writeFile(join(path, name), content);
    return join(path, name);
  };
  const file = await write("holdings.csv", HOLDINGS);
  return { path, write, holdings: ["--allocations", file, ...PRICES], remove: () => rm(path, { recursive: true }) };
}

/** An amount as `--json` gives it. */
export interface Shown {
  readonly rounded: string;
  readonly numerator: string;
  readonly denominator: string;
}

/** Opened once for a file's tests, and gone after them. @returns what gives it, once a test runs */
export function useFolder(): () => Awaited<ReturnType<typeof openFolder>> {
  let opened: Awaited<ReturnType<typeof openFolder>> | undefined;
  before(async function () {
    opened = await openFolder();
  });
  after(async function () {
    await opened?.remove();
  });
  return () => {
    if (opened === undefined) throw new Error("no test runs yet");
    return opened;
  };
}
