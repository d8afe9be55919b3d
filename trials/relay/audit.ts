/** Looks at the chain itself, and not at what a relay says of it: what has become of every package that was acknowledged. */
import { recordsOf } from "../../src/bindings/records.js";
import { recomputeLink } from "../../src/bindings/replay.js";
import { type Hash, primaryLink } from "../../src/protocol/signing/typed-data.js";
import type { Answer, RawClient } from "./http-client.js";
import { pause } from "./load-generator.js";
import type { RelayStage } from "./stage.js";

export interface AuditResult {
  /** Acknowledged packages that are on the chain exactly once. */
  readonly landed: number;
  /** Acknowledged packages that the chain refused, for a reason that it stated. */
  readonly refused: number;
  /** What became of each of them that did not vanish. */
  readonly fates: ReadonlyMap<Hash, "landed" | "refused">;
  /** What must not be: empty if all is well. */
  readonly problems: readonly string[];
  readonly head: Hash;
  readonly trades: number;
}

/** Requests under way at once. */
const AT_ONCE = 32;

/** A session on its chain. */
export type AuditedStage = Pick<RelayStage, "provider" | "handle">;

/** @param acknowledged links @param client of a relay that is ready and has nothing left to send */
export async function auditRelay(
  stage: AuditedStage,
  client: RawClient,
  acknowledged: readonly Hash[],
): Promise<AuditResult> {
  const { provider, handle } = stage;
  const problems: string[] = [];
  const logs = await provider.getLogs({ address: handle.bookAddress, fromBlock: 0 });
  const records = recordsOf(handle, logs);
  const created = new Map<Hash, number[]>();
  /** By trader and nonce: that is what the log has. */
  const skipped = new Set<string>();
  for (const record of records) {
    if (record.kind === "skipped") skipped.add(`${record.trader} ${record.nonce}`);
    if (record.kind !== "tradeCreated") continue;
    const link = primaryLink(record.package);
    created.set(link, [...(created.get(link) ?? []), record.tradeRootId]);
  }
  const fates = new Map<Hash, "landed" | "refused">();
  for (const { link, body } of await saidOf(client, acknowledged)) {
    const places = created.get(link) ?? [];
    if (places.length > 1) problems.push(`${link} landed ${places.length} times`);
    if (places.length === 1) {
      fates.set(link, "landed");
      if (body["status"] !== "onChain" || body["tradeRootId"] !== places[0]) {
        problems.push(`${link} landed as ${places.join()}, the relay says ${JSON.stringify(body)}`);
      }
    } else if (skipped.has(nonceOf(body))) {
      fates.set(link, "refused");
      if (body["status"] !== "refused") problems.push(`${link} was refused, the relay says ${JSON.stringify(body)}`);
    } else if (body["status"] === "refused" && (await isVoid(stage, body))) {
      fates.set(link, "refused"); // void before it was sent, and not sent for that
    } else problems.push(`${link} was lost; the relay says ${JSON.stringify(body)}`);
  }
  const { link: head, trades } = await handle.book.chainState();
  const rebuilt = await recomputeLink(handle, records).catch((error: unknown) => String(error));
  if (rebuilt !== head) problems.push(`a fresh replay leads to ${rebuilt}, the chain is at ${head}`);
  const said = await client.link();
  if (said !== head) problems.push(`the relay's link is ${said}, the chain is at ${head}`);
  const count = (fate: string): number => [...fates.values()].filter((one) => one === fate).length;
  const [landed, refused] = [count("landed"), count("refused")];
  return { landed, refused, fates, problems, head, trades: Number(trades) };
}

const NONCE_USED = "Book_NonceUsed";

/** Whether what the relay refused without sending it is void: its nonce is, or the block at which it was looked at is the chain's. */
async function isVoid({ provider, handle: { book } }: AuditedStage, body: Answer["body"]): Promise<boolean> {
  const { trader, nonce } = body["package"] as Readonly<Record<"trader" | "nonce", string>>; // as below
  const { code } = body["refusal"] as { readonly code: string };
  const { number, hash } = body["block"] as { readonly number: number; readonly hash: string };
  if ((await provider.getBlock(number))?.hash !== hash) return false;
  if (code !== NONCE_USED) return true;
  const { nonceFloor, used } = await book.noncesOf(trader);
  const above = BigInt(nonce) - nonceFloor;
  return above < 0n || ((used >> above) & 1n) === 1n;
}

/** A relay that limits how often it may be asked has not said what became of a package. */
const [PATIENT_TRIES, PATIENT_MS, TOO_MANY] = [30, 500, 429];

async function askPatiently(client: RawClient, path: string): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await client.get(path);
    if (answer.status !== TOO_MANY || tries === PATIENT_TRIES) return answer;
    await pause(PATIENT_MS);
  }
}

/** What the relay says of each package. */
async function saidOf(client: RawClient, links: readonly Hash[]) {
  const said: { readonly link: Hash; readonly body: Answer["body"] }[] = [];
  for (let at = 0; at < links.length; at += AT_ONCE) {
    const asked = links.slice(at, at + AT_ONCE).map(async (link) => {
      const { body } = await askPatiently(client, `/v1/packages/${link}`);
      return { link, body };
    });
    said.push(...(await Promise.all(asked)));
  }
  return said;
}

/** As its package has it. */
function nonceOf(body: Answer["body"]): string {
  const { trader, nonce } = body["package"] as { readonly trader: string; readonly nonce: string };
  return `${trader} ${nonce}`;
}
