/** Automated makers in three markets, from their funding to what their sponsors have learned and paid. */
import { createStudy } from "../command/command.js";
import { loadStories } from "./stories.js";
import { parseOptions } from "./options.js";

export const study = createStudy({ parse: parseOptions, load: loadStories, perform: () => import("./perform.js") });
