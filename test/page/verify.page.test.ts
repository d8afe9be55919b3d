import { expect } from "chai";

import { createRelayClient } from "../../src/client/relay/client.js";
import { readSessionLog } from "../../src/verify/read-session-log.js";
import { parseSessionLogLines, printSessionLog } from "../../src/verify/session-log.js";
import { verifySession } from "../../src/verify/verify-session.js";
import { failureOf } from "../../src/verify/verdict.js";
import { createRandom } from "../../stage/rng.js";
import { CAREFUL } from "../../trials/altered/careful.js";
import { createSubject } from "../../trials/altered/subject.js";
import { longestTaskOf } from "../../trials/page/main-thread.js";
import { eventually, LOADING_MS, open, type Opened, type PageStage, sharedStage } from "./support.js";

/** By the processor's time of the page's main thread: what other programs take from it is no fault of the page. */
const LONGEST_TASK_MS = 50;
/** From the page's beginning, or once round it. */
const MOST_TABS = 80;
/** Files; each is verified twice. */
const ALTERED = 20;
/** The quickest of so many, on a machine that has much else to do. */
const STOPS = 3;
const LONGEST_STOP_MS = 200;

/** Runs in the page: presses Stop. @returns ms until Verify can be pressed again */
const STOPPING = `new Promise((resolve) => {
  const button = (name) => [...document.querySelectorAll("button")].find(({ textContent }) => textContent === name);
  const since = performance.now();
  button("Stop").click();
  const look = () => button("Verify") ? resolve(performance.now() - since) : requestAnimationFrame(look);
  look();
})`;

describe("verification in the browser", function () {
  this.timeout(LOADING_MS * 4);
  let stage: PageStage;

  before(async function () {
    stage = await sharedStage(this);
  });

  const press = async (page: Opened["page"]): Promise<{ verdict: string; checksum: string }> => {
    await page.getByRole("button", { name: "Verify", exact: true }).click();
    const report = page.getByRole("region", { name: "Verdict" });
    await report.waitFor({ timeout: LOADING_MS * 2 });
    return {
      verdict: await report.getByRole("status").innerText(),
      checksum: await page.getByTestId("checksum").innerText(),
    };
  };

  const from = async (page: Opened["page"], where: "node" | "relay" | "file"): Promise<void> => {
    await page.getByLabel("The logs are read from").selectOption(where, { timeout: LOADING_MS });
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

  it("reads the log that the relay keeps, and comes to the verdict and checksum that the command line has of it", async function () {
    const { relayUrl } = stage.live.facts;
    const provider = stage.live.handle.runner.provider!;
    const stream = await parseSessionLogLines(createRelayClient(relayUrl!).log());
    const { checksum, verdict } = await verifySession(stream, { provider });
    const opened = await open(stage, "/verify");
    await from(opened.page, "relay");
    await opened.page.getByText(/^The log of the relay at .*; compared with the chain at/).waitFor();
    const found = await press(opened.page);
    expect(found.checksum).to.equal(checksum);
    expect(found.verdict.startsWith("Holds")).to.equal(verdict.kind !== "does-not-hold");
    await opened.page.route(/\/v1\/log$/, async (route) => {
      const answer = await route.fetch();
      const text = await answer.text();
      await route.fulfill({ response: answer, body: text.replace(/("data":"0x[0-9a-f]{62})0/, "$11") });
    });
    expect((await press(opened.page)).verdict).to.equal("Does not hold");
    await opened.context.close();
  });

  it("is begun, and stopped, by keys alone", async function () {
    const opened = await open(stage, "/verify");
    const { page } = opened;
    const start = page.getByRole("button", { name: "Verify", exact: true });
    await start.waitFor({ timeout: LOADING_MS });
    const tabTo = async (name: string): Promise<void> => {
      const hasFocus = page.getByRole("button", { name, exact: true }).and(page.locator(":focus-visible"));
      for (let presses = 0; presses < MOST_TABS && (await hasFocus.count()) === 0; presses += 1)
        await page.keyboard.press("Tab");
      expect(await hasFocus.count(), name).to.equal(1);
    };
    await tabTo("Verify");
    await page.keyboard.press("Enter");
    await tabTo("Stop");
    await page.keyboard.press("Enter");
    await tabTo("Verify");
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Verdict" }).getByText(/^Holds/).first().waitFor({ timeout: LOADING_MS * 2 }); // prettier-ignore
    await opened.context.close();
  });

  it("takes less than 50 ms of the page's own time at once, and stops within 200 ms", async function () {
    const opened = await open(stage, "/verify");
    const { page } = opened;
    await page.waitForSelector('.freshness[data-status="live"]', { timeout: LOADING_MS });
    await page.getByText(/The relay agrees with the chain/).waitFor({ timeout: LOADING_MS });
    const longest = await longestTaskOf(stage.browser, page, () => press(page));
    expect(longest).to.be.within(0.01, LONGEST_TASK_MS);
    const times: number[] = [];
    for (let round = 0; round < STOPS; round += 1) {
      const begun = page.waitForEvent("worker");
      await page.getByRole("button", { name: "Verify", exact: true }).click();
      await begun;
      await page.getByRole("button", { name: "Stop" }).waitFor();
      times.push(await page.evaluate<number>(STOPPING));
      await eventually(
        () => Promise.resolve(page.workers().length),
        (count) => count === 1, // the replay's
      );
    }
    expect(Math.min(...times), `ms: ${times.join(", ")}`).to.be.at.most(LONGEST_STOP_MS);
    await opened.context.close();
  });

  it("reads a file too, and names what was altered in it", async function () {
    const { session, fromBlock } = stage.live.facts;
    const provider = stage.live.handle.runner.provider!;
    const text = printSessionLog(await readSessionLog(session, provider, { fromBlock }));
    const opened = await open(stage, "/verify");
    await from(opened.page, "file");
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

  it("names in twenty altered files what the command line names", async function () {
    this.timeout(2 * ALTERED * LOADING_MS);
    const { session, fromBlock } = stage.live.facts;
    const log = await readSessionLog(session, stage.live.handle.runner.provider!, { fromBlock });
    const subject = createSubject("live", log);
    const opened = await open(stage, "/settings");
    await opened.page.getByLabel("Node (JSON-RPC)").waitFor({ timeout: LOADING_MS });
    await opened.page.goto(`${stage.page.url}/verify`);
    await from(opened.page, "file");
    let count = 0;
    for (let round = 0; count < ALTERED; round += 1) {
      for (const { kind, alter } of CAREFUL) {
        const altered = count < ALTERED ? alter(subject, createRandom(7n, `${kind} ${round}`)) : undefined;
        if (altered === undefined) continue;
        count += 1;
        const { verdict } = await verifySession(altered, { provider: stage.live.handle.runner.provider! });
        const failure = failureOf(verdict);
        expect(failure, kind).to.not.equal(undefined);
        await opened.page
          .locator("input[type=file]")
          .setInputFiles({ name: "log.jsonl", mimeType: "text/plain", buffer: Buffer.from(printSessionLog(altered)) });
        expect((await press(opened.page)).verdict, kind).to.equal("Does not hold");
        const shown = await opened.page.getByRole("region", { name: "Verdict" }).innerText();
        // Record, rule, what was expected and what was found, all as the command line has it.
        for (const [name, value] of Object.entries(failure!)) {
          expect(shown, kind).to.include(name);
          if (typeof value !== "object") expect(shown, kind).to.include(String(value));
        }
      }
    }
    await opened.context.close();
  });

  it("stops at once when it is told to: its worker is gone, and another run can be begun", async function () {
    const opened = await open(stage, "/verify");
    const { page } = opened;
    await page.waitForSelector('.freshness[data-status="live"]', { timeout: LOADING_MS });
    const workers = (): Promise<number> => Promise.resolve(page.workers().length);
    await eventually(workers, (count) => count === 1); // the replay's
    const begun = page.waitForEvent("worker");
    await page.getByRole("button", { name: "Verify", exact: true }).click();
    await begun;
    await page.getByRole("button", { name: "Stop" }).click();
    await eventually(workers, (count) => count === 1);
    await page.getByRole("button", { name: "Verify", exact: true }).waitFor();
    expect((await press(page)).verdict).to.match(/^Holds/);
    await opened.context.close();
  });
});
