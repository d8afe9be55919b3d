/**
 * Finds out whether the logs that were followed lead to where the node's own state is: logs that a node left out show only at the
 * next record, its state shows at once. Some nodes answer for their newest block with what the next one will bring: so a block
 * that is found wrong is looked at again when it has a successor, and until then only its logs are asked for again.
 */
import type { Hash } from "../../protocol/signing/typed-data.js";
import { bookAnswer, bookQuestion } from "../../bindings/calls.js";
import type { BlockHeader, ChainNode } from "../../node/node.js";

/** The newest block that was followed. */
export interface Followed {
  readonly header: BlockHeader;
  /** The book's newest checkpoint after it. */
  readonly link: Hash;
  /** How many logs of the book it had; undefined if nobody remembers. */
  readonly logs: number | undefined;
}

export interface ChainAudit {
  /**
   * Takes a look, if one is due.
   * @param isFollowed whether a block is still part of what was followed
   * @returns why what was followed cannot be right, and the block that shows it; undefined if nothing speaks against it
   * @throws RelayError of the node
   */
  look(newest: Followed, isFollowed: (hash: Hash) => boolean): Promise<Contradiction | undefined>;
}

export interface Contradiction {
  readonly reason: string;
  readonly hash: Hash;
}

/** When a question is due. */
export interface AuditPlan {
  /** Looks between two questions, if all is well. */
  readonly every: number;
  /** Looks that count as done at the start: of many books not all ask at once. */
  readonly done: number;
}

export const AUDIT_PLAN: AuditPlan = { every: 20, done: 0 };

export function createChainAudit(node: ChainNode, book: string, plan: AuditPlan = AUDIT_PLAN): ChainAudit {
  let looks = plan.done;
  /** A block whose checkpoint was not the node's while it was the newest. */
  let suspect: Followed | undefined;

  async function linkAt(number: number): Promise<Hash> {
    const question = bookQuestion("chainState");
    const [link] = bookAnswer(question, await node.call({ to: book, data: question.data }, number));
    return link;
  }

  async function missingLogs({ header: { number, hash }, logs }: Followed): Promise<string | undefined> {
    const { length } = await node.logs({ address: book, blockHash: hash });
    return logs === undefined || length === logs ? undefined : `block ${number} had ${logs} logs, and has ${length}`;
  }

  /** @returns undefined too if the node speaks of another block of that number by now */
  async function otherLink({ header: { number, hash }, link }: Followed): Promise<string | undefined> {
    const said = await linkAt(number);
    if (said === link || (await node.block(number))?.hash !== hash) return undefined;
    return `the node's logs lead to ${link} at block ${number}, its state says ${said}`;
  }

  return {
    async look(newest, isFollowed) {
      if (suspect !== undefined && !isFollowed(suspect.header.hash)) suspect = undefined; // reorganised away
      looks += 1;
      if (suspect === undefined) {
        if (looks % plan.every === 0 && (await otherLink(newest)) !== undefined) suspect = newest;
        return undefined;
      }
      const { hash } = suspect.header;
      const isNewest = hash === newest.header.hash;
      const reason = await (isNewest ? missingLogs(suspect) : otherLink(suspect));
      if (reason !== undefined || !isNewest) suspect = undefined;
      return reason === undefined ? undefined : { reason, hash };
    },
  };
}
