/** What is typed to jump to. */
import type { ChainSearch } from "../../data/mirror/explorer.js";

const MOST_ORDER = 2 ** 32 - 1;

/** `977` or `#977` an order, `block 18412` a block, 0x and 40 digits a trader, 0x and 64 a hash. @returns undefined for anything else */
export function readSearch(typed: string): ChainSearch | undefined {
  const text = typed.trim();
  const order = /^#?(\d{1,10})$/.exec(text)?.[1];
  if (order !== undefined) {
    const tradeRootId = Number(order);
    return tradeRootId >= 1 && tradeRootId <= MOST_ORDER ? { kind: "order", tradeRootId } : undefined;
  }
  const block = /^block[ -]?(\d{1,15})$/i.exec(text)?.[1];
  if (block !== undefined) return { kind: "block", blockNumber: Number(block) };
  if (/^0x[0-9a-f]{40}$/i.test(text)) return { kind: "trader", address: text };
  if (/^0x[0-9a-f]{64}$/i.test(text)) return { kind: "hash", hash: text };
  return undefined;
}

/** As a part of an address that is read back by `readSearch`. */
export function searchPath(search: ChainSearch): string {
  switch (search.kind) {
    case "order":
      return String(search.tradeRootId);
    case "block":
      return `block-${search.blockNumber}`;
    case "trader":
      return search.address;
    case "hash":
      return search.hash;
  }
}

export function searchText(search: ChainSearch): string {
  switch (search.kind) {
    case "order":
      return `order ${search.tradeRootId}`;
    case "block":
      return `a call in block ${search.blockNumber}`;
    case "trader":
      return `a record of ${search.address}`;
    case "hash":
      return `anything with the hash ${search.hash}`;
  }
}
