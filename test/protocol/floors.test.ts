/** The rooms of the protocol stand on floors: each imports its own and those below, and nothing else of the project. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { expect } from "chai";

import { ROOMS_OF_PROTOCOL } from "../../scripts/lint/floors.mjs";

const PROTOCOL = fileURLToPath(new URL("../../src/protocol", import.meta.url));
/** The package's entry, which is no room, stands on top. */
const FLOORS = ROOMS_OF_PROTOCOL;
const RELATIVE_IMPORT = /\bfrom "(\.[^"]+)"/g;

const files = readdirSync(PROTOCOL, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));

/** @returns the number of floors for the entry, -1 for what is outside or in no room */
function floorOf(path: string): number {
  const [room, ...rest] = path.split(sep);
  return rest.length === 0 ? FLOORS.length : FLOORS.indexOf(room ?? "");
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(PROTOCOL, path), "utf8");
  return [...text.matchAll(RELATIVE_IMPORT)].map(([, target]) =>
    relative(PROTOCOL, join(PROTOCOL, dirname(path), target ?? "")),
  );
}

describe("The rooms of src/protocol", () => {
  it("are those that have a floor", () => {
    expect(new Set(files.map(floorOf))).to.deep.equal(new Set([...FLOORS.keys(), FLOORS.length]));
  });

  it("import their own floor and those below", () => {
    const wrong = files.flatMap((path) => {
      const targets = importsOf(path).filter((to) => floorOf(to) === -1 || floorOf(to) > floorOf(path));
      return targets.map((to) => `${path} imports ${to}`);
    });
    expect(wrong).to.deep.equal([]);
    expect(files.flatMap(importsOf).length, "imports looked at").to.be.greaterThan(100);
  });
});
