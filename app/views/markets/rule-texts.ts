/** Sentences about a market's records. */
import { NEW_ROOT } from "../../../src/protocol/signing/market-record.js";
import type { MarketRecordFacts, SignedDescription } from "../../data/mirror/market-records.js";
import type { Root } from "../../data/names.js";
import { amountText } from "../../ui/market-units.js";
import { fallbackText } from "./tree.js";

/** What may be said of a text that stands beside a market. */
export function signedText(told: SignedDescription | { readonly text: string }): string {
  if (!("isAsSigned" in told)) return "As the relay tells it: without a node of your own it is not checked.";
  return told.isAsSigned
    ? "As the owner signed it ✔ Its hash is"
    : "✘ This is not what the owner signed: do not rely on it. Signed was the hash";
}

/** What a record says, in the market's unit. */
export function recordText(root: Root, { record }: Pick<MarketRecordFacts, "record">): string {
  if (record === undefined) return `Fallback applied: ${fallbackText(root)}`;
  const { marketRootId, marketBranchId, parentBranchId, marketMin, marketMax, outcomes } = record;
  const span =
    marketMin === marketMax
      ? amountText(root, marketMin)
      : `${amountText(root, marketMin)} to ${amountText(root, marketMax)}`;
  if (marketRootId === NEW_ROOT) {
    return root.kind === "interval" ? `Made, for outcomes from ${span}` : `Made, with ${outcomes} outcomes`;
  }
  const branch = `${root.marketRootId}.${marketBranchId}`;
  if (parentBranchId !== 0) return `Branch ${branch} within ${root.marketRootId}.${parentBranchId}: strikes ${span}`;
  if (root.kind !== "interval" && marketMax === 0n) return `${branch} struck out`;
  return `${branch} pays ${span}`;
}

/** Who spoke, and whether that was checked. */
export function speakerText({ speaker, isLinkRight }: Pick<MarketRecordFacts, "speaker" | "isLinkRight">): string {
  if (!isLinkRight) return "✘ the record is not the one whose link the book took";
  switch (speaker?.kind) {
    case undefined:
      return "applied by anybody";
    case "key":
      return "signed by the owner ✔";
    case "contract":
      return "approved by the owner’s contract, as the book asked it";
    case "caller":
      return "brought by the owner itself";
  }
}
