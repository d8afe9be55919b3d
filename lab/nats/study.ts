/** What a sponsor's money buys: an automated maker's loss, by the nat. */
import { createLabStudy } from "../laboratory/study.js";

export const study = createLabStudy({
  name: "nats",
  about:
    "Traders with signals come one by one to an automated maker and move its price to what they believe. Its expected loss is b for each nat that the market has learned.",
  load: () => import("./experiment.js"),
});
