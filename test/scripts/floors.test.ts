/** The lint rule that keeps imports running downwards. */
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";
import { Linter } from "eslint";

import { floorOf, FLOORS, house, refusal } from "../../scripts/lint/floors.mjs";

const ROOT = join(import.meta.dirname, "../..");

function messagesOf(code: string, file: string): string[] {
  const linter = new Linter({ cwd: ROOT });
  const found = linter.verify(
    code,
    [{ files: ["**/*.ts"], plugins: { house }, rules: { "house/floors": "error" } }],
    join(ROOT, file),
  );
  return found.map(({ message }) => message);
}

describe("house/floors", () => {
  it("knows every folder of the sources", () => {
    const folders = readdirSync(join(ROOT, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of folders) expect(floorOf(`src/${name}/x.ts`), name).to.equal(`src/${name}`);
  });

  for (const folder of ["src/protocol", "src/relay", "app"]) {
    it(`knows every room of ${folder}`, () => {
      const rooms = readdirSync(join(ROOT, folder), { withFileTypes: true }).filter((entry) => entry.isDirectory());
      const ofCode = rooms.filter(({ name }) => name !== "public"); // the page's files that are served as they are
      for (const { name } of ofCode) expect(floorOf(`${folder}/${name}/x.ts`), name).to.equal(`${folder}/${name}`);
    });
  }

  it("keeps what the page knows from what it shows", () => {
    expect(refusal("app/data/x.ts", "app/ui/y.js")).to.match(/^app\/data imports only itself/);
    expect(refusal("app/ui/x.tsx", "app/frame/y.js")).to.be.a("string");
    expect(refusal("app/frame/x.tsx", "app/views/trade/Trade.js")).to.be.a("string");
    expect(refusal("app/views/trade/x.tsx", "app/ui/y.js")).to.equal(undefined);
    expect(refusal("app/App.tsx", "app/views/trade/Trade.js")).to.equal(undefined);
  });

  it("keeps the programs out of the page: what both need lies below both", () => {
    for (const file of ["app/main.tsx", "app/data/x.ts", "app/views/risk/x.ts", "src/risk/x.ts", "src/input/x.ts"]) {
      expect(refusal(file, "src/cli/cli-error.js"), file).to.be.a("string");
      expect(refusal(file, "src/relay/errors.js"), file).to.be.a("string");
    }
    expect(refusal("app/views/risk/x.ts", "src/risk/stress/table.js")).to.equal(undefined);
    expect(refusal("src/cli/stress/x.ts", "src/risk/stress/table.js")).to.equal(undefined);
    expect(refusal("src/risk/stress/x.ts", "src/input/errors.js")).to.equal(undefined);
    expect(refusal("src/input/x.ts", "src/risk/stress/table.js")).to.be.a("string");
  });

  it("takes a file for a room where it is named as one", () => {
    expect(floorOf("src/relay/errors.ts")).to.equal("src/relay/errors");
    expect(floorOf("src/relay/main.ts")).to.equal("src/relay");
    expect(refusal("src/relay/store/x.ts", "src/relay/errors.js")).to.equal(undefined);
    expect(refusal("src/relay/errors.ts", "src/relay/store/x.js")).to.match(/^src\/relay\/errors imports only itself/);
    expect(refusal("src/relay/follow/x.ts", "src/relay/queue/y.js")).to.match(
      /^src\/relay\/follow imports only itself/,
    );
    expect(refusal("src/relay/store/x.ts", "src/relay/running/relay.js")).to.be.a("string");
  });

  it("names only folders that a file may be in", () => {
    const named = new Set([...Object.keys(FLOORS), ...Object.values(FLOORS).flat()]);
    for (const folder of named) {
      const isKnown = folder === "src" || folder === "typechain-types" || Object.hasOwn(FLOORS, folder);
      expect(isKnown, folder).to.equal(true);
    }
  });

  it("has no circle: no two folders import each other", () => {
    for (const [upper, allowed] of Object.entries(FLOORS)) {
      for (const lower of allowed.filter((folder) => Object.hasOwn(FLOORS, folder))) {
        expect(refusal(`${lower}/x.ts`, `${upper}/y.ts`), `${lower} → ${upper}`).to.be.a("string");
      }
    }
  });

  it("lets a folder import itself and what lies below", () => {
    expect(messagesOf('import { a } from "./b.js";', "src/protocol/book/x.ts")).to.deep.equal([]);
    expect(messagesOf('import { a } from "../amounts/units.js";', "src/protocol/book/x.ts")).to.deep.equal([]);
    expect(messagesOf('import { a } from "../protocol/index.js";', "src/client/x.ts")).to.deep.equal([]);
  });

  it("refuses an import that runs up, and says what may be imported", () => {
    expect(messagesOf('import { a } from "../client/trader.js";', "src/relay/x.ts")).to.deep.equal([
      "src/relay imports only itself and src/protocol, src/node, src/bindings, src/wire, src/views, src/history, " +
        "src/verify, src/measures, src/page, typechain-types, src/deployment, not src/client/trader.js: move what both need to the lower floor",
    ]);
    expect(messagesOf('import { a } from "../book/book.js";', "src/protocol/amounts/x.ts")[0]).to.match(
      /^src\/protocol\/amounts /,
    );
  });

  it("looks at what is exported on and imported late, too", () => {
    expect(messagesOf('export { a } from "../relay/index.js";', "src/client/x.ts")[0]).to.match(
      /not src\/relay\/index.js/,
    );
    expect(messagesOf('export * from "../relay/index.js";', "src/client/x.ts")[0]).to.match(/not src\/relay\/index.js/);
    expect(messagesOf('await import("../relay/index.js");', "src/client/x.ts")[0]).to.match(/not src\/relay\/index.js/);
  });

  it("keeps tests, studies and trials out of what is shipped", () => {
    for (const folder of ["test", "lab", "trials", "bench", "stage"]) {
      expect(refusal("src/cli/main.ts", `${folder}/x.ts`), folder).to.be.a("string");
    }
    expect(refusal("bench/main.ts", "test/x.ts")).to.be.a("string");
    expect(refusal("lab/main.ts", "trials/x.ts")).to.be.a("string");
  });
});
