/** The page over a session that is open now: built with a wallet that exists only there, and served on this machine. */
import { type PageServer, servePage } from "../../src/page/serve.js";
import { buildPage } from "../../stage/page.js";
import { type LiveFacts, pageConfigOf } from "./facts.js";

/** What is opened of it. */
export interface LivePage {
  /** Of the session's overview. */
  readonly url: string;
  readonly server: PageServer;
}

/** @param port 0 for any that is free @param folder of a page that is built already; built anew by default */
export async function openPage(facts: LiveFacts, port = 0, folder?: string): Promise<LivePage> {
  const config = pageConfigOf(facts);
  const server = await servePage({ folder: folder ?? (await buildPage("demo")), config: () => config }, port);
  return { url: `${server.url}#/${facts.chainId}/${facts.session}`, server };
}
