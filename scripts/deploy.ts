/** `npm run deploy -- --network NAME`: deploys the contracts once to a network; a second run changes nothing. */
import { Command, Option } from "commander";

import { deployContracts, type DeployReport } from "../deploy/deploy-contracts.js";
import { DeployError } from "../deploy/errors.js";

/** Nodes on the developer's own machine take the quick build; everything else gets what was measured and reviewed. */
const LOCAL_NETWORKS: ReadonlySet<string> = new Set(["localhost", "anvil"]);

interface Options {
  readonly network: string;
  readonly url?: string;
  readonly ignitionDir?: string;
  readonly compile: boolean;
  readonly json?: true;
  readonly profile?: "default" | "production";
}

function parseOptions(): Options {
  return new Command("npm run deploy --")
    .description(
      "Deploys the session contracts to a network of hardhat.config.ts, or says that they are there already.",
    )
    .requiredOption("--network <name>", "localhost, anvil, sepolia, baseSepolia, ...")
    .option("--url <url>", "where the network is, if not where the configuration says")
    .option("--ignition-dir <folder>", "folder that remembers deployments (default: deploy)")
    .option("--no-compile", "use the artifacts as they are")
    .addOption(
      new Option(
        "--profile <name>",
        "compiler settings (default: production, but default on localhost and anvil)",
      ).choices(["default", "production"]),
    )
    .option("--json", "one JSON document on stdout, nothing else")
    .allowExcessArguments(false)
    .parse()
    .opts<Options>();
}

function describeReport({ network, chainId, deploymentId, contracts, deployed }: DeployReport): string {
  const news =
    deployed.length === 0
      ? "Nothing changed: everything was deployed already."
      : `Deployed now: ${deployed.join(", ")}.`;
  return [
    `${network} (chain ${chainId}), deployment ${deploymentId}`,
    `  SessionFactory  ${contracts.factory}`,
    `  Session         ${contracts.session}`,
    `  LegToken        ${contracts.legToken}`,
    `  OrderBook       ${contracts.orderBook}`,
    `  OrderBookAccounts ${contracts.orderBookAccounts}`,
    `  OrderBookViews ${contracts.orderBookViews}`,
    `  OrderBookMarkets ${contracts.orderBookMarkets}`,
    news,
  ].join("\n");
}

async function main(): Promise<number> {
  const { network, url, ignitionDir, compile, json, profile } = parseOptions();
  // The configuration reads this when it is loaded, which is after this line.
  process.env["SESSION_PROFILE"] = profile ?? process.env["SESSION_PROFILE"] ?? defaultProfile(network);
  const print = (report: object, text: string): void => {
    console.log(json === true ? JSON.stringify(report, undefined, 2) : text);
  };
  try {
    const report = await deployContracts({
      network,
      compile,
      ...(url === undefined ? {} : { url }),
      ...(ignitionDir === undefined ? {} : { ignitionDir }),
    });
    print(report, describeReport(report));
    return 0;
  } catch (error) {
    if (!(error instanceof DeployError)) throw error;
    const { code, message, details, retryable } = error;
    if (json === true) print({ error: { code, message, details, retryable } }, "");
    else console.error(message);
    return 1;
  }
}

function defaultProfile(network: string): "default" | "production" {
  return LOCAL_NETWORKS.has(network) ? "default" : "production";
}

process.exitCode = await main();
