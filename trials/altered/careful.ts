/**
 * Alterations by somebody who knows the format: places rise, the checksum is written anew, and where it says so all checkpoints
 * after the alteration are too. Only the rules can tell then. Each kind is made at random among the places where something
 * commits to what is altered. Left out, because nothing in the logs commits to it and the altered log is as possible as the
 * true one: transfers between people of tokens that they have, refreshes, raised nonce floors, who paid a deposit and for whom,
 * who registered without ever acting, the mark of the first checkpoint, by which the others are judged, the reason of an order that was taken out by itself (its trader may cancel at any time),
 * calls left out at the end, at which of several dead places an order rests or that it rests at one, and what contract wallets
 * and calling owners have not signed with a key. For these the checksum, and a node, are there.
 */
import type { Random } from "../../stage/rng.js";
import type { SessionLog } from "../../src/verify/session-log.js";
import { countChanged, headChanged, linkChanged, markChanged, movedToNextCall } from "./careful/checkpoints.js";
import {
  evictionInserted,
  fewerLots,
  laterOrder,
  orderChanged,
  orderLeftOut,
  reasonChanged,
  worsePrice,
} from "./careful/orders.js";
import { linkNamed, quoteChanged, quoteSetChanged, quotesSwapped } from "./careful/packed.js";
import { bitFlipped, dropped, duplicated, neighboursSwapped, signatureFlipped } from "./careful/records.js";
import { boundsLoosened, depositChanged, depositLeftOut, termsChanged, timeMoved } from "./careful/session.js";
import {
  approvalDropped,
  approvalMoved,
  cancellationChanged,
  placeGivenAway,
  placeTaken,
  walletReplaced,
} from "./careful/unfolded.js";
import type { Subject } from "./subject.js";

export interface CarefulKind {
  readonly kind: string;
  /** @returns undefined if the log has no place for it */
  readonly alter: (subject: Subject, random: Random) => SessionLog | undefined;
}

export const CAREFUL: readonly CarefulKind[] = [
  { kind: "a bit of a signature flipped", alter: signatureFlipped },
  { kind: "a bit of a chain record flipped", alter: (subject, random) => bitFlipped(subject, random, "chain") },
  { kind: "a bit of a money record flipped", alter: (subject, random) => bitFlipped(subject, random, "money") },
  { kind: "a record dropped", alter: dropped },
  { kind: "a wallet's approval dropped", alter: approvalDropped },
  { kind: "a wallet's approval of another order", alter: approvalMoved },
  { kind: "a key's signature in the place of a wallet's", alter: walletReplaced },
  { kind: "a place that is not dead", alter: placeTaken },
  { kind: "a place of another order", alter: placeGivenAway },
  { kind: "a cancellation's range, floor or deadline", alter: cancellationChanged },
  { kind: "a byte of the link that an order names", alter: linkNamed },
  { kind: "a byte of the link that an order names, rechained", alter: (...from) => linkNamed(...from, true) },
  { kind: "a quote's price or quantity, rechained", alter: quoteChanged },
  { kind: "a quote set's nonce, link or deadline", alter: quoteSetChanged },
  { kind: "two quotes of a set in another order, rechained", alter: quotesSwapped },
  { kind: "two neighbours swapped", alter: neighboursSwapped },
  { kind: "a record twice", alter: duplicated },
  { kind: "a match at a worse price, rechained", alter: worsePrice },
  { kind: "a match with a later order, rechained", alter: laterOrder },
  { kind: "a match for fewer lots, rechained", alter: fewerLots },
  { kind: "an eviction of a covered order, rechained", alter: evictionInserted },
  { kind: "an order's price, rechained", alter: (subject, random) => orderChanged(subject, random, "price") },
  { kind: "an order's quantity, rechained", alter: (subject, random) => orderChanged(subject, random, "quantity") },
  { kind: "an order left out, rechained", alter: orderLeftOut },
  { kind: "a market's bounds loosened, rechained", alter: boundsLoosened },
  { kind: "a checkpoint's head", alter: headChanged },
  { kind: "a checkpoint's link", alter: linkChanged },
  { kind: "a checkpoint's mark, rechained", alter: markChanged },
  { kind: "a checkpoint's trades", alter: (subject, random) => countChanged(subject, random, 192) },
  { kind: "a checkpoint's number", alter: (subject, random) => countChanged(subject, random, 224) },
  { kind: "a record moved into the block's next call", alter: movedToNextCall },
  { kind: "a reason within a call", alter: reasonChanged },
  { kind: "a deposit and its transfer", alter: depositChanged },
  { kind: "a deposit left out, with its transfer", alter: depositLeftOut },
  { kind: "the terms, in header and creation", alter: termsChanged },
  { kind: "the time of a block, past a deadline", alter: timeMoved },
];
