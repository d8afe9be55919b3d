import { createHash } from "node:crypto";

import { expect } from "chai";

import { basketOf } from "../../src/bindings/assets.js";
import { packageVersion } from "../../src/cli/version.js";
import { buildDataset } from "../../src/dataset/build.js";
import { NO_INPUTS } from "../../src/dataset/inputs.js";
import { bookEventsOf } from "../../src/cli/verified-logs.js";
import { createRelayClient } from "../../src/client/relay/client.js";
import { type MeasuresDocument, withoutPrices } from "../../src/measures/document.js";
import { measureSession } from "../../src/measures/session.js";
import { bookTermsOf } from "../../src/verify/log-header.js";
import { readSessionLog } from "../../src/verify/read-session-log.js";
import { MemoryFolder } from "../dataset/support/folders.js";
import { LOADING_MS, open, type PageStage, sharedStage } from "./support.js";

describe("tables in the browser", function () {
  this.timeout(LOADING_MS * 4);
  let stage: PageStage;

  before(async function () {
    stage = await sharedStage(this);
  });

  it("are the bytes that the command line writes", async function () {
    const { handle, facts } = stage.live;
    const opened = await open(stage, "/data");
    await opened.page.getByRole("button", { name: "Make the tables" }).click();
    await opened.page.getByTestId("log-sha256").waitFor({ timeout: LOADING_MS * 2 });
    const download = opened.page.waitForEvent("download");
    await opened.page.getByRole("button", { name: "SHA256SUMS" }).click();
    const stream = await (await download).createReadStream();
    const hash = createHash("sha256");
    for await (const part of stream) hash.update(part as Buffer);
    const log = await readSessionLog(facts.session, handle.runner.provider!, { fromBlock: facts.fromBlock });
    expect(await opened.page.getByTestId("log-sha256").innerText()).to.equal(log.checksum);
    const folder = new MemoryFolder();
    const assets = (await basketOf(handle)).map(({ symbol, decimals }) => ({ symbol, decimals }));
    await buildDataset(log, folder, { inputs: { ...NO_INPUTS, assets }, version: packageVersion() });
    expect(hash.digest("hex")).to.equal(createHash("sha256").update(folder.bytes("SHA256SUMS")).digest("hex"));
    await opened.context.close();
  });

  it("measures as the relay does; and of the node's logs in the browser what the command line's own code measures", async function () {
    const { relayUrl, session, fromBlock } = stage.live.facts;
    const provider = stage.live.handle.runner.provider!;
    const opened = await open(stage, "/data");
    const { page } = opened;
    const panel = page.getByRole("region", { name: "Measures" });
    const impactRows = panel.getByRole("region", { name: /^How far/ }).locator("tbody tr");
    /** What of the measures the panel has to show. */
    type Told = Pick<MeasuresDocument, "fills"> & {
      readonly impact: readonly { readonly market: string; readonly line: { readonly slope: number } | null }[];
    };
    const shown = async ({ fills, impact }: Told, of: RegExp): Promise<void> => {
      await panel.getByRole("button", { name: "Measure" }).click({ timeout: LOADING_MS });
      await panel.getByText(`${fills} fills in `).waitFor({ timeout: LOADING_MS * 2 });
      await panel.getByText(of).waitFor();
      const known = impact.flatMap(({ market, line }) => (line === null ? [] : [[market, line.slope.toPrecision(5)]]));
      expect(known).to.not.deep.equal([]);
      const rows = await impactRows.allInnerTexts();
      expect(rows.map((row) => row.split(/\s+/)).map(([market, , slope]) => [market, slope])).to.deep.equal(known);
    };
    await shown(await createRelayClient(relayUrl!).measures(), /by the relay/);
    await page.goto(`${stage.page.url}/settings`);
    await page.getByRole("button", { name: "Ask none" }).click({ timeout: LOADING_MS });
    await page.goto(`${stage.page.url}/data`);
    const log = await readSessionLog(session, provider, { fromBlock });
    const terms = bookTermsOf(log.header);
    const logged = bookEventsOf(log);
    const { timestamp } = (await provider.getBlock("latest"))!;
    const measures = measureSession({ terms, logged, until: BigInt(timestamp) });
    await shown(withoutPrices(measures, []), /of the logs of the node, in this browser/);
    expect(opened.complaints).to.deep.equal([]);
    await opened.context.close();
  });
});
