/** Who is sent how many session tokens: a table with the columns `address` and `amount`, checked before anything is sent. */
import { columnTable } from "../../../src/input/text-table.js";
import { messageOf } from "../../../src/protocol/amounts/errors.js";
import { addressIn } from "../../../src/protocol/signing/addresses.js";
import { formatTokenWei, parseTokenWei, type TokenWei } from "../../../src/protocol/amounts/units.js";

export interface Gift {
  /** Of the file, from 1. */
  readonly line: number;
  readonly address: string;
  readonly amount: TokenWei;
}

export interface Distribution {
  readonly gifts: readonly Gift[];
  readonly total: TokenWei;
  /** Everything that is wrong, each with its line. Nothing is sent while there is one. */
  readonly problems: readonly string[];
}

/** Of one file. */
export const MOST_GIFTS = 500;

/**
 * @param text the file
 * @param balance what there is to give, wei
 * @param own addresses that must get nothing: the session, its book; whatever is sent there is lost
 */
export function readDistribution(text: string, balance: bigint, own: readonly string[] = []): Distribution {
  const problems: string[] = [];
  const gifts: Gift[] = [];
  const { columns, rows, problems: broken } = columnTable(text, (name) => name.toLowerCase());
  const names = columns.map((name) => name.toLowerCase());
  const [at, of] = [names.indexOf("address"), names.indexOf("amount")];
  if (at < 0 || of < 0)
    return { gifts: [], total: 0n as TokenWei, problems: ["The first line has to name address and amount."] };
  problems.push(...broken.map(({ line, problem }) => `Line ${line}: ${problem}.`));
  if (rows.length > MOST_GIFTS) problems.push(`At most ${MOST_GIFTS} lines at once; it has ${rows.length}.`);
  const lines = new Map<string, number>();
  for (const { line, cells } of rows.slice(0, MOST_GIFTS)) {
    const gift = giftOf(line, cells[at] ?? "", cells[of] ?? "");
    if (typeof gift === "string") {
      problems.push(`Line ${line}: ${gift}`);
      continue;
    }
    const earlier = lines.get(gift.address);
    if (earlier !== undefined) problems.push(`Line ${line}: ${gift.address} stands in line ${earlier} already.`);
    if (own.some((one) => one.toLowerCase() === gift.address.toLowerCase()))
      problems.push(`Line ${line}: ${gift.address} is a part of the session; what is sent there is lost.`);
    lines.set(gift.address, line);
    gifts.push(gift);
  }
  if (rows.length === 0 && broken.length === 0) problems.push("It names nobody.");
  const total = gifts.reduce((sum, { amount }) => sum + amount, 0n) as TokenWei; // a sum of such
  if (total > balance)
    problems.push(`All together it is ${formatTokenWei(total)}; there are ${formatTokenWei(balance as TokenWei)}.`);
  return { gifts, total, problems };
}

function giftOf(line: number, address: string, text: string): Gift | string {
  const shown = address.slice(0, 60);
  const receiver = addressIn(address);
  if (receiver === undefined) return `${shown} is no address, or its checksum is wrong.`;
  if (BigInt(receiver) === 0n) return "The zero address: what is sent there is lost.";
  try {
    const amount = parseTokenWei(text);
    return amount > 0n ? { line, address: receiver, amount } : "An amount above zero is needed.";
  } catch (error) {
    return messageOf(error);
  }
}

/** What the chain says of one receiver. */
export interface ReceiverFacts {
  /** Whether there is code: a contract that does not know tokens keeps them for good. */
  readonly isContract: boolean;
  /** Undefined where nobody is asked. */
  readonly isAdmitted: boolean | undefined;
}

/** What is worth a second look; nothing of it stops anything. */
export function warningsOf({ gifts }: Distribution, facts: ReadonlyMap<string, ReceiverFacts>): string[] {
  return gifts.flatMap(({ line, address }) => {
    const known = facts.get(address);
    return [
      ...(known?.isContract === true
        ? [`Line ${line}: ${address} is a contract; be sure that it can use tokens.`]
        : []),
      ...(known?.isAdmitted === false
        ? [`Line ${line}: ${address} is not admitted now; it could hold, not trade.`]
        : []),
    ];
  });
}
