/** `config.json` of whoever serves the page, and what the user has put in its place. */
import { type PageChain, type PageConfig, type PageSession, parsePageConfig } from "../../src/page/config.js";
import { readSettings, type Settings } from "./settings.js";

/** A page that is opened from somewhere without one still works: everything can be set by hand. */
const EMPTY: PageConfig = { chains: [], sessions: [] };

/** @throws Error if there is one that cannot be read: then nothing is guessed */
export async function loadConfig(): Promise<PageConfig> {
  const response = await fetch("./config.json", { cache: "no-store", credentials: "omit" });
  if (response.status === 404) return EMPTY;
  if (!response.ok) throw new Error(`config.json: status ${response.status}`);
  return parsePageConfig(await response.json());
}

/** Where a session's data comes from. At least one of both is there, or nothing can be shown. */
export interface Sources {
  readonly chain: PageChain | undefined;
  readonly rpcUrl: string | undefined;
  readonly relayUrl: string | undefined;
  /** Not after the session's creation; undefined if nobody has said. */
  readonly fromBlock: number | undefined;
  readonly maker: string | undefined;
  /** Sessions of the same chain that the page was told of. */
  readonly sessions: readonly PageSession[];
}

/** The user's own choice first, then the session's, then the chain's. */
export function sourcesOf(
  config: PageConfig,
  { chainId, session }: { readonly chainId: number; readonly session: string },
  settings: Pick<Settings, "rpc" | "relay"> = readSettings(),
): Sources {
  const chain = config.chains.find((one) => one.chainId === chainId);
  const known = config.sessions.find(
    (one) => one.chainId === chainId && one.address.toLowerCase() === session.toLowerCase(),
  );
  const relay = settings.relay[chainId] ?? known?.relay ?? chain?.relay;
  return {
    chain,
    rpcUrl: settings.rpc[chainId] ?? chain?.rpcUrls[0],
    relayUrl: relay === "" ? undefined : relay,
    fromBlock: known?.fromBlock ?? chain?.fromBlock,
    maker: known?.maker,
    sessions: config.sessions.filter((one) => one.chainId === chainId),
  };
}
