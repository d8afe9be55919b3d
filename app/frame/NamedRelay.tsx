/**
 * A link may name a relay. It is told, and asked only after a click: whoever writes links must not choose whom the page of others
 * asks, and whose word they read.
 */
import type { ReactNode } from "react";
import { useLocation } from "wouter";

import { useSession } from "../data/session.js";
import { changeSettings, isWebAddress, readSettings } from "../data/settings.js";

const NAME = "relay";

/** Nothing where the link names none, or the one that is asked anyway. */
export function NamedRelay(): ReactNode {
  const [path, navigate] = useLocation();
  const { chainId, sources } = useSession();
  const [route = "", query = ""] = path.split("?");
  const params = new URLSearchParams(query);
  const named = params.get(NAME);
  if (!isWebAddress(named) || isSame(named, sources.relayUrl)) return null;
  const forget = (): void => {
    params.delete(NAME);
    navigate(params.size === 0 ? route : `${route}?${params.toString()}`, { replace: true });
  };
  return (
    <p className="line amber" role="alert">
      This link names another relay: <code>{named}</code>. It would hear what you look at and what you sign, and show
      what it likes wherever no node is there to judge it.{" "}
      <button
        type="button"
        onClick={() => {
          forget();
          changeSettings({ relay: { ...readSettings().relay, [chainId]: named } });
        }}
      >
        Ask this relay
      </button>{" "}
      <button type="button" onClick={forget}>
        Go on as before
      </button>
    </p>
  );
}

function isSame(named: string, relayUrl: string | undefined): boolean {
  return relayUrl !== undefined && new URL(named).href === new URL(relayUrl).href;
}
