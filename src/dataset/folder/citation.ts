/** How to cite a dataset. */
import { dayOf, type Facts, titleOf } from "./facts.js";

/** Citation File Format 1.2.0. Text in it is JSON, which YAML reads, too. */
export function citationText(facts: Facts): string {
  const { header, logSha256, inputs } = facts;
  const lines = [
    "cff-version: 1.2.0",
    "type: dataset",
    `title: ${JSON.stringify(titleOf(facts))}`,
    'message: "Cite the session, and the hash of its log: whoever has the log has these tables."',
    "authors:",
    '  - name: "Session Contracts"',
    `date-released: "${dayOf(facts)}"`,
    `version: "${logSha256.slice(0, 16)}"`,
    `license: ${inputs.license}`,
    "identifiers:",
    "  - type: other",
    `    value: "eip155:${header.chainId}:${header.session}"`,
    '    description: "the session on its chain"',
    "  - type: other",
    `    value: "sha256:${logSha256}"`,
    '    description: "the log that the tables are made of"',
  ];
  return lines.map((line) => `${line}\n`).join("");
}

export function citationLine(facts: Facts): string {
  return `${titleOf(facts)}, ${dayOf(facts).slice(0, 4)}, log sha256 ${facts.logSha256}`;
}
