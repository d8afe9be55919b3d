/**
 * The route after the `#`, its query with it: what a view keeps of itself in the address goes when another view is opened. (wouter's own
 * hook puts queries before the `#`, where they stay.)
 */
import { useSyncExternalStore } from "react";

function here(): string {
  return `/${window.location.hash.replace(/^#?\/?/, "")}`;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener("hashchange", listener);
  return () => {
    window.removeEventListener("hashchange", listener);
  };
}

function navigate(to: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  const url = new URL(window.location.href);
  const oldURL = url.href;
  url.hash = to.replace(/^#?\/?/, "/");
  window.history[replace ? "replaceState" : "pushState"](null, "", url);
  window.dispatchEvent(new HashChangeEvent("hashchange", { oldURL, newURL: url.href })); // neither of both says so by itself
}

function useHash(): [path: string, navigate: (to: string, options?: { readonly replace?: boolean }) => void] {
  return [useSyncExternalStore(subscribe, here), navigate];
}

/** For the router: where a link leads to, as its address has it. */
export const useHashPath = Object.assign(useHash, { hrefs: (href: string) => `#${href}` });

/** The route as it is now, without its query. */
export function pathNow(): string {
  return here().split("?")[0] ?? "";
}

/** The query of the route as it is now. */
export function queryNow(): string {
  return here().split("?")[1] ?? "";
}
