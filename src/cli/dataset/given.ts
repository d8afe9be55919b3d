/** What a dataset says beyond its log: from flags and files, or from the node. */
import type { Provider } from "ethers";

import { readAsset } from "../../bindings/assets.js";
import { createHouses } from "../../bindings/houses.js";
import { read } from "../../bindings/transact.js";
import { type AssetName, type Inputs, NO_INPUTS } from "../../dataset/inputs.js";
import { createReader } from "../../verify/events.js";
import { bookTermsOf } from "../../verify/log-header.js";
import type { SessionLog, SessionLogStream } from "../../verify/session-log.js";
import type { CliContext } from "../context.js";
import { invalid } from "../../input/errors.js";
import { readReferencePrices } from "../input/price-file.js";
import type { Source } from "./source.js";

export interface GivenInputs {
  readonly assets?: string;
  readonly prices?: string;
  readonly license: string;
}

/** @throws CliError ARGUMENT_INVALID, FILE_UNREADABLE, FILE_INVALID */
export async function inputsOf(
  context: CliContext,
  { header, provider, open }: Source,
  { assets: named, prices: file, license }: GivenInputs,
): Promise<Inputs> {
  const { assets: addresses } = header.terms;
  if (!/^[A-Za-z0-9.+-]+$/.test(license)) throw invalid("--license", license, "an SPDX name, such as CC0-1.0");
  const assets =
    named !== undefined
      ? parseAssets(named, addresses.length)
      : provider === undefined
        ? []
        : await Promise.all(addresses.map((address) => readAsset(address, provider)));
  const names = assets.map(({ symbol, decimals }): AssetName => ({ symbol, decimals }));
  const houses = provider === undefined ? NO_INPUTS.houses : await housesOf(provider, await open());
  const symbols = addresses.map((_, k) => names[k]?.symbol);
  return {
    assets: names,
    houses,
    prices: file === undefined ? [] : readReferencePrices(context, file, symbols),
    license,
  };
}

function parseAssets(text: string, count: number): AssetName[] {
  const names = text.split(",").map((part) => /^([^:\s]{1,16}):(\d{1,2})$/.exec(part.trim()));
  const known = names.flatMap((found) =>
    found === null ? [] : [{ symbol: found[1] ?? "", decimals: Number(found[2]) }],
  );
  if (known.length !== count || names.length !== count) {
    throw invalid("--assets", text, `a name and decimals for each of the ${count} assets, such as AU:18,AG:6`);
  }
  return known;
}

/** Contracts that have approved an order without a signature, and that are houses of the book by their code. */
export async function housesOf(
  provider: Provider,
  { header, records }: SessionLogStream | SessionLog,
): Promise<Inputs["houses"]> {
  const readRecord = createReader(header);
  const traders = new Set<string>();
  let last = "";
  for await (const record of records) {
    if (record.address !== header.book) continue;
    const { event } = readRecord(record);
    if (event.kind === "tradeCreated") last = event.package.trader;
    if (event.kind === "tradeApproved" && event.signature === "0x") traders.add(last);
  }
  const houseAt = createHouses((address) => read(provider.getCode(address)), bookTermsOf(header));
  const houses = new Map<string, "maker" | "set">();
  for (const trader of traders) {
    const house = await houseAt(trader);
    if (house !== undefined) houses.set(trader, house);
  }
  return houses;
}
