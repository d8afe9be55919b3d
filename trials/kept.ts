/** What trials have measured, as long as they were told to keep it: for documents that are made of it. */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";

const FILE = fileURLToPath(new URL("../bench/trials.json", import.meta.url));

/** Writes the figures of one trial, with the day and the machine, and leaves those of others. */
export function keepFigures(trial: string, figures: { readonly plan: object; readonly result: object }): void {
  const machine = { node: process.version, processor: cpus()[0]?.model ?? "unknown", cores: cpus().length };
  const day = new Date().toISOString().slice(0, "2026-01-01".length);
  const kept = JSON.parse(readFileSync(FILE, "utf8")) as Readonly<Record<string, object>>; // as it was written here
  writeFileSync(FILE, `${JSON.stringify({ ...kept, [trial]: { day, machine, ...figures } }, null, 2)}\n`);
}
