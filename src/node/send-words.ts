/** What a node means when it does not take a transaction: nodes have words of their own, those of the common ones are known here. */

/**
 * known: it has it. feeCap: gas times price is more than the node lets anybody spend. funds: the account cannot pay. used: the nonce
 * is. gas: more than a block or a transaction may have, or less than it needs. price: too little is offered. other: anything else.
 */
export type SendRefusal = "known" | "feeCap" | "funds" | "used" | "gas" | "price" | "other";

/** The first that fits. */
const WORDS: readonly (readonly [SendRefusal, RegExp])[] = [
  ["known", /already known|already imported|already exists|alreadyknown|known transaction/],
  ["feeCap", /exceeds the configured cap|fee cap exceeded|maximum (tx|transaction) fee/],
  ["funds", /insufficient (funds|balance)|insufficientfunds|upfront cost|(have|has) enough (funds|balance)/],
  ["used", /nonce too low|nonce_too_low|old ?nonce|nonce is too low|nonce .*already (been )?used/],
  ["price", /underpriced|base fee|fee ?too ?low|below (the )?minimum|tip (needed|too low)|gas price .*too low/],
  ["gas", /gas limit|gas cap|gas too (high|low)|gaslimit|exceeds_block_gas|exceeds? .*gas/],
];
const ETHER = 10n ** 18n;
const FEE_CAP = /cap \((\d+)(?:\.(\d+))? ether\)/;
const DECIMALS = 18;

/** @param text of the node, in lower case */
export function sendRefusalOf(text: string): SendRefusal {
  return WORDS.find(([, words]) => words.test(text))?.[0] ?? "other";
}

/** The most that the node lets a transaction spend, wei, if it names it. */
export function feeCapIn(text: string): bigint | undefined {
  const [, whole, part = ""] = FEE_CAP.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return BigInt(whole) * ETHER + BigInt(part.slice(0, DECIMALS).padEnd(DECIMALS, "0"));
}
