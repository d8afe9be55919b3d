import { expect } from "chai";

import { readSessionLog } from "../../src/verify/read-session-log.js";
import { printSessionLog } from "../../src/verify/session-log.js";
import { verifySession } from "../../src/verify/verify-session.js";
import { LOADING_MS, open, type PageStage, sharedStage } from "./support.js";

describe("verification in the browser", function () {
  this.timeout(LOADING_MS * 4);
  let stage: PageStage;

  before(async function () {
    stage = await sharedStage(this);
  });

  const press = async (
    page: Awaited<ReturnType<typeof open>>["page"],
  ): Promise<{ verdict: string; checksum: string }> => {
    await page.getByRole("button", { name: "Verify", exact: true }).click();
    const report = page.getByRole("region", { name: "Verdict" });
    await report.waitFor({ timeout: LOADING_MS * 2 });
    return {
      verdict: await report.getByRole("status").innerText(),
      checksum: await page.getByTestId("checksum").innerText(),
    };
  };

  it("comes to the command line's verdict and checksum", async function () {
    const { session, fromBlock } = stage.live.facts;
    const provider = stage.live.handle.runner.provider!;
    const opened = await open(stage, "/verify");
    const found = await press(opened.page);
    const log = await readSessionLog(session, provider, { fromBlock });
    const { checksum, verdict } = await verifySession(log, { provider });
    expect(found.checksum).to.equal(checksum);
    expect(found.verdict.startsWith("Holds")).to.equal(verdict.kind !== "does-not-hold");
    await opened.context.close();
  });

  it("reads a file too, and names what was altered in it", async function () {
    const { session, fromBlock } = stage.live.facts;
    const provider = stage.live.handle.runner.provider!;
    const text = printSessionLog(await readSessionLog(session, provider, { fromBlock }));
    const opened = await open(stage, "/verify");
    const choose = (content: string): Promise<void> =>
      opened.page
        .locator("input[type=file]")
        .setInputFiles({ name: "log.jsonl", mimeType: "text/plain", buffer: Buffer.from(content) });
    await choose(text);
    expect((await press(opened.page)).verdict).to.match(/^Holds/);
    // One bit of the data of a record in the middle.
    const lines = text.split("\n");
    const middle = lines.findIndex((line, at) => at > lines.length / 2 && /"data":"0x[0-9a-f]{64}/.test(line));
    lines[middle] = lines[middle]!.replace(
      /("data":"0x[0-9a-f]{62})([0-9a-f])/,
      (_, before: string, digit: string) => `${before}${digit === "0" ? "1" : "0"}`,
    );
    await choose(lines.join("\n"));
    expect((await press(opened.page)).verdict).to.equal("Does not hold");
    await opened.context.close();
  });
});
