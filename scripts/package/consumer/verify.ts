/** Reads a session's logs from the node whose URL is given, and verifies them; prints the report's verdict. */
import { JsonRpcProvider } from "ethers";
import { readSessionLog, verifySession } from "session-contracts/verify";

const [url, session] = process.argv.slice(2);
if (url === undefined || session === undefined)
  throw new Error("name a node and a session: node out/verify.js URL ADDRESS");
const provider = new JsonRpcProvider(url);
const report = await verifySession(await readSessionLog(session, provider, {}), { provider });
console.log(JSON.stringify({ verdict: report.verdict.kind, link: report.link }));
provider.destroy();
