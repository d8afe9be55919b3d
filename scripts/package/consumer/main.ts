/** Plays a session without a chain and one on the node whose URL is given; prints what came of both. */
import { tradeOnChain } from "./chain.js";
import { playSession } from "./replay.js";

const [url] = process.argv.slice(2);
if (url === undefined) throw new Error("name a node: node out/main.js URL");
console.log(JSON.stringify({ played: playSession(), traded: await tradeOnChain(url) }));
