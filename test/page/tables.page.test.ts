import { createHash } from "node:crypto";

import { expect } from "chai";

import { basketOf } from "../../src/bindings/assets.js";
import { packageVersion } from "../../src/cli/version.js";
import { buildDataset } from "../../src/dataset/build.js";
import { NO_INPUTS } from "../../src/dataset/inputs.js";
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
});
