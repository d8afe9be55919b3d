/** The compiler's model checker: which assertions of a harness it proves, and which it refutes. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import * as z from "zod";

const require = createRequire(import.meta.url);
const HARNESSES = new URL("harnesses/", import.meta.url);
const REPOSITORY = new URL("../../", import.meta.url);

/** Loops are unrolled as often: more turns than any harness takes. */
const LOOP_TURNS = 3;
/** What the checker says at an assertion, by the number of its message. */
const SAYINGS = new Map([
  ["2961", "proved"],
  ["4661", "refuted"],
] as const);
/** "This engine will be removed in a later compiler": ours is pinned. */
const ENGINE_NOTICE = "3993";

/** Anything but `proved` and `refuted`, an answer that did not come included, is `open`. */
export type Answer = "proved" | "refuted" | "open";

export interface Assertion {
  readonly contract: string;
  readonly line: number;
  readonly answer: Answer;
}

export interface HarnessAnswers {
  readonly assertions: readonly Assertion[];
  /** What else the compiler said: of code that it cannot follow, for instance. */
  readonly remarks: readonly string[];
}

interface Compiler {
  compile(input: string, callbacks: { import: (path: string) => { contents: string } }): string;
}

const outputSchema = z.object({
  errors: z
    .array(
      z.object({
        errorCode: z.string().optional(),
        message: z.string(),
        sourceLocation: z.object({ file: z.string(), start: z.number() }).optional(),
      }),
    )
    .default([]),
});

/**
 * @param name a file of `harnesses/`, without its ending
 * @throws if the file is missing or the compiler's answer has another shape
 */
export function askModelChecker(name: string): HarnessAnswers {
  const path = `trials/prove/harnesses/${name}.sol`;
  const text = readFileSync(new URL(`${name}.sol`, HARNESSES), "utf8");
  const contracts = [...text.matchAll(/^contract (\w+)/gm)].map(([, contract = ""]) => contract);
  const input = {
    language: "Solidity",
    sources: { [path]: { content: text } },
    settings: {
      evmVersion: "cancun",
      modelChecker: {
        engine: "bmc",
        targets: ["assert"],
        bmcLoopIterations: LOOP_TURNS,
        contracts: { [path]: contracts },
        showProvedSafe: true,
        showUnproved: true,
        showUnsupported: true,
      },
    },
  };
  const solc = require("solc") as Compiler; // has no types of its own
  const readImport = (file: string) => ({ contents: readFileSync(fileURLToPath(new URL(file, REPOSITORY)), "utf8") });
  const output: unknown = JSON.parse(solc.compile(JSON.stringify(input), { import: readImport }));
  return answersOf(path, text, outputSchema.parse(output).errors);
}

type Message = z.infer<typeof outputSchema>["errors"][number];

function answersOf(path: string, text: string, messages: readonly Message[]): HarnessAnswers {
  const said = new Map<number, Answer>();
  const remarks: string[] = [];
  for (const { errorCode = "", message, sourceLocation } of messages) {
    const answer = [...SAYINGS].find(([code]) => code === errorCode)?.[1];
    if (answer !== undefined && sourceLocation?.file === path) said.set(sourceLocation.start, answer);
    else if (errorCode !== ENGINE_NOTICE) remarks.push(`${errorCode}: ${message.split("\n")[0] ?? ""}`);
  }
  const assertions = [...text.matchAll(/\bassert\(/g)].map(({ index }) => {
    const before = text.slice(0, index);
    const contract = [...before.matchAll(/^(?:abstract )?contract (\w+)/gm)].at(-1)?.[1] ?? "";
    return { contract, line: before.split("\n").length, answer: said.get(index) ?? "open" };
  });
  return { assertions, remarks };
}
