/** `npm run coverage [contracts | typescript]`: the lines that tests reach. */
import { Command } from "commander";

import { coverContracts } from "./contracts.js";
import { coverTypeScript } from "./typescript.js";

const program = new Command("coverage").description("The lines that tests reach, file by file.");
program
  .command("contracts", { isDefault: true })
  .description(
    "of contracts/, by the Solidity and the mocha tests: fails below 90 %, or 95 % of one of contracts/periphery",
  )
  .action(() => {
    process.exitCode = coverContracts();
  });
program
  .command("typescript")
  .description("of the relay, the verifier and the command line, each by the tests of its own folder: fails below 95 %")
  .option("--files <count>", "list so many files with the most lines that no test reaches", "20")
  .action(({ files }: { readonly files: string }) => {
    process.exitCode = coverTypeScript(Number(files));
  });
program.parse();
