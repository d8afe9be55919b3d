import { renderTable } from "../command/text.js";
import type { LiveFacts } from "./facts.js";
import type { LiveOptions } from "./options.js";

/** What people are told when all of it runs. @param page where it is served, if it is */
export function renderFacts(facts: LiveFacts, { symbols, speed }: LiveOptions, page: string | null): string {
  const { rpcUrl, relayUrl, session, factory, makerFactory, maker, fromBlock, roots, wallets } = facts;
  const where = renderTable(
    ["where", ""],
    [
      ["node", rpcUrl],
      ["relay", relayUrl ?? "none"],
      ["session", session],
      ["factory", factory],
      ["maker factory", makerFactory],
      ["maker", maker ?? "none"],
      ["from block", String(fromBlock)],
      ["markets", `1: ${symbols.join(" and ")}; ${roots.rain}: rain; ${roots.wettest}: wettest month`],
    ],
  );
  const people = renderTable(
    ["account", "address", "private key (known to everybody)"],
    wallets.map(({ name, address, privateKey }) => [name, address, privateKey]),
  );
  const pace = speed === 1 ? "as the wall's does" : `${speed} times as fast as the wall's`;
  const opened = page === null ? "" : `\n\nThe page: ${page}\nIts demo wallet acts for "you".`;
  return `${where}\n\n${people}\n\nSix traders go on trading, and the chain's clock walks ${pace}. Ctrl-C ends all of it.${opened}`;
}
