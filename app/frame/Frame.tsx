/** What is always in sight: which session, its phase by the chain's time, how fresh what is shown is, and the account. */
import type { ReactNode } from "react";
import { Link } from "wouter";

import { useFacts, useHead, useNames, useSession } from "../data/session.js";
import { AccountMenu } from "../wallet/AccountMenu.js";
import { Freshness, LostLine, Opening, StaleLine } from "./Freshness.js";
import { Judge } from "./Judged.js";
import { NamedRelay } from "./NamedRelay.js";
import { PhaseBar } from "./PhaseBar.js";
import { type SessionRoute, sessionPath } from "../data/routes.js";

/** A view that the bar at the top has: its part of the address, and its title. */
export interface BarEntry {
  readonly view: string;
  readonly title: string;
}

interface SessionHeadProps {
  readonly route: SessionRoute;
  readonly bar: readonly BarEntry[];
}

interface FrameProps {
  /** Undefined outside of every session. */
  readonly session?: SessionHeadProps;
  readonly children: ReactNode;
}

export function Frame({ session, children }: FrameProps): ReactNode {
  return (
    <>
      <a className="skip" href="#content" onClick={toContent}>
        To the content
      </a>
      {session === undefined ? <PlainHead /> : <SessionHead route={session.route} bar={session.bar} />}
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** The hash is the route: the jump is made by hand. */
function toContent(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

function PlainHead(): ReactNode {
  return (
    <header className="head">
      <nav aria-label="Page">
        <Link href="/">Sessions</Link>
        <Link href="/new">New session</Link>
        <Link href="/settings">Settings</Link>
      </nav>
    </header>
  );
}

function SessionHead({ route, bar }: SessionHeadProps): ReactNode {
  const names = useNames();
  const facts = useFacts();
  const head = useHead();
  const { source, chain } = useSession();
  const called = names === undefined ? "…" : `${names.name} (${names.symbol})`;
  return (
    <>
      <header className="head">
        <nav aria-label="Session">
          <Link href="/" title="All sessions">
            ☰
          </Link>
          <strong className="session-name" title={called}>
            {called}
          </strong>
          {bar.map(({ view, title }) => (
            <Link
              key={view}
              href={sessionPath(route, ...(view === "" ? [] : [view]))}
              aria-current={view === route.view ? "page" : undefined}
            >
              {title}
            </Link>
          ))}
          <Link href={sessionPath(route, "settings")} aria-current={route.view === "settings" ? "page" : undefined}>
            Settings
          </Link>
        </nav>
        <Freshness source={source} chain={chain} />
        <AccountMenu />
      </header>
      {facts !== undefined && head !== undefined ? <PhaseBar facts={facts} head={head} /> : <Opening source={source} />}
      <NamedRelay />
      <StaleLine source={source} />
      {chain !== undefined && chain !== source && <LostLine source={chain} />}
      <Judge />
    </>
  );
}
