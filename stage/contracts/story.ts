/** What the book recorded, as lines that read like the test that expects them. */
import { mined } from "../../src/bindings/transact.js";
import { countsOf } from "../../src/protocol/book/checkpoint.js";
import { type ContractTransactionResponse, type LogDescription, ZeroAddress } from "ethers";

import type { World } from "./world.js";

const OFFSET_REASONS = ["cancelled", "expired", "uncovered", "own order", "remainder"];

/** The book's events of one transaction, in order. Addresses of the test's people are written as their names. */
export async function storyOf(
  world: World,
  transaction: ContractTransactionResponse | Promise<ContractTransactionResponse>,
): Promise<string[]> {
  const receipt = await mined(await transaction);
  const lines: string[] = [];
  for (const log of receipt?.logs ?? []) {
    if (log.address !== world.bookAddress) continue;
    const event = world.book.interface.parseLog(log);
    if (event !== null) lines.push(lineOf(world, event));
  }
  return lines;
}

function lineOf(world: World, { name, args }: LogDescription): string {
  const a = args.toObject();
  switch (name) {
    case "TradeCreated":
      return `created ${a["tradeRootId"]}`;
    case "TradeApproved":
      return `approved ${a["tradeRootId"]}`;
    case "TradesMatched":
      return `matched ${a["makerRootId"]} ${a["takerRootId"]}: ${a["lots"]} at ${a["priceTicks"]}`;
    case "TradeOffset":
      return `offset ${a["tradeRootId"]}: ${a["lots"]} ${OFFSET_REASONS[Number(a["reason"])] ?? "?"}`;
    case "PackageSkipped":
      return `skipped ${a["index"]}: ${refusalText(world, String(a["reason"]))}`;
    case "OffsetSkipped":
      return `left ${a["tradeRootId"]}: ${refusalText(world, String(a["reason"]))}`;
    case "Checkpoint":
      return `checkpoint ${countsOf(String(a["link"])).number}`;
    default:
      return `${name}(${args.map((arg) => textOf(world, arg)).join(", ")})`;
  }
}

/** A refusal as it stands in an event: a selector, which is the error's name and no values. */
function refusalText(world: World, reason: string): string {
  return world.book.interface.getError(reason)?.name ?? reason;
}

function textOf(world: World, value: unknown): string {
  if (typeof value === "string") return nameOf(world, value);
  if (Array.isArray(value)) return `[${value.map((entry) => textOf(world, entry)).join(" ")}]`;
  return String(value);
}

export function nameOf(world: World, address: string): string {
  if (address === ZeroAddress) return "nobody";
  const person = Object.entries(world.people).find(([, signer]) => signer.address === address);
  return person?.[0] ?? address;
}
