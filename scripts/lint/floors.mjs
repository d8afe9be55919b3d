/**
 * ESLint rule `house/floors`: which folder may import which. Arrows of import run downwards only, so that what lies low can be
 * used without what lies above it: the protocol in a browser, the bindings without a client, the wire without a server.
 */
import { dirname, relative, resolve, sep } from "node:path";

const GENERATED = "typechain-types";
/** From the ground up. */
export const ROOMS_OF_PROTOCOL = ["amounts", "signing", "market", "judge", "margin", "value", "maker", "book"];
/** Of the relay, files among them; what is named nowhere here may import all of it. */
export const ROOMS_OF_RELAY = [
  "errors",
  "store",
  "reporting",
  "follow",
  "archive",
  "history",
  "broker",
  "queue",
  "tracker",
  "submit",
  "http",
  "engine",
  "config",
  "session",
  "running",
];
/** Of the page; what starts it, and what knows all views, imports all of it. */
export const ROOMS_OF_APP = ["style", "data", "ui", "wallet", "frame", "views"];
const BELOW_RELAY = [
  "src/protocol",
  "src/node",
  "src/bindings",
  "src/wire",
  "src/views",
  "src/history",
  "src/verify",
  "src/measures",
  "src/page",
  GENERATED,
  "src/deployment",
];
/** The library, without its programs: what a page and the command line both need lies below both. */
const BELOW_APP = [
  ...BELOW_RELAY.filter((folder) => folder !== "src/deployment"),
  "src/input",
  "src/pictures",
  "src/risk",
  "src/dataset",
  "src/client",
];
const BELOW_STAGE = ["src", GENERATED];

/**
 * Folder → what it may import besides itself. The longest folder that holds a file counts; a name stands for all below it.
 * Whatever is not under one of these (the configuration at the top) imports what it likes.
 */
export const FLOORS = {
  ...roomsOf("src/protocol", ROOMS_OF_PROTOCOL, []),
  ...roomsOf("src/relay", ROOMS_OF_RELAY, BELOW_RELAY),
  ...roomsOf("app", ROOMS_OF_APP, BELOW_APP),
  "src/protocol": [],
  "src/node": ["src/protocol"],
  "src/local": ["src/protocol"],
  "src/bindings": ["src/protocol", "src/node", GENERATED],
  "src/input": ["src/protocol"],
  "src/wire": ["src/protocol"],
  "src/pictures": ["src/protocol"],
  "src/measures": ["src/protocol"],
  "src/risk": ["src/protocol", "src/input", "src/pictures"],
  "src/views": ["src/protocol", "src/wire"],
  "src/history": ["src/protocol", "src/bindings", "src/measures"],
  "src/verify": ["src/protocol", "src/node", "src/bindings", GENERATED],
  "src/dataset": ["src/protocol", "src/bindings", "src/history", "src/verify"],
  "src/client": ["src/protocol", "src/node", "src/bindings", "src/wire", GENERATED],
  "deployments.json": [],
  "src/page": ["src/protocol", "src/wire"],
  "src/deployment": ["src/protocol", "src/node", "src/bindings", "deployments.json"],
  "src/relay": BELOW_RELAY,
  "src/cli": ["src", GENERATED],
  app: BELOW_APP, // browsers' own: only tests import it
  stage: BELOW_STAGE,
  bench: [...BELOW_STAGE, "stage"],
  lab: [...BELOW_STAGE, "stage"],
  trials: [...BELOW_STAGE, "stage", "lab"], // a trial alters what the studies leave behind
  scripts: ["src", "stage"],
  test: [...BELOW_STAGE, "stage", "bench", "lab", "trials", "scripts", "app"],
};

/** Each room imports the ones below it, and what lies below all of them. */
function roomsOf(folder, rooms, below) {
  return Object.fromEntries(
    rooms.map((room, k) => [
      `${folder}/${room}`,
      [...below, ...rooms.slice(0, k).map((lower) => `${folder}/${lower}`)],
    ]),
  );
}

/** A folder may be one file: then it is named without its ending. */
const isWithin = (path, folder) =>
  path === folder || path.startsWith(`${folder}/`) || path.replace(/\.[jt]s$/, "") === folder;

/** The longest folder of FLOORS that holds the file. */
export function floorOf(path) {
  const holding = Object.keys(FLOORS).filter((folder) => isWithin(path, folder));
  return holding.sort((a, b) => b.length - a.length)[0];
}

/** @returns why a file at `from` may not import one at `to`, both relative to the project; undefined if it may */
export function refusal(from, to) {
  const floor = floorOf(from);
  if (floor === undefined || isWithin(to, floor)) return undefined;
  if (FLOORS[floor].some((folder) => isWithin(to, folder))) return undefined;
  const allowed = FLOORS[floor].length === 0 ? "" : ` and ${FLOORS[floor].join(", ")}`;
  return `${floor} imports only itself${allowed}, not ${to}: move what both need to the lower floor`;
}

const rule = {
  meta: { type: "problem", schema: [], docs: { description: "imports run downwards only" } },
  create(context) {
    const from = relative(context.cwd, context.filename).split(sep).join("/");
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== "string" || !specifier.startsWith(".")) return;
      const to = relative(context.cwd, resolve(dirname(context.filename), specifier))
        .split(sep)
        .join("/");
      const why = refusal(from, to);
      if (why !== undefined) context.report({ node: node.source, message: why });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

export const house = { rules: { floors: rule } };
