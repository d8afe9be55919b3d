/** What a gate does to what flow tells: the number of those who know, and how well they know. */
import { createLabStudy } from "../laboratory/study.js";

export const study = createLabStudy({
  name: "curation",
  about:
    "Kyle's auction with several informed traders, each with a signal of its own: I = kρ / (2 + (k − 1)ρ), whatever the noise. What curated participation does, and what it does not.",
  load: () => import("./experiment.js"),
});
