import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { deployContracts } from "../../deploy/deploy-contracts.js";
import { requireCode } from "../../deploy/deployed-addresses.js";
import { asDeployError } from "../../deploy/errors.js";
import { expectDeployError } from "./support.js";

/** A port on which nothing listens: it was free a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server's address
  server.close();
  await once(server, "close");
  return port;
}

describe("deploying to a network that does not serve", function () {
  let ignitionDir: string;

  beforeEach(async function () {
    ignitionDir = await mkdtemp(join(tmpdir(), "session-deploy-"));
  });

  afterEach(async function () {
    await rm(ignitionDir, { recursive: true, force: true });
  });

  it("refuses a network that the configuration does not know, and names those it knows", async function () {
    await expectDeployError(deployContracts({ network: "nowhere", ignitionDir }), "DEPLOY_NETWORK_UNKNOWN", {
      network: "nowhere",
      known: ["localhost", "anvil", "sepolia", "baseSepolia"],
    });
  });

  it("refuses the simulated network, which ends with the process", async function () {
    await expectDeployError(deployContracts({ network: "default", ignitionDir }), "DEPLOY_NETWORK_UNKNOWN", {
      network: "default",
    });
  });

  it("says that nobody answers", async function () {
    const url = `http://127.0.0.1:${await closedPort()}`;
    await expectDeployError(deployContracts({ network: "localhost", url, ignitionDir }), "DEPLOY_NETWORK_UNREACHABLE", {
      network: "localhost",
    });
  });

  it("refuses an address that is no URL", async function () {
    await expectDeployError(
      deployContracts({ network: "localhost", url: "nonsense", ignitionDir }),
      "DEPLOY_CONFIGURATION",
      { network: "localhost" },
    );
  });

  it("asks for the variables of a public network", async function () {
    const given = process.env["SEPOLIA_RPC_URL"];
    delete process.env["SEPOLIA_RPC_URL"];
    try {
      await expectDeployError(deployContracts({ network: "sepolia", ignitionDir }), "DEPLOY_CONFIGURATION", {
        network: "sepolia",
      });
    } finally {
      if (given !== undefined) process.env["SEPOLIA_RPC_URL"] = given;
    }
  });
});

describe("what a deployment remembers", function () {
  it("is refused if the chain has no code there", async function () {
    const provider = { getCode: (): Promise<string> => Promise.resolve("0x") };
    const address = "0x000000000000000000000000000000000000dEaD";
    await expectDeployError(requireCode(provider, new Map([["Session", address]]), "dir"), "DEPLOY_CHAIN_RESET", {
      contract: "Session",
      address,
      deploymentDir: "dir",
    });
  });

  it("stands if the chain has code there", async function () {
    const provider = { getCode: (): Promise<string> => Promise.resolve("0x00") };
    await requireCode(provider, new Map([["Session", "0x00"]]), "dir");
  });
});

describe("an error that nobody foresaw", function () {
  it("keeps its reason and may be tried again", async function () {
    const error = asDeployError(new Error("out of luck"), "localhost");
    await expectDeployError(Promise.reject(error), "DEPLOY_FAILED", { network: "localhost", reason: "out of luck" });
  });
});
