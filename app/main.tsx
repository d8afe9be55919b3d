import "./data/without-eval.js";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { messageOf } from "../src/protocol/amounts/errors.js";
import { loadConfig } from "./data/config.js";
import { App } from "./App.js";
import { applyTheme } from "./frame/theme.js";
import "./style/page.css";

const place = document.getElementById("root");
if (place === null) throw new Error("unreachable: index.html has it");
applyTheme();
const root = createRoot(place);
const queries = new QueryClient({
  defaultOptions: { queries: { refetchOnWindowFocus: false, networkMode: "always" } },
});
try {
  const config = await loadConfig();
  const demoNode = __DEMO__ ? config.chains.find(({ chainId }) => chainId === 31_337)?.rpcUrls[0] : undefined;
  if (__DEMO__ && demoNode !== undefined) {
    const { announceDemoWallet } = await import("./wallet/demo.js");
    announceDemoWallet(demoNode);
  }
  root.render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <App config={config} />
      </QueryClientProvider>
    </StrictMode>,
  );
} catch (error) {
  root.render(
    <main className="lone">
      <h1>The page cannot start</h1>
      <p role="alert">{messageOf(error)}</p>
      <p>Its file config.json is damaged, or cannot be reached. Whoever serves this page has to mend it.</p>
    </main>,
  );
}
