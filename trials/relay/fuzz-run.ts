/** Sends a relay what it must refuse, and looks whether it does, goes on, and does not grow. */
import { connect } from "node:net";

import { hexlify } from "ethers";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

import { toJson } from "../../src/protocol/amounts/json.js";
import { createRawClient, type RawClient } from "./http-client.js";
import { pause, ready } from "./load-generator.js";
import type { OrderSource } from "./orders.js";
import { openRelayStage, ordersOn, startRelayOn } from "./stage.js";
import { metricsOf, residentOf } from "./load-figures.js";

export interface FuzzPlan {
  readonly requests: number;
  readonly database: string;
  readonly seed: number;
}

export interface FuzzResult {
  readonly requests: number;
  /** How often each status was given, and each code. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly codes: Readonly<Record<string, number>>;
  /** Requests that were not answered with 4xx. */
  readonly problems: readonly string[];
  /** Megabytes of the relay, after a tenth of the requests and at the end. */
  readonly memoryEarly: number;
  readonly memoryLate: number;
}

interface Hostile {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
}

type Below = (limit: number) => number;

const START_MS = 60_000;
const AT_ONCE = 16;
const SLOW_CLIENTS = 20;
const CUT_OFF_MS = 60_000;
const FLAGS = ["--poll-ms", "100", "--rate", "1000000", "--log-level", "error"];

export async function runFuzz(
  { requests, database, seed }: FuzzPlan,
  tell: (line: string) => void,
): Promise<FuzzResult> {
  const random = xoroshiro128plus(seed);
  const below: Below = (limit) => uniformInt(random, 0, limit - 1);
  const stage = await openRelayStage({ traders: 4 });
  const relay = await startRelayOn(stage, { database, flags: FLAGS });
  const slow = openSlowClients(relay.url);
  try {
    const client = createRawClient(relay.url);
    await ready(client, START_MS);
    const source = ordersOn(stage, { seed });
    const link = await client.link();
    const [statuses, codes] = [new Map<string, number>(), new Map<string, number>()];
    const problems: string[] = [];
    let sent = 0;
    let memoryEarly = 0;
    const user = async (): Promise<void> => {
      while (sent < requests) {
        sent += 1;
        if (sent === Math.ceil(requests / 10)) memoryEarly = await memoryOf(relay.url);
        if (sent % 2_000 === 0) tell(`${sent}/${requests} sent, ${problems.length} problems`);
        const hostile = drawHostile(below, source, link);
        const { status, code } = await send(relay.url, hostile);
        count(statuses, String(status));
        count(codes, code);
        if (status < 400 || status >= 500) problems.push(`${hostile.what}: status ${status} ${code}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, user));
    problems.push(...(await stillWorks(client, source)), ...(await cutOff(slow)));
    const memoryLate = await memoryOf(relay.url);
    return {
      requests,
      problems,
      memoryEarly,
      memoryLate,
      statuses: Object.fromEntries(statuses),
      codes: Object.fromEntries(codes),
    };
  } finally {
    for (const socket of slow) socket.destroy();
    const status = await relay.stop();
    await stage.close();
    if (status !== 0) tell(`the relay stopped with status ${String(status)}:\n${relay.log()}`);
  }
}

/** A good package is still taken, and lands. */
async function stillWorks(client: RawClient, source: OrderSource): Promise<string[]> {
  const { status, body } = await client.submit(source.next(await client.link()));
  if (status !== 202) return [`a good package got status ${status}: ${JSON.stringify(body)}`];
  for (let tries = 0; tries < 200; tries += 1) {
    if ((await client.get(`/v1/packages/${String(body["link"])}`)).body["status"] === "onChain") return [];
    await pause(100);
  }
  return ["a good package did not land"];
}

async function send(url: string, hostile: Hostile): Promise<{ status: number; code: string }> {
  const { method, path, body, contentType = "application/json" } = hostile;
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(body !== undefined && { body, headers: { "content-type": contentType } }),
    });
    const text = await response.text();
    return { status: response.status, code: /"code":"([A-Za-z_]+)"/.exec(text)?.[1] ?? "none" };
  } catch (error) {
    // A body that is far too large is cut off while it is sent: the connection is closed, which is an answer too.
    return { status: hostile.what === "huge body" ? 413 : 0, code: String(error) };
  }
}

/** Clients that begin a request and never end it. */
function openSlowClients(url: string): ReturnType<typeof connect>[] {
  const { hostname, port } = new URL(url);
  return Array.from({ length: SLOW_CLIENTS }, () => {
    const socket = connect(Number(port), hostname);
    socket.on("error", () => undefined); // the relay cuts it off, as it should
    socket.resume(); // who does not read does not hear of the end
    socket.write(
      "POST /v1/packages HTTP/1.1\r\nhost: relay\r\ncontent-type: application/json\r\ncontent-length: 900\r\n\r\n{",
    );
    return socket;
  });
}

async function cutOff(slow: readonly ReturnType<typeof connect>[]): Promise<string[]> {
  const end = performance.now() + CUT_OFF_MS;
  const open = (): number => slow.filter(({ closed }) => !closed).length;
  while (open() > 0 && performance.now() < end) await pause(100);
  return open() === 0 ? [] : [`${open()} clients that never end their request were not cut off`];
}

const JUNK: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  Infinity,
  "",
  "x",
  [],
  {},
  "0x",
  "-0",
  "1e7",
  "0x10",
  " 1",
  "1 ",
  "９",
  "99999999999999999999",
  "-9223372036854775808",
  "9223372036854775808",
  "' or 1=1 --",
  "\u0000",
  "__proto__",
  { toString: 1 },
  [[[[]]]],
];
const CANCEL = "/v1/cancellations";
const CANCELS = ["trader", "fromTradeRootId", "toTradeRootId", "nonceFloor", "deadline"] as const;
const METHODS = ["GET", "PUT", "DELETE", "PATCH", "POST"] as const;

function drawHostile(below: Below, source: OrderSource, link: string): Hostile {
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item; // below the length
  const good = source.next(link);
  source.giveBack(good);
  const fields = JSON.parse(toJson(good)) as { package: Record<string, unknown>; signature: string }; // of our own making
  const post = (what: string, body: string): Hostile => ({ what, method: "POST", path: "/v1/packages", body });
  const names = Object.keys(fields.package);
  const changed = (changes: Record<string, unknown>): string =>
    toJson({ ...fields, package: { ...fields.package, ...changes } });
  const { trader } = fields.package;
  const named = {
    trader,
    fromTradeRootId: 1,
    toTradeRootId: 2 ** 32 - 1,
    nonceFloor: "9",
    deadline: String(2 ** 32 - 1),
  };
  const cancellation = (changes: Record<string, unknown>, more: object = {}): string =>
    toJson({ cancellation: { ...named, ...changes }, signature: randomHex(below, 65), ...more });
  const ofSwitch = (): string => `/v1/switches/${randomHex(below, 32)}/${pick(["heartbeat", "disarm", "state"])}`;
  const kinds: readonly (() => Hostile)[] = [
    () => post("broken JSON", toJson(good).slice(0, below(300))),
    () => post("no object", toJson(pick(JUNK))),
    () => post("junk in a field", changed({ [pick(names)]: pick(JUNK) })),
    () => post("a field missing", changed({ [pick(names)]: undefined })),
    () => post("an unknown field", changed({ [`extra${below(9)}`]: 1 })),
    () => post("an unknown member", toJson({ ...good, extra: pick(JUNK) })),
    () => post("a prototype", `{"__proto__":{"a":1},"package":${toJson(fields.package)},"signature":"0x"}`),
    () => post("another signature", toJson({ ...fields, signature: flipped(fields.signature, below) })),
    () => post("a junk signature", toJson({ ...fields, signature: randomHex(below, below(200)) })),
    () => post("a long signature", toJson({ ...fields, signature: randomHex(below, 4_000) })),
    () => post("a stale link", changed({ previousLink: randomHex(below, 32) })),
    () => post("an unknown trader", changed({ trader: randomHex(below, 20) })),
    () => post("an unknown market", changed({ marketRootId: 2 + below(1_000_000) })),
    () => post("an expired deadline", changed({ deadline: String(below(1_000_000)) })),
    () => post("a far nonce", changed({ nonce: String(10_000 + below(1_000_000)) })),
    () => post("a huge price", changed({ priceTicks: String(20_000 + below(1_000_000)) })),
    () => post("huge body", `{"package":"${"x".repeat(20_000 + below(200_000))}"}`),
    () => ({ ...post("another type", toJson(good)), contentType: pick(["text/plain", "application/xml", "x/y", ""]) }),
    () => ({ what: "another path", method: pick(METHODS), path: `/${randomHex(below, below(80)).slice(2)}` }),
    () => ({ what: "a junk link", method: "GET", path: `/v1/packages/${encodeURIComponent(toJson(pick(JUNK)))}x` }),
    () => ({ what: "a link that nobody has", method: "GET", path: `/v1/packages/${randomHex(below, 32)}` }),
    () => ({ what: "a junk trader", method: "GET", path: `/v1/traders/${randomHex(below, below(40))}` }),
    () => ({ what: "a junk market", method: "GET", path: `/v1/markets/${String(pick([-1, "x", 1e9, 0]))}/1/depth` }),
    () => ({
      what: "a junk query",
      method: "GET",
      path: `/v1/markets/1/1/depth?levels=${String(pick([-1, "x", 1e9]))}`,
    }),
    () => ({ ...post("a junk cancellation", "{}"), path: `/v1/packages/${randomHex(below, 32)}/cancel` }),
    () => ({ what: "a broken escape", method: "GET", path: "/v1/packages/%E0%A4%A" }),
    () => ({
      ...post("a junk cancellation on the chain", cancellation({ [pick(CANCELS)]: pick(JUNK) })),
      path: CANCEL,
    }),
    () => ({ ...post("a forged cancellation", cancellation({})), path: CANCEL }),
    () => ({ ...post("a forged replacement", cancellation({}, { packages: [fields] })), path: "/v1/replacements" }),
    () => ({ ...post("a junk replacement", cancellation({}, { packages: pick(JUNK) })), path: "/v1/replacements" }),
    () => ({
      ...post("a forged switch", cancellation({}, { intervalMs: 1_000 + below(9_000) })),
      path: "/v1/switches",
    }),
    () => ({ ...post("a junk switch", cancellation({}, { intervalMs: pick(JUNK) })), path: "/v1/switches" }),
    () => ({ ...post("a guessed token", toJson({ token: randomHex(below, 32).slice(2) })), path: ofSwitch() }),
    () => ({ ...post("a junk token", toJson({ token: pick(JUNK) })), path: ofSwitch() }),
    () => ({ ...post("a junk batch", toJson({ packages: pick(JUNK) })), path: "/v1/packages/batch" }),
    () => ({ what: "an unknown cancellation", method: "GET", path: `${CANCEL}/${randomHex(below, 32)}` }),
  ];
  return pick(kinds)();
}

/** One bit of r or s is another. */
function flipped(signature: string, below: Below): string {
  const at = 2 + below(128);
  const digit = Number.parseInt(signature[at] ?? "0", 16) ^ (1 << below(4));
  return signature.slice(0, at) + digit.toString(16) + signature.slice(at + 1);
}

function randomHex(below: Below, bytes: number): string {
  return hexlify(Uint8Array.from({ length: bytes }, () => below(256)));
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

async function memoryOf(url: string): Promise<number> {
  return residentOf(await metricsOf({ url }));
}
