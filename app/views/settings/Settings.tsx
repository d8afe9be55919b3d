/** Which node and relay are asked, and how numbers and the page look. Kept in this browser. */
import { type ReactNode, useState } from "react";

import type { PageConfig } from "../../../src/page/config.js";
import { sourcesOf } from "../../data/config.js";
import { useSettings } from "../../data/session.js";
import { changeSettings, isWebAddress, type Theme } from "../../data/settings.js";

const THEMES: readonly Theme[] = ["system", "light", "dark"];
const LOCALES = ["", "en-GB", "en-US", "en-IN", "de-DE", "fr-FR", "ar"] as const;

interface Props {
  readonly config: PageConfig;
  /** The session that is shown, if one is. */
  readonly shown?: { readonly chainId: number; readonly address: string };
}

export function Settings({ config, shown }: Props): ReactNode {
  const { theme, locale } = useSettings();
  const chains = [
    ...new Set([...(shown === undefined ? [] : [shown.chainId]), ...config.chains.map((one) => one.chainId)]),
  ];
  return (
    <div className="lone">
      <h1>Settings</h1>
      <p>Whom this page asks is for you to choose. It asks nobody else, and sets no cookie.</p>
      {chains.map((id) => (
        <ChainSettings
          key={id}
          chainId={id}
          config={config}
          session={shown?.chainId === id ? shown.address : undefined}
        />
      ))}
      <section className="panel">
        <h2>Looks</h2>
        <label>
          Colours
          <select
            value={theme}
            onChange={(event) => {
              changeSettings({ theme: event.target.value as Theme });
            }}
          >
            {THEMES.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label>
          Numbers and dates
          <select
            value={locale ?? ""}
            onChange={(event) => {
              changeSettings({ locale: event.target.value === "" ? undefined : event.target.value });
            }}
          >
            {LOCALES.map((one) => (
              <option key={one} value={one}>
                {one === "" ? "as the browser says" : one}
              </option>
            ))}
          </select>
        </label>
      </section>
    </div>
  );
}

interface ChainProps {
  readonly chainId: number;
  readonly config: PageConfig;
  /** The one that is shown, if it is on this chain: it may have a relay of its own. */
  readonly session: string | undefined;
}

function ChainSettings({ chainId, config, session = "" }: ChainProps): ReactNode {
  const settings = useSettings();
  const { chain, rpcUrl, relayUrl } = sourcesOf(config, { chainId, session }, { rpc: {}, relay: {} });
  const name = chain?.name ?? `Chain ${chainId}`;
  return (
    <section className="panel">
      <h2>
        {name} <small>({chainId})</small>
      </h2>
      <UrlField
        label="Node (JSON-RPC)"
        usual={rpcUrl}
        value={settings.rpc[chainId]}
        save={(url) => {
          changeSettings({ rpc: without(settings.rpc, chainId, url) });
        }}
      />
      <UrlField
        label="Relay"
        usual={relayUrl}
        value={settings.relay[chainId]}
        save={(url) => {
          changeSettings({ relay: without(settings.relay, chainId, url) });
        }}
        canBeNone
      />
      <p className="hint">
        An https page may ask a node of your own machine at http://127.0.0.1; your browser may ask you first. Without a
        relay everything is read from the node, and orders are sent by yourself.
      </p>
    </section>
  );
}

function without(
  urls: Readonly<Record<number, string>>,
  chainId: number,
  url: string | undefined,
): Readonly<Record<number, string>> {
  const others = Object.fromEntries(Object.entries(urls).filter(([id]) => Number(id) !== chainId));
  return url === undefined ? others : { ...others, [chainId]: url };
}

interface UrlFieldProps {
  readonly label: string;
  /** What the page was told. */
  readonly usual: string | undefined;
  readonly value: string | undefined;
  readonly save: (url: string | undefined) => void;
  readonly canBeNone?: true;
}

function UrlField({ label, usual, value, save, canBeNone }: UrlFieldProps): ReactNode {
  const [typed, setTyped] = useState(value ?? usual ?? "");
  const text = typed.trim();
  const isGood = isWebAddress(text) || (text === "" && canBeNone === true);
  return (
    <div className="field">
      <label>
        {label}
        <input
          size={50}
          value={typed}
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.target.value);
          }}
          aria-invalid={!isGood}
        />
      </label>
      <button
        type="button"
        disabled={!isGood || text === (value ?? usual ?? "")}
        onClick={() => {
          save(text);
        }}
      >
        Use it
      </button>
      {canBeNone === true && value !== "" && (
        <button
          type="button"
          onClick={() => {
            save("");
            setTyped("");
          }}
        >
          Ask none
        </button>
      )}
      {value !== undefined && (
        <button
          type="button"
          onClick={() => {
            save(undefined);
            setTyped(usual ?? "");
          }}
        >
          Back to the page’s own
        </button>
      )}
      {!isGood && <span className="hint">An address begins with https:// or http://.</span>}
    </div>
  );
}
