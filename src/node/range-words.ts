/** How nodes say that a range of blocks is too wide, or its logs too many, and what would do. */

export interface RangeRefusal {
  /** Blocks that would do. */
  readonly ceiling?: number;
  /** The logs were too many: other blocks may go in wider ranges. */
  readonly results?: boolean;
}

const REFUSED =
  /block ?range|range (is |was )?(too|limit|exceed|of)|ranges? over|range limit|max(imum)?( is| block| rpc)? ?(block )?range|(too many|maximum) (blocks|logs|results)|(blocks|logs|results) (limit|exceed)|response size|more than [\d,.]+k? (results|logs|entries)|query (returned more|exceeds max)|limited to (a )?(0 - )?[\d,.]+k? ?(blocks?|range)|exceeds? (the |max(imum)? )*(block |rpc )*range|requested too many|returned more than|too large a range|eth_getlogs.*(limited to|up to)|limit the query/i;
const OF_RESULTS = /results|logs in|number of logs|entries|response size|returned more|max logs/i;
const HEX_RANGE = /\[?\s*(0x[0-9a-f]+)\s*,\s*(0x[0-9a-f]+)\s*\]?/i;
const RETRY_RANGE = /retry with the range (\d+)\s*-\s*(\d+)/i;
const NUMBER = "([\\d][\\d,.]*)\\s*(k)?";
/** Where the number of blocks stands in such a sentence, the surest first. */
const NAMED: readonly RegExp[] = [
  `up to (?:an? )?${NUMBER}[ -]*blocks?`,
  `(?:limited to|limit(?:ed)? (?:of|is)|limit:?|capped at|at most|no more than|max(?:imum)?(?: (?:is|of|is set to))?) (?:an? |0 - )?${NUMBER}`,
  `max(?:imum)?(?: allowed| block| rpc)* range(?: is| of)?:? ?${NUMBER}`,
  `ranges? (?:over|above|greater than|larger than|exceeds?(?: the)?(?: limit of)?|wider than) ${NUMBER}`,
  `${NUMBER}[ -]*blocks? (?:range|limit|max)`,
].map((pattern) => new RegExp(pattern, "i"));

/**
 * @param words of the node
 * @param asked blocks that were asked for, if that is known: a number that is no smaller helps nobody
 * @returns undefined if it is about something else
 */
export function rangeRefusal(words: string, asked = Infinity): RangeRefusal | undefined {
  if (!REFUSED.test(words)) return undefined;
  const results = OF_RESULTS.test(words) && { results: true };
  const ceiling = suggested(words) ?? named(words);
  const isOfUse = ceiling !== undefined && Number.isSafeInteger(ceiling) && ceiling >= 1 && ceiling < asked;
  return { ...(isOfUse && { ceiling }), ...results };
}

/** A range that would do, named by its ends. */
function suggested(words: string): number | undefined {
  const [, first, last] = HEX_RANGE.exec(words) ?? RETRY_RANGE.exec(words) ?? [];
  return first === undefined || last === undefined ? undefined : Number(last) - Number(first) + 1;
}

/** Numbers of logs, and those of the blocks that were asked for, are something else. */
function named(words: string): number | undefined {
  const of = words
    .replace(/[\d,.]+\s*k?\s*(results|logs|entries)/gi, " ")
    .replace(/from (block )?\d+ to (block )?\d+/gi, " ");
  for (const pattern of NAMED) {
    const [, digits, thousands] = pattern.exec(of) ?? [];
    if (digits === undefined) continue;
    return Number(digits.replace(/[,.](?=\d{3}\b)/g, "").replace(/[,.]$/, "")) * (thousands === undefined ? 1 : 1000);
  }
  return undefined;
}
