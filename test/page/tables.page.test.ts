import { createHash } from "node:crypto";

import { expect } from "chai";

import { readMaker } from "../../src/bindings/makers.js";
import { basketOf } from "../../src/bindings/assets.js";
import { packageVersion } from "../../src/cli/version.js";
import { buildDataset } from "../../src/dataset/build.js";
import { NO_INPUTS } from "../../src/dataset/inputs.js";
import { bookEventsOf } from "../../src/cli/verified-logs.js";
import { createRelayClient } from "../../src/client/relay/client.js";
import { type MeasuresDocument, wholeDocument } from "../../src/measures/document.js";
import { referenceRows } from "../../src/measures/reference.js";
import { measureSession } from "../../src/measures/session.js";
import { pricesOfUnits } from "../../src/protocol/value/stress-units.js";
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
    const { maker } = stage.live.facts;
    const makers = [{ ...(await readMaker(maker!, provider)), trader: maker! }];
    const measures = measureSession({ terms, logged, until: BigInt(timestamp), makers });
    await shown(wholeDocument(measures, makers), /of the logs of the node, in this browser/);
    const row = panel.getByRole("region", { name: "What automated makers bought" }).locator("tbody tr");
    const { nats } = wholeDocument(measures, makers).makers[0]!;
    const told = nats === null ? Array<string>(4).fill("–") : [nats.learned, nats.news, nats.bought, nats.paid].map((one) => one.toPrecision(5)); // prettier-ignore
    expect((await row.innerText()).split(/\t/).slice(1)).to.deep.equal([String(makers[0]!.marketRootId), ...told]);
    expect(opened.complaints).to.deep.equal([]);
    await opened.context.close();
  });

  it("measures beside prices from elsewhere, by the relay and in the browser, and compares sessions by when they end", async function () {
    const { relayUrl, session, fromBlock } = stage.live.facts;
    const provider = stage.live.handle.runner.provider!;
    const assets = await basketOf(stage.live.handle);
    const { header } = await readSessionLog(session, provider, { fromBlock });
    const { timestamp } = (await provider.getBlock("latest"))!;
    const LINES = 200;
    const step = (BigInt(timestamp) - header.terms.t1) / BigInt(LINES);
    const known = Array.from({ length: LINES }, (_, k) => ({
      timestamp: header.terms.t1 + step * BigInt(k + 1),
      prices: assets.map((__, leg) => BigInt(100 + ((k * (leg + 2) * 37) % 23))),
    }));
    const text = [
      ["date", ...assets.map(({ symbol }) => symbol)].join(","),
      ...known.map(({ timestamp: second, prices }) =>
        [new Date(Number(second) * 1_000).toISOString().replace(".000Z", "Z"), ...prices.map(String)].join(","),
      ),
    ].join("\n");
    const decimals = assets.map((asset) => asset.decimals);
    const rows = known.map(({ timestamp: second, prices }) => ({
      timestamp: second,
      prices: pricesOfUnits(prices, decimals),
    }));
    const relay = createRelayClient(relayUrl!);
    const opened = await open(stage, "/data");
    const { page } = opened;
    const panel = page.getByRole("region", { name: "Measures" });
    const moved = panel.getByRole("region", { name: /^Volatility/ }).locator("tbody tr");
    const shown = async (volatility: Awaited<ReturnType<typeof relay.measures>>["volatility"]): Promise<void> => {
      expect(volatility.length).to.equal(assets.length);
      await panel
        .locator("input[type=file]")
        .setInputFiles({ name: "prices.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
      await panel.getByRole("button", { name: "Measure" }).click({ timeout: LOADING_MS });
      await moved.first().waitFor({ timeout: LOADING_MS * 2 });
      const told = (await moved.allInnerTexts()).map((row) => row.split(/\s+/).slice(0, 4));
      expect(told).to.deep.equal(
        volatility.map(({ leg, count, implied, reference }) => [
          ...[String(leg), String(count), implied.toPrecision(5), reference.toPrecision(5)],
        ]),
      );
    };
    await panel.getByRole("button", { name: "Measure" }).waitFor({ timeout: LOADING_MS });
    await shown((await relay.measures({ rows })).volatility);
    const terms = page.getByRole("region", { name: "Term structure" });
    const compared = terms.getByRole("region", { name: "Relative value" }).locator("tbody tr");
    await terms.getByRole("button", { name: "Compare" }).click();
    await compared.first().waitFor({ timeout: LOADING_MS * 2 });
    const { points } = await relay.termStructure();
    expect(points.map((point) => point.session)).to.include(session);
    expect(await compared.count()).to.equal(points.length);
    await page.goto(`${stage.page.url}/settings`);
    await page.getByRole("button", { name: "Ask none" }).click({ timeout: LOADING_MS });
    await page.goto(`${stage.page.url}/data`);
    await panel.getByRole("button", { name: "Measure" }).waitFor({ timeout: LOADING_MS });
    const log = await readSessionLog(session, provider, { fromBlock });
    const until = BigInt((await provider.getBlock("latest"))!.timestamp);
    const reference = referenceRows(rows, log.header.terms.quantities);
    const measures = measureSession({ terms: bookTermsOf(log.header), logged: bookEventsOf(log), until, reference });
    await shown(wholeDocument(measures, []).volatility);
    await terms.getByRole("button", { name: "Compare" }).click();
    await terms.getByText(/compared\./).waitFor({ timeout: LOADING_MS * 2 });
    expect(await compared.first().innerText()).to.include(session.slice(2, 6));
    expect(opened.complaints).to.deep.equal([]);
    await opened.context.close();
  });
});
