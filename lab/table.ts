import type { RunStudy } from "./command/command.js";

interface Study {
  /** In one line. */
  readonly about: string;
  /** Loads it, and with it whatever only it needs. */
  readonly load: () => Promise<{ readonly study: RunStudy }>;
}

/** By name. */
export const STUDIES: Readonly<Record<string, Study>> = {
  stocks: {
    about: "a basket of stocks on real monthly prices, through a relay: the main job, npm start",
    load: () => import("./stocks/study.js"),
  },
  rainfall: {
    about: "a month's rain as an interval market with strips, settled as the rain falls",
    load: () => import("./rainfall/study.js"),
  },
  "wettest-month": {
    about: "an event market over twelve months, outcomes eliminated on the way",
    load: () => import("./wettest-month/study.js"),
  },
  maker: {
    about: "an automated maker in a basket, a rainfall market and an event: what a sponsor pays, and what it learns",
    load: () => import("./maker/study.js"),
  },
  kyle: {
    about: "an insider, noise and a maker in a real book, beside Kyle's theory: λ, what is learned, who pays",
    load: () => import("./kyle/study.js"),
  },
  "glosten-milgrom": {
    about: "orders of one lot, some informed, at a maker's quotes: spreads, and how fast the forecast's error falls",
    load: () => import("./glosten-milgrom/study.js"),
  },
  nats: {
    about: "an automated maker's loss as a meter of what a market has learned: b for each nat",
    load: () => import("./nats/study.js"),
  },
  curation: {
    about: "several informed traders, their number and how well they know: what a gate does to what flow tells",
    load: () => import("./curation/study.js"),
  },
  design: {
    about:
      "what an organiser may choose, tried in the book: one session or several, how long, rolled, gated, with a maker",
    load: () => import("./design/study.js"),
  },
  pairs: {
    about: "a published rule of pairs traded inside sessions, on real prices: they pay what it earns or loses, exactly",
    load: () => import("./pairs/study.js"),
  },
  lifecycle: {
    about:
      "one session's whole life: gate, sale, maker, oracles, cash for claims, the roll into the next, every sum proved",
    load: () => import("./lifecycle/study.js"),
  },
  live: {
    about:
      "a session that is open now, with markets, traders who go on trading, a relay and a clock that walks: until Ctrl-C",
    load: () => import("./live/study.js"),
  },
};

export function findStudy(name: string): Study | undefined {
  return Object.hasOwn(STUDIES, name) ? STUDIES[name] : undefined;
}

/** One line for each. */
export function listStudies(): string {
  const width = Math.max(...Object.keys(STUDIES).map((name) => name.length));
  return Object.entries(STUDIES)
    .map(([name, { about }]) => `  ${name.padEnd(width)}  ${about}`)
    .join("\n");
}
