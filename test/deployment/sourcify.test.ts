import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import type { JsonRpcProvider } from "ethers";

import type { Build } from "../../src/deployment/build.js";
import { verifySources } from "../../src/deployment/sourcify.js";
import { type LocalNode, startNode } from "../../src/local/nodes.js";
import { type SourcifyServer, startSourcify } from "./sourcify-server.js";
import { BUILD, deployBy, expectDeployError, providerOf } from "./support.js";

const CHAIN = 31_337n;
/** The smallest: each is compiled anew. */
const ONE: Build = { ...BUILD, contracts: BUILD.contracts.filter(({ name }) => name === "LegToken") };

describe("having Sourcify compare the sources", function () {
  let node: LocalNode;
  let provider: JsonRpcProvider;
  let server: SourcifyServer;
  const options = () => ({ url: server.url, pollMs: 1 });

  before(async function () {
    node = await startNode("anvil");
    provider = providerOf(node.url);
    await deployBy(await provider.getSigner(0));
    server = await startSourcify(provider, CHAIN);
  });

  after(async function () {
    await server.close();
    provider.destroy();
    await node.stop();
  });

  it("hands in what compiles to the very code of the chain, and once only", async function () {
    expect(await verifySources(ONE, CHAIN, options())).to.deep.equal([
      { name: "LegToken", match: "exact_match", wasKnown: false },
    ]);
    expect(await verifySources(ONE, CHAIN, options())).to.deep.equal([
      { name: "LegToken", match: "exact_match", wasKnown: true },
    ]);
    expect(server.handedIn).to.deep.equal(["LegToken exact_match"]);
  });

  it("tells when what the chain has is something else", async function () {
    const [placed] = ONE.contracts;
    const elsewhere = BUILD.contracts.find(({ name }) => name === "Session")!.address;
    const moved = { ...ONE, contracts: [{ ...placed!, address: elsewhere }] };
    await expectDeployError(verifySources(moved, CHAIN, options()), "SOURCIFY_REFUSED", {
      code: "no_match",
      reason: "The bytecodes do not match",
    });
  });

  it("tells why the server refuses: a chain that it does not know, a body that is none", async function () {
    await expectDeployError(verifySources(ONE, 99n, options()), "SOURCIFY_REFUSED", {
      status: 400,
      code: "unsupported_chain",
    });
    const html = createServer((_request, response) => response.writeHead(502).end("<html>")).listen(0, "127.0.0.1");
    await once(html, "listening");
    const url = `http://127.0.0.1:${(html.address() as AddressInfo).port}`;
    const malformed = await expectDeployError(verifySources(ONE, CHAIN, { url }), "SOURCIFY_UNREACHABLE");
    expect(malformed.values["server"]).to.include(url);
    html.close();
    await once(html, "close");
    await expectDeployError(verifySources(ONE, CHAIN, { url }), "SOURCIFY_UNREACHABLE");
  });
});
