import { readFileSync } from "node:fs";

import { expect } from "chai";

import { NODE_ERROR_CODES, NodeError } from "../../src/node/errors.js";
import { SETTINGS } from "../../src/relay/config/settings.js";
import { RELAY_ERROR_CODES, RelayError } from "../../src/relay/errors.js";
import { answerTo } from "../../src/relay/http/errors.js";
import { CLOSE } from "../../src/relay/http/subscriber.js";
import { createMetrics } from "../../src/relay/reporting/metrics.js";
import { createProcessMetrics } from "../../src/relay/reporting/process-metrics.js";

/** The first cells of the table rows whose first cell is code, each with the other cells. */
function rowsOf(text: string): Map<string, string[]> {
  const rows = text.split("\n").flatMap((line) => {
    const cells = line.split("|").map((cell) => cell.trim());
    const [, name] = /^`([^`]+)`$/.exec(cells[1] ?? "") ?? [];
    return name === undefined ? [] : [[name, cells.slice(2, -1)] as const];
  });
  return new Map(rows);
}

describe("docs/relay.md", function () {
  const text = readFileSync(new URL("../../docs/relay.md", import.meta.url), "utf8");
  const rows = rowsOf(text);

  it("has every setting with its variable and default, and no other", function () {
    for (const { name, env, fallback } of SETTINGS) {
      const shown = fallback === undefined ? "" : `\`${fallback}\``;
      expect(rows.get(`--${name}`)?.slice(0, 2), name).to.deep.equal([`\`${env}\``, shown]);
    }
    const flags = [...rows.keys()].filter((name) => name.startsWith("--"));
    expect(flags.length).to.equal(SETTINGS.length);
  });

  it("has every error with its status, and no other", function () {
    for (const code of RELAY_ERROR_CODES) {
      const { status, retryable, advice } = new RelayError(code);
      expect(rows.get(code), code).to.deep.equal([String(status), retryable ? "yes" : "no", advice]);
    }
    for (const code of NODE_ERROR_CODES) {
      const error = new NodeError(code);
      const { status } = answerTo(error);
      expect(rows.get(code), code).to.deep.equal([String(status), error.retryable ? "yes" : "no", error.advice]);
    }
    const codes = [...rows.keys()].filter((name) => /^(RELAY|NODE)_/.test(name));
    expect(codes.length).to.equal(RELAY_ERROR_CODES.length + NODE_ERROR_CODES.length);
  });

  it("has every metric, and no other", async function () {
    const metrics = createProcessMetrics();
    metrics.add(createMetrics("0xa"));
    const names = [...(await metrics.text()).matchAll(/^# TYPE (relay_\w+) /gm)].map(([, name = ""]) => name);
    expect(new Set(names).size).to.equal(names.length);
    expect([...rows.keys()].filter((name) => name.startsWith("relay_")).sort()).to.deep.equal(names.sort());
  });

  it("has every code with which a stream is closed", function () {
    for (const code of Object.values(CLOSE)) expect(text).to.include(String(code));
  });
});
