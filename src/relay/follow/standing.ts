import type { BlockHeader } from "../../node/node.js";

/** Where the submitting account stands: the newest block, and how many transactions the account had made by then. */
export interface Standing {
  readonly header: BlockHeader;
  readonly nonce: number;
}
