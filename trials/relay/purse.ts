/** Attacks a relay's purse. Holds if no attack costs the relay twice what it costs the attacker, counted in gas. */
import { toJson } from "../../src/protocol/amounts/json.js";
import { withEmbeddedDatabase } from "../../stage/database.js";
import { BadWords, EXIT, readWords, report, tell, wholeNumbers } from "../trial.js";
import { ATTACKS, type PurseResult, runPurse } from "./purse-run.js";

/** So much of the attacker's gas an attack may cost the relay. */
export const MOST_RATIO = 2;

export async function run(words: readonly string[]): Promise<number> {
  const values = readWords(words, {
    addresses: { type: "string", default: "8" },
    rounds: { type: "string", default: "3" },
    only: { type: "string", default: "" },
    json: { type: "boolean", default: false },
  });
  const plan = wholeNumbers(values, ["addresses", "rounds"], 1);
  const attacks = ATTACKS.filter((name) => name.includes(values.only));
  if (attacks.length === 0) throw new BadWords(`--only takes a part of: ${ATTACKS.join(", ")}`);
  const results: PurseResult[] = [];
  for (const attack of attacks) {
    results.push(await withEmbeddedDatabase((database) => runPurse({ ...plan, database }, attack, tell)));
  }
  const problems = results.flatMap(({ attack, ratio }) =>
    ratio < MOST_RATIO ? [] : [`${attack}: ${ratio.toFixed(2)}`],
  );
  if (values.json) console.log(toJson({ results, problems }));
  else report(tableOf(results), problems);
  return problems.length === 0 ? EXIT.held : EXIT.failed;
}

function tableOf(results: readonly PurseResult[]): string {
  const lines = results.map(({ attack, addresses, acknowledged, refused, burned, paid, leastPaid, ratio }) => {
    const codes = Object.entries(refused).map(([code, times]) => `${code} ${times}`);
    return `| ${attack} | ${addresses} | ${acknowledged} | ${codes.join(", ")} | ${burned} | ${paid} | ${leastPaid} | ${ratio.toFixed(2)} |`;
  });
  return [
    "| attack | addresses | acknowledged | refused | relay burned | attacker paid | with deposits in one transaction | ratio |",
    "| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: |",
    ...lines,
  ].join("\n");
}
