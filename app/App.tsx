/** The frame around every view, and which view the address asks for. */
import { type ReactNode, Suspense, useEffect } from "react";
import { Router, useLocation } from "wouter";

import type { PageConfig } from "../src/page/config.js";
import { SessionProvider } from "./data/session.js";
import { rememberSession } from "./data/settings.js";
import { Home } from "./views/home/Home.js";
import { Settings } from "./views/settings/Settings.js";
import { Fault } from "./frame/Fault.js";
import { Frame } from "./frame/Frame.js";
import { useHashPath } from "./frame/hash-path.js";
import { later } from "./frame/later.js";
import { readRoute, type SessionRoute } from "./data/routes.js";
import { VIEWS } from "./views.js";

const NewSession = later(() => import("./views/new/NewSession.js"));

const BAR = Object.entries(VIEWS)
  .filter(([, { inBar }]) => inBar)
  .map(([view, { title }]) => ({ view, title }));

/** Loads what the address asks for while all else is still to come. */
export function beginView(path: string): void {
  const route = readRoute(path);
  if (route !== undefined) VIEWS[route.view]?.Component.begin?.();
}

export function App({ config }: { readonly config: PageConfig }): ReactNode {
  return (
    <Router hook={useHashPath}>
      <Page config={config} />
    </Router>
  );
}

function Page({ config }: { readonly config: PageConfig }): ReactNode {
  const [path] = useLocation();
  const route = readRoute(path.split("?")[0] ?? "");
  useEffect(() => {
    if (route !== undefined) rememberSession(`${route.chainId}/${route.address}`);
  }, [route?.chainId, route?.address]);
  if (route === undefined)
    return (
      <Frame>
        <Outside path={path} config={config} />
      </Frame>
    );
  const { chainId, address } = route;
  return (
    <SessionProvider
      key={`${chainId}/${address}`}
      config={config}
      chainId={chainId}
      address={address}
      otherwise={
        <Frame>
          <Settings config={config} shown={{ chainId, address }} />
        </Frame>
      }
    >
      <Frame session={{ route, bar: BAR }}>
        <View route={route} config={config} />
      </Frame>
    </SessionProvider>
  );
}

/** What is shown outside of every session. */
function Outside({ path, config }: { readonly path: string; readonly config: PageConfig }): ReactNode {
  if (path === "/settings") return <Settings config={config} />;
  if (path !== "/new") return <Home config={config} />;
  return (
    <Whole name="New session">
      <NewSession config={config} />
    </Whole>
  );
}

function Whole({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <Fault name={name}>
      <Suspense fallback={<p className="waiting">Loading {name} …</p>}>{children}</Suspense>
    </Fault>
  );
}

function View({ route, config }: { readonly route: SessionRoute; readonly config: PageConfig }): ReactNode {
  if (route.view === "settings") return <Settings config={config} shown={route} />;
  const view = VIEWS[route.view];
  if (view === undefined) return <p role="alert">There is no view called “{route.view}”.</p>;
  const { Component, title } = view;
  return (
    <Whole key={route.view} name={title}>
      <Component rest={route.rest} config={config} />
    </Whole>
  );
}
