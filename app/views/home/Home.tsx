/** Which sessions there are: those that the page was told of, those opened before, and any by its address. */
import { type ReactNode, useState } from "react";
import { Link, useLocation } from "wouter";

import type { PageConfig } from "../../../src/page/config.js";
import { shortAddress, useSettings } from "../../data/session.js";

export function Home({ config }: { readonly config: PageConfig }): ReactNode {
  const { recent } = useSettings();
  const known = config.sessions.map(({ chainId, address }) => `${chainId}/${address}`);
  const before = recent.filter((path) => !known.some((one) => one.toLowerCase() === path.toLowerCase()));
  return (
    <div className="lone">
      <h1>Sessions</h1>
      <p>
        A session is a basket of assets that is locked away for a while. Its parts are traded in one order book;
        whatever happens, all of the basket goes to those who took part. This page trades it, and checks it.
      </p>
      <SessionList title="Told of by this page" paths={known} config={config} />
      <SessionList title="Opened before" paths={before} config={config} />
      <OpenByAddress config={config} />
    </div>
  );
}

interface ListProps {
  readonly title: string;
  readonly paths: readonly string[];
  readonly config: PageConfig;
}

function SessionList({ title, paths, config }: ListProps): ReactNode {
  if (paths.length === 0) return null;
  return (
    <section className="panel">
      <h2>{title}</h2>
      <ul>
        {paths.map((path) => {
          const [chain = "", address = ""] = path.split("/");
          const name = config.chains.find(({ chainId }) => chainId === Number(chain))?.name ?? `chain ${chain}`;
          return (
            <li key={path}>
              <Link href={`/${path}`}>
                Session {shortAddress(address)} on {name}
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function OpenByAddress({ config }: { readonly config: PageConfig }): ReactNode {
  const [, navigate] = useLocation();
  const [chain, setChain] = useState(String(config.chains[0]?.chainId ?? ""));
  const [address, setAddress] = useState("");
  const problem = problemOf(chain, address.trim());
  return (
    <form
      className="panel"
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === undefined) navigate(`/${chain}/${address.trim()}`);
      }}
    >
      <h2>Open by address</h2>
      <label>
        Chain’s number
        <input
          inputMode="numeric"
          value={chain}
          onChange={(event) => {
            setChain(event.target.value.trim());
          }}
        />
      </label>
      <label>
        Session’s address
        <input
          size={44}
          value={address}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => {
            setAddress(event.target.value);
          }}
        />
      </label>
      <button type="submit" disabled={problem !== undefined} aria-describedby="open-problem">
        Open
      </button>
      <p id="open-problem" className="hint">
        {address === "" ? "" : problem}
      </p>
    </form>
  );
}

function problemOf(chain: string, address: string): string | undefined {
  if (!/^[1-9]\d{0,15}$/.test(chain)) return "A chain has a number, such as 1 or 8453.";
  return /^0x[0-9a-fA-F]{40}$/.test(address) ? undefined : "An address is 0x and 40 hex digits.";
}
