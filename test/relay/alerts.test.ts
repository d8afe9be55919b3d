import { readFileSync } from "node:fs";

import { expect } from "chai";
import { parse } from "yaml";

import { createMetrics } from "../../src/relay/reporting/metrics.js";
import { createProcessMetrics } from "../../src/relay/reporting/process-metrics.js";

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

describe("deploy/monitoring/alerts.yml", () => {
  const text = readFileSync(new URL("../../deploy/monitoring/alerts.yml", import.meta.url), "utf8");
  const rules = (parse(text) as Rules).groups.flatMap((group) => group.rules); // as Prometheus reads it

  it("names no metric that a relay does not have, with no label that it does not have", async () => {
    const pools = () => [{ pool: "reads", open: 2, idle: 1, waiting: 0 }] as const;
    const metrics = createProcessMetrics({ pools, broker: () => true });
    metrics.add(createMetrics("0xa", { blocking: () => 1 }));
    const told = await metrics.text();
    for (const { alert, expr } of rules) {
      const named = [...expr.matchAll(/relay_[a-z_]+/g)].map(([name]) => name);
      expect(named.length, alert).to.be.above(0);
      for (const name of named)
        expect(told, alert).to.match(new RegExp(`^# TYPE ${name.replace(/_bucket$/, "")} `, "m"));
    }
    expect(told).to.include('relay_database_connections{pool="reads",state="waiting"} 0');
    expect(told).to.include('relay_database_connections{pool="reads",state="open"} 2');
    expect(told).to.include('relay_faults_blocking{session="0xa"} 1');
  });

  it("is asked of the moment at which figures are read, whatever the relay is at", async () => {
    let waiting = { packages: 3, oldestSeconds: 1.5 };
    const { registry } = createMetrics("0xa", { waiting: () => waiting });
    const first = await registry.metrics();
    waiting = { packages: 0, oldestSeconds: 0 };
    const second = await registry.metrics();
    for (const [told, packages, seconds] of [
      [first, 3, 1.5],
      [second, 0, 0],
    ] as const) {
      expect(told).to.include(`relay_packages_waiting{session="0xa"} ${packages}\n`);
      expect(told).to.include(`relay_oldest_waiting_seconds{session="0xa"} ${seconds}\n`);
    }
  });

  it("has a name of its own for every alert", () => {
    expect(new Set(rules.map(({ alert }) => alert)).size)
      .to.equal(rules.length)
      .and.to.be.above(8);
  });
});
