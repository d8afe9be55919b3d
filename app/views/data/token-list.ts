/** The session's own tokens as a token list, by the schema of Uniswap's token lists. */

export interface ListedToken {
  readonly chainId: number;
  readonly address: string;
  readonly symbol: string;
  readonly name: string;
  readonly decimals: number;
}

export interface TokenList {
  readonly name: string;
  readonly timestamp: string;
  readonly version: { readonly major: number; readonly minor: number; readonly patch: number };
  readonly tokens: readonly ListedToken[];
}

const MOST_LIST_NAME = 30;
const MOST_NAME = 60;
const MOST_SYMBOL = 20;

/** @param tokens as they call themselves, cleaned of what a terminal would not show @param second of the block that was asked */
export function tokenList(symbol: string, tokens: readonly ListedToken[], second: number): TokenList {
  return {
    // The schema has words and blanks in a list's name, and nothing else.
    name: `Session ${symbol}`
      .replace(/[^\w ]/g, "")
      .trim()
      .slice(0, MOST_LIST_NAME),
    timestamp: new Date(second * 1_000).toISOString(),
    version: { major: 1, minor: 0, patch: 0 },
    tokens: tokens.map(({ chainId, address, symbol: short, name, decimals }) => ({
      ...{ chainId, address, decimals },
      symbol: short.replace(/\s/g, "").slice(0, MOST_SYMBOL) || "TOKEN",
      name: name.slice(0, MOST_NAME),
    })),
  };
}
