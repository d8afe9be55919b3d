import type { PageConfig } from "../../src/page/config.js";

/** What each view of a session is given. */
export interface ViewProps {
  /** What follows the view's name in the address. */
  readonly rest: readonly string[];
  readonly config: PageConfig;
}
