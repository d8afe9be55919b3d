/**
 * The interface's description is a file of the project, for programs that are made from it and for people who look at what
 * changed. `UPDATE_OPENAPI=1` writes it anew; that change is then part of the change that made it.
 */
import { readFileSync, writeFileSync } from "node:fs";

import { expect } from "chai";

import { documentOf } from "../../../src/relay/http/openapi.js";
import { createServer, type ServedProcess } from "../../../src/relay/http/server.js";
import { createLog } from "../../../src/relay/reporting/log.js";
import { createProcessMetrics } from "../../../src/relay/reporting/process-metrics.js";
import { OPTIONS } from "../paper/http.js";

const FILE = new URL("../../../docs/openapi.json", import.meta.url);

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly responses: Readonly<Record<string, object>>;
}
interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
  readonly "x-error-codes": Readonly<Record<string, { readonly status: number; readonly advice: string }>>;
}

describe("docs/openapi.json", () => {
  let described: Described;
  before(async () => {
    // Routes are only described here: nobody asks them.
    const server = await createServer(
      { keepsHistory: true } as unknown as ServedProcess,
      OPTIONS,
      createProcessMetrics(),
      createLog("silent"),
    );
    await server.ready();
    described = JSON.parse(JSON.stringify(documentOf(server))) as Described;
    await server.close();
    if (process.env["UPDATE_OPENAPI"] === "1") writeFileSync(FILE, `${JSON.stringify(described, null, 2)}\n`);
  });
  const operations = (): Operation[] => Object.values(described.paths).flatMap((ways) => Object.values(ways));

  it("is what a relay with a history describes itself as", () => {
    expect(JSON.parse(readFileSync(FILE, "utf8"))).to.deep.equal(described);
  });

  it("names every operation once, with what it does and how it is refused", () => {
    const ids = operations().map(({ operationId }) => operationId);
    expect(ids).not.to.include(undefined);
    expect(new Set(ids).size).to.equal(ids.length).and.to.be.above(25);
    for (const { operationId, summary } of operations())
      expect(summary, operationId).to.be.a("string").with.length.above(5);
  });

  it("says of every code its status and what to do", () => {
    const codes = described["x-error-codes"];
    for (const code of ["RELAY_RATE_LIMITED", "NODE_TIMEOUT", "Book_NonceUsed"]) {
      expect(codes[code]?.status, code).to.be.within(400, 599);
      expect(codes[code]?.advice, code).to.be.a("string").with.length.above(10);
    }
  });

  it("describes what goes over the stream, both ways", () => {
    expect(Object.keys(described.components.schemas)).to.include.members(["StreamRequest", "StreamMessage"]);
    const told = JSON.stringify(described.components.schemas["StreamMessage"]);
    for (const kind of ["subscribed", "snapshot", "event", "gap", "unsubscribed", "error"])
      expect(told).to.include(`"${kind}"`);
  });
});
