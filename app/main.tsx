import "./data/without-eval.js";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import type { PageConfig } from "../src/page/config.js";
import { messageOf } from "../src/protocol/amounts/errors.js";
import { loadConfig } from "./data/config.js";
import { App, beginView } from "./App.js";
import { pathNow } from "./frame/hash-path.js";
import { applyTheme } from "./frame/theme.js";
import "./style/page.css";

/** However busy the page is. */
const DEMO_WITHIN_MS = 2_000;

const place = document.getElementById("root");
if (place === null) throw new Error("unreachable: index.html has it");
applyTheme();
const root = createRoot(place);
const queries = new QueryClient({
  defaultOptions: { queries: { refetchOnWindowFocus: false, networkMode: "always" } },
});
beginView(pathNow());
try {
  const config = await loadConfig();
  root.render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <App config={config} />
      </QueryClientProvider>
    </StrictMode>,
  );
  if (__DEMO__) announceDemo(config);
} catch (error) {
  root.render(
    <main className="lone">
      <h1>The page cannot start</h1>
      <p role="alert">{messageOf(error)}</p>
      <p>Its file config.json is damaged, or cannot be reached. Whoever serves this page has to mend it.</p>
    </main>,
  );
}

/** A wallet may announce itself whenever it likes: nothing that is shown waits for this one. */
function announceDemo({ chains }: PageConfig): void {
  const node = chains.find(({ chainId }) => chainId === 31_337)?.rpcUrls[0];
  if (node === undefined) return;
  requestIdleCallback(
    () =>
      void import("./wallet/demo.js").then(({ announceDemoWallet }) => {
        announceDemoWallet(node);
      }),
    { timeout: DEMO_WITHIN_MS },
  );
}
