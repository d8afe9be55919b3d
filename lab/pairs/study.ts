/** A published rule of pairs, traded inside sessions: they pay what it earns or loses, exactly. */
import { createLabStudy } from "../laboratory/study.js";

export const study = createLabStudy({
  name: "pairs",
  about:
    "Trades the rule of Gatev, Goetzmann and Rouwenhorst inside sessions, on the real prices that come with this project, and holds each payoff and delivery against a plain computation outside.",
  takesPrices: true,
  load: () => import("./experiment.js"),
});
