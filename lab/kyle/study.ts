/** Kyle's auction, alone and one after the other, through a book. */
import { createLabStudy } from "../laboratory/study.js";

export const study = createLabStudy({
  name: "kyle",
  about:
    "Kyle's model in a real book: one insider, noise, and a maker who sees only their sum; alone, one after the other, and against price schedules that stand before.",
  load: () => import("./experiment.js"),
});
