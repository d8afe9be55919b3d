/** The main job: one session on real prices, from its funding to the proof. */
import { createStudy } from "../command/command.js";
import { parseOptions } from "./options.js";
import { loadHistory } from "./price-source.js";

export const study = createStudy({
  parse: parseOptions,
  load: (options) => loadHistory(options.priceFiles, options),
  perform: () => import("./perform.js"),
});
