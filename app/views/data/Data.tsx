/** What happened, as lines over time and as files: everything that the page shows can be taken home. */
import type { ReactNode } from "react";

import { Histories } from "./Histories.js";
import { MarketHistory } from "./MarketHistory.js";
import { Measures } from "./Measures.js";
import { Tables } from "./Tables.js";
import { Terms } from "./Terms.js";
import { Tokens } from "./Tokens.js";
import { Weights } from "./Weights.js";
import "../../style/new.css";

export default function Data(): ReactNode {
  return (
    <div className="lone">
      <h1>Data</h1>
      <Weights />
      <MarketHistory />
      <Histories />
      <Measures />
      <Terms />
      <Tables />
      <Tokens />
    </div>
  );
}
