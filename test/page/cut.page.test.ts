import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import type { Response, WebSocket } from "playwright-core";

import type { Live } from "../../lab/live/live.js";
import type { NodeProvider } from "../../src/node/provider.js";
import { makeEmptyDatabase } from "../../stage/database.js";
import { startWireProxy, type WireProxy } from "../../stage/faulty-wire.js";
import { type RelayProcess, startRelayProcess } from "../../stage/relay-process.js";
import { openPageStage } from "../../trials/page/stage.js";
import { eventually, given, LOADING_MS, open, type Opened, PATIENCE_MS, type PageStage } from "./support.js";

/** What a page and its relay have said to each other, over all connections. */
interface Traffic {
  /** Of each stream, the last number that the page named when it came back, and the last that it had seen then. */
  readonly resumed: { readonly stream: string; readonly after: number; readonly seen: number }[];
  /** Numbers of each stream's events since its last beginning, in the order in which they came. */
  readonly numbers: Map<string, number[]>;
  /** The last number of each stream, of whatever message. */
  readonly last: Map<string, number>;
  readonly gaps: string[];
}

interface Told {
  readonly type?: string;
  readonly stream?: string;
  readonly seq?: number;
}

const UNAVAILABLE = "Failed to load resource: the server responded with a status of 503 (Service Unavailable)";
const NO_BODY = { error: { code: "without a body" } };
const CUT_MS = 30_000;
const BLOCKS = 5;

/** A relay of its own process behind a wire: both can be as bad as they are told to be. */
describe("the page, while its relay is cut off, silent, killed or made anew", function () {
  this.timeout(PATIENCE_MS);
  let stage: PageStage | undefined;
  let relay: RelayProcess;
  let wire: WireProxy;
  let one: Opened | undefined;
  let traffic: Traffic;
  /** What the relay has refused the page, by status and code. */
  const refused: Promise<string>[] = [];
  let startAgain: (isNew: boolean) => Promise<void>;

  before(async function () {
    this.timeout(PATIENCE_MS);
    stage = given(await openPageStage(openRelay), this);
    const began = { resumed: [], numbers: new Map(), last: new Map(), gaps: [] };
    traffic = began;
    one = await open(stage, "/trade/1/1", {
      before: (page) => {
        page.on("websocket", (socket) => {
          note(socket, began);
        });
        page.on("response", (response) => {
          if (response.status() >= 400) refused.push(refusalOf(response));
        });
        return Promise.resolve();
      },
    });
    await one.page.locator(".ladder tbody tr.bid").first().waitFor({ timeout: LOADING_MS });
    await one.page.getByRole("tab", { name: "Trades" }).click();
    await one.page.locator("#orders-panel tbody tr").first().waitFor({ timeout: LOADING_MS });
    // Until the node has told what assets are called, a leg goes by its number: what is shown would change of itself.
    await one.page.getByText("Orders of leg 1").waitFor({ state: "detached", timeout: LOADING_MS });
  });

  after(async () => {
    await one?.context.close();
    await stage?.stop();
  });

  async function openRelay({ facts }: Live): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
    const folder = await mkdtemp(join(tmpdir(), "session-page-relay-"));
    const privateKey = facts.wallets.find(({ name }) => name === "relay")!.privateKey;
    let count = 0;
    const start = async (port: string): Promise<RelayProcess> => {
      const database = join(folder, String(count));
      return startRelayProcess({
        ...{ rpcUrl: facts.rpcUrl, session: facts.session, privateKey, database },
        flags: `--port ${port} --from-block ${facts.fromBlock} --poll-ms 250 --keep-ms 3600000 --log-level warn`.split(
          " ",
        ),
      });
    };
    await makeEmptyDatabase(join(folder, "0"));
    relay = await start("0");
    const { port } = new URL(relay.url);
    startAgain = async (isNew) => {
      if (isNew) await makeEmptyDatabase(join(folder, String((count += 1))));
      relay = await start(port);
    };
    wire = await startWireProxy({ host: "127.0.0.1", port: Number(port) });
    return {
      url: `http://127.0.0.1:${wire.port}`,
      stop: async () => {
        await wire.close();
        await relay.kill();
        await rm(folder, { recursive: true, force: true });
      },
    };
  }

  const amber = () => one!.page.locator(".line.amber");
  const lost = () => amber().filter({ hasText: /The relay was lost \d+ s ago; showing block \d+; asking again/ });
  const shownOf = async ({ page }: Pick<Opened, "page">): Promise<string> =>
    `${await page.locator(".ladder table").innerText()}\n${await page.locator("#orders-panel tbody").innerText()}`;

  /** Everything that the chain has is shown, once, and nothing of it is called stale. */
  async function isWell(): Promise<void> {
    await amber().first().waitFor({ state: "detached", timeout: LOADING_MS });
    const { page } = one!;
    await page.waitForSelector('.freshness[data-status="live"]', { timeout: LOADING_MS });
    const newest = await stage!.live.handle.runner.provider!.getBlockNumber();
    await page.getByText(`block ${newest} ·`).waitFor({ timeout: LOADING_MS });
    const fresh = await open(stage!, "/trade/1/1");
    await fresh.page.locator(".ladder tbody tr.bid").first().waitFor({ timeout: LOADING_MS });
    await fresh.page.getByRole("tab", { name: "Trades" }).click();
    await fresh.page.locator("#orders-panel tbody tr").first().waitFor({ timeout: LOADING_MS });
    await eventually(
      async () => [await shownOf(one!), await shownOf(fresh)],
      ([kept, anew]) => kept === anew,
    );
    await fresh.context.close();
    await page.getByRole("button", { name: "Compare now" }).click({ timeout: LOADING_MS });
    await page.getByText(`The relay agrees with the chain at block ${newest}`).waitFor({ timeout: LOADING_MS });
    for (const [stream, numbers] of traffic.numbers)
      expect(numbers, stream).to.deep.equal(numbers.map((_, at) => (numbers[0] ?? 0) + at));
  }

  /** The page came back with the last number of each of its streams that it had seen. */
  function cameBackByNumber(): void {
    expect(new Set(traffic.resumed.map(({ stream }) => stream))).to.deep.equal(new Set(["head", "book:1/1"]));
    for (const { after, seen } of traffic.resumed) expect(after).to.equal(seen);
    traffic.resumed.length = 0;
  }

  it("given a wire that is cut, then it says so in amber, goes on by number, and nothing is lost", async () => {
    const before = await shownOf(one!);
    wire.be("cut");
    await lost().waitFor({ timeout: LOADING_MS });
    await stage!.live.step();
    expect(await shownOf(one!)).to.equal(before);
    wire.be("good");
    await isWell();
    cameBackByNumber();
    expect(await shownOf(one!)).to.not.equal(before);
  });

  it("given a wire that is silent for half a minute, then it says how old it is, and that it is lost, and goes on", async () => {
    traffic.resumed.length = 0;
    wire.be("silent");
    const until = Date.now() + CUT_MS;
    await amber().filter({ hasText: /What is shown is \d+ s old\./ }).waitFor({ timeout: LOADING_MS }); // prettier-ignore
    await lost().waitFor({ timeout: LOADING_MS });
    await stage!.live.step();
    await one!.page.waitForTimeout(Math.max(0, until - Date.now()));
    wire.be("good");
    await isWell();
    cameBackByNumber();
  });

  it("given a relay that is killed and started again, then it goes on by number, and nothing is lost", async () => {
    traffic.resumed.length = 0;
    await relay.kill();
    await lost().waitFor({ timeout: LOADING_MS });
    await stage!.live.step();
    await startAgain(false);
    await isWell();
    cameBackByNumber();
  });

  it(`given that the chain drops ${BLOCKS} blocks, then what they did is not shown any more`, async () => {
    const node = stage!.live.handle.runner.provider as NodeProvider; // the stage's own
    await node.send("anvil_mine", ["0x1"]);
    await isWell();
    const before = await shownOf(one!);
    const first = await node.getBlockNumber();
    await stage!.live.step();
    const dropped = (await node.getBlockNumber()) - first;
    expect(dropped).to.be.at.least(BLOCKS);
    await isWell();
    expect(await shownOf(one!)).to.not.equal(before);
    await node.send("evm_setAutomine", [false]);
    await node.send("anvil_reorg", [dropped, []]);
    await isWell();
    expect(await shownOf(one!)).to.equal(before);
    await node.send("evm_setAutomine", [true]);
    await node.send("evm_mine", []);
    await isWell();
  });

  it("given a relay that begins with an empty database, then the gap is told, and all is shown anew", async () => {
    traffic.gaps.length = 0;
    await relay.kill();
    await lost().waitFor({ timeout: LOADING_MS });
    traffic.numbers.clear();
    await stage!.live.step();
    await startAgain(true);
    await isWell();
    expect(traffic.gaps).to.include("head");
  });

  /** While it begins anew a relay says that it is still reading the chain; Chromium complains of each answer that is none. */
  it("has broken no rule of its own on the way, and was refused nothing but what the relay had not read yet", async () => {
    const codes = await Promise.all(refused);
    expect(codes).to.deep.equal(codes.map(() => "503 RELAY_NOT_READY"));
    const others = one!.complaints.filter((complaint) => !/ERR_|WebSocket connection/.test(complaint));
    expect(others).to.deep.equal(codes.map(() => UNAVAILABLE));
  });
});

/** By its body; one that was cut off tells none. */
async function refusalOf(response: Response): Promise<string> {
  const { error } = (await response.json().catch(() => NO_BODY)) as typeof NO_BODY; // as the wire has it
  return `${response.status()} ${error.code}`;
}

function note(socket: WebSocket, { resumed, numbers, last, gaps }: Traffic): void {
  socket.on("framesent", ({ payload }) => {
    const { op, channel, marketRootId, marketBranchId, after } = JSON.parse(String(payload)) as Record<string, unknown>;
    if (op !== "subscribe" || typeof after !== "number") return;
    const stream = channel === "head" ? "head" : `book:${String(marketRootId)}/${String(marketBranchId)}`;
    resumed.push({ stream, after, seen: last.get(stream) ?? -1 });
  });
  socket.on("framereceived", ({ payload }) => {
    const { type, stream = "", seq } = JSON.parse(String(payload)) as Told;
    if (seq !== undefined) last.set(stream, seq);
    if (type === "gap") {
      gaps.push(stream);
      numbers.delete(stream);
    }
    if (type === "event" && seq !== undefined) numbers.set(stream, [...(numbers.get(stream) ?? []), seq]);
  });
}
