/** The terms of a new session, from a JSON file and flags. Everything that is wrong with them is said at once. */
import type { Provider } from "ethers";
import * as z from "zod";

import type { SessionParams } from "../../client/organiser.js";
import { ProtocolError } from "../../protocol/amounts/errors.js";
import { parseTokenWei } from "../../protocol/amounts/units.js";
import { MAX_CHAIN_WINDOW, MAX_OPEN_ORDERS, MIN_CHAIN_WINDOW } from "../../protocol/amounts/limits.js";
import { formatQuantity, parseQuantity, readToken } from "../../bindings/assets.js";
import { nextTime, type RawProvider } from "../chain.js";
import type { CliContext } from "../context.js";
import { CliError } from "../cli-error.js";
import { InputError } from "../../input/errors.js";
import { readJson } from "./files.js";
import { problemsOf } from "../../input/json-text.js";
import { aboveZero, parseAddress, parseTime, splitOnce } from "./parse.js";
import { parseCount } from "../../input/counts.js";

/** The flags, as commander gives them. */
export interface TermsOptions {
  readonly file?: string;
  readonly asset?: readonly string[];
  readonly supply?: string;
  readonly t1?: string;
  readonly t2?: string;
  readonly name?: string;
  readonly symbol?: string;
  readonly policy?: string;
  readonly settleLimit?: string;
  readonly openMarkets?: true;
  readonly chainWindow?: string;
  readonly maxOpenOrders?: string;
  readonly maxLots?: string;
  readonly basketScale?: string;
  readonly basketTickValue?: string;
}

export interface Terms {
  readonly params: SessionParams;
  /** The basket for people: 100 AU + 100 AG. */
  readonly basket: string;
}

/** Amounts are text, for JSON's numbers are floats; counts and times may be either. */
const amount = z.string();
const integer = z.union([z.string(), z.int()]).transform(String);

const FILE = z.strictObject({
  name: z.string().optional(),
  symbol: z.string().optional(),
  supply: amount.optional(),
  t1: integer.optional(),
  t2: integer.optional(),
  assets: z.array(z.strictObject({ address: z.string(), quantity: amount })).optional(),
  policy: z.string().optional(),
  settleLimit: integer.optional(),
  openMarkets: z.boolean().optional(),
  chainWindow: integer.optional(),
  maxOpenOrders: integer.optional(),
  maxLots: integer.optional(),
  basketScale: integer.optional(),
  basketTickValue: integer.optional(),
});
type FileTerms = z.infer<typeof FILE>;

/** @throws CliError FILE_INVALID, SETTINGS_INVALID with everything that is wrong; ClientError what the node says */
export async function readTerms(context: CliContext, provider: RawProvider, options: TermsOptions): Promise<Terms> {
  const given = merged(context, options);
  const problems: string[] = [];
  const now = Number(await nextTime(provider));
  const needed = <T>(flag: string, text: string | undefined, parse: (text: string) => T): T | undefined => {
    if (text === undefined) return void problems.push(`${flag}: is missing`);
    return attempt(problems, flag, () => parse(text));
  };
  const optional = <T>(flag: string, text: string | undefined, parse: (text: string) => T): T | undefined =>
    text === undefined ? undefined : attempt(problems, flag, () => parse(text));

  const assets = await readBasket(given.assets ?? [], provider, problems);
  const required = {
    name: needed("--name", given.name, String),
    symbol: needed("--symbol", given.symbol, String),
    supply: needed("--supply", given.supply, (text) => aboveZero("--supply", text, parseTokenWei(text))),
    t1: needed("--t1", given.t1, (text) => parseTime("--t1", text, now)),
    t2: needed("--t2", given.t2, (text) => parseTime("--t2", text, now)),
  };
  const rest = {
    policy: optional("--policy", given.policy, (text) => parseAddress("--policy", text)),
    settleLimit: optional("--settle-limit", given.settleLimit, (text) => parseTime("--settle-limit", text, now)),
    openMarkets: given.openMarkets,
    chainWindow: optional("--chain-window", given.chainWindow, (text) =>
      parseCount("--chain-window", text, MIN_CHAIN_WINDOW, MAX_CHAIN_WINDOW),
    ),
    maxOpenOrders: optional("--max-open-orders", given.maxOpenOrders, (text) =>
      parseCount("--max-open-orders", text, 1, MAX_OPEN_ORDERS),
    ),
    maxLots: optional("--max-lots", given.maxLots, (text) =>
      BigInt(parseCount("--max-lots", text, 1, Number.MAX_SAFE_INTEGER)),
    ),
    basketScale: optional("--basket-scale", given.basketScale, (text) =>
      parseCount("--basket-scale", text, 1, 2 ** 31 - 1),
    ),
    basketTickValue: optional("--basket-tick-value", given.basketTickValue, (text) =>
      BigInt(parseCount("--basket-tick-value", text, 1, Number.MAX_SAFE_INTEGER)),
    ),
  };
  if (problems.length > 0) throw new CliError("SETTINGS_INVALID", { problems });
  const params = {
    ...required,
    ...defined(rest),
    assets: assets.map(({ address }) => address),
    quantities: assets.map(({ units }) => units),
  } as SessionParams; // whatever is missing has been said
  return { params, basket: assets.map(({ text }) => text).join(" + ") };
}

function merged(context: CliContext, options: TermsOptions): FileTerms {
  const { file, asset, ...flags } = options;
  const fromFile = file === undefined ? {} : parseFile(context, file);
  const assets = asset?.map((text) => {
    const [address, quantity] = splitOnce(text, "=");
    return { address, quantity };
  });
  return { ...fromFile, ...defined(pickTerms(flags)), ...(assets === undefined ? {} : { assets }) };
}

/** The options of the command that are terms; the others are settings. */
function pickTerms(flags: Omit<TermsOptions, "file" | "asset">): Partial<FileTerms> {
  const names = Object.keys(FILE.shape);
  return Object.fromEntries(Object.entries(flags).filter(([name]) => names.includes(name)));
}

function parseFile(context: CliContext, file: string): FileTerms {
  const result = FILE.safeParse(readJson(context, file));
  if (result.success) return result.data;
  throw new InputError("FILE_INVALID", { file, problems: problemsOf(result.error) });
}

interface BasketEntry {
  readonly address: string;
  readonly units: bigint;
  readonly text: string;
}

/** Quantities are whole assets with decimals: how many decimals, the token says. */
async function readBasket(
  given: readonly { readonly address: string; readonly quantity: string }[],
  provider: Provider,
  problems: string[],
): Promise<BasketEntry[]> {
  if (given.length === 0) problems.push("--asset: is missing");
  const entries = await Promise.all(
    given.map(async ({ address: text, quantity }) => {
      const address = attempt(problems, "--asset", () => parseAddress("--asset", text));
      if (address === undefined) return [];
      const asset = await readToken(address, provider);
      const units = attempt(problems, `--asset ${asset.symbol}`, () => parseQuantity(asset, quantity));
      return units === undefined ? [] : [{ address, units, text: formatQuantity(asset, units) }];
    }),
  );
  return entries.flat();
}

function attempt<T>(problems: string[], flag: string, parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return void problems.push(`${flag}: ${error.message}`);
  }
}

/** Without the entries that are undefined. */
function defined<T extends object>(values: T): { [Name in keyof T]: Exclude<T[Name], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Name in keyof T]: Exclude<T[Name], undefined> }; // just filtered
}
