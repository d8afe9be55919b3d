import { readFileSync } from "node:fs";

import { expect } from "chai";
import { Histogram } from "prom-client";

import { createMetrics } from "../../src/relay/reporting/metrics.js";
import { createProcessMetrics } from "../../src/relay/reporting/process-metrics.js";

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly { readonly refId: string; readonly expr: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string }[] };
}

const file = new URL("../../deploy/monitoring/dashboard.json", import.meta.url);
const { panels, templating } = JSON.parse(readFileSync(file, "utf8")) as Dashboard; // as Grafana reads it

/** Words of a query that are neither metrics nor labels. */
const named = (expr: string): string[] =>
  [...expr.matchAll(/\b(relay|process|nodejs)_[a-z0-9_]+/g)].map(([name]) => name);

describe("deploy/monitoring/dashboard.json", () => {
  it("asks for no metric that a relay does not have, with no label that it does not have", async () => {
    const metrics = createProcessMetrics({ pools: () => [{ pool: "reads", open: 1, idle: 0, waiting: 0 }] });
    const own = createMetrics("0xa");
    metrics.add(own);
    const told = await metrics.text();
    const all = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const));
    for (const [title, expr] of all) {
      const names = named(expr);
      expect(names.length, title).to.be.above(0);
      for (const name of names) {
        const family = name.replace(/_bucket$/, "");
        expect(told, title).to.match(new RegExp(`^# TYPE ${family} `, "m"));
        if (name !== family) expect(own.registry.getSingleMetric(family), title).to.be.instanceOf(Histogram);
      }
      if (expr.includes("$session")) {
        for (const name of names)
          expect(own.registry.getSingleMetric(name.replace(/_bucket$/, "")), name).not.to.equal(undefined);
      }
    }
  });

  it("has panels with names and units of their own, none over another", () => {
    expect(new Set(panels.map(({ id }) => id)).size).to.equal(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size)
      .to.equal(panels.length)
      .and.to.be.above(15);
    const taken = new Set<string>();
    for (const { title, gridPos, fieldConfig, targets } of panels) {
      expect(fieldConfig.defaults.unit, title).to.match(/^\w+$/);
      expect(new Set(targets.map(({ refId }) => refId)).size, title).to.equal(targets.length);
      expect(gridPos.x + gridPos.w, title).to.be.at.most(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x} ${y}`), `${title} lies over another`).to.equal(false);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });

  it("lets sessions be chosen, from whatever Prometheus there is", () => {
    expect(templating.list.map(({ name }) => name)).to.deep.equal(["datasource", "session"]);
  });
});
