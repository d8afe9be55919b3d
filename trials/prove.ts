/**
 * Proofs of what the collateral check rests on. Every assertion of a `…Proof` contract must be proved, every one of a `…Twin`,
 * which is broken on purpose, refuted; no case of the small models may contradict a fact, and some case must contradict its twin.
 */
import { readdirSync } from "node:fs";

import { FACTS, type Size } from "./prove/models/facts.js";
import { askModelChecker, type Assertion } from "./prove/model-checker.js";
import { EXIT, readWords } from "./trial.js";

interface Check {
  readonly kind: "solver" | "model";
  readonly name: string;
  readonly holds: boolean;
  readonly detail: string;
}

function solverChecks(): Check[] {
  const files = readdirSync(new URL("prove/harnesses/", import.meta.url)).filter((file) => file.endsWith(".sol"));
  return files.sort().map((file) => {
    const name = file.slice(0, -".sol".length);
    console.error(`${name} ...`);
    const startedAt = Date.now();
    const { assertions, remarks } = askModelChecker(name);
    console.error(`${name}: ${((Date.now() - startedAt) / 1_000).toFixed(0)} s`);
    const of = (ending: string) => assertions.filter(({ contract }) => contract.endsWith(ending));
    const [proofs, twins] = [of("Proof"), of("Twin")];
    const [proved, refuted] = [count(proofs, "proved"), count(twins, "refuted")];
    const complete = proofs.length > 0 && twins.length > 0 && proofs.length + twins.length === assertions.length;
    const holds = complete && proved === proofs.length && refuted === twins.length && remarks.length === 0;
    const detail = `${proved} of ${proofs.length} proved, ${refuted} of ${twins.length} twins refuted`;
    return { kind: "solver", name, holds, detail: [detail, ...(holds ? [] : faults(assertions, remarks))].join("; ") };
  });
}

const count = (assertions: readonly Assertion[], wanted: Assertion["answer"]): number =>
  assertions.filter(({ answer }) => answer === wanted).length;

function faults(assertions: readonly Assertion[], remarks: readonly string[]): string[] {
  const wrong = assertions.filter(
    ({ contract, answer }) => answer !== (contract.endsWith("Twin") ? "refuted" : "proved"),
  );
  return [...wrong.map(({ contract, line, answer }) => `${contract} line ${line}: ${answer}`), ...remarks];
}

function modelChecks(size: Size): Check[] {
  return FACTS.map(({ name, check, twin, checkTwin }) => {
    console.error(`${name} ...`);
    const [found, broken] = [check(size), checkTwin(size)];
    const holds = found.cases > 0 && found.wrong === 0 && broken.wrong > 0;
    const detail = `${found.cases} cases, ${found.wrong} against; twin (${twin}): ${broken.wrong} of ${broken.cases} against`;
    return { kind: "model", name, holds, detail };
  });
}

export function run(words: readonly string[]): number {
  const values = readWords(words, { full: { type: "boolean" }, json: { type: "boolean" } });
  const size = values.full === true ? "full" : "small";
  const checks = [...solverChecks(), ...modelChecks(size)];
  const proved = checks.every(({ holds }) => holds);
  if (values.json === true) console.log(JSON.stringify({ proved, size, checks }, null, 2));
  else {
    for (const { holds, name, detail } of checks) console.log(`${holds ? "holds" : "FAILS"}  ${name}: ${detail}`);
    console.log(proved ? "all hold" : "not proved");
  }
  return proved ? EXIT.held : EXIT.failed;
}
