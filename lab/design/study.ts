/** What a session's terms do to what its prices say: the same people in sessions of several designs. */
import { createLabStudy } from "../laboratory/study.js";

export const study = createLabStudy({
  name: "design",
  about:
    "Lets the same people trade in sessions of several designs, through the book's own rules, and says what each tells, how wide and deep its market is, and who pays for it.",
  load: () => import("./experiment.js"),
});
