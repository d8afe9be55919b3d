/** The folder's own page. */
import { SCHEMA } from "../schema/tables.js";
import { ABOUT, type Facts, titleOf } from "./facts.js";
import { QUESTIONS } from "./queries.js";

export function readMeText(facts: Facts): string {
  const { tables, header, logSha256 } = facts;
  return `# ${titleOf(facts)}

${ABOUT}

Schema \`${SCHEMA}\`, blocks ${header.fromBlock} to ${header.toBlock}, ${tables.events.rows} events, ${tables.trades.rows} trades, ${tables.traders.rows} traders.
SHA-256 of the log: \`${logSha256}\`.

| file | what it is |
| --- | --- |
| \`*.parquet\`, \`*.csv\` | the tables, the same rows twice; \`DICTIONARY.md\` says what every column means |
| \`session.log\`, \`inputs.json\` | what the tables are made of: the log, and what was given beside it |
| \`manifest.json\`, \`SHA256SUMS\` | hashes: of a table's rows that of its CSV |
| \`checks.sql\`, \`questions.sql\` | what must hold of the tables; questions that they answer |
| \`loader.py\` | Python: frames, a book at any row, order flow imbalance, DuckDB views, the fold of the head |
| \`datapackage.json\`, \`croissant.json\`, \`CITATION.cff\` | for catalogues |

## Is it what it says?

    sha256sum --check SHA256SUMS
    npx session dataset --check .        # makes all of it again from session.log, and compares every byte
    npx session verify --logs session.log

## Who is in it

Traders bear the numbers that the book has given them, and the book has logged their addresses: this is public, and no order-level table
of a public chain can hide it. Names in its place would not either: number, price and lots of an order find it on the chain.

## Five questions

In DuckDB, after \`CREATE VIEW events AS FROM 'events.parquet'\` and so on (\`loader.py\` does it):
${QUESTIONS.map(({ name, about, sql }, k) => `\n### ${k + 1}. ${name}\n\n${about}\n\n\`\`\`sql\n${sql}\n\`\`\`\n`).join("")}`;
}
