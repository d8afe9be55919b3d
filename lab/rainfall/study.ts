/** Rain of one month, traded in strips and settled as it falls, from the session's funding to the proof. */
import { createStudy } from "../command/command.js";
import { pathFromCaller } from "../command/paths.js";
import { loadMonth } from "./forecast.js";
import { parseOptions } from "./options.js";

export const study = createStudy({
  parse: parseOptions,
  load: (options) => loadMonth(pathFromCaller(options.weatherFile), options.month),
  perform: () => import("./perform.js"),
});
