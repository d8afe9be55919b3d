/** The wettest month of a year, an event market that is settled by elimination, from the session's funding to the proof. */
import { createStudy } from "../command/command.js";
import { pathFromCaller } from "../command/paths.js";
import { loadYear } from "./beliefs.js";
import { parseOptions } from "./options.js";

export const study = createStudy({
  parse: parseOptions,
  load: (options) => loadYear(pathFromCaller(options.weatherFile), options.year),
  perform: () => import("./perform.js"),
});
