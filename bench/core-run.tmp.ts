import hre from "hardhat";
import { measureRows } from "./gas/rows.js";
import { heldRoot } from "./gas/checks.js";
import { gasOfBatch, gasOfOrder } from "./gas/receipt.js";
import { pairOf, fillRing } from "./gas/orders.js";
import { bankroll, openWorld } from "../stage/contracts/world.js";
import { TOKEN } from "../stage/contracts/units.js";
const connection = await hre.network.create();
if (process.env["PAIRS"] === undefined) for (const r of await measureRows(connection)) console.log(r.id.padEnd(28), r.value, (r as { firstUse?: number }).firstUse ?? "", r.aim ?? "", r.aim !== undefined && r.value > r.aim ? "ABOVE" : "");
const w = await openWorld(connection, { maxOpenOrders: 255 });
await bankroll(w, 100n * TOKEN, w.alice, w.bob);
await gasOfBatch(w, pairOf(w));
await fillRing(w);
for (const size of [2, 8, 32]) {
  const root = await heldRoot(w, size);
  const pair = () => pairOf(w).map((spec) => ({ ...spec, root, price: 50n }));
  for (let i = 0; i < 3; i++) await gasOfBatch(w, pair());
  console.log("pair in interval root", size, await gasOfBatch(w, pair()));
  await gasOfBatch(w, [{ trader: w.alice, lots: 10n, price: 20n, root }]);
  console.log("rest in interval root (place used)", size, await gasOfOrder(w, { trader: w.alice, lots: 10n, price: 10n, root, place: 20 + size, insertAfter: Number((await w.book.chainState()).trades) }));
}
