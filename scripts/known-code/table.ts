/** Which code a build makes, from Hardhat's artifacts: lengths, hashes, and what its constructors put into it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { encodeBytes32String, toBeHex } from "ethers";

import { sourceFileOf } from "../../src/deployment/contracts.js";
import { bookDomain } from "../../src/protocol/signing/typed-data.js";
import { type Blank, blanked, type KnownCode, type KnownName } from "../../src/bindings/known-code.js";

export const PROFILES = ["default", "production"] as const;
export type Profile = (typeof PROFILES)[number];

/** A contract that forwards what it does not know, and to which. */
const NEXT: Readonly<Partial<Record<KnownName, KnownName>>> = {
  OrderBook: "OrderBookAccounts",
  OrderBookAccounts: "OrderBookViews",
  OrderBookViews: "OrderBookMarkets",
};
const NAMES: readonly KnownName[] = [
  "Session",
  "LegToken",
  "OrderBook",
  "OrderBookAccounts",
  "OrderBookViews",
  "OrderBookMarkets",
  "SessionFactory",
  "LmsrMaker",
  "LmsrMakerFactory",
  "SetRouter",
  "UmaSettler",
  "ChainlinkSettler",
];
/** Immutables that name contracts whose code is known. */
const USED: Readonly<Partial<Record<KnownName, Readonly<Record<string, KnownName>>>>> = {
  SessionFactory: { SESSION: "Session", LEG_TOKEN: "LegToken", ORDER_BOOK: "OrderBook" },
  LmsrMaker: { FACTORY: "LmsrMakerFactory" },
  LmsrMakerFactory: { IMPLEMENTATION: "LmsrMaker" },
};
/** Immutables that are another's in each contract. */
const TERMS: Readonly<Partial<Record<KnownName, readonly string[]>>> = {
  SetRouter: ["BOOK", "SESSION", "LIMIT", "ASSETS", "SCALE", "RUNGS"],
  UmaSettler: ["BOOK", "ORACLE", "CURRENCY", "LIVENESS", "BOND"],
  ChainlinkSettler: ["BOOK", "FIXING"],
};

/** The parts of an artifact that are read here. */
interface Artifact {
  readonly deployedBytecode: string;
  readonly buildInfoId: string;
  readonly immutableReferences?: Readonly<Record<string, readonly { readonly start: number }[]>>;
}

export function artifactsOf(root: string, profile: Profile): string {
  return join(root, profile === "default" ? "artifacts" : `artifacts-${profile}`);
}

/** @param build the name that the entries get */
export function knownCodeOf(artifacts: string, build: string): KnownCode[] {
  const builds = new Map<string, ReadonlyMap<number, string>>();
  return NAMES.map((name) => {
    const file = join(artifacts, sourceFileOf(name), `${name}.json`);
    const artifact = JSON.parse(readFileSync(file, "utf8")) as Artifact; // written by Hardhat
    const names = builds.get(artifact.buildInfoId) ?? namesOfImmutables(artifacts, artifact.buildInfoId);
    builds.set(artifact.buildInfoId, names);
    const blanks = Object.entries(artifact.immutableReferences ?? {}).flatMap(([id, places]) =>
      places.map(({ start }) => blankOf(name, names.get(Number(id)) ?? id, start)),
    );
    blanks.sort((a, b) => a.at - b.at);
    const { deployedBytecode: code } = artifact;
    return { name, build, bytes: code.length / 2 - 1, hash: blanked({ blanks }, code), blanks };
  });
}

/** @throws Error for an immutable that nobody has thought of here */
function blankOf(contract: KnownName, immutable: string, at: number): Blank {
  if (TERMS[contract]?.includes(immutable)) return { at, is: "term", name: immutable };
  const used = immutable === "NEXT" ? NEXT[contract] : USED[contract]?.[immutable];
  if (used !== undefined) return { at, is: "contract", name: used };
  if (immutable === "CODE") return { at, is: "self" };
  const { name, version } = bookDomain(1n, toBeHex(1, 20));
  if (immutable === "_name") return { at, is: "word", value: shortString(name) };
  if (immutable === "_version") return { at, is: "word", value: shortString(version) };
  throw new Error(`${contract} has an immutable ${immutable}: say in scripts/known-code/table.ts what is in it`);
}

/** As OpenZeppelin's ShortStrings keep a text: its bytes, and their number in the last one. */
function shortString(text: string): string {
  return encodeBytes32String(text).slice(0, -2) + toBeHex(text.length, 1).slice(2);
}

/** Names of variables by their numbers in the compiler's output. */
function namesOfImmutables(artifacts: string, buildInfoId: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  collect(JSON.parse(readFileSync(join(artifacts, "build-info", `${buildInfoId}.output.json`), "utf8")), names);
  return names;
}

function collect(node: unknown, names: Map<number, string>): void {
  if (typeof node !== "object" || node === null) return;
  const { id, name, mutability } = node as { id?: unknown; name?: unknown; mutability?: unknown };
  if (mutability === "immutable" && typeof id === "number" && typeof name === "string") names.set(id, name);
  for (const child of Object.values(node)) collect(child, names);
}

export function tableText(entries: readonly KnownCode[]): string {
  return `/** Written by \`npm run known-code\` from the compiler's output: see known-code.ts. */
import type { KnownCode } from "./known-code.js";

export const KNOWN_CODE: readonly KnownCode[] = [
${entries.map((entry) => `  ${JSON.stringify(entry)},`).join("\n")}
];
`;
}
