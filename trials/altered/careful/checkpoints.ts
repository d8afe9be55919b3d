/** Careful alterations of checkpoints, and of which call a record is of. */
import type { Random } from "../../../stage/rng.js";
import type { SessionLog } from "../../../src/verify/session-log.js";
import { withBitFlipped } from "../edit.js";
import type { Subject } from "../subject.js";
import { pick, replaced, resealed, saying } from "./changing.js";

export function headChanged(subject: Subject, random: Random): SessionLog | undefined {
  return checkpointFlipped(subject, random, random.integer(0, 255));
}

/** Any bit of the link: of the part of the head, or of a count. */
export function linkChanged(subject: Subject, random: Random): SessionLog | undefined {
  return checkpointFlipped(subject, random, 256 + random.integer(0, 255));
}

/** One of the 32 bits of a count. @param from where it begins in the link */
export function countChanged(subject: Subject, random: Random, from: number): SessionLog | undefined {
  return checkpointFlipped(subject, random, 256 + from + random.integer(0, 31));
}

function checkpointFlipped(subject: Subject, random: Random, bit: number): SessionLog | undefined {
  const index = pick(subject, random, ({ kind }) => kind === "checkpoint");
  const record = subject.log.records[index ?? -1];
  if (index === undefined || record === undefined) return undefined;
  return replaced(subject, index, withBitFlipped(record, bit));
}

/** All that follows is folded anew. What tells is that marks are the numbers of blocks, and never fall. */
export function markChanged(subject: Subject, random: Random): SessionLog | undefined {
  const index = pick(subject, random, ({ kind }, i) => kind === "checkpoint" && !isFirstCheckpoint(subject, i));
  const record = subject.log.records[index ?? -1];
  if (index === undefined || record === undefined) return undefined;
  return replaced(subject, index, withBitFlipped(record, 256 + 160 + random.integer(0, 31)), true);
}

function isFirstCheckpoint({ events }: Subject, index: number): boolean {
  return events.findIndex(({ event }) => event.kind === "checkpoint") === index;
}

/** The last record of a call becomes the first of the block's next one. What tells is that each call has a head of its own. */
export function movedToNextCall(subject: Subject, random: Random): SessionLog | undefined {
  const { records } = subject.log;
  const index = pick(subject, random, ({ kind }, i) => {
    const [before, after] = [records[i - 1], records[i + 1]];
    const isEnd = kind === "checkpoint" && before?.transactionHash === records[i]?.transactionHash;
    return isEnd && after?.blockNumber === before?.blockNumber && subject.commitments[i + 1] === "chain";
  });
  const [last, checkpoint, next] = [-1, 0, 1].map((step) => records[(index ?? -2) + step]);
  if (index === undefined || last === undefined || checkpoint === undefined || next === undefined) return undefined;
  const moved = { ...saying(checkpoint, last), transactionHash: next.transactionHash };
  return resealed(subject, records.with(index - 1, saying(last, checkpoint)).with(index, moved));
}
