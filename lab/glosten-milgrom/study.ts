/** Glosten and Milgrom's market, one lot at a time, through a book. */
import { createLabStudy } from "../laboratory/study.js";

export const study = createLabStudy({
  name: "glosten-milgrom",
  about:
    "Orders of one lot in an event of two outcomes, a part of them informed, at the quotes of a maker who breaks even: spreads, and how fast the error of the forecast falls.",
  load: () => import("./experiment.js"),
});
