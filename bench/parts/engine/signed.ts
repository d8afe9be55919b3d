/** Orders that are signed by keys, as their traders would sign them one after the other. */
import { keccak256, SigningKey, toBeHex, ZeroAddress, computeAddress } from "ethers";

import type { SubmittedOrder } from "../../../src/protocol/book/intake.js";
import { type Outside, TRUSTING } from "../../../src/protocol/book/outside.js";
import { type Hashing } from "../../../src/protocol/signing/hashing.js";
import type { RecoverSigner } from "../../../src/protocol/signing/signatures.js";
import { processorSeconds } from "../measure.js";
import { SessionBook } from "./session-book.js";
import { StreamDraw, type Mix, TRADERS } from "./stream.js";

const SEED = 20_261_122;

/**
 * Takes `orders` signed orders of a mix without cancellations; each is signed over the head of a second book, which is ahead.
 * @returns orders per second of processor time, signing not counted
 */
export function runSigned(mix: Mix, orders: number, hashing: Hashing, recoverSigner: RecoverSigner): number {
  const keys = Array.from({ length: TRADERS }, (_, index) => new SigningKey(keccak256(toBeHex(index + 1, 32))));
  const wallets = keys.map((key) => computeAddress(key));
  const judge: Outside = {
    ...TRUSTING,
    signedBy: (signer, digest, signature) => (recoverSigner(digest, signature) === signer ? "key" : undefined),
  };
  const signing = new SessionBook(hashing, wallets);
  const measured = new SessionBook(hashing, wallets, judge);
  const draw = new StreamDraw(SEED, signing.resting());
  const signed: SubmittedOrder[] = [];
  while (signed.length < orders) {
    const step = draw.next({ ...mix, cancels: 0 });
    if (step.kind === "cancel") continue;
    const order = signing.orderOf(step);
    const { separator } = signing.book.state.chain;
    const digest = hashing.digestOf(separator, hashing.primaryLink(order.package));
    const key = keys[wallets.indexOf(order.package.trader || ZeroAddress)];
    if (key === undefined) throw new Error("every trader has a key");
    const taken = { ...order, signature: key.sign(digest).serialized };
    signing.submit(taken);
    signed.push(taken);
  }
  const start = processorSeconds();
  for (const order of signed) measured.submit(order);
  const spent = processorSeconds() - start;
  if (measured.book.link !== signing.book.link) throw new Error("the two books differ");
  return orders / spent;
}
