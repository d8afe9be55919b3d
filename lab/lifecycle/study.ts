/** One session from its opening to the next one, with everything that can stand around it. */
import { createStudy } from "../command/command.js";
import { parseOptions } from "./options.js";
import { planOf } from "./plan.js";

export const study = createStudy({ parse: parseOptions, load: planOf, perform: () => import("./perform.js") });
